// Several arguments of a reduction that are equal share a slope.
#pragma once

#include <cstddef>
#include <span>

#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad::detail {

/// Of numbers that decide. One with a direction is not compared with itself: that would be a tie.
template <class Number>
bool are_equal(std::span<const Number> x, std::size_t i, std::size_t j) {
  return i == j || (!is_less(x[i], x[j]) && !is_less(x[j], x[i]));
}

/// Gives `slope` in equal parts to all arguments that equal the one at this place.
template <class Number, class T>
void share_slope(std::span<const Number> x, std::size_t place, double slope, std::span<T> result) {
  double equal = 0;
  for (std::size_t i = 0; i < x.size(); ++i) equal += are_equal(x, i, place) ? 1 : 0;
  const T part(innermost_t<T>(slope) / innermost_t<T>(equal));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (are_equal(x, i, place)) result[i] = part;
  }
}

}  // namespace ad::detail
