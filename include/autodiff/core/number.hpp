// Questions that the engine asks of any carrier: is every component zero, is every one finite.
#pragma once

#include <cmath>
#include <concepts>

#include <autodiff/core/traits.hpp>

namespace ad {

/// The branch of `condition`; the other one contributes nothing, neither value nor derivative.
template <Operand A, Operand B>
requires Compatible<A, B>
constexpr common_value_t<A, B> select(bool condition, const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return condition ? static_cast<V>(a) : static_cast<V>(b);
}

/// Every component (of a nested number: value, tangents, all levels) is zero.
template <std::floating_point T>
constexpr bool all_zero(T x) {
  return x == T(0);
}

template <std::floating_point T>
constexpr bool all_finite(T x) {
  return x - x == T(0);
}

namespace detail {

/// True if the product of these two is an indeterminate form, which contributes zero.
template <class T>
constexpr bool is_indeterminate(const T& cotangent, const T& partial) {
  return (all_zero(cotangent) && !all_finite(partial)) ||
         (!all_finite(cotangent) && all_zero(partial));
}

}  // namespace detail

/// The innermost plain number; a plain number is its own value.
template <Arithmetic T>
constexpr T value_of(T x) {
  return x;
}

/// `x` as a constant; a plain number already is one.
template <Arithmetic T>
constexpr T detach(T x) {
  return x;
}

/// A mathematical constant given as the nearest double and what is left of it, about 32 digits;
/// `Precise` knows more.
template <class T>
constexpr T constant(double high, double low) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(high);
  } else if constexpr (OfAnyPrecision<T>) {
    return T(innermost_t<T>::constant(high, low));
  } else {
    using Number = innermost_t<T>;
    return T(Number(high) + Number(low));
  }
}

}  // namespace ad
