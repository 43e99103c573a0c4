#include "autodiff/verify/sampling.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ad::detail {

double Draw::from(const Interval& interval) {
  const double choice = unit();
  // Halves first: upper - lower may overflow.
  const double half = interval.upper / 2 - interval.lower / 2;
  const double uniform =
      std::clamp(interval.lower + half * (2 * unit()), interval.lower, interval.upper);
  if (choice < 0.75) return uniform;
  const double distance = std::pow(10.0, -17 * unit()) * half;
  const double from_lower = interval.lower + distance;
  const double from_upper = interval.upper - distance;
  if (choice < 0.80) return std::clamp(from_lower, interval.lower, interval.upper);
  if (choice < 0.85) return std::clamp(from_upper, interval.lower, interval.upper);
  const double near_zero = choice < 0.925 ? distance : -distance;
  return contains(interval, near_zero) ? near_zero : uniform;
}

CheckPoint Draw::from(const std::vector<Interval>& domain) {
  CheckPoint point;
  for (const Interval& interval : domain) point.push_back(from(interval));
  return point;
}

bool contains(const Interval& interval, double x) {
  return interval.lower <= x && x <= interval.upper;
}

std::vector<double> special_values(const Interval& interval) {
  constexpr std::array candidates{0.0,   5e-324, -5e-324, 1e-12,   -1e-12, 1.0,   -1.0,
                                  1e-17, -1e-17, 1e-300,  -1e-300, 1e-6,   -1e-6, 1e-3,
                                  -1e-3, 0.5,    -0.5,    2.0,     -2.0,   10.0,  -10.0};
  std::vector<double> result;
  for (const double x : candidates) {
    if (contains(interval, x)) result.push_back(x);
  }
  return result;
}

namespace {

bool is_fixed(const Interval& interval) { return interval.lower == interval.upper; }

/// In one dimension all special values; in many, those where most functions are special.
std::vector<double> specials_of(const Interval& interval, std::size_t dimensions) {
  std::vector<double> all = special_values(interval);
  constexpr std::size_t few = 8;
  if (dimensions > 1 && all.size() > few) all.resize(few);
  return all;
}

class Sampler {
 public:
  Sampler(const CheckOptions& options, Draw& draw) : options_(options), draw_(draw) {}

  std::vector<CheckPoint> run() {
    for (std::size_t i = 0; i < options_.points; ++i) points_.push_back(draw_.from(domain()));
    add_corners();
    for (std::size_t i = 0; i < domain().size(); ++i) add_ends_and_specials(i);
    add_diagonals();
    return std::move(points_);
  }

 private:
  const std::vector<Interval>& domain() const { return options_.domain; }

  void add_corners() {
    CheckPoint lower;
    CheckPoint upper;
    for (const Interval& interval : domain()) {
      lower.push_back(interval.lower);
      upper.push_back(interval.upper);
    }
    points_.push_back(lower);
    if (upper != lower) points_.push_back(upper);
  }

  void add_ends_and_specials(std::size_t i) {
    if (is_fixed(domain()[i])) return;
    const std::size_t dimensions = domain().size();
    std::vector<double> values = specials_of(domain()[i], dimensions);
    if (dimensions > 1) {
      values.push_back(domain()[i].lower);
      values.push_back(domain()[i].upper);
    }
    for (const double value : values) {
      CheckPoint point = draw_.from(domain());
      point[i] = value;
      points_.push_back(std::move(point));
    }
  }

  /// Ties: two coordinates equal, and all of them.
  void add_diagonals() {
    const std::size_t dimensions = domain().size();
    if (dimensions < 2) return;
    constexpr std::size_t pairs = 4;
    for (std::size_t k = 0; k < pairs; ++k) {
      const std::size_t i = draw_.below(dimensions);
      const std::size_t j = (i + 1 + draw_.below(dimensions - 1)) % dimensions;
      CheckPoint point = draw_.from(domain());
      if (!contains(domain()[j], point[i])) continue;
      point[j] = point[i];
      points_.push_back(std::move(point));
    }
    for (const double value : {0.0, 1.0, -1.0, draw_.from(domain()[0])}) {
      const auto inside = [&](const Interval& interval) { return contains(interval, value); };
      if (!std::all_of(domain().begin(), domain().end(), inside)) continue;
      points_.push_back(CheckPoint(dimensions, value));
    }
  }

  const CheckOptions& options_;
  Draw& draw_;
  std::vector<CheckPoint> points_;
};

}  // namespace

std::vector<CheckPoint> sample_domain(const CheckOptions& options, Draw& draw) {
  return Sampler(options, draw).run();
}

}  // namespace ad::detail
