// The arithmetic of Quad: operators, comparisons, conversions from and to built-in types.
#include <cmath>
#include <ostream>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::QuadAccess;
using detail::RoundingNoise;
using detail::Uint128;

namespace detail {

namespace {

using Native =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float_quad::backend_type,
                                  boost::multiprecision::et_off>;
using NativeBackend = Native::backend_type;

// A Quad is a Native taken apart. The parts go through the backend's own accessors and not through
// memcpy: Native is not trivially copyable, and its padding would travel with it.
static_assert(sizeof(*NativeBackend().bits().limbs()) == sizeof(Uint128),
              "Quad: the mantissa is expected to be one integer of 128 bits");
static_assert(NativeBackend::bit_count == 113 && NativeBackend::max_exponent == 16383 &&
              NativeBackend::min_exponent == -16382);

Native to_native(const Quad& x) {
  Native result;
  NativeBackend& backend = result.backend();
  if (QuadAccess::is_finite_nonzero(x)) {
    *backend.bits().limbs() = QuadAccess::mantissa(x);
    backend.exponent() = static_cast<std::int16_t>(QuadAccess::exponent(x));
  } else if (isinf(x)) {
    backend.exponent() = NativeBackend::exponent_infinity;
  } else if (isnan(x)) {
    backend.exponent() = NativeBackend::exponent_nan;
  }
  backend.sign() = QuadAccess::negative(x);
  return result;
}

Quad from_native(const Native& x) {
  const NativeBackend& backend = x.backend();
  const bool negative = backend.sign();
  switch (backend.exponent()) {
    case NativeBackend::exponent_zero:
      return QuadAccess::make_zero(negative);
    case NativeBackend::exponent_infinity:
      return QuadAccess::make_infinity(negative);
    case NativeBackend::exponent_nan:
      return quad_nan();
    default:
      return QuadAccess::make(negative, backend.exponent(), *backend.bits().limbs());
  }
}

int bit_length(Uint128 x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return high != 0 ? 128 - std::countl_zero(high)
                   : 64 - std::countl_zero(static_cast<std::uint64_t>(x));
}

// a + b for finite numbers other than zero, the exponent of `a` not below that of `b`.
Quad sum_of_ordered(const Quad& a, const Quad& b) {
  // 14 bits below the last one, of which the sum needs two; what `b` has further down only matters
  // by not being zero.
  constexpr int guard_bits = 14;
  const int shift = QuadAccess::exponent(a) - QuadAccess::exponent(b);
  const int scale = QuadAccess::exponent(a) - 112 - guard_bits;
  const bool negative = signbit(a);
  if (shift > 120) return a;
  const Uint128 large = QuadAccess::mantissa(a) << guard_bits;
  const Uint128 whole = QuadAccess::mantissa(b) << guard_bits;
  const Uint128 small = whole >> shift;
  const bool more = (small << shift) != whole;
  if (signbit(b) == negative) return QuadAccess::round(negative, large + small, scale, more);
  // large - (small + fraction) = (large - small - 1) + (1 - fraction)
  if (more) return QuadAccess::round(negative, large - small - 1, scale, more);
  if (large == small) return {};
  const bool turned = small > large;
  return QuadAccess::round(negative != turned, turned ? small - large : large - small, scale);
}

// The last of the 113 bits that is not zero.
int last_bit(const Quad& x) {
  const Uint128 mantissa = QuadAccess::mantissa(x);
  const auto low = static_cast<std::uint64_t>(mantissa);
  return low != 0 ? std::countr_zero(low)
                  : 64 + std::countr_zero(static_cast<std::uint64_t>(mantissa >> 64));
}

bool is_exact_product(const Quad& a, const Quad& b) {
  if (!QuadAccess::is_finite_nonzero(a) || !QuadAccess::is_finite_nonzero(b)) return true;
  return last_bit(a) + last_bit(b) >= QuadAccess::mantissa_bits;
}

Quad product(const Quad& a, const Quad& b) { return from_native(to_native(a) * to_native(b)); }

// Equal for b + a, and for -a + -b.
Quad disturbed_sum(const Quad& a, const Quad& b) {
  const bool ordered = QuadAccess::exponent(a) >= QuadAccess::exponent(b);
  const Quad& large = ordered ? a : b;
  const Quad& small = ordered ? b : a;
  const Quad sum = sum_of_ordered(large, small);
  if (!QuadAccess::is_finite_nonzero(sum)) return sum;
  // What is lost of the smaller one (Dekker 1971).
  const Quad kept = QuadAccess::exponent(sum) >= QuadAccess::exponent(large)
                        ? sum_of_ordered(sum, -large)
                        : sum_of_ordered(-large, sum);
  if (QuadAccess::order(kept, small) == 0) return sum;
  const std::uint64_t signs = signbit(a) == signbit(b) ? 0 : 1;
  return RoundingNoise::disturb(sum, RoundingNoise::hash(a) + RoundingNoise::hash(b) + signs);
}

// The nearest number of the binary format Float, rounded once also where it is subnormal.
template <class Float>
Float round_to(const Quad& x) {
  using Limits = std::numeric_limits<Float>;
  const Float sign = signbit(x) ? Float(-1) : Float(1);
  if (isnan(x)) return Limits::quiet_NaN();
  if (isinf(x)) return sign * Limits::infinity();
  if (QuadAccess::is_zero(x)) return sign * Float(0);
  const int exponent = QuadAccess::exponent(x);
  if (exponent > Limits::max_exponent) return sign * Limits::infinity();
  // The exponent of the result's last bit, fixed among subnormals.
  const int last = std::max(exponent, Limits::min_exponent - 1) - (Limits::digits - 1);
  const int dropped = last - (exponent - 112);
  if (dropped > 114) return sign * Float(0);
  const Uint128 mantissa = QuadAccess::mantissa(x);
  const Uint128 rest = mantissa & ((Uint128{1} << dropped) - 1);
  const Uint128 half = Uint128{1} << (dropped - 1);
  auto kept = static_cast<std::uint64_t>(mantissa >> dropped);
  if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  // Exact: at most `digits` bits, or one more bit that is a power of two.
  return sign * std::ldexp(static_cast<Float>(kept), last);
}

}  // namespace

int QuadAccess::order(const Quad& a, const Quad& b) {
  if (isnan(a) || isnan(b)) return 2;
  if (is_zero(a) && is_zero(b)) return 0;
  const int sign_a = is_zero(a) ? 0 : a.negative_ ? -1 : 1;
  const int sign_b = is_zero(b) ? 0 : b.negative_ ? -1 : 1;
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  // Infinity has a larger exponent field than any finite number.
  int larger = 0;
  if (a.exponent_ != b.exponent_) {
    larger = a.exponent_ < b.exponent_ ? -1 : 1;
  } else if (mantissa(a) != mantissa(b)) {
    larger = mantissa(a) < mantissa(b) ? -1 : 1;
  }
  return sign_a * larger;
}

Quad QuadAccess::round(bool negative, Uint128 integer, int scale, bool more) {
  if (integer == 0) return make_zero(negative);
  const int length = bit_length(integer);
  int exponent = length - 1 + scale;
  if (length <= mantissa_bits) return make(negative, exponent, integer << (mantissa_bits - length));
  const int dropped = length - mantissa_bits;
  const Uint128 rest = integer & ((Uint128{1} << dropped) - 1);
  const Uint128 half = Uint128{1} << (dropped - 1);
  integer >>= dropped;
  if (rest > half || (rest == half && (more || (integer & 1) != 0))) ++integer;
  if ((integer >> mantissa_bits) != 0) {
    integer >>= 1;
    ++exponent;
  }
  return make(negative, exponent, integer);
}

}  // namespace detail

Quad Quad::from_long_double(long double value) noexcept {
  const bool negative = std::signbit(value);
  if (std::isnan(value)) return {negative, field_nan, 0, 0};
  if (std::isinf(value)) return {negative, field_infinity, 0, 0};
  static_assert(std::numeric_limits<long double>::digits <= 113);
  int exponent = 0;
  const long double high = std::ldexp(std::frexp(std::fabs(value), &exponent), 57);
  const auto leading = static_cast<std::uint64_t>(high);
  const auto trailing =
      static_cast<std::uint64_t>(std::ldexp(high - static_cast<long double>(leading), 56));
  return QuadAccess::round(negative, (Uint128{leading} << 56) | trailing, exponent - 113);
}

double Quad::to_double() const noexcept { return detail::round_to<double>(*this); }
float Quad::to_float() const noexcept { return detail::round_to<float>(*this); }

// Not Boost's sum: version 1.74 misrounds a - b where the exponents differ by 114 and a is odd, and
// gives an underflowing difference no sign.
Quad operator+(const Quad& a, const Quad& b) noexcept {
  if (isnan(a) || isnan(b)) return detail::quad_nan();
  if (isinf(a)) return isinf(b) && signbit(a) != signbit(b) ? detail::quad_nan() : a;
  if (isinf(b)) return b;
  if (QuadAccess::is_zero(a)) {
    return QuadAccess::is_zero(b) ? QuadAccess::make_zero(signbit(a) && signbit(b)) : b;
  }
  if (QuadAccess::is_zero(b)) return a;
  if (RoundingNoise::is_on()) return detail::disturbed_sum(a, b);
  if (QuadAccess::exponent(a) < QuadAccess::exponent(b)) return detail::sum_of_ordered(b, a);
  return detail::sum_of_ordered(a, b);
}
Quad operator-(const Quad& a, const Quad& b) noexcept { return a + -b; }
Quad operator*(const Quad& a, const Quad& b) noexcept {
  const Quad result = detail::product(a, b);
  if (!RoundingNoise::is_on() || detail::is_exact_product(a, b)) return result;
  return RoundingNoise::disturb(result, RoundingNoise::hash(a) + RoundingNoise::hash(b));
}
Quad operator/(const Quad& a, const Quad& b) noexcept {
  const Quad result = detail::from_native(detail::to_native(a) / detail::to_native(b));
  if (!RoundingNoise::is_on()) return result;
  const bool exact =
      detail::is_exact_product(result, b) && QuadAccess::order(detail::product(result, b), a) == 0;
  if (exact) return result;
  return RoundingNoise::disturb(result, RoundingNoise::hash(a) - RoundingNoise::hash(b));
}

int Quad::compare(const Quad& a, const Quad& b) {
  const int sign = QuadAccess::order(a, b);
  if (BranchLog* const log = detail::active_branch_log) {
    static_assert(BranchLog::unordered == 2);
    log->record(static_cast<signed char>(sign));
  }
  return sign;
}

// They compare first: what is logged must not depend on who is NaN.
Quad fmax(const Quad& a, const Quad& b) {
  const bool less = a < b;
  return less || isnan(a) ? b : a;
}
Quad fmin(const Quad& a, const Quad& b) {
  const bool greater = a > b;
  return greater || isnan(a) ? b : a;
}

std::ostream& operator<<(std::ostream& stream, const Quad& x) {
  return stream << x.to_string(static_cast<int>(stream.precision()));
}

}  // namespace ad
