// What a plot of a function of one variable shows: curves, and the points where it has no
// derivative.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <autodiff/ops/rule.hpp>
#include <autodiff/tools/formula.hpp>

namespace ad::tools {

struct CurvePoint {
  double x, value, slope;
};

/// A point where the slopes or the values from the two sides differ.
struct Corner {
  double x;
  double left_value, right_value;
  double left_slope, right_slope;
  bool jumps;                        ///< the values differ
  std::optional<double> convention;  ///< the derivative the tape gives at a kink that it meets
  std::string operation;             ///< whose kink it is
};

struct PlotData {
  std::string expression;
  std::string variable;
  Interval domain;
  /// Curves without corners or gaps inside.
  std::vector<std::vector<CurvePoint>> pieces;
  std::vector<Corner> corners;
};

/// Samples a formula of one variable. Its corners are located by bisection on the branches that an
/// evaluation in quad precision takes; the one-sided slopes are derivatives beside them.
PlotData plot_data(const Formula& formula, Interval domain);

}  // namespace ad::tools
