// Finds the operations whose rules make a derivative wrong.
#pragma once

#include <functional>
#include <span>

#include <autodiff/values/trace.hpp>
#include <autodiff/verify/report.hpp>

namespace ad::detail {

/// Enters a run of the checked function in a trace without entries.
using TracedRun = std::function<void(std::span<const double> point, Trace& trace)>;

/// Adds to a refuted report which operations are to blame: runs the function at refuted points,
/// and checks every operation that its result depends on, by itself, at the arguments it had. Of a
/// long run it examines the first occurrence of every operation, then the second ones and so on, up
/// to a number that the notes tell. Other reports stay as they are.
void add_blame(Report& report, const TracedRun& run);

}  // namespace ad::detail
