// Draws plot data: two panels, the functions above and their derivatives below.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "autodiff/tools/plot_data.hpp"

namespace ad::tools {

/// More curves than colours that can be told apart.
inline constexpr std::size_t most_functions = 5;

/// A gnuplot script that prints an SVG picture of one to `most_functions` functions of the same
/// variable on the same interval.
std::string plot_script(std::span<const PlotData> functions);

/// The corners in words, a line each: what a legend cannot say.
std::vector<std::string> corner_captions(const PlotData& data);

}  // namespace ad::tools
