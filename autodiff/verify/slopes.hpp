// What a function does at a point along one coordinate: its kind, and its slopes from both sides.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/verify/report.hpp>

#include "autodiff/verify/ladder.hpp"

namespace ad::detail {

using QuadFunction = std::function<Quad(std::span<const Quad>)>;

/// The reference of one entry, independent of any claim.
struct Slopes {
  Kind kind = Kind::smooth;
  bool resolved = false;  ///< the slopes below are known; otherwise `obstacle` says why not
  /// Value NaN: not defined there, or not known; an infinity: vertical.
  Estimate<Quad> left{Quad(std::numeric_limits<double>::quiet_NaN())};
  Estimate<Quad> right{Quad(std::numeric_limits<double>::quiet_NaN())};
  Estimate<Quad> slope;   ///< the common slope, where there is one
  std::string obstacle;   ///< also what a jump or an edge looks like, in words
  bool finite = true;     ///< the function is finite at the point
  std::string exception;  ///< what the function threw at the point itself
  Quad magnitude;         ///< of the function
  Quad noise;             ///< the rounding seen in its values near the point
  Quad level_reach;  ///< up to this distance, on one side at least, it is seen not to move at all
  Estimate<Quad> cautious;  ///< of the slope, if the function may round the coordinate
  Quad natural_slope;       ///< what a slope of this function is measured against
  Quad smooth_scale;  ///< up to this distance the function is seen to be smooth on either side
  std::vector<std::string> double_only;  ///< rules met that exist in double precision only
};

/// Looks at the function at `point` from both sides along `coordinate`, in the precision T.
template <class T>
Slopes measure_slopes(const std::function<T(std::span<const T>)>& function,
                      std::span<const double> point, std::size_t coordinate);

extern template Slopes measure_slopes(const std::function<double(std::span<const double>)>&,
                                      std::span<const double>, std::size_t);
extern template Slopes measure_slopes(const std::function<Quad(std::span<const Quad>)>&,
                                      std::span<const double>, std::size_t);

}  // namespace ad::detail
