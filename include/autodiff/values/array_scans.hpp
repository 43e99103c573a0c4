// Running sums and products along an axis.
#pragma once

#include <cstddef>

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

/// Compiled for `Array<T>` and `Var<Array<T>>`, T float and double.
template <class V>
struct ArrayScans : CompiledOperation<V> {
  static V cumsum(const V& x, std::size_t axis);
  static V cumprod(const V& x, std::size_t axis);
};

extern template struct ArrayScans<Array<float>>;
extern template struct ArrayScans<Array<double>>;
extern template struct ArrayScans<Var<Array<float>>>;
extern template struct ArrayScans<Var<Array<double>>>;

}  // namespace detail

/// y_k = x_0 + ... + x_k along an axis; in reverse x̄_j = ȳ_j + ȳ_{j+1} + .... Both sums are
/// accurate as those of `sum`. Throws ShapeError if there is no such axis.
template <ArrayOperand X>
auto cumsum(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  return detail::ArrayScans<V>::cumsum(V(x), axis);
}

/// y_k = x_0 ... x_k along an axis; in reverse x̄_j = x_0 ... x_{j-1} s_j with s_j = ȳ_j + x_{j+1}
/// s_{j+1}. There is no division, so zeros do no harm. No product of neighbours overflows or
/// underflows where the result does not. Throws ShapeError if there is no such axis.
template <ArrayOperand X>
auto cumprod(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  return detail::ArrayScans<V>::cumprod(V(x), axis);
}

}  // namespace ad
