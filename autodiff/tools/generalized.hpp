// Elements of the generalised gradient of a formula.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <autodiff/tools/formula.hpp>

namespace ad::tools {

/// An element of the generalised gradient at the point: `gradient` itself if it is one. None if
/// there is none, because the formula jumps, is not finite or has a vertical tangent.
std::optional<std::vector<double>> generalized_element(const Formula& formula,
                                                       std::span<const double> point, double value,
                                                       std::span<const double> gradient);

}  // namespace ad::tools
