// The functions of Quad that are exact or correctly rounded, and the roots.
#include <algorithm>
#include <cmath>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::narrow;
using detail::QuadAccess;
using detail::scale;
using detail::Uint128;
using detail::Wide;
using detail::wide_sqrt;
using detail::widen;

namespace {

constexpr int fraction_bits = QuadAccess::mantissa_bits - 1;

// |x| rounded to an integer, given how, with the sign of x.
enum class Direction { towards_zero, away_from_zero, nearest };

Quad to_integer(const Quad& x, Direction direction) {
  if (!QuadAccess::is_finite_nonzero(x)) return x;
  const bool negative = signbit(x);
  const int exponent = QuadAccess::exponent(x);
  if (exponent >= fraction_bits) return x;
  if (exponent < 0) {
    const bool up = direction == Direction::away_from_zero ||
                    (direction == Direction::nearest && exponent == -1);
    return up ? copysign(1, x) : QuadAccess::make_zero(negative);
  }
  const Uint128 unit = Uint128{1} << (fraction_bits - exponent);
  const Uint128 mantissa = QuadAccess::mantissa(x);
  const Uint128 rest = mantissa & (unit - 1);
  Uint128 integer = mantissa - rest;
  const bool up = (direction == Direction::away_from_zero && rest != 0) ||
                  (direction == Direction::nearest && rest >= unit / 2);
  if (up) integer += unit;
  return QuadAccess::round(negative, integer, exponent - fraction_bits);
}

// value * 2^shift mod modulus, for a modulus below 2^115.
Uint128 shifted_modulo(Uint128 value, int shift, Uint128 modulus) {
  constexpr int step = 13;
  value %= modulus;
  while (shift > 0 && value != 0) {
    const int bits = std::min(shift, step);
    value = (value << bits) % modulus;
    shift -= bits;
  }
  return value;
}

// x / y is not a number, or x is the remainder already.
bool no_remainder(const Quad& x, const Quad& y) {
  return isnan(x) || isnan(y) || isinf(x) || QuadAccess::is_zero(y);
}

}  // namespace

Quad floor(const Quad& x) noexcept {
  return to_integer(x, signbit(x) ? Direction::away_from_zero : Direction::towards_zero);
}
Quad ceil(const Quad& x) noexcept {
  return to_integer(x, signbit(x) ? Direction::towards_zero : Direction::away_from_zero);
}
Quad trunc(const Quad& x) noexcept { return to_integer(x, Direction::towards_zero); }
Quad round(const Quad& x) noexcept { return to_integer(x, Direction::nearest); }

Quad fmod(const Quad& x, const Quad& y) noexcept {
  if (no_remainder(x, y)) return detail::quad_nan();
  if (QuadAccess::is_zero(x) || isinf(y)) return x;
  const int exponent = QuadAccess::exponent(y);
  const int shift = QuadAccess::exponent(x) - exponent;
  if (shift < 0) return x;
  const Uint128 rest = shifted_modulo(QuadAccess::mantissa(x), shift, QuadAccess::mantissa(y));
  return QuadAccess::round(signbit(x), rest, exponent - fraction_bits);
}

Quad remainder(const Quad& x, const Quad& y) noexcept {
  if (no_remainder(x, y)) return detail::quad_nan();
  if (QuadAccess::is_zero(x) || isinf(y)) return x;
  int exponent = QuadAccess::exponent(y);
  int shift = QuadAccess::exponent(x) - exponent;
  if (shift < -1) return x;
  Uint128 divisor = QuadAccess::mantissa(y);
  if (shift == -1) {
    divisor <<= 1;
    --exponent;
    shift = 0;
  }
  // Modulo twice the divisor, which tells whether the quotient is odd.
  Uint128 rest = shifted_modulo(QuadAccess::mantissa(x), shift, 2 * divisor);
  const bool odd = rest >= divisor;
  if (odd) rest -= divisor;
  const bool beyond = 2 * rest > divisor || (2 * rest == divisor && odd);
  if (beyond) rest = divisor - rest;
  const bool negative = rest == 0 ? signbit(x) : signbit(x) != beyond;
  return QuadAccess::round(negative, rest, exponent - fraction_bits);
}

Quad fma(const Quad& a, const Quad& b, const Quad& c) noexcept {
  if (!isfinite(a) || !isfinite(b) || !isfinite(c)) {
    // A finite product must not overflow before an infinite c is added.
    if (isfinite(a) && isfinite(b)) return c;
    return a * b + c;
  }
  if (QuadAccess::is_zero(a) || QuadAccess::is_zero(b)) return a * b + c;
  const Wide product = widen(a) * widen(b);
  const Wide addend = widen(c);
  const Wide sum = product + addend;
  // What the sum of 240 bits lacks (Knuth's two-sum) decides where it is half way between quads.
  const Wide part = sum - product;
  const Wide rest = (product - (sum - part)) + (addend - part);
  return narrow(sum, rest.sign());
}

Quad ulp(const Quad& x) noexcept {
  if (!isfinite(x)) return fabs(x);
  if (QuadAccess::is_zero(x)) return std::numeric_limits<Quad>::min();
  const int exponent = std::max(QuadAccess::exponent(x) - fraction_bits, -16382);
  return QuadAccess::make(false, exponent, Uint128{1} << fraction_bits);
}

Quad ldexp(const Quad& x, int n) noexcept {
  if (!QuadAccess::is_finite_nonzero(x)) return x;
  const int exponent = QuadAccess::exponent(x) + std::clamp(n, -65536, 65536);
  return QuadAccess::make(signbit(x), exponent, QuadAccess::mantissa(x));
}

Quad sqrt(const Quad& x) {
  if (isnan(x) || QuadAccess::is_zero(x)) return x;
  if (signbit(x)) return detail::quad_nan();
  return isinf(x) ? x : narrow(wide_sqrt(widen(x)));
}

Quad cbrt(const Quad& x) {
  if (!QuadAccess::is_finite_nonzero(x)) return x;
  // |x| = 2^(3 third) m with 1 <= m < 8. Newton's iteration for m^(-1/3), then for the root.
  const int exponent = QuadAccess::exponent(x);
  const int third = (exponent - ((exponent % 3) + 3) % 3) / 3;
  const Wide m = scale(widen(fabs(x)), -3 * third);
  static const Wide one_third = Wide(1) / 3;
  Wide inverse = widen(1 / std::cbrt(detail::approximate(m)));
  for (int i = 0; i < 2; ++i) {
    inverse += inverse * (1 - m * inverse * inverse * inverse) * one_third;
  }
  Wide root = m * inverse * inverse;
  root += inverse * inverse * (m - root * root * root) * one_third;
  return copysign(narrow(scale(root, third)), x);
}

Quad hypot(const Quad& x, const Quad& y) {
  if (isinf(x) || isinf(y)) return detail::quad_infinity();
  if (isnan(x) || isnan(y)) return detail::quad_nan();
  const Wide a = widen(x);
  const Wide b = widen(y);
  const Wide sum = a * a + b * b;
  return sum.is_zero() ? Quad() : narrow(wide_sqrt(sum));
}

}  // namespace ad
