// The slope of a function from one side of a point.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <autodiff/core/quad.hpp>

#include "autodiff/verify/ladder.hpp"
#include "autodiff/verify/probe.hpp"

namespace ad::detail {

/// What the function does on one side.
enum class Approach {
  slope,       ///< a finite one-sided slope, known up to a bound
  vertical,    ///< the quotients grow without bound
  jump,        ///< the function does not tend to its value at the point
  undefined,   ///< NaN there
  infinite,    ///< infinite there
  unresolved,  ///< none of these could be established
};

template <class T>
struct Side {
  Approach approach = Approach::unresolved;
  Estimate<T> slope;       ///< vertical: an infinity as value, and the steepest quotient as bound
  Estimate<T> limit;       ///< of the value
  std::size_t branch = 0;  ///< the branch next to the point
  int top = 0;             ///< exponent of the longest step
  std::vector<Step<T>> steps;    ///< halved from 2^top, all on that branch
  T variation = T(0);            ///< the largest quotient
  T magnitude = T(0);            ///< the largest value met
  T smooth_scale = T(0);         ///< the longest step that the estimate used
  Estimate<T> cautious;          ///< of the slope, if the function may round the coordinate
  T noise = T(0);                ///< the rounding seen in the values
  bool too_coarse = false;       ///< no step is short against the distance from the point to 0
  double switch_distance = 0;    ///< where the branch changes first, 0 if it does not
  std::string switch_operation;  ///< what changes there
};

/// The step of a given exponent. Its mantissa has all bits, so that rounding shows wherever there
/// is any, and no function is periodic in it.
template <class T>
T step_of(int exponent);

/// Looks from the point in the direction `sign`. `at_point` is the sample at the point;
/// `anchor` tells if its value counts.
template <class T>
Side<T> look(Probe<T>& probe, int sign, const Sample<T>& at_point, Anchor anchor);

extern template Side<double> look(Probe<double>&, int, const Sample<double>&, Anchor);
extern template Side<Quad> look(Probe<Quad>&, int, const Sample<Quad>&, Anchor);

}  // namespace ad::detail
