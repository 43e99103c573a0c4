// Draws a check over an interval: the claimed derivative against the reference.
#pragma once

#include <string>
#include <string_view>

#include <autodiff/verify/report.hpp>

namespace ad::tools {

/// A gnuplot script that prints an SVG picture of the derivatives by one variable, over the values
/// of that variable: the reference with its kinks, the claim, and where the claim is refuted. The
/// other variables keep one value each.
std::string report_plot_script(const Report& report, std::string_view expression);

}  // namespace ad::tools
