// The convex hull of a few points: what is in it, and what of it is nearest.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ad::detail {

/// A point of a convex hull as a mix of the points that span it.
struct HullPoint {
  struct Part {
    std::size_t index;  ///< of the point
    double weight;      ///< positive; all of them together are 1
  };
  std::vector<double> offset;  ///< from the place that was asked about
  std::vector<Part> parts;
  bool is_that_place = false;  ///< up to 2^-40 of the size of the points
};

/// The point of the hull that is nearest to g; there must be points. Source: Wolfe 1976, finding
/// the nearest point in a polytope.
HullPoint nearest_in_hull(const std::vector<std::vector<double>>& points,
                          std::span<const double> g);

/// True if g lies in the convex hull of the points, up to 2^-40 of their size.
bool is_in_hull(const std::vector<std::vector<double>>& points, std::span<const double> g);

}  // namespace ad::detail
