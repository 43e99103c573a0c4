// The functions of special_functions.hpp in raised precision.
#include <cstddef>
#include <limits>
#include <vector>

#include <autodiff/core/precise.hpp>
#include <autodiff/core/special_functions.hpp>

#include "autodiff/core/special_formulas.hpp"

namespace ad::detail {
namespace {

Precise half(const Precise& x) { return ldexp(x, -1); }

/// The density and the distribution function of the normal distribution.
Precise normal_density(const Precise& x) {
  return exp(-half(x * x)) / sqrt(ldexp(Precise::pi(), 1));
}
Precise normal_distribution(const Precise& x) { return half(erfc(-(x / sqrt(Precise(2))))); }

bool is_below(const Precise& x, double limit) { return fabs(x) < Precise(limit); }

constexpr double farthest_tail = 1000;         // exp(-x^2/2) is in the range of Precise
constexpr long most_bits_of_polygamma = 8192;  // more take seconds

Precise nan() { return Precise(std::numeric_limits<double>::quiet_NaN()); }

/// Where a function is not computed: at infinities and NaN it is what quad precision says.
Precise beyond(const Precise& x, const Quad& result) {
  return isfinite(x) ? nan() : Precise(result);
}

bool is_gamma_pole(const Precise& x) { return x <= Precise(0) && floor(x) == x; }

/// The arithmetic of special_formulas.hpp.
struct Raised {
  using Real = Precise;
  static Precise pi() { return Precise::pi(); }
  static int stirling_start() { return static_cast<int>(Precise::bits() / 4 + 10); }

  /// As many as have all bits from `stirling_start` on.
  static const std::vector<Precise>& bernoulli() {
    thread_local std::vector<Precise> numbers;
    thread_local long bits = 0;
    if (bits != Precise::bits()) {
      bits = Precise::bits();
      numbers = bernoulli_numbers(static_cast<std::size_t>(bits / 8 + 8));
    }
    return numbers;
  }

  /// From the tangent numbers, which are sums of positive ones (Brent and Harvey 2013, algorithm
  /// TangentNumbers).
  static std::vector<Precise> bernoulli_numbers(std::size_t count) {
    const Precise::Scope scope(Precise::bits() + 64);
    std::vector<Precise> tangent{1};
    for (std::size_t k = 1; k < count; ++k) tangent.push_back(tangent.back() * Precise(k));
    for (std::size_t k = 1; k < count; ++k) {
      for (std::size_t j = k; j < count; ++j) {
        tangent[j] = Precise(j - k) * tangent[j - 1] + Precise(j - k + 2) * tangent[j];
      }
    }
    for (std::size_t k = 1; k <= count; ++k) {
      const Precise power = ldexp(Precise(1), 2 * static_cast<long>(k));
      const Precise size = Precise(2 * k) * tangent[k - 1] / (power * (power - Precise(1)));
      tangent[k - 1] = k % 2 == 0 ? -size : size;
    }
    return tangent;
  }
};

}  // namespace

Precise log_gamma(const Precise& x) { return lgamma(x); }

Precise polygamma(int n, const Precise& x) {
  if (n == 0) return digamma(x);
  if (!isfinite(x) || is_gamma_pole(x)) return Precise(polygamma(n, x.to_quad()));
  if (Precise::bits() > most_bits_of_polygamma) return nan();
  if (!signbit(x)) {
    const Precise size = polygamma_above_zero<Raised>(n, x);
    return n % 2 == 0 ? -size : size;
  }
  const Precise angle = Precise::pi() * (x - round(x));
  return polygamma_below_zero<Raised>(n, x, cos(angle) / sin(angle));
}

Precise bessel_i(int n, const Precise& x) {
  constexpr double most_terms = 2000;
  if (!is_below(x, most_terms)) return beyond(x, bessel_i(n, x.to_quad()));
  // DLMF 10.25.2; all terms have one sign.
  Precise term(1);
  for (int k = 1; k <= n; ++k) term = term * half(x) / Precise(k);
  Precise sum = term;
  const Precise square = half(x) * half(x);
  for (int k = 1; !all_zero(term); ++k) {
    term = term * square / (Precise(k) * Precise(k + n));
    const Precise next = sum + term;
    if (next == sum && Precise(k) > fabs(x)) break;
    sum = next;
  }
  return sum;
}

Precise erf_inverse(const Precise& x) {
  Precise y(erf_inverse(x.to_quad()));
  // Newton's method doubles the digits: from 113 bits to more than can be asked for.
  constexpr int doublings = 10;
  for (int i = 0; i < doublings && isfinite(y) && !all_zero(y); ++i) {
    const Precise step = (erf(y) - x) * exp(y * y) * half(sqrt(Precise::pi()));
    if (!isfinite(step) || all_zero(step)) break;
    y = y - step;
  }
  return y;
}

Precise erf_inverse_slope(const Precise& x) {
  const Precise y = erf_inverse(x);
  return exp(y * y) * half(sqrt(Precise::pi()));
}

Precise log_normal_cdf(const Precise& x) {
  if (!is_below(x, farthest_tail)) return beyond(x, log_normal_cdf(x.to_quad()));
  return log(normal_distribution(x));
}

Precise inverse_mills(const Precise& x) {
  if (!is_below(x, farthest_tail)) return beyond(x, inverse_mills(x.to_quad()));
  return normal_density(x) / normal_distribution(x);
}

// Upwards, K_(n+2) = (n + 1) K_n + x K_(n+1) loses digits in the left tail, some 20 bits a step: no
// more than raised precision has to spare.
Precise tail_ratio(int n, const Precise& x) {
  if (!is_below(x, farthest_tail)) return beyond(x, tail_ratio(n, x.to_quad()));
  Precise ratio = x + inverse_mills(x);
  for (int k = 1; k <= n; ++k) ratio = Precise(k) / ratio + x;
  return ratio;
}

}  // namespace ad::detail
