// Rounding made visible: what an evaluation in quad precision loses, also where it loses the same
// at every point.
#pragma once

#include <cstdint>

#include <autodiff/core/quad.hpp>

namespace ad::detail {

/// While one lives, every result of a quad operation on this thread that is not exact is one or two
/// units of its last place above or below the nearest number, as the operands and the seed say.
/// Does not nest.
///
/// The difference to the run without shows the rounding of all intermediate results, of which the
/// size of the final one says nothing: (1 - cos(x))/x, where x is too small for cos(x) to differ
/// from 1. Equal operands have equal results, so that what is the same number twice stays so.
/// Source: Monte Carlo arithmetic (Stott Parker 1997).
class RoundingNoise {
 public:
  explicit RoundingNoise(std::uint64_t seed) { seed_ = seed | 1; }
  ~RoundingNoise() { seed_ = 0; }
  RoundingNoise(const RoundingNoise&) = delete;
  RoundingNoise& operator=(const RoundingNoise&) = delete;

  static bool is_on() { return seed_ != 0; }

  /// A result of an operation whose operands have this hash, other than zero and finite.
  static Quad disturb(const Quad& result, std::uint64_t hash);

  /// Of a number without its sign, so that f(-x) = -f(x) where it held before.
  static std::uint64_t hash(const Quad& x);
  static std::uint64_t mix(std::uint64_t bits);

 private:
  static inline constinit thread_local std::uint64_t seed_ = 0;
};

}  // namespace ad::detail
