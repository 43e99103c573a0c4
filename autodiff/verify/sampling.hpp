// The points at which a check over a domain looks.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include <autodiff/verify/check.hpp>

namespace ad::detail {

using CheckPoint = std::vector<double>;

/// Random numbers that are the same with every standard library.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  /// At least `least` in size and less than `least` + 1, of either sign.
  double away_from_zero(double least) {
    const double size = least + unit();
    return unit() < 0.5 ? -size : size;
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }

  /// Mostly uniform; at times near 0 or an end, at a distance of any order of magnitude.
  double from(const Interval& interval);

  CheckPoint from(const std::vector<Interval>& domain);

 private:
  std::mt19937_64 engine_;
};

bool contains(const Interval& interval, double x);

/// 0, subnormal and tiny numbers, +-1: those that lie inside.
std::vector<double> special_values(const Interval& interval);

/// Ordinary points, the ends and the special values of every variable, and points whose coordinates
/// are equal.
std::vector<CheckPoint> sample_domain(const CheckOptions& options, Draw& draw);

}  // namespace ad::detail
