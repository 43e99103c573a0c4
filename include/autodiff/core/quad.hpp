// Quad precision: a floating-point number of 113 bits, compiled into the library.
#pragma once

#include <bit>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace ad {

namespace detail {
struct QuadAccess;
}  // namespace detail

/// A floating-point number of 113 bits, about 34 decimal digits, with the exponent range of IEEE
/// binary128: the carrier of references and checks.
///
/// Signed zeros, infinities and NaN behave as in IEEE 754. There are no subnormal numbers: what
/// rounds below 2^-16382 is a zero of the same sign. `+ - * / sqrt fma fmod remainder` and the
/// conversions are correctly rounded, ties to even; the other functions stay within one unit in the
/// last place over their whole range. Nothing here throws but `parse`, and special values follow
/// C99 Annex F. Comparisons report to the innermost `BranchLog`.
///
///   ad::Quad x = ad::Quad::parse("0.1");
///   ad::Quad y = exp(x) * 2 - 1;
///   std::cout << y.to_string() << '\n';
class Quad {
 public:
  using ad_value_type = Quad;
  using inner_type = Quad;

  /// Zero. Memory filled with zero bytes is this number too.
  constexpr Quad() noexcept = default;

  /// The exact value of a number of any arithmetic type.
  template <class T>
  requires std::is_arithmetic_v<T>
  constexpr Quad(T value) noexcept {
    static_assert(sizeof(T) <= sizeof(std::uint64_t) || std::is_floating_point_v<T>,
                  "Quad: integers of more than 64 bits are not supported; pass the two halves");
    if constexpr (std::is_same_v<T, long double> && sizeof(long double) > sizeof(double)) {
      *this = from_long_double(value);
    } else if constexpr (std::is_floating_point_v<T>) {
      set_floating(static_cast<double>(value));
    } else if constexpr (std::is_signed_v<T>) {
      // The magnitude of the smallest integer only exists as an unsigned number.
      const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
      set_integer(value < 0 ? 0 - bits : bits, 0, value < 0);
    } else {
      set_integer(static_cast<std::uint64_t>(value), 0, false);
    }
  }

  /// The number nearest to a decimal such as "-1.5e-3", or "inf", "-inf", "nan" in any case.
  /// Throws std::invalid_argument if `text` is anything else, also if it has spaces around it.
  static Quad parse(std::string_view text);

  /// The nearest double, ties to even; subnormals are rounded once, overflow gives an infinity.
  double to_double() const noexcept;

  /// The nearest float, rounded once from all 113 bits.
  float to_float() const noexcept;

  /// At most `digits` significant decimal digits, correctly rounded, in the style of printf's %g:
  /// "0.1", "1e-300", "inf", "nan". 36 digits bring `parse` back to the same number.
  std::string to_string(int digits = 34) const;

  constexpr Quad operator+() const noexcept { return *this; }
  constexpr Quad operator-() const noexcept {
    Quad result = *this;
    result.negative_ = !negative_;
    return result;
  }

  Quad& operator+=(const Quad& b) noexcept { return *this = *this + b; }
  Quad& operator-=(const Quad& b) noexcept { return *this = *this - b; }
  Quad& operator*=(const Quad& b) noexcept { return *this = *this * b; }
  Quad& operator/=(const Quad& b) noexcept { return *this = *this / b; }

  friend Quad operator+(const Quad& a, const Quad& b) noexcept;
  friend Quad operator-(const Quad& a, const Quad& b) noexcept;
  friend Quad operator*(const Quad& a, const Quad& b) noexcept;
  friend Quad operator/(const Quad& a, const Quad& b) noexcept;

  friend bool operator==(const Quad& a, const Quad& b) { return compare(a, b) == 0; }
  friend bool operator!=(const Quad& a, const Quad& b) { return compare(a, b) != 0; }
  friend bool operator<(const Quad& a, const Quad& b) { return compare(a, b) == -1; }
  friend bool operator>(const Quad& a, const Quad& b) { return compare(a, b) == 1; }
  friend bool operator<=(const Quad& a, const Quad& b) { return compare(a, b) <= 0; }
  friend bool operator>=(const Quad& a, const Quad& b) { return (compare(a, b) & 2) == 0; }

  friend constexpr bool isnan(const Quad& x) noexcept;
  friend constexpr bool isinf(const Quad& x) noexcept;
  friend constexpr bool isfinite(const Quad& x) noexcept;
  friend constexpr bool signbit(const Quad& x) noexcept;
  friend constexpr bool all_zero(const Quad& x) noexcept;
  friend constexpr Quad copysign(const Quad& x, const Quad& y) noexcept;

 private:
  friend struct detail::QuadAccess;
  friend class std::numeric_limits<Quad>;

  // The exponent field: negative for finite numbers, whose exponent it holds less this offset. That
  // zero is 0 makes a zeroed buffer a buffer of zeros.
  static constexpr std::int32_t exponent_offset = 16384;
  static constexpr std::int32_t field_zero = 0;
  static constexpr std::int32_t field_infinity = 1;
  static constexpr std::int32_t field_nan = 2;

  constexpr Quad(bool negative, std::int32_t field, std::uint64_t high, std::uint64_t low) noexcept
      : low_(low), high_(high), exponent_(field), negative_(negative) {}

  static Quad from_long_double(long double value) noexcept;

  // -1, 0, +1, or 2 if unordered; reports to the innermost BranchLog.
  static int compare(const Quad& a, const Quad& b);

  // integer * 2^scale
  constexpr void set_integer(std::uint64_t integer, int scale, bool negative) noexcept {
    negative_ = negative;
    if (integer == 0) return;
    const int shift = std::countl_zero(integer);
    integer <<= shift;
    high_ = integer >> 15;
    low_ = integer << 49;
    exponent_ = 63 - shift + scale - exponent_offset;
  }

  constexpr void set_floating(double value) noexcept {
    static_assert(std::numeric_limits<double>::is_iec559);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const bool negative = (bits >> 63) != 0;
    const int field = static_cast<int>((bits >> 52) & 0x7ff);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    if (field == 0x7ff) {
      negative_ = negative;
      exponent_ = fraction == 0 ? field_infinity : field_nan;
    } else if (field == 0) {
      set_integer(fraction, -1074, negative);
    } else {
      set_integer(fraction | (std::uint64_t{1} << 52), field - 1075, negative);
    }
  }

  // 113 bits, the highest one set unless the number is zero, infinite or NaN.
  alignas(16) std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::int32_t exponent_ = field_zero;
  bool negative_ = false;
};

static_assert(sizeof(Quad) == 32 && alignof(Quad) == 16 && std::is_trivially_copyable_v<Quad>);

constexpr bool isnan(const Quad& x) noexcept { return x.exponent_ == Quad::field_nan; }
constexpr bool isinf(const Quad& x) noexcept { return x.exponent_ == Quad::field_infinity; }
constexpr bool isfinite(const Quad& x) noexcept { return x.exponent_ <= Quad::field_zero; }

/// What the engine asks of every carrier (see number.hpp). Not a comparison: nothing is logged.
constexpr bool all_zero(const Quad& x) noexcept { return x.exponent_ == Quad::field_zero; }
constexpr bool all_finite(const Quad& x) noexcept { return isfinite(x); }

/// A Quad is a plain number: its own value, and a constant.
constexpr Quad value_of(const Quad& x) noexcept { return x; }
constexpr Quad detach(const Quad& x) noexcept { return x; }

/// True for negative numbers, -0 included, and for a NaN made with the sign.
constexpr bool signbit(const Quad& x) noexcept { return x.negative_; }

/// |x| with the sign of y.
constexpr Quad copysign(const Quad& x, const Quad& y) noexcept {
  Quad result = x;
  result.negative_ = y.negative_;
  return result;
}

/// |x|. Not a comparison: nothing is logged. The operation `abs`, with its kink, is `ad::abs`.
constexpr Quad fabs(const Quad& x) noexcept { return copysign(x, Quad()); }

/// The larger one; the other one if one is NaN. A comparison: the sign of a - b is logged.
Quad fmax(const Quad& a, const Quad& b);
/// The smaller one; the other one if one is NaN. A comparison: the sign of a - b is logged.
Quad fmin(const Quad& a, const Quad& b);

/// The distance from |x| to the next number away from zero: 2^(e - 112) for 2^e <= |x| < 2^(e + 1),
/// the smallest positive number for 0, infinity for an infinity, NaN for NaN.
Quad ulp(const Quad& x) noexcept;
/// x * 2^n, exact unless it leaves the range.
Quad ldexp(const Quad& x, int n) noexcept;

Quad floor(const Quad& x) noexcept;
Quad ceil(const Quad& x) noexcept;
Quad trunc(const Quad& x) noexcept;
/// The nearest integer, halves away from zero.
Quad round(const Quad& x) noexcept;
/// x - n y, with n = x/y rounded towards zero; exact. NaN if x is infinite or y is zero.
Quad fmod(const Quad& x, const Quad& y) noexcept;
/// x - n y, with n = x/y rounded to the nearest integer, ties to even; exact.
Quad remainder(const Quad& x, const Quad& y) noexcept;
/// a b + c, rounded once.
Quad fma(const Quad& a, const Quad& b, const Quad& c) noexcept;

/// NaN below 0; sqrt(-0) = -0.
Quad sqrt(const Quad& x);
Quad cbrt(const Quad& x);
/// sqrt(x^2 + y^2) without overflow on the way; an infinite argument wins over NaN.
Quad hypot(const Quad& x, const Quad& y);

Quad exp(const Quad& x);
Quad exp2(const Quad& x);
/// exp(x) - 1 without cancellation.
Quad expm1(const Quad& x);
/// -infinity at 0, NaN below.
Quad log(const Quad& x);
Quad log2(const Quad& x);
Quad log10(const Quad& x);
/// log(1 + x) without cancellation; -infinity at -1, NaN below.
Quad log1p(const Quad& x);
/// x^y; NaN for x < 0 unless y is an integer; 1 for y = 0 or x = 1, whatever the other one is.
Quad pow(const Quad& x, const Quad& y);

Quad sinh(const Quad& x);
Quad cosh(const Quad& x);
Quad tanh(const Quad& x);
Quad asinh(const Quad& x);
/// NaN below 1.
Quad acosh(const Quad& x);
/// Infinities at -1 and 1, NaN beyond.
Quad atanh(const Quad& x);

/// Reduced with as many digits of pi as x needs, over the whole range; NaN at infinities.
Quad sin(const Quad& x);
Quad cos(const Quad& x);
Quad tan(const Quad& x);
/// NaN outside [-1, 1].
Quad asin(const Quad& x);
/// NaN outside [-1, 1].
Quad acos(const Quad& x);
Quad atan(const Quad& x);
/// The angle of the point (x, y) in [-pi, pi]; signed zeros tell the sides of the cut.
Quad atan2(const Quad& y, const Quad& x);

Quad erf(const Quad& x);
/// 1 - erf(x) without cancellation.
Quad erfc(const Quad& x);
/// log |Gamma(x)|; infinity at 0 and the negative integers.
Quad lgamma(const Quad& x);
/// Gamma(x); infinities at -0 and 0, NaN at the negative integers and -infinity.
Quad tgamma(const Quad& x);
/// Gamma'(x) / Gamma(x); -infinity at 0, +infinity at -0, NaN at the negative integers and
/// -infinity.
Quad digamma(const Quad& x);

/// Prints to_string with the stream's precision; the field width counts, other flags do not.
std::ostream& operator<<(std::ostream& stream, const Quad& x);

}  // namespace ad

template <>
class std::numeric_limits<ad::Quad> {
 public:
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = false;
  static constexpr bool is_exact = false;
  static constexpr bool has_infinity = true;
  static constexpr bool has_quiet_NaN = true;
  static constexpr bool has_signaling_NaN = false;
  static constexpr std::float_denorm_style has_denorm = std::denorm_absent;
  static constexpr bool has_denorm_loss = false;
  static constexpr std::float_round_style round_style = std::round_to_nearest;
  static constexpr bool is_iec559 = false;
  static constexpr bool is_bounded = true;
  static constexpr bool is_modulo = false;
  static constexpr int digits = 113;
  static constexpr int digits10 = 33;
  static constexpr int max_digits10 = 36;
  static constexpr int radix = 2;
  static constexpr int min_exponent = -16381;
  static constexpr int min_exponent10 = -4931;
  static constexpr int max_exponent = 16384;
  static constexpr int max_exponent10 = 4932;
  static constexpr bool traps = false;
  static constexpr bool tinyness_before = false;

  static constexpr ad::Quad min() noexcept { return power_of_two(min_exponent - 1); }
  static constexpr ad::Quad max() noexcept {
    return {false, max_exponent - 1 - ad::Quad::exponent_offset, (std::uint64_t{1} << 49) - 1,
            ~std::uint64_t{0}};
  }
  static constexpr ad::Quad lowest() noexcept { return -max(); }
  static constexpr ad::Quad epsilon() noexcept { return power_of_two(1 - digits); }
  static constexpr ad::Quad round_error() noexcept { return power_of_two(-1); }
  static constexpr ad::Quad infinity() noexcept { return {false, ad::Quad::field_infinity, 0, 0}; }
  static constexpr ad::Quad quiet_NaN() noexcept { return {false, ad::Quad::field_nan, 0, 0}; }
  static constexpr ad::Quad signaling_NaN() noexcept { return quiet_NaN(); }
  static constexpr ad::Quad denorm_min() noexcept { return min(); }

 private:
  static constexpr ad::Quad power_of_two(int exponent) noexcept {
    return {false, exponent - ad::Quad::exponent_offset, std::uint64_t{1} << 48, 0};
  }
};
