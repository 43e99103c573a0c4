// The error function and the gamma function of Quad, and their relatives.
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::approximate;
using detail::narrow;
using detail::Parity;
using detail::quad_infinity;
using detail::quad_nan;
using detail::QuadAccess;
using detail::scale;
using detail::Wide;
using detail::wide_cos_reduced;
using detail::wide_exp;
using detail::wide_log;
using detail::wide_pi;
using detail::wide_sin_reduced;
using detail::wide_sqrt;
using detail::widen;

namespace {

// erf(x) = 2/sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1)) for |x| <= 1 (DLMF 7.6.1).
Wide erf_series(const Wide& x) {
  constexpr std::size_t terms = 34;
  static const std::array<Wide, terms> coefficients = [] {
    std::array<Wide, terms> result;
    const Wide factor = 2 / wide_sqrt(wide_pi());
    for (std::size_t n = 0; n < terms; ++n) {
      result[n] = factor * detail::inverse_factorial(static_cast<int>(n)) / (2 * n + 1);
    }
    return result;
  }();
  const Wide z = -x * x;
  Wide sum = coefficients[terms - 1];
  for (std::size_t n = terms - 1; n-- > 0;) sum = sum * z + coefficients[n];
  return x * sum;
}

// erfc(x) for x >= 1: the trapezoidal rule, with step h, for the integral
// erfc(x) = 2 x exp(-x^2) / pi * (integral of exp(-t^2) / (t^2 + x^2) over t > 0) (DLMF 7.7.1).
// The integrand's poles at +-ix cost 2 / (exp(2 pi x / h) - 1), which is subtracted; what remains
// is a relative error of exp(-(pi/h)^2) = 2^-129. See Hunter and Regan, "A note on the evaluation
// of the complementary error function", Math. Comp. 26 (1972).
Wide erfc_integral(const Wide& x) {
  constexpr int inverse_step = 3;
  constexpr std::size_t terms = 29;
  static const std::array<Wide, terms> weights = [] {
    std::array<Wide, terms> result;
    for (std::size_t n = 0; n < terms; ++n) {
      result[n] = wide_exp(-Wide((n + 1) * (n + 1)) / (inverse_step * inverse_step));
    }
    return result;
  }();
  const Wide square = x * x;
  // In units of the step: t = n h.
  const Wide scaled = square * (inverse_step * inverse_step);
  Wide sum = 1 / scale(scaled, 1);
  for (std::size_t n = 0; n < terms; ++n) sum += weights[n] / (scaled + (n + 1) * (n + 1));
  Wide integral = scale(sum * x * inverse_step * wide_exp(-square), 1) / wide_pi();
  // From x = pi / h on the contour of the error estimate passes below the pole.
  if (approximate(x) > 9.4) return integral;
  return integral - 2 / (wide_exp(wide_pi() * x * (2 * inverse_step)) - 1);
}

constexpr int stirling_terms = 34;
constexpr int stirling_start = 50;

// Bernoulli numbers B(2), B(4), ..., B(68), from sum over k of binomial(n + 1, k) B(k) = 0.
const std::array<Wide, stirling_terms>& bernoulli_table() {
  static const std::array<Wide, stirling_terms> table = [] {
    // The recurrence loses digits, so it is solved with more of them.
    using Long = boost::multiprecision::number<
        boost::multiprecision::cpp_bin_float<480, boost::multiprecision::digit_base_2, void,
                                             std::int32_t>,
        boost::multiprecision::et_off>;
    constexpr int count = 2 * stirling_terms + 1;
    std::array<Long, count> all;
    all[0] = 1;
    for (int n = 1; n < count; ++n) {
      Long binomial = 1;
      Long sum = 0;
      for (int k = 0; k < n; ++k) {
        sum += binomial * all[static_cast<std::size_t>(k)];
        binomial = binomial * (n + 1 - k) / (k + 1);
      }
      all[static_cast<std::size_t>(n)] = -sum / (n + 1);
    }
    std::array<Wide, stirling_terms> even;
    for (std::size_t k = 0; k < even.size(); ++k) even[k] = Wide(all[2 * k + 2]);
    return even;
  }();
  return table;
}

// How often 1 must be added to x > 0 until Stirling's series with its 34 terms has 240 bits.
int steps_to_stirling(const Wide& x) {
  const double rough = approximate(x);
  return rough >= stirling_start ? 0 : static_cast<int>(std::ceil(stirling_start - rough));
}

// log Gamma(x) for x >= 50 (DLMF 5.11.1).
Wide stirling(const Wide& x) {
  static const std::array<Wide, stirling_terms> coefficients = [] {
    std::array<Wide, stirling_terms> result = bernoulli_table();
    for (std::size_t k = 1; k <= result.size(); ++k) result[k - 1] /= 2 * k * (2 * k - 1);
    return result;
  }();
  static const Wide half_log_two_pi = scale(wide_log(scale(wide_pi(), 1)), -1);
  const Wide inverse = 1 / x;
  const Wide z = inverse * inverse;
  Wide sum = coefficients.back();
  for (std::size_t k = coefficients.size() - 1; k-- > 0;) sum = sum * z + coefficients[k];
  return (x - Wide(0.5)) * wide_log(x) - x + half_log_two_pi + sum * inverse;
}

// Gamma(x) = exp(exponent) / divisor for x > 0: Stirling's series further out, and the way back.
struct GammaParts {
  Wide exponent;
  Wide divisor;
};

GammaParts gamma_parts(const Wide& x) {
  Wide shifted = x;
  Wide product = 1;
  for (int steps = steps_to_stirling(x); steps > 0; --steps) {
    product *= shifted;
    shifted += 1;
  }
  return {stirling(shifted), product};
}

Wide log_gamma(const Wide& x) {
  const GammaParts parts = gamma_parts(x);
  return parts.exponent - wide_log(parts.divisor);
}

// psi(x) for x > 0 (DLMF 5.11.2).
Wide wide_digamma(const Wide& x) {
  static const std::array<Wide, stirling_terms> coefficients = [] {
    std::array<Wide, stirling_terms> result = bernoulli_table();
    for (std::size_t k = 1; k <= result.size(); ++k) result[k - 1] /= 2 * k;
    return result;
  }();
  // numerator / denominator = 1/x + 1/(x+1) + ...
  Wide shifted = x;
  Wide numerator = 0;
  Wide denominator = 1;
  for (int steps = steps_to_stirling(x); steps > 0; --steps) {
    numerator = numerator * shifted + denominator;
    denominator *= shifted;
    shifted += 1;
  }
  const Wide inverse = 1 / shifted;
  const Wide z = inverse * inverse;
  Wide sum = coefficients.back();
  for (std::size_t k = coefficients.size() - 1; k-- > 0;) sum = sum * z + coefficients[k];
  return wide_log(shifted) - scale(inverse, -1) - sum * z - numerator / denominator;
}

// pi (x - n), where n is the integer nearest to x; exact but for the factor.
Wide pi_times_fraction(const Quad& x) { return (widen(x) - widen(round(x))) * wide_pi(); }

// sin(y), cos(y) for |y| <= pi/2.
Wide half_turn_sine(const Wide& y) {
  // sin(y) = 2 sin(y/2) cos(y/2)
  const Wide half = scale(y, -1);
  return scale(wide_sin_reduced(half) * wide_cos_reduced(half), 1);
}
Wide half_turn_cosine(const Wide& y) {
  const Wide s = wide_sin_reduced(scale(y, -1));
  const Wide c = wide_cos_reduced(scale(y, -1));
  return (c - s) * (c + s);
}

// Zero, or a negative integer.
bool is_gamma_pole(const Quad& x) {
  return QuadAccess::is_zero(x) || (signbit(x) && detail::parity(x) != Parity::fractional);
}

}  // namespace

namespace detail {

std::span<const Wide> bernoulli_numbers() { return bernoulli_table(); }

Wide wide_cotangent_of_turns(const Quad& x) {
  const Wide y = pi_times_fraction(x);
  return half_turn_cosine(y) / half_turn_sine(y);
}

Wide wide_erf(const Wide& x) { return x <= 1 ? erf_series(x) : Wide(1 - erfc_integral(x)); }

Wide wide_erfc(const Wide& x) {
  if (x < 0) return 2 - wide_erfc(-x);
  if (x <= 1) return 1 - erf_series(x);
  return approximate(x) > 110 ? Wide(0) : erfc_integral(x);
}

}  // namespace detail

Quad erf(const Quad& x) {
  if (isnan(x)) return x;
  const double rough = std::fabs(x.to_double());
  if (rough > 9) return copysign(1, x);
  return copysign(narrow(detail::wide_erf(widen(fabs(x)))), x);
}

Quad erfc(const Quad& x) {
  if (isnan(x)) return x;
  const double rough = x.to_double();
  if (rough > 110) return {};
  if (rough < -9) return 2;
  return narrow(detail::wide_erfc(widen(x)));
}

Quad lgamma(const Quad& x) {
  if (isnan(x)) return x;
  if (isinf(x) || is_gamma_pole(x)) return quad_infinity();
  if (!signbit(x)) {
    if (QuadAccess::order(x, 1) == 0 || QuadAccess::order(x, 2) == 0) return {};
    return narrow(log_gamma(widen(x)));
  }
  // Gamma(x) Gamma(1 - x) = pi / sin(pi x) (DLMF 5.5.3)
  const Wide sine = half_turn_sine(abs(pi_times_fraction(x)));
  return narrow(wide_log(wide_pi() / sine) - log_gamma(1 - widen(x)));
}

Quad tgamma(const Quad& x) {
  if (isnan(x)) return x;
  if (QuadAccess::is_zero(x)) return quad_infinity(signbit(x));
  if (isinf(x)) return signbit(x) ? quad_nan() : x;
  if (is_gamma_pole(x)) return quad_nan();
  const double rough = x.to_double();
  if (rough > 1800) return quad_infinity();
  const bool odd = detail::parity(round(x)) == Parity::odd;
  if (rough < -1800) {
    return QuadAccess::make_zero(odd != signbit(x - round(x)));
  }
  if (!signbit(x)) {
    const GammaParts parts = gamma_parts(widen(x));
    return narrow(wide_exp(parts.exponent) / parts.divisor);
  }
  const GammaParts parts = gamma_parts(1 - widen(x));
  const Wide sine = half_turn_sine(pi_times_fraction(x));
  const Wide result = wide_pi() * parts.divisor / (wide_exp(parts.exponent) * sine);
  return narrow(odd ? Wide(-result) : result);
}

Quad digamma(const Quad& x) {
  if (isnan(x)) return x;
  if (QuadAccess::is_zero(x)) return quad_infinity(!signbit(x));
  if (isinf(x)) return signbit(x) ? quad_nan() : x;
  if (is_gamma_pole(x)) return quad_nan();
  if (!signbit(x)) return narrow(wide_digamma(widen(x)));
  // psi(1 - x) - psi(x) = pi cot(pi x) (DLMF 5.5.4)
  return narrow(wide_digamma(1 - widen(x)) - wide_pi() * detail::wide_cotangent_of_turns(x));
}

}  // namespace ad
