// Elements of the generalised gradient of a formula.
#pragma once

#include <span>
#include <vector>

#include <autodiff/tools/formula.hpp>

namespace ad::tools {

/// An element of the generalised gradient at a point where `gradient` is not one; empty if it is,
/// or if the formula has none there because it jumps, is not finite or has a vertical tangent.
std::vector<double> element_unless_right(const Formula& formula, std::span<const double> point,
                                         double value, std::span<const double> gradient);

}  // namespace ad::tools
