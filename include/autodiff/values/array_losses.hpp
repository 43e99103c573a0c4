// What a model is trained to make small.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

/// Compiled for `Array<T>` and `Var<Array<T>>`, T float and double.
template <class V>
struct ArrayLosses : CompiledOperation<V> {
  static scalar_of_t<V> cross_entropy(const V& logits, std::span<const std::size_t> labels);
  static scalar_of_t<V> cross_entropy(const V& logits, const V& probabilities);
};

extern template struct ArrayLosses<Array<float>>;
extern template struct ArrayLosses<Array<double>>;
extern template struct ArrayLosses<Var<Array<float>>>;
extern template struct ArrayLosses<Var<Array<double>>>;

/// Throws ShapeError if the shapes differ.
void require_same_shape(const char* who, const Shape& a, const Shape& b);

}  // namespace detail

/// The cross entropy of softmax(logits) against labels: the mean over all rows of log Σ_k exp(z_k)
/// - z_label, without overflow. The classes are the last axis of the logits; each line along it has
/// one label, its place from 0 on. One statement: its derivative (softmax(z) - onehot) / rows is
/// exact also where a probability is nearly 1 (Bishop 2006, 4.3.4). NaN of no rows. Throws
/// ShapeError if labels and rows differ in number, or a label is no class.
///
///     const std::vector<std::size_t> labels{2, 0};
///     auto loss = cross_entropy(matmul(x, weights) + bias, labels);  // logits of shape (2, 3)
template <ArrayOperand X>
auto cross_entropy(const X& logits, std::span<const std::size_t> labels) {
  using V = value_type_t<X>;
  return detail::ArrayLosses<V>::cross_entropy(V(logits), labels);
}

template <ArrayOperand X, std::integral I>
requires(!std::is_same_v<I, std::size_t>) auto cross_entropy(const X& logits,
                                                             const std::vector<I>& labels) {
  return cross_entropy(logits, std::vector<std::size_t>(labels.begin(), labels.end()));
}

/// The same against probabilities p in the shape of the logits: the mean over all rows of Σ_k p_k
/// (log Σ_j exp(z_j) - z_k), where p_k = 0 contributes nothing. They may be active as well and need
/// not add up to 1. Throws ShapeError if the shapes differ.
template <ArrayOperand X, ArrayOperand P>
requires Compatible<X, P>
auto cross_entropy(const X& logits, const P& probabilities) {
  using V = common_value_t<X, P>;
  return detail::ArrayLosses<V>::cross_entropy(V(logits), V(probabilities));
}

/// The mean of (a - b)² over all elements; NaN of none. Nothing is broadcast, which is rarely meant
/// here: throws ShapeError if the shapes differ.
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto mean_squared_error(const A& a, const B& b) {
  detail::require_same_shape("mean_squared_error", a.shape(), b.shape());
  return mean(square(a - b));
}

}  // namespace ad
