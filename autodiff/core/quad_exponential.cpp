// Exponentials, logarithms, powers and hyperbolic functions of Quad.
#include <cmath>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::approximate;
using detail::identity_exponent;
using detail::is_tiny;
using detail::narrow;
using detail::Parity;
using detail::quad_infinity;
using detail::quad_nan;
using detail::QuadAccess;
using detail::scale;
using detail::Wide;
using detail::wide_exp;
using detail::wide_expm1;
using detail::wide_log;
using detail::wide_log1p;
using detail::wide_sqrt;
using detail::widen;

namespace {

// Beyond this exp has left the range on either side.
constexpr double exp_bound = 11600;
constexpr double exp2_bound = 16600;

bool is_one(const Quad& x) { return QuadAccess::order(x, 1) == 0; }

Wide magnitude(const Quad& x) { return widen(fabs(x)); }

// Special cases of log, log2, log10.
bool log_special(const Quad& x, Quad& result) {
  if (QuadAccess::is_zero(x)) {
    result = quad_infinity(true);
  } else if (isnan(x) || signbit(x)) {
    result = quad_nan();
  } else if (isinf(x)) {
    result = x;
  } else {
    return false;
  }
  return true;
}

// x^n for a small n by repeated multiplication, which is faster than by the logarithm.
Wide integer_power(Wide x, int n) {
  Wide result = 1;
  for (int rest = std::abs(n); rest != 0; rest >>= 1) {
    if ((rest & 1) != 0) result *= x;
    x *= x;
  }
  return n < 0 ? Wide(1 / result) : result;
}

// |x|^y for finite x other than 0 and +-1, finite y other than 0.
Quad positive_power(const Quad& x, const Quad& y, Parity parity) {
  const double exponent = y.to_double();
  if (parity != Parity::fractional && std::fabs(exponent) <= 64) {
    return narrow(integer_power(magnitude(x), static_cast<int>(exponent)));
  }
  const Wide power = widen(y) * wide_log(magnitude(x));
  const double rough = approximate(power);
  if (rough > exp_bound) return quad_infinity();
  if (rough < -exp_bound) return {};
  return narrow(wide_exp(power));
}

}  // namespace

Quad exp(const Quad& x) {
  if (isnan(x)) return x;
  const double rough = x.to_double();
  if (rough > exp_bound) return quad_infinity();
  if (rough < -exp_bound) return {};
  return narrow(wide_exp(widen(x)));
}

Quad exp2(const Quad& x) {
  if (isnan(x)) return x;
  const double rough = x.to_double();
  if (rough > exp2_bound) return quad_infinity();
  if (rough < -exp2_bound) return {};
  return narrow(detail::wide_exp2(widen(x)));
}

Quad expm1(const Quad& x) {
  if (isnan(x) || is_tiny(x, -130)) return x;
  const double rough = x.to_double();
  if (rough > exp_bound) return quad_infinity();
  if (rough < -200) return -1;
  return narrow(wide_expm1(widen(x)));
}

Quad log(const Quad& x) {
  Quad result;
  return log_special(x, result) ? result : narrow(wide_log(widen(x)));
}

Quad log2(const Quad& x) {
  Quad result;
  return log_special(x, result) ? result : narrow(detail::wide_log2(widen(x)));
}

Quad log10(const Quad& x) {
  static const Wide ln10 = wide_log(10);
  Quad result;
  return log_special(x, result) ? result : narrow(wide_log(widen(x)) / ln10);
}

Quad log1p(const Quad& x) {
  if (isnan(x) || is_tiny(x, -130)) return x;
  const int order = QuadAccess::order(x, -1);
  if (order == 0) return quad_infinity(true);
  if (order < 0) return quad_nan();
  return isinf(x) ? x : narrow(wide_log1p(widen(x)));
}

Quad pow(const Quad& x, const Quad& y) {
  if (QuadAccess::is_zero(y) || is_one(x)) return 1;
  if (isnan(x) || isnan(y)) return quad_nan();
  if (isinf(y)) {
    const int order = QuadAccess::order(fabs(x), 1);
    if (order == 0) return 1;
    return (order > 0) == signbit(y) ? Quad() : quad_infinity();
  }
  const Parity parity = detail::parity(y);
  const bool negative = signbit(x) && parity == Parity::odd;
  if (QuadAccess::is_zero(x) || isinf(x)) {
    const bool zero = QuadAccess::is_zero(x) != signbit(y);
    return zero ? QuadAccess::make_zero(negative) : quad_infinity(negative);
  }
  if (signbit(x) && parity == Parity::fractional) return quad_nan();
  if (is_one(-x)) return negative ? -1 : 1;
  return copysign(positive_power(x, y, parity), negative ? -1 : 1);
}

Quad sinh(const Quad& x) {
  if (!isfinite(x) || is_tiny(x, identity_exponent)) return x;
  if (std::fabs(x.to_double()) > exp_bound) return copysign(quad_infinity(), x);
  // sinh = (e + e / (e + 1)) / 2 with e = expm1
  const Wide e = wide_expm1(magnitude(x));
  return copysign(narrow(scale(e + e / (e + 1), -1)), x);
}

Quad cosh(const Quad& x) {
  if (!isfinite(x)) return fabs(x);
  if (std::fabs(x.to_double()) > exp_bound) return quad_infinity();
  const Wide e = wide_exp(magnitude(x));
  return narrow(scale(e + 1 / e, -1));
}

Quad tanh(const Quad& x) {
  if (isnan(x) || is_tiny(x, identity_exponent)) return x;
  if (std::fabs(x.to_double()) > 100) return copysign(1, x);
  const Wide e = wide_expm1(scale(magnitude(x), 1));
  return copysign(narrow(e / (e + 2)), x);
}

Quad asinh(const Quad& x) {
  if (!isfinite(x) || is_tiny(x, identity_exponent)) return x;
  // asinh(a) = log1p(a + a^2 / (1 + sqrt(1 + a^2)))
  const Wide a = magnitude(x);
  const Wide square = a * a;
  return copysign(narrow(wide_log1p(a + square / (1 + wide_sqrt(1 + square)))), x);
}

Quad acosh(const Quad& x) {
  const int order = QuadAccess::order(x, 1);
  if (order < 0 || order == 2) return quad_nan();
  if (order == 0) return {};
  if (isinf(x)) return x;
  // acosh(1 + t) = log1p(t + sqrt(t (2 + t)))
  const Wide t = widen(x) - 1;
  return narrow(wide_log1p(t + wide_sqrt(t * (t + 2))));
}

Quad atanh(const Quad& x) {
  if (isnan(x) || is_tiny(x, identity_exponent)) return x;
  const int order = QuadAccess::order(fabs(x), 1);
  if (order == 0) return copysign(quad_infinity(), x);
  if (order > 0) return quad_nan();
  // atanh(a) = log1p(2 a / (1 - a)) / 2
  const Wide a = magnitude(x);
  return copysign(narrow(scale(wide_log1p(scale(a, 1) / (1 - a)), -1)), x);
}

}  // namespace ad
