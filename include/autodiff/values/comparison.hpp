// Comparisons and classification of values: they look at the value and ignore derivatives.
#pragma once

#include <cmath>

#include <autodiff/core/traits.hpp>
#include <autodiff/ops/arithmetic.hpp>

namespace ad {

namespace detail {

/// The number of level V's inner type that x has in a comparison.
template <class V, class X>
constexpr auto level_value(const X& x) {
  if constexpr (std::is_same_v<value_type_t<X>, V>) {
    return x.value();
  } else {
    return static_cast<typename V::inner_type>(x);
  }
}

}  // namespace detail

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator<(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return detail::level_value<V>(a) < detail::level_value<V>(b);
}

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator<=(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return detail::level_value<V>(a) <= detail::level_value<V>(b);
}

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator>(const A& a, const B& b) { return b < a; }

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator>=(const A& a, const B& b) { return b <= a; }

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator==(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return detail::level_value<V>(a) == detail::level_value<V>(b);
}

template <class A, class B>
requires OperatorPair<A, B>
constexpr bool operator!=(const A& a, const B& b) { return !(a == b); }

/// Values and expressions other than Quad, which brings its own functions.
template <class X>
concept Layered = Active<X> && !has_own_operators_v<X>;

/// The innermost plain number of a value or an expression.
template <Layered X>
constexpr auto value_of(const X& x) {
  return value_of(x.value());
}

/// The value as a constant of the same type: nothing flows back through it.
template <Layered X>
constexpr value_type_t<X> detach(const X& x) {
  return value_type_t<X>(x.value());
}

template <Layered X>
bool isnan(const X& x) {
  using std::isnan;
  return isnan(value_of(x));
}

template <Layered X>
bool isfinite(const X& x) {
  using std::isfinite;
  return isfinite(value_of(x));
}

template <Layered X>
bool isinf(const X& x) {
  using std::isinf;
  return isinf(value_of(x));
}

template <Layered X>
bool signbit(const X& x) {
  using std::signbit;
  return signbit(value_of(x));
}

}  // namespace ad
