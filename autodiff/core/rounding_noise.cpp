#include "autodiff/core/rounding_noise.hpp"

#include "autodiff/core/quad_wide.hpp"

namespace ad::detail {

// The finalizer of splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t RoundingNoise::mix(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

std::uint64_t RoundingNoise::hash(const Quad& x) {
  if (!QuadAccess::is_finite_nonzero(x)) return 0;
  const Uint128 mantissa = QuadAccess::mantissa(x);
  const auto low = static_cast<std::uint64_t>(mantissa);
  const auto high = static_cast<std::uint64_t>(mantissa >> 64);
  return mix(mix(low) ^ mix(high + 1) ^ static_cast<std::uint64_t>(QuadAccess::exponent(x)));
}

Quad RoundingNoise::disturb(const Quad& result, std::uint64_t hash) {
  if (!QuadAccess::is_finite_nonzero(result)) return result;
  const std::uint64_t bits = mix(hash ^ seed_);
  const std::uint64_t units = 1 + (bits >> 63);
  const bool up = ((bits >> 62) & 1) != 0;
  const Uint128 mantissa = QuadAccess::mantissa(result);
  return QuadAccess::round(signbit(result), up ? mantissa + units : mantissa - units,
                           QuadAccess::exponent(result) - 112);
}

}  // namespace ad::detail
