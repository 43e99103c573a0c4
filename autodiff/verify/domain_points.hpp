// The points of a check over a domain.
#pragma once

#include <vector>

#include <autodiff/verify/check.hpp>

#include "autodiff/verify/sampling.hpp"

namespace ad::detail {

/// All points of a check over a domain: ordinary ones, the ends and the special values of every
/// variable, points whose coordinates are equal, and those at the switches of function and claim;
/// no point twice. Where there is no quad version of the function, coordinates next to 0 keep a
/// distance from it that steps in double precision can resolve.
std::vector<CheckPoint> points_of_domain(const Subject& subject, const CheckOptions& options);

}  // namespace ad::detail
