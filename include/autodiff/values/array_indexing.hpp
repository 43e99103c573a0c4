// Arrays put together, and parts of them by their indices.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <ranges>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

/// Compiled for `Array<T>` and `Var<Array<T>>`, T float and double.
template <class V>
struct ArrayIndexing : CompiledOperation<V> {
  static V concatenate(std::size_t axis, std::span<const V> parts);
  static V stack(std::size_t axis, std::span<const V> parts);
  static V gather(const V& x, std::span<const std::size_t> indices, std::size_t axis);
  static V scatter_add(const V& base, std::span<const std::size_t> indices, const V& x,
                       std::size_t axis);
};

extern template struct ArrayIndexing<Array<float>>;
extern template struct ArrayIndexing<Array<double>>;
extern template struct ArrayIndexing<Var<Array<float>>>;
extern template struct ArrayIndexing<Var<Array<double>>>;

}  // namespace detail

/// A container of arrays, active or not.
template <class R>
concept ArrayRange = std::ranges::input_range<const R&> && !ArrayOperand<R> &&
                     ArrayOperand<std::ranges::range_value_t<const R&>>;

namespace detail {

template <ArrayRange R>
auto array_values(const R& arrays) {
  using V = value_type_t<std::ranges::range_value_t<const R&>>;
  std::vector<V> result;
  for (const auto& x : arrays) result.push_back(V(x));
  return result;
}

}  // namespace detail

/// The arrays one after the other along an axis, which they have; all other extents must be equal.
/// Throws ShapeError if they are not, if there is no such axis or no array.
///
///     auto both = concatenate(0, a, b);  // (2, 3) and (4, 3) give (6, 3)
template <ArrayOperand... X>
requires(sizeof...(X) > 0 && Compatible<X...>) auto concatenate(std::size_t axis, const X&... x) {
  using V = common_value_t<X...>;
  const std::array<V, sizeof...(X)> parts{V(x)...};
  return detail::ArrayIndexing<V>::concatenate(axis, parts);
}
template <ArrayRange R>
auto concatenate(std::size_t axis, const R& arrays) {
  const auto parts = detail::array_values(arrays);
  using V = typename decltype(parts)::value_type;
  return detail::ArrayIndexing<V>::concatenate(axis, parts);
}

/// Arrays of one shape side by side along a new axis. Throws ShapeError if their shapes differ, if
/// the axis is beyond their rank, or if there is no array.
///
///     auto rows = stack(0, a, b);  // (3) and (3) give (2, 3)
template <ArrayOperand... X>
requires(sizeof...(X) > 0 && Compatible<X...>) auto stack(std::size_t axis, const X&... x) {
  using V = common_value_t<X...>;
  const std::array<V, sizeof...(X)> parts{V(x)...};
  return detail::ArrayIndexing<V>::stack(axis, parts);
}
template <ArrayRange R>
auto stack(std::size_t axis, const R& arrays) {
  const auto parts = detail::array_values(arrays);
  using V = typename decltype(parts)::value_type;
  return detail::ArrayIndexing<V>::stack(axis, parts);
}

/// y[.., k, ..] = x[.., indices[k], ..]: what stands at these indices of an axis, in their order.
/// The adjoints of an index that is repeated add up. Throws ShapeError if there is no such axis, or
/// an index is not below its extent.
///
///     const std::vector<std::size_t> words{4, 0, 4};
///     auto rows = gather(embedding, words, 0);  // (9, 2) gives (3, 2)
template <ArrayOperand X>
auto gather(const X& x, std::span<const std::size_t> indices, std::size_t axis = 0) {
  using V = value_type_t<X>;
  return detail::ArrayIndexing<V>::gather(V(x), indices, axis);
}

template <ArrayOperand X, std::integral I>
requires(!std::is_same_v<I, std::size_t>) auto gather(const X& x, const std::vector<I>& indices,
                                                      std::size_t axis = 0) {
  return gather(x, std::vector<std::size_t>(indices.begin(), indices.end()), axis);
}
template <ArrayOperand X>
auto gather(const X& x, std::initializer_list<std::size_t> indices, std::size_t axis = 0) {
  return gather(x, std::span<const std::size_t>(indices.begin(), indices.size()), axis);
}

/// y = base, and then y[.., indices[k], ..] += x[.., k, ..] for every k: the transpose of `gather`.
/// x has the shape of the base but for the axis, where it has one element for each index. Throws
/// ShapeError if it has another, or as `gather`.
template <ArrayOperand B, ArrayOperand X>
requires Compatible<B, X>
auto scatter_add(const B& base, std::span<const std::size_t> indices, const X& x,
                 std::size_t axis = 0) {
  using V = common_value_t<B, X>;
  return detail::ArrayIndexing<V>::scatter_add(V(base), indices, V(x), axis);
}
template <ArrayOperand B, std::integral I, ArrayOperand X>
requires(Compatible<B, X> && !std::is_same_v<I, std::size_t>) auto scatter_add(
    const B& base, const std::vector<I>& indices, const X& x, std::size_t axis = 0) {
  return scatter_add(base, std::vector<std::size_t>(indices.begin(), indices.end()), x, axis);
}
/// The same onto zeros of this shape.
template <ArrayOperand X>
auto scatter_add(const Shape& shape, std::span<const std::size_t> indices, const X& x,
                 std::size_t axis = 0) {
  using T = typename value_type_t<X>::element_type;
  return scatter_add(Array<T>::zeros(shape), indices, x, axis);
}
template <std::integral I, ArrayOperand X>
requires(!std::is_same_v<I, std::size_t>) auto scatter_add(const Shape& shape,
                                                           const std::vector<I>& indices,
                                                           const X& x, std::size_t axis = 0) {
  return scatter_add(shape, std::vector<std::size_t>(indices.begin(), indices.end()), x, axis);
}

}  // namespace ad
