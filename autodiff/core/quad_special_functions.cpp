// The functions of special_functions.hpp in quad.
#include <cmath>
#include <limits>
#include <span>

#include <boost/math/special_functions/erf.hpp>

#include <autodiff/core/special_functions.hpp>

#include "autodiff/core/quad_wide.hpp"
#include "autodiff/core/special_formulas.hpp"

namespace ad::detail {

namespace {

struct Extended {
  using Real = Wide;
  static constexpr int bits = 128;
  static constexpr int stirling_start() { return 50; }

  /// 0 far below the range of Quad, which has no use for more.
  static Wide exp(const Wide& x) { return x < -100000 ? Wide(0) : wide_exp(x); }
  static Wide log(const Wide& x) { return wide_log(x); }
  static Wide log1p(const Wide& x) { return wide_log1p(x); }
  static Wide sqrt(const Wide& x) { return wide_sqrt(x); }
  static Wide erfc(const Wide& x) { return wide_erfc(x); }
  static const Wide& pi() { return wide_pi(); }
  static std::span<const Wide> bernoulli() { return bernoulli_numbers(); }
};

/// Zero, or a negative integer.
bool is_gamma_pole(const Quad& x) {
  return QuadAccess::is_zero(x) || (signbit(x) && parity(x) != Parity::fractional);
}

/// The y > 0 with erf(y) = x, 0 < x < 1.
Wide wide_erf_inverse(const Wide& x) {
  const Wide slope = wide_sqrt(wide_pi()) / 2;
  if (exponent_of(x) < -50) return slope * x * (1 + wide_pi() * x * x / 12);  // DLMF 7.17.2
  const Wide rest = 1 - x;
  Wide y =
      x < 0.5 ? boost::math::erf_inv(approximate(x)) : boost::math::erfc_inv(approximate(rest));
  for (int step = 0; step < 2; ++step) {  // Halley's method: three times as many digits
    const Wide error = y <= 1 ? Wide(wide_erf(y) - x) : Wide(rest - wide_erfc(y));
    const Wide newton = error * slope * wide_exp(y * y);
    y -= newton / (1 + y * newton);
  }
  return y;
}

}  // namespace

Quad log_gamma(const Quad& x) { return lgamma(x); }

Quad polygamma(int n, const Quad& x) {
  if (n == 0) return digamma(x);
  if (isnan(x)) return x;
  const bool even = n % 2 == 0;
  if (isinf(x)) return signbit(x) ? quad_nan() : copysign(0, even ? Quad(-1) : x);
  if (is_gamma_pole(x)) {
    if (even && !QuadAccess::is_zero(x)) return quad_nan();
    return quad_infinity(even && !signbit(x));
  }
  if (signbit(x)) {
    return narrow(polygamma_below_zero<Extended>(n, widen(x), wide_cotangent_of_turns(x)));
  }
  const Wide size = polygamma_above_zero<Extended>(n, widen(x));
  return narrow(even ? Wide(-size) : size);
}

Quad bessel_i(int n, const Quad& x) {
  if (isnan(x)) return x;
  const Quad sign = n % 2 == 0 ? Quad(1) : x;
  if (std::fabs(x.to_double()) > 20000) return copysign(quad_infinity(), sign);
  return copysign(narrow(bessel_i_above_zero<Extended>(n, widen(fabs(x)))), sign);
}

Quad erf_inverse(const Quad& x) {
  if (isnan(x) || QuadAccess::is_zero(x)) return x;
  const int order = QuadAccess::order(fabs(x), 1);
  if (order >= 0) return order > 0 ? quad_nan() : copysign(quad_infinity(), x);
  return copysign(narrow(wide_erf_inverse(widen(fabs(x)))), x);
}

Quad erf_inverse_slope(const Quad& x) {
  if (isnan(x)) return x;
  const int order = QuadAccess::order(fabs(x), 1);
  if (order >= 0) return order > 0 ? quad_nan() : quad_infinity();
  const Wide y = QuadAccess::is_zero(x) ? Wide(0) : wide_erf_inverse(widen(fabs(x)));
  return narrow(wide_exp(y * y) * wide_sqrt(wide_pi()) / 2);
}

Quad log_normal_cdf(const Quad& x) {
  if (isnan(x)) return x;
  if (isinf(x)) return signbit(x) ? x : Quad(-0.0);
  return narrow(log_of_normal_cdf<Extended>(widen(x)));
}

Quad inverse_mills(const Quad& x) {
  if (isnan(x)) return x;
  if (isinf(x)) return signbit(x) ? quad_infinity() : Quad(0);
  return narrow(inverse_mills_ratio<Extended>(widen(x)));
}

Quad tail_ratio(int n, const Quad& x) {
  if (isnan(x)) return x;
  if (isinf(x)) return signbit(x) ? Quad(0) : x;
  return narrow(normal_tail_ratio<Extended>(n, widen(x)));
}

}  // namespace ad::detail
