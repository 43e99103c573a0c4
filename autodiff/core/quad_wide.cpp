// Between quads and wide numbers, and the elementary functions of wide numbers.
#include "autodiff/core/quad_wide.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace ad::detail {

namespace {

using WideBackend = Wide::backend_type;
static_assert(WideBackend::bit_count == 240);
static_assert(sizeof(boost::multiprecision::limb_type) == 8, "Wide: limbs of 64 bits are expected");

// sum over first <= n <= last of coefficient(n) x^(n - first), for every `step`-th n.
template <class Coefficient>
Wide horner(const Wide& x, int first, int last, int step, const Coefficient& coefficient) {
  Wide sum = coefficient(last);
  for (int n = last - step; n >= first; n -= step) sum = sum * x + coefficient(n);
  return sum;
}

// exp(x) - 1 with small relative error for |x| <= 0.36: the series at x / 2^8, then
// expm1(2 t) = expm1(t) (expm1(t) + 2) eight times.
Wide expm1_reduced(const Wide& x) {
  if (x.is_zero()) return x;
  constexpr int doublings = 8;
  const Wide t = scale(x, -doublings);
  Wide result = t * horner(t, 1, 19, 1, inverse_factorial);
  for (int i = 0; i < doublings; ++i) result *= result + 2;
  return result;
}

// log(1 + x) for |x| < 2^-40: 2 artanh(x / (2 + x)).
Wide log1p_series(const Wide& x) {
  static const Wide third = Wide(1) / 3;
  static const Wide fifth = Wide(1) / 5;
  static const Wide seventh = Wide(1) / 7;
  const Wide s = x / (x + 2);
  const Wide z = s * s;
  return scale(s * (((seventh * z + fifth) * z + third) * z + 1), 1);
}

// x = 2^n m with m near 1, from sqrt(1/2) to sqrt(2).
struct Binade {
  Wide m;
  int n;
};

Binade split(const Wide& x) {
  int n = exponent_of(x);
  Wide m = scale(x, -n);
  if (approximate(m) > 1.4142) {
    m = scale(m, -1);
    ++n;
  }
  return {m, n};
}

// log(m) for m from sqrt(1/2) to sqrt(2), with small relative error: one Newton step from the
// double logarithm, whose error is the logarithm of a number very near to 1.
Wide log_reduced(const Wide& m) {
  const double guess = std::log(approximate(m));
  if (guess == 0) return log1p_series(m - 1);
  const Wide y = widen(guess);
  const Wide rest = m * (expm1_reduced(-y) + 1) - 1;
  return rest.is_zero() ? y : Wide(y + log1p_series(rest));
}

}  // namespace

Wide widen(const Quad& x) {
  Wide result;
  if (QuadAccess::is_finite_nonzero(x)) {
    const Uint128 mantissa = QuadAccess::mantissa(x);
    auto& bits = result.backend().bits();
    bits.resize(4, 4);
    auto* const limbs = bits.limbs();
    limbs[3] = static_cast<std::uint64_t>(mantissa >> 65);
    limbs[2] = static_cast<std::uint64_t>(mantissa >> 1);
    limbs[1] = static_cast<std::uint64_t>(mantissa) << 63;
    limbs[0] = 0;
    result.backend().exponent() = QuadAccess::exponent(x);
  }
  result.backend().sign() = QuadAccess::negative(x);
  return result;
}

Quad narrow(const Wide& value, int remainder_sign) {
  const WideBackend& backend = value.backend();
  const bool negative = backend.sign();
  switch (backend.exponent()) {
    case WideBackend::exponent_zero:
      return QuadAccess::make_zero(negative);
    case WideBackend::exponent_infinity:
      return QuadAccess::make_infinity(negative);
    case WideBackend::exponent_nan:
      return quad_nan();
    default:
      break;
  }
  const auto* const limbs = backend.bits().limbs();
  Uint128 mantissa =
      (Uint128{limbs[3]} << 65) | (Uint128{limbs[2]} << 1) | (std::uint64_t{limbs[1]} >> 63);
  int exponent = backend.exponent();
  const bool half = ((limbs[1] >> 62) & 1) != 0;
  const bool above_half = half && ((limbs[1] << 2) | limbs[0]) != 0;
  bool up = above_half;
  if (half && !above_half) {
    const int outwards = negative ? -remainder_sign : remainder_sign;
    up = outwards > 0 || (outwards == 0 && (mantissa & 1) != 0);
  }
  if (up && (++mantissa >> QuadAccess::mantissa_bits) != 0) {
    mantissa >>= 1;
    ++exponent;
  }
  const Quad result = QuadAccess::make(negative, exponent, mantissa);
  if (!RoundingNoise::is_on()) return result;
  std::uint64_t hash = static_cast<std::uint64_t>(backend.exponent());
  for (int i = 0; i < 4; ++i) hash = RoundingNoise::mix(hash ^ limbs[i]);
  return RoundingNoise::disturb(result, hash);
}

double approximate(const Wide& value) {
  if (value.is_zero()) return 0;
  const auto* const limbs = value.backend().bits().limbs();
  const double mantissa = std::ldexp(static_cast<double>(limbs[3]), -47) +
                          std::ldexp(static_cast<double>(limbs[2]), -111);
  const double result = std::ldexp(mantissa, exponent_of(value));
  return value.backend().sign() ? -result : result;
}

Wide scale(Wide value, int n) {
  if (!value.is_zero()) value.backend().exponent() += n;
  return value;
}

Parity parity(const Quad& x) {
  if (QuadAccess::is_zero(x)) return Parity::even;
  const int exponent = QuadAccess::exponent(x);
  if (exponent < 0) return Parity::fractional;
  if (exponent >= QuadAccess::mantissa_bits) return Parity::even;
  const int fraction_bits = QuadAccess::mantissa_bits - 1 - exponent;
  const Uint128 mantissa = QuadAccess::mantissa(x);
  if ((mantissa & ((Uint128{1} << fraction_bits) - 1)) != 0) return Parity::fractional;
  return ((mantissa >> fraction_bits) & 1) != 0 ? Parity::odd : Parity::even;
}

const Wide& wide_pi() {
  static const Wide value(
      "3.141592653589793238462643383279502884197169399375105820974944592307816406286208998628");
  return value;
}

const Wide& wide_ln2() {
  static const Wide value(
      "0.6931471805599453094172321214581765680755001343602552541206800094933936219696947156059");
  return value;
}

const Wide& inverse_factorial(int n) {
  static const std::array<Wide, 61> table = [] {
    std::array<Wide, 61> result;
    result[0] = 1;
    for (std::size_t i = 1; i < result.size(); ++i) result[i] = result[i - 1] / i;
    return result;
  }();
  return table[static_cast<std::size_t>(n)];
}

Wide wide_sqrt(const Wide& x) {
  const int half = exponent_of(x) >> 1;
  const Wide m = scale(x, -2 * half);
  // Newton's iteration for 1 / sqrt(m), then one for the root itself.
  Wide inverse = widen(1 / std::sqrt(approximate(m)));
  for (int i = 0; i < 2; ++i) inverse += scale(inverse * (1 - m * inverse * inverse), -1);
  const Wide root = m * inverse;
  return scale(root + scale(inverse * (m - root * root), -1), half);
}

Wide wide_exp(const Wide& x) {
  const auto n = static_cast<int>(std::lround(approximate(x) * 1.4426950408889634));
  return scale(expm1_reduced(x - n * wide_ln2()) + 1, n);
}

Wide wide_expm1(const Wide& x) {
  if (std::fabs(approximate(x)) <= 0.35) return expm1_reduced(x);
  return wide_exp(x) - 1;
}

Wide wide_exp2(const Wide& x) {
  const auto n = static_cast<int>(std::lround(approximate(x)));
  return scale(expm1_reduced((x - n) * wide_ln2()) + 1, n);
}

Wide wide_log(const Wide& x) {
  const auto [m, n] = split(x);
  return n == 0 ? log_reduced(m) : Wide(log_reduced(m) + n * wide_ln2());
}

Wide wide_log2(const Wide& x) {
  const auto [m, n] = split(x);
  return log_reduced(m) / wide_ln2() + n;
}

Wide wide_log1p(const Wide& x) {
  if (x.is_zero()) return x;
  return exponent_of(x) < -40 ? log1p_series(x) : wide_log(x + 1);
}

Wide wide_sin_reduced(const Wide& x) {
  const Wide z = -x * x;
  return x * horner(z, 1, 53, 2, inverse_factorial);
}

Wide wide_cos_reduced(const Wide& x) {
  const Wide z = -x * x;
  return horner(z, 0, 54, 2, inverse_factorial);
}

}  // namespace ad::detail
