// The containers in which users hold their arrays.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/drivers/point.hpp>
#include <autodiff/values/array_var.hpp>

namespace ad {

/// Describes a container C of arrays. To make another one known to the drivers, such as a struct
/// that holds the parameters of a model, make it a template of its array type and specialise:
///   element_type   of its arrays
///   Rebound<A>     the same container of arrays of type A
///   map<A>(c, f)   a Rebound<A> of f(array), for each array of c in order
///
///     template <class A> struct Layer { A weights, bias; };
///     template <class A> struct ad::ArrayTraits<Layer<A>> {
///       using element_type = typename A::element_type;
///       template <class B> using Rebound = Layer<B>;
///       template <class B, class F> static Layer<B> map(const Layer<A>& layer, F&& f) {
///         return {f(layer.weights), f(layer.bias)};
///       }
///     };
template <class C>
struct ArrayTraits;

/// An array or a container of arrays.
template <class C>
concept ArrayPoint = requires {
  typename ArrayTraits<C>::element_type;
};

/// An array by itself, active or not.
template <class X>
requires HasElements<X> &&(!Expression<X>)struct ArrayTraits<X> {
  using element_type = typename X::element_type;
  template <class A>
  using Rebound = A;

  template <class A, class F>
  static A map(const X& x, F&& f) {
    return f(x);
  }
};

template <ArrayPoint C>
struct ArrayTraits<std::vector<C>> {
  using Member = ArrayTraits<C>;
  using element_type = typename Member::element_type;
  template <class A>
  using Rebound = std::vector<typename Member::template Rebound<A>>;

  template <class A, class F>
  static Rebound<A> map(const std::vector<C>& x, F&& f) {
    Rebound<A> result;
    result.reserve(x.size());
    for (const C& each : x) result.push_back(Member::template map<A>(each, f));
    return result;
  }
};

template <ArrayPoint C, std::size_t N>
struct ArrayTraits<std::array<C, N>> {
  using Member = ArrayTraits<C>;
  using element_type = typename Member::element_type;
  template <class A>
  using Rebound = std::array<typename Member::template Rebound<A>, N>;

  template <class A, class F>
  static Rebound<A> map(const std::array<C, N>& x, F&& f) {
    Rebound<A> result;
    for (std::size_t i = 0; i < N; ++i) result[i] = Member::template map<A>(x[i], f);
    return result;
  }
};

template <ArrayPoint First, ArrayPoint... C>
struct ArrayTraits<std::tuple<First, C...>> {
  using element_type = typename ArrayTraits<First>::element_type;
  static_assert((std::is_same_v<typename ArrayTraits<C>::element_type, element_type> && ...),
                "the arrays of one point have one element type, float or double");
  template <class A>
  using Rebound = std::tuple<typename ArrayTraits<First>::template Rebound<A>,
                             typename ArrayTraits<C>::template Rebound<A>...>;

  template <class A, class F>
  static Rebound<A> map(const std::tuple<First, C...>& x, F&& f) {
    // Braces evaluate in order.
    return std::apply(
        [&](const auto&... each) {
          return Rebound<A>{
              ArrayTraits<std::remove_cvref_t<decltype(each)>>::template map<A>(each, f)...};
        },
        x);
  }
};

template <class X>
requires HasElements<X>
inline constexpr bool holds_arrays_v<X> = true;
template <class C>
inline constexpr bool holds_arrays_v<std::vector<C>> = holds_arrays_v<C>;
template <class C, std::size_t N>
inline constexpr bool holds_arrays_v<std::array<C, N>> = holds_arrays_v<C>;
template <class First, class... C>
inline constexpr bool holds_arrays_v<std::tuple<First, C...>> = holds_arrays_v<First> &&
                                                                (holds_arrays_v<C> && ...);

namespace detail {

/// An expression of arrays, or a tuple that holds one: `std::tuple{2 * a, b}`.
template <class X>
inline constexpr bool holds_expression_v = HasElements<X>&& Expression<X>;
template <class... X>
inline constexpr bool holds_expression_v<std::tuple<X...>> = (holds_expression_v<X> || ...);

/// The point with its expressions evaluated; several as a tuple of them.
template <class C>
requires(!holds_expression_v<C>) const C& evaluated_point(const C& x) { return x; }
template <class C>
requires holds_expression_v<C>
auto evaluated_point(const C& x) {
  if constexpr (Expression<C>) {
    return value_type_t<C>(x);
  } else {
    return std::apply([](const auto&... each) { return std::make_tuple(evaluated_point(each)...); },
                      x);
  }
}
template <class First, class Second, class... More>
auto evaluated_point(const First& first, const Second& second, const More&... more) {
  return std::make_tuple(evaluated_point(first), evaluated_point(second), evaluated_point(more)...);
}

}  // namespace detail

/// What a driver takes as one of its arguments: an array, a container of arrays, or an expression.
template <class C>
concept ArrayPointLike = ArrayPoint<C> || detail::holds_expression_v<C>;

namespace detail {

/// The container of C's kind with arrays A.
template <class A, ArrayPoint C, class F>
auto map_arrays(const C& x, F&& f) {
  return ArrayTraits<C>::template map<A>(x, f);
}

/// Its arrays in order.
template <ArrayPoint C>
auto arrays_of(const C& x) {
  using A = Array<typename ArrayTraits<C>::element_type>;
  std::vector<A> result;
  map_arrays<A>(x, [&](const A& each) {
    result.push_back(each);
    return each;
  });
  return result;
}

template <class C>
std::vector<Shape> shapes_of(const C& x) {
  std::vector<Shape> shapes;
  for (const auto& each : arrays_of(x)) shapes.push_back(each.shape());
  return shapes;
}

/// The container of x's kind and shapes that holds these numbers.
template <class U, class C>
auto arrays_from(const C& x, std::span<const U> numbers) {
  using A = Array<typename ArrayTraits<C>::element_type>;
  std::size_t begin = 0;
  return map_arrays<Array<U>>(x, [&](const A& each) {
    const std::size_t first = begin;
    begin += each.size();
    return Array<U>(each.shape(), numbers.subspan(first, each.size()));
  });
}

/// The numbers of a container, one array after the other.
template <class T, class C>
std::vector<T> numbers_of_arrays(const C& x) {
  std::vector<T> result;
  for (const auto& each : arrays_of(x)) {
    for (const auto& number : each.to_vector()) result.push_back(T(number));
  }
  return result;
}

}  // namespace detail
}  // namespace ad
