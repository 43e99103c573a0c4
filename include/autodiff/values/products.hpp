// Cotangent times partial, while a statement is recorded.
#pragma once

#include <autodiff/core/number.hpp>

namespace ad::detail {

/// The cotangent 1 at the root of an expression: times a partial it costs nothing.
struct One {};

/// The cotangent of a branch that was not taken: nothing flows, whatever the partial.
struct Nothing {};

template <class T>
[[gnu::always_inline]] inline constexpr const T& product(One, const T& partial) {
  return partial;
}
template <class T>
[[gnu::always_inline]] inline constexpr T product(const T& cotangent, const T& partial) {
  return cotangent * partial;
}

template <class T>
[[gnu::always_inline]] inline constexpr T as_number(One) {
  return T(1);
}
template <class T>
[[gnu::always_inline]] inline constexpr T as_number(Nothing) {
  return T(0);
}
template <class T>
[[gnu::always_inline]] inline constexpr const T& as_number(const T& x) {
  return x;
}

}  // namespace ad::detail
