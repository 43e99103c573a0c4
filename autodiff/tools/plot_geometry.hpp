// Where the curves and marks of a plot lie.
#pragma once

#include <span>
#include <string>

#include "autodiff/tools/plot_data.hpp"

namespace ad::tools {

/// The ranges of the axes, and what is drawn; the upper panel shows values, the lower one slopes.
struct Panels {
  Interval x, values, slopes;
  bool tangents;  ///< at kinks: of one function, and if they do not hide it
};

/// For one or more functions on one interval.
Panels panels_of(std::span<const PlotData> functions);

/// Coordinates as gnuplot reads them: a point a line, blank lines between strokes. Empty where
/// there is nothing to draw.
struct Marks {
  std::string value, slope;   ///< the curves
  std::string left, right;    ///< short tangents with the slopes from the two sides
  std::string kinks, jumps;   ///< points of the function
  std::string between;        ///< from one one-sided slope to the other
  std::string one_sided;      ///< the one-sided slopes
  std::string by_convention;  ///< the slope that is declared at a kink
};

Marks marks_of(const PlotData& data, const Panels& panels);

/// So many corners that their details would hide the curves.
bool is_crowded(const PlotData& data);

}  // namespace ad::tools
