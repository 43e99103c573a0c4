// What the library knows of a type at compile time: is it a value of ours, which value does an
// expression stand for, and what type results when two of them meet.
#pragma once

#include <cstddef>
#include <type_traits>

#include <autodiff/core/forward.hpp>

namespace ad {

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

/// A type of this library that user code computes with: a value, or an expression of values.
/// Each names the value it stands for.
template <class T>
concept Active = requires {
  typename T::ad_value_type;
};

/// What an operation accepts.
template <class T>
concept Operand = Arithmetic<T> || Active<T>;

namespace detail {

template <class T>
struct ValueType {};

template <Arithmetic T>
struct ValueType<T> {
  using type = T;
};

template <Active T>
struct ValueType<T> {
  using type = typename T::ad_value_type;
};

}  // namespace detail

/// A plain number that brings its own arithmetic: `Quad`, `Precise`.
template <class T>
concept OwnNumber = Active<T> && std::is_same_v<typename T::inner_type, T>;

/// The value type of an expression: `Var<T>` of a node of `Var<T>`; a value is its own.
template <class T>
using value_type_t = typename detail::ValueType<std::remove_cvref_t<T>>::type;

template <class T>
concept Expression = Active<T> && !std::is_same_v<T, typename T::ad_value_type>;

/// A value or an expression of arrays, which have elements.
template <class T>
concept HasElements = Active<T> && requires {
  typename value_type_t<T>::element_type;
};

namespace detail {

template <class T>
concept PlainArray =
    HasElements<T> && std::is_same_v<typename T::inner_type, typename T::element_type>;

/// True if a T can stand, as a constant, where a V is needed: an arithmetic number anywhere, a
/// value wherever it is one of the levels that V is nested from.
template <class T, class V>
constexpr bool is_level_of() {
  if constexpr (std::is_same_v<T, V>) {
    return true;
  } else if constexpr (HasElements<V> && !PlainArray<V> && !HasElements<T>) {
    // A tape's scalar goes with its arrays.
    return is_level_of<T, Var<typename V::element_type>>() ||
           is_level_of<T, typename V::inner_type>();
  } else if constexpr (PlainArray<T> && PlainArray<V>) {
    // Numbers in arrays adapt to others, but float and double do not mix unseen.
    using Number = typename V::element_type;
    return !std::is_arithmetic_v<Number> && is_level_of<typename T::element_type, Number>();
  } else if constexpr (Active<V>) {
    if constexpr (std::is_same_v<typename V::inner_type, V>) {
      return std::is_arithmetic_v<T>;
    } else {
      return is_level_of<T, typename V::inner_type>();
    }
  } else {
    return std::is_arithmetic_v<T>;
  }
}

template <class A, class B>
struct CommonValue {};

template <class A, class B>
requires(Arithmetic<A>&& Arithmetic<B>) struct CommonValue<A, B> {
  using type = std::common_type_t<A, B>;
};

template <class A, class B>
requires(!(Arithmetic<A> && Arithmetic<B>)&&is_level_of<A, B>()) struct CommonValue<A, B> {
  using type = B;
};

template <class A, class B>
requires(!(Arithmetic<A> && Arithmetic<B>)&&!is_level_of<A, B>() &&
         is_level_of<B, A>()) struct CommonValue<A, B> {
  using type = A;
};

template <class T>
struct InnermostNumber {
  using type = T;
};

template <Active T>
requires(!std::is_same_v<typename T::inner_type, T>) struct InnermostNumber<T>
    : InnermostNumber<typename T::inner_type> {
};

/// An array and a number with derivatives that its elements are constants for: an array of such
/// numbers, active with a tape's.
template <class Number>
struct ArrayOfNumbers {
  using type = Array<Number>;
};
template <class T>
struct ArrayOfNumbers<Var<T>> {
  using type = Var<typename ArrayOfNumbers<T>::type>;
};

/// Float and double do not mix unseen.
template <class A, class B>
concept ArrayAndDeeperNumber =
    PlainArray<A> && Active<B> && !HasElements<B> && !is_level_of<B, A>() &&
    is_level_of<typename A::element_type, B>() &&
    (std::is_same_v<typename InnermostNumber<typename A::element_type>::type,
                    typename InnermostNumber<B>::type> ||
     !std::is_arithmetic_v<typename InnermostNumber<B>::type>);

template <class A, class B>
requires ArrayAndDeeperNumber<A, B>
struct CommonValue<A, B> : ArrayOfNumbers<B> {
};
template <class A, class B>
requires ArrayAndDeeperNumber<B, A>
struct CommonValue<A, B> : ArrayOfNumbers<A> {
};

template <class... X>
struct CommonOf;

template <class A>
struct CommonOf<A> {
  using type = A;
};

template <class A, class B, class... Rest>
requires requires { typename CommonValue<A, B>::type; }
struct CommonOf<A, B, Rest...> : CommonOf<typename CommonValue<A, B>::type, Rest...> {};

template <class T>
struct Floating {
  using type = T;
};

template <class T>
requires std::is_integral_v<T>
struct Floating<T> {
  using type = double;
};

}  // namespace detail

/// The value type in which operands of types X... meet. Numbers adapt to values, never the other
/// way
/// (`Var<float> * 2.0` is a `Var<float>`); integers alone become double. Two values meet only if
/// one is nested from the other: `Var<Var<double>>` and `Var<double>` do, `Var<double>` and
/// `Dual<double, 1>` do not, since neither is a constant of the other's level.
template <class... X>
using common_value_t =
    typename detail::Floating<typename detail::CommonOf<value_type_t<X>...>::type>::type;

/// Operands that can meet.
template <class... X>
concept Compatible = requires {
  typename common_value_t<X...>;
};

/// A value that compares along its tangents where the numbers are equal.
template <class T>
concept ComparesAlongTangents = Active<T> && requires {
  requires T::compares_along_tangents;
};

/// A number that answers for the partial derivatives of operations with kinks itself.
template <class T>
concept AnswersAtKinks = Active<T> && requires {
  requires T::answers_at_kinks;
};

/// A value of such numbers, which tells from where operations with kinks are called.
template <class T>
concept WatchesKinks = Active<T> && !OwnNumber<T> && AnswersAtKinks<typename T::inner_type>;

/// A value of numbers that record the operations applied to them.
template <class T>
concept TracesOperations = Active<T> && !OwnNumber<T> && requires {
  requires T::inner_type::traces_operations;
};

/// The plain number inside all levels: float, double or Quad.
template <class T>
using innermost_t = typename detail::InnermostNumber<value_type_t<T>>::type;

/// A number whose digits are chosen when the program runs, which knows its constants to all of
/// them.
template <class T>
concept OfAnyPrecision = requires {
  innermost_t<T>::constant(double(), double());
};

}  // namespace ad
