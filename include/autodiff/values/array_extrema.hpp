// The largest and the smallest element.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <autodiff/ops/equal_numbers.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/piecewise.hpp>
#include <autodiff/values/array_reductions.hpp>

namespace ad {

namespace detail {

/// Throws ShapeError if there is an axis that has no elements.
void require_elements(const char* who, const Shape& shape, std::size_t axis);
void require_elements(const char* who, const Shape& shape);

/// Of numbers, by the operation that chooses between two of them.
template <class Choice>
struct Extremum {
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    T chosen = x[0];
    for (const T& xi : x.subspan(1)) chosen = Choice{}.value(chosen, xi);
    return chosen;
  }
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    if (is_nan(y)) {
      std::fill(result.begin(), result.end(), y);
    } else if constexpr (std::is_floating_point_v<T>) {
      std::size_t ties = 0;
      for (const T& xi : x) ties += xi == y ? 1U : 0U;
      const T share = T(1) / static_cast<T>(ties);
      for (std::size_t i = 0; i < x.size(); ++i) result[i] = x[i] == y ? share : T(0);
    } else {
      Numbers<deciding_t<T>> numbers(x.size());
      std::size_t chosen = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        numbers[i] = deciding(x[i]);
        if (i > 0 && is_better(numbers[i], numbers[chosen])) chosen = i;
      }
      std::fill(result.begin(), result.end(), T(0));
      share_slope(std::as_const(numbers).span(), chosen, 1, result);
    }
  }

 private:
  template <class Number>
  static bool is_better(const Number& a, const Number& b) {
    return std::is_same_v<Choice, Max> ? is_less(b, a) : is_less(a, b);
  }
};

/// max(x + h) = x_i + h_i for small h, where x_i is larger than all others
struct Largest : Extremum<Max> {
  static constexpr Meta meta{.name = "max",
                             .formula = "the largest of x1, x2, ...",
                             .derivative = "1 for the largest, 0 for the others",
                             .domain = "all",
                             .kink = "two are the largest",
                             .convention = "1/k for each of k largest",
                             .oracle = "max(x)",
                             .source = "definition"};
};

/// min(x + h) = x_i + h_i for small h, where x_i is smaller than all others
struct Smallest : Extremum<Min> {
  static constexpr Meta meta{.name = "min",
                             .formula = "the smallest of x1, x2, ...",
                             .derivative = "1 for the smallest, 0 for the others",
                             .domain = "all",
                             .kink = "two are the smallest",
                             .convention = "1/k for each of k smallest",
                             .oracle = "min(x)",
                             .source = "definition"};
};

}  // namespace detail

/// The largest of each line of x along an axis, which the result does not have; NaN if an element
/// of it is. Where k of them are the largest, each has the derivative 1/k: an element of the
/// generalised gradient (Clarke 1983, 2.3.12), as with two numbers. Throws ShapeError if there is
/// no such axis, or if it has no elements.
///
///     auto peak = max(x, ad::Axis{1});  // of each row; max(x, 1) compares each element with 1
template <ArrayOperand X>
auto max(const X& x, Axis axis) {
  detail::require_elements("max", x.shape(), axis);
  return reduce(detail::Largest{}, x, axis);
}
/// The largest of all elements, a scalar.
template <ArrayOperand X>
auto max(const X& x) {
  detail::require_elements("max", x.shape());
  return reduce(detail::Largest{}, x);
}

/// The smallest, as `max`.
template <ArrayOperand X>
auto min(const X& x, Axis axis) {
  detail::require_elements("min", x.shape(), axis);
  return reduce(detail::Smallest{}, x, axis);
}
template <ArrayOperand X>
auto min(const X& x) {
  detail::require_elements("min", x.shape());
  return reduce(detail::Smallest{}, x);
}

}  // namespace ad
