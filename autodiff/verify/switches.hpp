// Finds where the function or the claim changes its branch, along lines through the domain.
#pragma once

#include <vector>

#include <autodiff/verify/check.hpp>

#include "autodiff/verify/sampling.hpp"

namespace ad::detail {

/// Points on both sides of, and exactly at, the places where a comparison inside the function or
/// the claim comes out differently, where either stops being finite, and where the claim or the
/// function jumps; and a point in the middle of every piece between them. Each place is located
/// down to two neighbouring doubles by bisection, along lines parallel to the axes.
std::vector<CheckPoint> points_at_switches(const Subject& subject, const CheckOptions& options,
                                           Draw& draw);

}  // namespace ad::detail
