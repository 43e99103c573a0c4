// Writes values and derivatives for people, for programs and for tables.
#pragma once

#include <string>
#include <vector>

#include "autodiff/tools/differentiator.hpp"

namespace ad::tools {

/// Several lines: the expression, the point, value and partial derivatives, and what the flags
/// mean.
std::string derivatives_text(const Formula& formula, const std::vector<double>& point,
                             const Derivatives& derivatives);

/// One line: {"value", "gradient", "hessian", "method", "flags"}, and "nonfinite" where it is
/// explained; non-finite numbers as strings.
std::string derivatives_json(const Formula& formula, const Derivatives& derivatives);

/// The line "value,d_x,...,flags", with d2_x_y for the Hessian's upper triangle. Ends in LF.
std::string csv_header(const Formula& formula, bool with_hessian);
std::string derivatives_csv(const Derivatives& derivatives);

}  // namespace ad::tools
