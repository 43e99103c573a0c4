// What functions of whole arrays are written with, and sums.
#pragma once

#include <cstddef>
#include <type_traits>

#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

template <class V>
struct IsArrayValue : IsArray<V> {};
template <class T>
struct IsArrayValue<Var<Array<T>>> : std::true_type {};

}  // namespace detail

/// An array, active or not, or an expression of arrays.
template <class X>
concept ArrayOperand = Active<X> && detail::IsArrayValue<value_type_t<X>>::value;

namespace detail {

/// How the lines along an axis lie in a packed array.
struct AxisLayout {
  std::size_t outer, extent, inner;

  std::size_t position(std::size_t o, std::size_t k, std::size_t i) const {
    return (o * extent + k) * inner + i;
  }
};

/// Throws ShapeError, in the name of `who`, if the shape has no such axis.
AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis);

}  // namespace detail

/// The sum of all elements, in one pass together with its derivatives: the expression is not
/// evaluated into memory.
///
///     ad::Real y = sum(relu(a * x + b));
template <ArrayOperand X>
auto sum(const X& x) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    detail::PartialNotes none;
    return detail::sum_elements<false, T>(x, {}, none);
  } else {
    return detail::record_sum<T>(x);
  }
}

/// The mean of all elements; NaN of none.
template <ArrayOperand X>
auto mean(const X& x) {
  using T = typename value_type_t<X>::element_type;
  using Scalar = decltype(sum(x));
  return Scalar(sum(x) / static_cast<T>(x.shape().size()));
}

/// Σ a_i b_i.
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto dot(const A& a, const B& b) { return sum(a * b); }

}  // namespace ad
