// What a user's callable accepts, told by its parameter types alone.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <autodiff/core/forward.hpp>
#include <autodiff/core/traits.hpp>

namespace ad {

/// A callable that is only ever evaluated in double precision, whatever its parameters say.
template <class F>
struct DoubleOnly {
  F function;

  template <class... X>
  decltype(auto) operator()(X&&... x) const {
    return function(std::forward<X>(x)...);
  }
};

/// Declares that `f` computes in double: it is called with doubles only, and what depends on it is
/// reported as known to double precision.
///
///     auto table = ad::double_only([&](auto x) { return interpolate(x); });
template <class F>
DoubleOnly<F> double_only(F f) {
  return {std::move(f)};
}

namespace detail {

template <class F>
struct IsDoubleOnly : std::false_type {};
template <class F>
struct IsDoubleOnly<DoubleOnly<F>> : std::true_type {};

/// The parameter types of this callable are written down: a function, or a class with exactly one
/// call operator that is not a template.
template <class F>
concept HasFixedParameters = std::is_function_v<std::remove_pointer_t<F>> || requires {
  &F::operator();
};

}  // namespace detail

/// True for a callable with `auto` parameters, which must accept every value type of this library.
template <class F>
inline constexpr bool is_generic_v = !detail::IsDoubleOnly<std::remove_cvref_t<F>>::value &&
                                     !detail::HasFixedParameters<std::decay_t<F>>;

namespace detail {

/// What a generic function is called with for a number of type T.
template <class T>
struct Wrapped {
  using type = T;
};
template <std::floating_point T>
struct Wrapped<T> {
  using type = Plain<T>;
};

}  // namespace detail

/// The type in which a plain number enters a user's generic function: a value of this library.
template <class T>
using wrapped_t = typename detail::Wrapped<T>::type;

}  // namespace ad
