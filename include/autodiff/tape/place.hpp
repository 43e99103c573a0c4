// Where a value is recorded.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ad::detail {

/// The index of a recorded result and, above it, the generation in which it was recorded; 0 is
/// passive. One word, so that a value is copied, compared and checked at once.
enum class Place : std::uint64_t { passive = 0 };

constexpr Place make_place(std::uint32_t index, std::uint32_t generation) {
  return static_cast<Place>(std::uint64_t{generation} << 32U | index);
}
constexpr std::uint32_t index_of(Place place) { return static_cast<std::uint32_t>(place); }
constexpr std::uint32_t generation_of(Place place) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(place) >> 32U);
}
/// Of the n-th result after it, in the same generation.
constexpr Place next(Place place, std::size_t n = 1) {
  return static_cast<Place>(static_cast<std::uint64_t>(place) + n);
}
/// Bits in which two places differ; those above 32 are of the generation.
constexpr std::uint64_t difference(Place a, Place b) {
  return static_cast<std::uint64_t>(a) ^ static_cast<std::uint64_t>(b);
}

}  // namespace ad::detail
