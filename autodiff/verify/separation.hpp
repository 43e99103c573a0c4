// Where claims lie against the convex hull of gradients, and what separates them from it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <autodiff/core/quad.hpp>

#include "autodiff/verify/hull.hpp"
#include "autodiff/verify/nearby_gradients.hpp"

namespace ad::detail {

/// A claimed partial derivative that is judged together with others.
struct JointClaim {
  std::size_t variable;
  Quad value;
  Quad allowance;      ///< what it may be off by, for itself
  Quad natural_slope;  ///< what a slope along this variable is measured against
};

/// The gradient along d, with its bound. Coordinates of d that are 0 do not count.
Estimate<Quad> slope_of(const NearbyGradient& gradient, std::span<const Quad> d);

/// The claims, as one point, against the hull of some gradients, projected on the claimed
/// variables.
class Separation {
 public:
  /// Both arguments must outlive it and stay as they are.
  Separation(std::span<const JointClaim> claims, std::span<const NearbyGradient> gradients);

  /// Some of the gradients have bounds that leave no doubt where they are.
  bool is_known() const { return !point_.parts.empty(); }

  /// The claims are no further from the hull than the bounds and allowances, seen along the way to
  /// the hull's nearest point.
  bool is_within() const;

  /// From the hull to the claims, in `dimension` variables.
  std::vector<Quad> direction(std::size_t dimension) const;

  /// The hull's nearest point as a mix of the directions in which its gradients were found.
  std::vector<Quad> mixed_direction() const;

  /// What part a claim has in the distance, at most 1.
  double share(std::size_t claim) const;

  /// The partial of the hull's nearest point, with its bound.
  Estimate<Quad> nearest(std::size_t claim) const;

 private:
  std::vector<Quad> offset_of(std::size_t gradient) const;
  bool is_definite(const NearbyGradient& gradient) const;
  void measure_sizes();
  void find_nearest();
  void make_normal();

  std::span<const JointClaim> claims_;
  std::span<const NearbyGradient> gradients_;
  std::vector<Quad> sizes_;  ///< of each partial: the unit that the hull is measured in
  HullPoint point_;
};

}  // namespace ad::detail
