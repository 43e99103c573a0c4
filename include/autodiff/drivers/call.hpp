// Calls the user's function at a point of active numbers and reads what it returns.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/drivers/error.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

/// Several plain numbers given one by one: the function takes as many parameters.
template <class T, std::size_t N>
struct Scalars {
  std::array<T, N> numbers;
};

template <class... X>
auto scalars(const X&... x) {
  static_assert(
      !(HasElements<X> || ...),
      "a point holds arrays or numbers, not both: write the number as an array, A(2.0), and "
      "where a driver takes one argument give several arrays as a std::tuple");
  using T = common_value_t<X...>;
  return Scalars<T, sizeof...(X)>{{static_cast<T>(x)...}};
}

template <class F, class A>
concept TakesTupleMembers = requires {
  std::tuple_size<A>::value;
}
&&!std::is_invocable_v<F, A> && requires(const F& f, const A& a) { std::apply(f, a); };

/// f at the point `arguments`, whose container kind is that of the original point C.
template <class C, class F, class A>
decltype(auto) call(const F& f, const A& arguments) {
  if constexpr (IsSpanLike<C>::value) {
    using V = typename A::value_type;
    return f(std::span<const V>(arguments));
  } else if constexpr (TakesTupleMembers<F, A>) {
    return std::apply(f, arguments);
  } else {
    return f(arguments);
  }
}

}  // namespace ad::detail

namespace ad {

template <class T, std::size_t N>
struct PointTraits<detail::Scalars<T, N>> : PointTraits<std::array<T, N>> {
  using Array = PointTraits<std::array<T, N>>;
  static std::size_t size(const detail::Scalars<T, N>&) { return N; }
  template <class F>
  static void for_each(const detail::Scalars<T, N>& x, F&& f) {
    Array::for_each(x.numbers, f);
  }
  template <class V, class G>
  static std::array<V, N> build(const detail::Scalars<T, N>& x, G&& g) {
    return Array::template build<V>(x.numbers, g);
  }
};

}  // namespace ad

namespace ad::detail {

template <class C>
struct IsScalars : std::false_type {};
template <class T, std::size_t N>
struct IsScalars<Scalars<T, N>> : std::true_type {};

/// f at numbers of type V shaped like the point x; the i-th number is g(i).
template <class V, class F, class C, class G>
auto call_at(const F& f, const C& x, G&& g) {
  const auto arguments = PointTraits<C>::template build<V>(x, g);
  if constexpr (IsScalars<C>::value) {
    static_assert(
        requires { std::apply(f, arguments); },
        "the function does not accept these numbers: a function to differentiate has `auto` "
        "parameters (all drivers), or `ad::Real` ones (first-order drivers at double); one "
        "of plain doubles has nothing that could carry a derivative. It takes as many "
        "parameters as numbers are given, and active numbers as arguments, not by capture.");
    return owned_result([&]() -> decltype(auto) { return std::apply(f, arguments); });
  } else {
    static_assert(
        requires { call<C>(f, arguments); },
        "the function does not accept this point: a function to differentiate has `auto` "
        "parameters (all drivers), or containers of `ad::Real` (first-order drivers at "
        "double); one of plain doubles has nothing that could carry a derivative.");
    return owned_result([&]() -> decltype(auto) { return call<C>(f, arguments); });
  }
}

/// Calls each(number) with what f returned, as numbers of type V in order: of a value, a node, a
/// constant, or a container.
template <class V, class Y, class Each>
void for_each_output(const Y& y, Each&& each) {
  if constexpr (Operand<Y>) {
    each(static_cast<const V&>(y));
  } else {
    PointTraits<Y>::for_each(y, [&](const auto& v) { each(static_cast<const V&>(v)); });
  }
}

/// All of them.
template <class V, class Y>
std::vector<V> outputs_of(const Y& y) {
  std::vector<V> result;
  result.reserve(PointTraits<Y>::size(y));
  for_each_output<V>(y, [&](const V& output) { result.push_back(output); });
  return result;
}

/// The one number that f returned. Throws ShapeError if there are more.
template <class V, class Y>
V scalar_output(const Y& y, const char* who) {
  if constexpr (Operand<Y>) {
    return V(y);
  } else {
    static_assert(Point<Y>,
                  "the function returns a type that the drivers do not know; return a "
                  "number, or a container that PointTraits describes");
    const std::size_t size = PointTraits<Y>::size(y);
    if (size != 1) throw_not_scalar(who, size);
    return outputs_of<V>(y).front();
  }
}

/// The container y, whose numbers are now of type V: the i-th is g(i).
template <class V, class Y, class G>
auto rebuilt(const Y& y, G&& g) {
  if constexpr (IsScalars<Y>::value) {
    return Scalars<V, std::tuple_size_v<decltype(y.numbers)>>{
        PointTraits<Y>::template build<V>(y, g)};
  } else {
    return PointTraits<Y>::template build<V>(y, g);
  }
}

/// f at the point x as it is. A generic function receives plain numbers as values of this library.
template <class F, class C>
auto plain_call(const F& f, const C& x) {
  using V = number_t<C>;
  using W = wrapped_t<V>;
  const std::vector<V> numbers = numbers_of(x);
  auto y = call_at<W>(f, x, [&](std::size_t i) { return W(numbers[i]); });
  if constexpr (std::is_same_v<V, W>) {
    return y;
  } else {
    const std::vector<W> outputs = outputs_of<W>(y);
    return rebuilt<V>(y, [&](std::size_t k) { return outputs[k].value(); });
  }
}

/// True if f accepts tape values of the plain type T but is not generic: `double f(ad::Real)`.
template <class F>
inline constexpr bool is_tape_only = !is_generic_v<F>;

/// The tag that keeps the dual numbers of one differentiated function apart from those of another.
template <class F>
using TagOf = std::remove_cvref_t<F>;

}  // namespace ad::detail
