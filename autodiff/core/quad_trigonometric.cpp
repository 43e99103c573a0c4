// Trigonometric functions of Quad and their inverses.
#include <cmath>
#include <utility>

#include <boost/multiprecision/cpp_int.hpp>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::approximate;
using detail::identity_exponent;
using detail::is_tiny;
using detail::narrow;
using detail::quad_nan;
using detail::QuadAccess;
using detail::scale;
using detail::Wide;
using detail::wide_cos_reduced;
using detail::wide_pi;
using detail::wide_sin_reduced;
using detail::wide_sqrt;
using detail::widen;

namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int::backend_type,
                                              boost::multiprecision::et_off>;

// arctan(1 / n) * 2^bits, a few hundred units too small at most.
Integer arctan_of_inverse(unsigned n, unsigned bits) {
  Integer power = (Integer(1) << bits) / n;
  Integer sum = power;
  const unsigned square = n * n;
  for (unsigned k = 3; power != 0; k += 2) {
    power /= square;
    const Integer term = power / k;
    if (k % 4 == 3) {
      sum -= term;
    } else {
      sum += term;
    }
  }
  return sum;
}

// 2 / pi * 2^bits, by Machin's formula pi = 16 arctan(1/5) - 4 arctan(1/239).
Integer two_over_pi(unsigned bits) {
  const unsigned guarded = bits + 64;
  const Integer pi = 16 * arctan_of_inverse(5, guarded) - 4 * arctan_of_inverse(239, guarded);
  return (Integer(1) << (guarded + bits + 1)) / pi;
}

// Fraction bits kept of x * 2/pi: 113 that the product shifts out at the top, as many again since a
// quad may lie that near to a multiple of pi/2, and 174 that remain.
constexpr unsigned fraction_bits = 400;

// The bits of 2/pi needed for arguments below 2^1024, and for all. The second takes some
// milliseconds to compute, so it waits until someone needs it.
struct Bits {
  explicit Bits(unsigned digits) : count(digits + fraction_bits), value(two_over_pi(count)) {}
  unsigned count;
  Integer value;
};

const Bits& bits_of_two_over_pi(int exponent) {
  static const Bits few(1024);
  if (exponent < 1024) return few;
  static const Bits all(16384);
  return all;
}

// x = (4 k + quadrant) pi/2 + rest for some integer k, |rest| <= pi/4.
struct Reduced {
  Wide rest;
  int quadrant;
};

// The upper bits of `integer` as a wide number, times 2^scale.
Wide to_wide(const Integer& integer, int scale) {
  if (integer == 0) return 0;
  const int length = static_cast<int>(msb(integer)) + 1;
  const int dropped = std::max(0, length - 240);
  return detail::scale(Wide(Integer(integer >> dropped)), scale + dropped);
}

// Payne and Hanek's reduction, x other than 0: of the product x * 2/pi only the two bits before the
// binary point and the fraction matter, so the bits of 2/pi before these are never looked at.
Reduced reduce(const Quad& x) {
  const int exponent = QuadAccess::exponent(x);
  if (exponent < -1) return {widen(x), 0};
  const Bits& bits = bits_of_two_over_pi(exponent);
  const int lowest = exponent - (QuadAccess::mantissa_bits - 1);
  const auto kept = static_cast<unsigned>(static_cast<int>(fraction_bits) + lowest);
  static const Integer one = Integer(1) << fraction_bits;
  static const Integer fraction_mask = one - 1;
  static const Integer mask = 4 * one - 1;
  Integer product = (bits.value >> (bits.count - kept)) & mask;
  product *= QuadAccess::mantissa(x);
  product &= mask;
  int quadrant = static_cast<int>(product >> fraction_bits);
  product &= fraction_mask;
  const bool below = bit_test(product, fraction_bits - 1);
  if (below) {
    product = one - product;
    ++quadrant;
  }
  static const Wide half_pi = scale(wide_pi(), -1);
  Wide rest = to_wide(product, -static_cast<int>(fraction_bits)) * half_pi;
  if (signbit(x)) quadrant = -quadrant;
  if (below != signbit(x)) rest = -rest;
  return {std::move(rest), quadrant & 3};
}

// sin(rest + quadrant pi/2)
Wide sine(const Reduced& x, int quadrant) {
  quadrant &= 3;
  Wide result = (quadrant & 1) != 0 ? wide_cos_reduced(x.rest) : wide_sin_reduced(x.rest);
  return quadrant >= 2 ? Wide(-result) : result;
}

// arctan(q) for 0 <= q <= 1, with small relative error: the double arc, by whose angle the point
// (1, q) is turned back; what remains of the angle is so small that its series is short.
Wide arctan_reduced(const Wide& q) {
  static const Wide third = Wide(1) / 3;
  static const Wide fifth = Wide(1) / 5;
  const Wide guess = widen(std::atan(approximate(q)));
  const Wide s = wide_sin_reduced(guess);
  const Wide c = wide_cos_reduced(guess);
  const Wide z = (q * c - s) / (q * s + c);
  const Wide square = z * z;
  return guess + z * (1 - square * (third - square * fifth));
}

// The angle of the point (x, y) for x, y >= 0, not both 0, in [0, pi/2].
Wide first_quadrant_angle(const Wide& y, const Wide& x) {
  if (y <= x) return arctan_reduced(y / x);
  return scale(wide_pi(), -1) - arctan_reduced(x / y);
}

// sqrt(1 - x^2) for |x| <= 1. The factors are exact unless x is so small that it does not matter.
Wide cathetus(const Wide& x) {
  const Wide square = (1 - x) * (1 + x);
  return square.is_zero() ? square : wide_sqrt(square);
}

bool outside_unit_interval(const Quad& x) { return !(QuadAccess::order(fabs(x), 1) <= 0); }

}  // namespace

Quad sin(const Quad& x) {
  if (!isfinite(x)) return quad_nan();
  if (is_tiny(x, identity_exponent)) return x;
  const Reduced reduced = reduce(x);
  return narrow(sine(reduced, reduced.quadrant));
}

Quad cos(const Quad& x) {
  if (!isfinite(x)) return quad_nan();
  if (is_tiny(x, identity_exponent)) return 1;
  const Reduced reduced = reduce(x);
  return narrow(sine(reduced, reduced.quadrant + 1));
}

Quad tan(const Quad& x) {
  if (!isfinite(x)) return quad_nan();
  if (is_tiny(x, identity_exponent)) return x;
  const Reduced reduced = reduce(x);
  return narrow(sine(reduced, reduced.quadrant) / sine(reduced, reduced.quadrant + 1));
}

Quad asin(const Quad& x) {
  if (isnan(x) || outside_unit_interval(x)) return quad_nan();
  if (is_tiny(x, identity_exponent)) return x;
  const Wide a = widen(fabs(x));
  return copysign(narrow(first_quadrant_angle(a, cathetus(a))), x);
}

Quad acos(const Quad& x) {
  if (isnan(x) || outside_unit_interval(x)) return quad_nan();
  const Wide a = widen(fabs(x));
  const Wide angle = first_quadrant_angle(cathetus(a), a);
  return narrow(signbit(x) ? Wide(wide_pi() - angle) : angle);
}

Quad atan(const Quad& x) {
  if (isnan(x) || is_tiny(x, identity_exponent)) return x;
  if (isinf(x)) return copysign(narrow(scale(wide_pi(), -1)), x);
  return copysign(narrow(first_quadrant_angle(widen(fabs(x)), 1)), x);
}

Quad atan2(const Quad& y, const Quad& x) {
  if (isnan(y) || isnan(x)) return quad_nan();
  Wide angle;
  if (isinf(y)) {
    angle = scale(wide_pi(), isinf(x) ? -2 : -1);
  } else if (isinf(x) || QuadAccess::is_zero(y)) {
    angle = 0;
  } else {
    angle = first_quadrant_angle(widen(fabs(y)), widen(fabs(x)));
  }
  if (signbit(x)) angle = wide_pi() - angle;
  return copysign(narrow(angle), y);
}

}  // namespace ad
