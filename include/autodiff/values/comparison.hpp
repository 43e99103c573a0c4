// Comparisons and classification of values: they look at the value and ignore derivatives.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>

#include <autodiff/core/kink_watch.hpp>
#include <autodiff/core/notes.hpp>
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

/// `compare` on the numbers that decide: those of the level below; of values that compare along
/// tangents the first pair that is not equal.
template <class A, class B, class Compare>
constexpr bool compare_values(const A& a, const B& b, const Compare& compare) {
  using V = common_value_t<A, B>;
  if constexpr (ComparesAlongTangents<V>) {
    const V x(a), y(b);
    if (!(x.value() == y.value())) return compare(x.value(), y.value());
    for (std::size_t i = 0; i < V::directions; ++i) {
      if (x.tangent(i) == y.tangent(i)) continue;
      Notes::add_tie(true);
      return compare(x.tangent(i), y.tangent(i));
    }
    Notes::add_tie(false);
    return compare(x.value(), y.value());
  } else {
    return compare(level_value<V>(a), level_value<V>(b));
  }
}

/// An active value of numbers that watch kinks: where two of these are equal a comparison is told,
/// and the watch may take either outcome.
template <class V>
concept WatchedValue = WatchesKinks<V> && requires(V v) {
  { v.is_active() } -> std::convertible_to<bool>;
};

template <class V, class X>
bool depends_on_input(const X& x) {
  if constexpr (std::is_same_v<value_type_t<X>, V>) {
    return x.is_active();
  } else {
    return false;
  }
}

template <class V, class A, class B>
bool is_watched_tie(const A& a, const B& b) {
  return KinkWatch::current() != nullptr && (depends_on_input<V>(a) || depends_on_input<V>(b)) &&
         value_of(a) == value_of(b);
}

/// a < b of values that may be watched. A tie is taken as either side of it.
template <class A, class B>
constexpr bool is_less_value(const A& a, const B& b, bool or_equal) {
  using V = common_value_t<A, B>;
  if constexpr (WatchedValue<V>) {
    if (is_watched_tie<V>(a, b)) {
      KinkWatch& watch = *KinkWatch::current();
      watch.note_tie(or_equal ? "<=" : "<");
      if (watch.answer() == KinkWatch::Answer::side) return !watch.choose();
    }
  }
  return compare_values(a, b,
                        [&](const auto& x, const auto& y) { return or_equal ? x <= y : x < y; });
}

}  // namespace detail

/// Arrays are compared element by element.
template <class A, class B>
concept ScalarPair = OperatorPair<A, B> && !HasElements<A> && !HasElements<B>;

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator<(const A& a, const B& b) { return detail::is_less_value(a, b, false); }

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator<=(const A& a, const B& b) { return detail::is_less_value(a, b, true); }

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator>(const A& a, const B& b) { return b < a; }

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator>=(const A& a, const B& b) { return b <= a; }

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator==(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  if constexpr (detail::WatchedValue<V>) {
    if (detail::is_watched_tie<V>(a, b)) detail::KinkWatch::current()->note_equality("==");
  }
  return detail::compare_values(a, b, [](const auto& x, const auto& y) { return x == y; });
}

template <class A, class B>
requires ScalarPair<A, B>
constexpr bool operator!=(const A& a, const B& b) { return !(a == b); }

/// Values and expressions of single numbers other than Quad, which brings its own functions.
template <class X>
concept Layered = Active<X> && !has_own_operators_v<X> && !HasElements<X>;

/// The innermost plain number of a value or an expression.
template <Layered X>
constexpr auto value_of(const X& x) {
  return value_of(x.value());
}

namespace detail {

/// A number with derivatives of its own; the tangents of a `Directed` one say which branch it
/// takes.
template <class T>
concept CarriesDerivatives = Layered<T> && !(requires { requires T::compares_along_tangents; });

}  // namespace detail

/// The value as a constant of the same type: no derivative of any order flows through it.
template <Layered X>
constexpr value_type_t<X> detach(const X& x) {
  using V = value_type_t<X>;
  if constexpr (detail::CarriesDerivatives<typename V::inner_type>) {
    return V(detach(x.value()));
  } else {
    return V(x.value());
  }
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
