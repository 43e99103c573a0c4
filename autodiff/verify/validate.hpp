// Refuses what cannot be checked, before anything is evaluated.
#pragma once

#include <span>
#include <vector>

#include <autodiff/verify/check.hpp>

namespace ad::detail {

/// Throws ParameterError if the subject has no variable, function or claim, ShapeError if `claimed`
/// does not have one flag per variable.
void validate_subject(const Subject& subject, const char* who);

/// Throws ParameterError if there are no points, ShapeError if one has the wrong size.
void validate_points(const Subject& subject, std::span<const std::vector<double>> points,
                     const char* who);

/// Throws ShapeError if there is not one interval per variable, ParameterError if one is reversed
/// or not finite or if no points are asked for.
void validate_domain(const Subject& subject, const CheckOptions& options, const char* who);

}  // namespace ad::detail
