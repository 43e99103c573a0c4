// Gradients of a function at smooth points beside a kink, in the limit towards it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <autodiff/core/quad.hpp>

#include "autodiff/verify/ladder.hpp"
#include "autodiff/verify/probe.hpp"
#include "autodiff/verify/sampling.hpp"
#include "autodiff/verify/slopes.hpp"

namespace ad::detail {

/// The bound is small against a number of this size.
bool is_meaningful(const Quad& bound, const Quad& size);

constexpr std::size_t nearby_levels = 3;  ///< distances that a gradient is extrapolated from

/// The limit of the gradient along x + h d for h towards 0.
struct NearbyGradient {
  std::vector<Quad> direction;
  std::vector<Estimate<Quad>> partials;
};

/// Samples the gradient of f beside the point x, along any directions.
///
/// Along a direction d the gradients at x + h d, x + h d / 4 and x + h d / 16 are extrapolated to
/// h = 0. Each is a central difference with steps far below h, all of whose evaluations, like those
/// nearer to x, meet the same comparisons with the same signs; or, for rounding may decide some of
/// them, steps in oblique directions and the values show no bend. A direction in which they do is
/// left out. The bound of a partial adds the last improvement by the extrapolation and the largest
/// change of a difference when its step is divided by 4, which truncation and rounding both cause.
class NearbyGradients {
 public:
  /// `natural_slopes`: what the partial of each variable is measured against, infinity if it does
  /// not matter. `at_kink`: it is known from elsewhere that the point is worth looking at.
  NearbyGradients(const QuadFunction& function, std::span<const double> point,
                  std::vector<Quad> natural_slopes, std::uint64_t seed, bool at_kink);

  /// The evaluation at the point meets an equality: a kink may be touched.
  bool touches() const { return touches_; }

  /// The function exists in double precision only, or does not tend to its value at the point.
  bool is_unusable() const { return unusable_; }

  /// Samples along d, whose length does not count. False if there is no smooth point that way.
  bool sample(std::span<const Quad> d);

  /// Samples along random directions.
  void sample_randomly(std::size_t count);

  /// Looks at the branches along many random directions, which costs little, and samples once in
  /// each branch that was not seen so before.
  void explore(std::size_t count);

  /// Samples along directions near d: each coordinate is changed by up to `radius` of its scale.
  bool sample_near(std::span<const Quad> d, double radius, std::size_t count);

  /// One for each different gradient that was found.
  const std::vector<NearbyGradient>& found() const { return found_; }

  /// The one-sided slope of the function along d.
  Estimate<Quad> slope_along(std::span<const Quad> d);

 private:
  struct Gradient;

  std::vector<Quad> random_direction();
  std::vector<Quad> normalized(std::span<const Quad> d) const;
  std::vector<Quad> moved(std::span<const Quad> d, const Quad& h) const;
  Quad value(const std::vector<Quad>& x, Signature& signature);
  Signature signature(std::span<const Quad> d, int exponent);
  void choose_scales();
  bool gradient_at(std::vector<Quad> x, const Signature& branch, const Quad& step,
                   Gradient& result);
  bool is_linear(const std::vector<Quad>& x, const Quad& step, const Gradient& gradient);
  bool extrapolate(std::span<const Quad> d, int exponent, const Signature& branch,
                   NearbyGradient& result);
  bool returns_to_point(const std::array<Gradient, nearby_levels>& at);
  bool is_precise(const NearbyGradient& sample) const;
  Quad total_bound(const NearbyGradient& sample) const;
  void keep(NearbyGradient sample);

  const QuadFunction& function_;
  std::vector<double> point_;
  std::vector<Quad> natural_slopes_;
  std::vector<Quad> scales_;  ///< of each coordinate: how far a step of size 1 goes
  Draw draw_;
  Signature here_;
  Quad value_here_;
  bool touches_ = false;
  bool unusable_ = false;
  std::vector<NearbyGradient> found_;
  std::vector<Signature> explored_;
};

}  // namespace ad::detail
