// Draws plot data: two panels, the function above and its derivative below.
#pragma once

#include <string>
#include <vector>

#include "autodiff/tools/plot_data.hpp"

namespace ad::tools {

/// A gnuplot script that prints an SVG picture.
std::string plot_script(const PlotData& data);

/// The corners in words, a line each: what a legend cannot say.
std::vector<std::string> corner_captions(const PlotData& data);

}  // namespace ad::tools
