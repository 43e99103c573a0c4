// Directions in which functions are looked at beside a point.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ad::detail {

/// A direction without a relation to a user's numbers: a fixed sequence, uniform in ±[1/2, 3/2).
class ProbingDirection {
 public:
  explicit ProbingDirection(std::size_t which) : state_(2018 + which) {}

  template <class T>
  T next() {
    // SplitMix64: Steele, Lea and Flood 2014.
    std::uint64_t bits = state_ += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111eb;
    bits ^= bits >> 31U;
    const double size = 0.5 + static_cast<double>(bits >> 11U) * 0x1p-53;
    return T((bits & 1U) != 0 ? -size : size);
  }

 private:
  std::uint64_t state_;
};

}  // namespace ad::detail
