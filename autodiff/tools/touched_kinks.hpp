// Where the evaluation of a formula meets points at which an operation is not differentiable.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <autodiff/tools/formula.hpp>

namespace ad::tools {

/// What an evaluation in double precision touches, each once: "kink: relu" for an operation whose
/// slopes differ beside the arguments it got, "jump: floor" if its values do, "equality: where" for
/// a comparison of equal numbers. Empty for most points, and cheap then.
std::vector<std::string> touched_kinks(const Formula& formula, std::span<const double> point);

}  // namespace ad::tools
