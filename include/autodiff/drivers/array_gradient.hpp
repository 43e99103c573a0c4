// Gradients with respect to whole arrays, and containers of them.
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/values/array_reductions.hpp>

namespace ad {

/// Describes a container C of arrays. To make another one known to the drivers, such as a struct
/// that holds the parameters of a model, specialise it:
///   element_type    of its arrays
///   Active          the container that a function receives, with `Var<Array<T>>`
///   activate(t, c)  its arrays as inputs of the tape t
///   adjoint(t, a)   the adjoints of an Active, in a C
template <class C>
struct ArrayTraits;

/// An array or a container of arrays.
template <class C>
concept ArrayPoint = requires {
  typename ArrayTraits<C>::Active;
};

template <class T>
struct ArrayTraits<Array<T>> {
  using element_type = T;
  using Active = Var<Array<T>>;

  static Active activate(Tape<T>& tape, const Array<T>& x) { return tape.input(x); }
  static Array<T> adjoint(const Tape<T>& tape, const Active& x) { return tape.adjoint(x); }
};

template <ArrayPoint C>
struct ArrayTraits<std::vector<C>> {
  using Member = ArrayTraits<C>;
  using element_type = typename Member::element_type;
  using Active = std::vector<typename Member::Active>;

  static Active activate(Tape<element_type>& tape, const std::vector<C>& x) {
    Active result;
    for (const C& each : x) result.push_back(Member::activate(tape, each));
    return result;
  }
  static std::vector<C> adjoint(const Tape<element_type>& tape, const Active& x) {
    std::vector<C> result;
    for (const auto& each : x) result.push_back(Member::adjoint(tape, each));
    return result;
  }
};

template <ArrayPoint C, std::size_t N>
struct ArrayTraits<std::array<C, N>> {
  using Member = ArrayTraits<C>;
  using element_type = typename Member::element_type;
  using Active = std::array<typename Member::Active, N>;

  static Active activate(Tape<element_type>& tape, const std::array<C, N>& x) {
    Active result;
    for (std::size_t i = 0; i < N; ++i) result[i] = Member::activate(tape, x[i]);
    return result;
  }
  static std::array<C, N> adjoint(const Tape<element_type>& tape, const Active& x) {
    std::array<C, N> result;
    for (std::size_t i = 0; i < N; ++i) result[i] = Member::adjoint(tape, x[i]);
    return result;
  }
};

template <ArrayPoint First, ArrayPoint... C>
struct ArrayTraits<std::tuple<First, C...>> {
  using element_type = typename ArrayTraits<First>::element_type;
  static_assert((std::is_same_v<typename ArrayTraits<C>::element_type, element_type> && ...),
                "the arrays of one point have one element type, float or double");
  using Active =
      std::tuple<typename ArrayTraits<First>::Active, typename ArrayTraits<C>::Active...>;

  static Active activate(Tape<element_type>& tape, const std::tuple<First, C...>& x) {
    // Braces evaluate in order.
    return std::apply(
        [&](const auto&... each) {
          return Active{ArrayTraits<std::remove_cvref_t<decltype(each)>>::activate(tape, each)...};
        },
        x);
  }
  static std::tuple<First, C...> adjoint(const Tape<element_type>& tape, const Active& x) {
    return adjoint_of(tape, x, std::make_index_sequence<1 + sizeof...(C)>{});
  }

 private:
  template <std::size_t... I>
  static std::tuple<First, C...> adjoint_of(const Tape<element_type>& tape, const Active& x,
                                            std::index_sequence<I...>) {
    return {ArrayTraits<std::tuple_element_t<I, std::tuple<First, C...>>>::adjoint(
        tape, std::get<I>(x))...};
  }
};

template <class T>
inline constexpr bool holds_arrays_v<Array<T>> = true;
template <class C>
inline constexpr bool holds_arrays_v<std::vector<C>> = holds_arrays_v<C>;
template <class C, std::size_t N>
inline constexpr bool holds_arrays_v<std::array<C, N>> = holds_arrays_v<C>;
template <class First, class... C>
inline constexpr bool holds_arrays_v<std::tuple<First, C...>> = holds_arrays_v<First> &&
                                                                (holds_arrays_v<C> && ...);

namespace detail {

template <class T, class Y>
Var<T> scalar_of_arrays(const Y& y, const char* who) {
  if constexpr (ArrayOperand<Y>) {
    const Var<Array<T>> array(y);
    if (array.size() != 1) throw_not_scalar_array(who, array.shape());
    return sum(array);
  } else {
    return Var<T>(y);
  }
}

}  // namespace detail

/// f(x) and its gradient, in the containers and shapes of x, for a scalar function of arrays.
///
/// x is an array, or a std::tuple, std::vector or std::array of arrays, or any type that
/// `ArrayTraits` describes; f receives the same with active arrays, a tuple also member by member.
/// f returns a scalar, or an array of one element. Throws ShapeError if it returns a larger one.
///
///     auto [loss, g] = ad::value_and_gradient(
///         [&](auto W, auto b) { return sum(relu(matmul(x, W) + b)); }, std::tuple{W, b});
template <class F, ArrayPoint C>
auto value_and_gradient(const F& f, const C& x) {
  using Traits = ArrayTraits<C>;
  using T = typename Traits::element_type;
  Tape<T> tape;
  const auto active = Traits::activate(tape, x);
  const Var<T> y = detail::scalar_of_arrays<T>(detail::call<C>(f, active), "value_and_gradient");
  tape.reverse(y);
  C gradient = Traits::adjoint(tape, active);
  return ValueAndGradient<T, C>{y.value(), std::move(gradient), tape.flags()};
}

/// Its gradient alone.
template <class F, ArrayPoint C>
auto gradient(const F& f, const C& x) {
  return value_and_gradient(f, x).gradient;
}

}  // namespace ad
