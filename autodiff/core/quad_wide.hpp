// The arithmetic behind ad::Quad: access to its parts, and the wider numbers in which its functions
// are evaluated before they are rounded once.
#pragma once

#include <cstdint>
#include <span>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/rounding_noise.hpp"

namespace ad::detail {

__extension__ typedef unsigned __int128 Uint128;  // `using` takes no __extension__ on clang

/// 240 bits: the product of two quads is exact, and what a function loses on its way (about 14 bits
/// in powers, 113 next to a zero of lgamma) is still more than 100 bits below a quad's last one.
using Wide =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<
                                      240, boost::multiprecision::digit_base_2, void, std::int32_t>,
                                  boost::multiprecision::et_off>;

/// The parts of a quad: (-1)^negative * mantissa * 2^(exponent - 112), with 113 bits of mantissa.
struct QuadAccess {
  static constexpr int mantissa_bits = 113;

  static bool is_zero(const Quad& x) { return x.exponent_ == Quad::field_zero; }
  static bool is_finite_nonzero(const Quad& x) { return x.exponent_ < Quad::field_zero; }
  static bool negative(const Quad& x) { return x.negative_; }

  // The rest is for finite numbers other than zero.
  static int exponent(const Quad& x) { return x.exponent_ + Quad::exponent_offset; }
  static Uint128 mantissa(const Quad& x) { return (Uint128{x.high_} << 64) | x.low_; }

  /// Infinity above the range, zero below.
  static Quad make(bool negative, int exponent, Uint128 mantissa) {
    if (exponent > 16383) return make_infinity(negative);
    if (exponent < -16382) return make_zero(negative);
    return {negative, exponent - Quad::exponent_offset, static_cast<std::uint64_t>(mantissa >> 64),
            static_cast<std::uint64_t>(mantissa)};
  }
  static Quad make_zero(bool negative) { return {negative, Quad::field_zero, 0, 0}; }
  static Quad make_infinity(bool negative) { return {negative, Quad::field_infinity, 0, 0}; }

  /// -1, 0, +1, or 2 if unordered; nothing is logged.
  static int order(const Quad& a, const Quad& b);

  /// integer * 2^scale with the given sign, for any integer below 2^128, rounded to nearest even.
  /// `more` tells that the true value is a little larger in magnitude, by less than one unit; then
  /// the integer must have at least 115 bits.
  static Quad round(bool negative, Uint128 integer, int scale, bool more = false);
};

inline Quad quad_nan() { return std::numeric_limits<Quad>::quiet_NaN(); }
inline Quad quad_infinity(bool negative = false) { return QuadAccess::make_infinity(negative); }

/// |x| < 2^exponent: a function is its first term there, as far as rounding shows.
inline bool is_tiny(const Quad& x, int exponent) {
  return QuadAccess::is_zero(x) || (!RoundingNoise::is_on() && QuadAccess::is_finite_nonzero(x) &&
                                    QuadAccess::exponent(x) < exponent);
}

/// Below 2^this an odd function of slope 1 is its argument (sin, tanh, asinh, ...): the cubic term
/// is less than 2^-16 of a unit in the last place.
inline constexpr int identity_exponent = -64;

/// Whether x is an integer, and which kind of.
enum class Parity { even, odd, fractional };
Parity parity(const Quad& x);

/// The same value; x must be finite.
Wide widen(const Quad& x);
inline Wide widen(double x) { return widen(Quad(x)); }

/// The nearest quad. If `value` was itself rounded, `remainder_sign` is the sign of what it lacks
/// to the true value: it decides where `value` lies exactly in the middle between two quads.
Quad narrow(const Wide& value, int remainder_sign = 0);

/// `value` with a relative error below 2^-51, also where it is subnormal or overflows as a double.
double approximate(const Wide& value);

/// value * 2^n, exact; n and the exponent of the value stay within 2^30.
Wide scale(Wide value, int n);

/// floor(log2 |x|) of a number other than zero.
inline int exponent_of(const Wide& x) { return x.backend().exponent(); }

// Functions of wide numbers, with a relative error of a few 2^-236. Arguments are finite.

const Wide& wide_pi();
const Wide& wide_ln2();
/// 1 / n! for 0 <= n <= 60.
const Wide& inverse_factorial(int n);

/// x > 0.
Wide wide_sqrt(const Wide& x);
/// |x| below 2^30.
Wide wide_exp(const Wide& x);
Wide wide_expm1(const Wide& x);
/// 2^x, |x| below 2^30.
Wide wide_exp2(const Wide& x);
/// x > 0.
Wide wide_log(const Wide& x);
/// log2(x) for x > 0, exact for powers of two.
Wide wide_log2(const Wide& x);
/// x > -1.
Wide wide_log1p(const Wide& x);
/// Sine and cosine, |x| <= pi / 4.
Wide wide_sin_reduced(const Wide& x);
Wide wide_cos_reduced(const Wide& x);
/// x >= 0.
Wide wide_erf(const Wide& x);
/// 0 far out.
Wide wide_erfc(const Wide& x);
/// cot(pi x); x is no integer.
Wide wide_cotangent_of_turns(const Quad& x);
/// B(2), B(4), ..., B(68).
std::span<const Wide> bernoulli_numbers();

}  // namespace ad::detail
