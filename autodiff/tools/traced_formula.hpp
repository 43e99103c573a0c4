// Runs a formula with its operations recorded.
#pragma once

#include <span>

#include <autodiff/tools/formula.hpp>
#include <autodiff/values/trace.hpp>

namespace ad::tools {

/// Enters the formula at the point, in double precision, in a trace without entries.
void run_traced(const Formula& formula, std::span<const double> point, detail::Trace& trace);

}  // namespace ad::tools
