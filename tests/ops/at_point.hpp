// An operation and its derivatives at one point, for tests that name their points.
#pragma once

#include <array>
#include <limits>

#include "carriers.hpp"

namespace at_point {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double tiny = 5e-324;

/// Value, first and second derivatives by nesting.
template <class Op, class... X>
auto derivatives(const Op& op, X... x) {
  return carriers::TapeOfDual::run<double>(op, std::array{static_cast<double>(x)...});
}

template <class Op, class... X>
auto on_tape(const Op& op, X... x) {
  return carriers::Tape::run<double>(op, std::array{static_cast<double>(x)...});
}

template <class Op, class... X>
double slope(const Op& op, X... x) {
  return derivatives(op, x...).first[0];
}

template <class Op, class... X>
double curvature(const Op& op, X... x) {
  return derivatives(op, x...).second[0];
}

}  // namespace at_point
