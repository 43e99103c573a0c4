// Membership in the convex hull of a few points.
#pragma once

#include <span>
#include <vector>

namespace ad::detail {

/// True if g lies in the convex hull of the points, up to 2^-40 of their size: the point of the
/// hull that is nearest to g is g. Source: Wolfe 1976, finding the nearest point in a polytope.
bool is_in_hull(const std::vector<std::vector<double>>& points, std::span<const double> g);

}  // namespace ad::detail
