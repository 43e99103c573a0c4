// Comparisons of arrays, element by element, and the choice between arrays that they decide.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/comparison.hpp>

namespace ad {
namespace detail {

// The standard library's would make its functions candidates wherever one is called with an
// expression that compares: `max(x > 0, y > 0)` would find std::max.

struct Less {
  template <class T>
  auto operator()(const T& x, const T& y) const {
    return x < y;
  }
};
struct LessEqual {
  template <class T>
  auto operator()(const T& x, const T& y) const {
    return x <= y;
  }
};
struct Equal {
  template <class T>
  auto operator()(const T& x, const T& y) const {
    return x == y;
  }
};
struct NotEqual {
  template <class T>
  auto operator()(const T& x, const T& y) const {
    return x != y;
  }
};

/// 1 where the comparison holds, else 0: a constant, whatever it compares.
template <class Comparison>
struct Indicator {
  static constexpr Meta meta{.name = "comparison"};
  static constexpr bool compares = true;
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::none;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x, const T& y) const {
    return select(Comparison{}(x, y), T(1), T(0));
  }
  template <class T>
  std::array<T, 2> partials(const T&, const T&, const T&) const {
    return {T(0), T(0)};
  }
};

/// The numbers of an operand, without derivative.
template <class X>
auto without_derivative(const X& x) {
  if constexpr (!HasElements<X>) {
    return x;
  } else if constexpr (is_array_v<value_type_t<X>>) {
    return x;
  } else if constexpr (Expression<X>) {
    using T = typename value_type_t<X>::element_type;
    Array<T> numbers = Array<T>::uninitialized(x.shape());
    evaluate_elements<T>(x, numbers.mutable_data());
    return numbers;
  } else {
    return x.value();
  }
}

template <class A, class B>
concept ArrayPair = ActivePair<A, B> &&(HasElements<A> || HasElements<B>);

template <class Comparison, class A, class B>
auto compare_elements(const A& a, const B& b) {
  return ad::apply(Indicator<Comparison>{}, without_derivative(a), without_derivative(b));
}

/// Picks a or b for each element; has a node of its own, below.
struct Choice {
  static constexpr Meta meta{.name = "where"};
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& condition, const T& a, const T& b) const {
    return select(!is_zero(condition), a, b);
  }
};

}  // namespace detail

/// An element of `where`. Nothing flows into the branch that is not taken: an infinite or NaN
/// derivative there does not count.
template <class C, class A, class B>
struct Node<detail::Choice, C, A, B> {
  using ad_value_type = typename A::ad_value_type;
  using Number = typename ad_value_type::inner_type;
  static constexpr std::size_t leaves = C::leaves + A::leaves + B::leaves;

  Node(const detail::Choice& op, const C& condition, const A& x, const B& z)
      : taken(!detail::is_zero(condition.value())),
        a(x),
        b(z),
        y(op.value(condition.value(), x.value(), z.value())) {}

  const Number& value() const { return y; }
  bool is_active() const { return a.is_active() || b.is_active(); }

  template <class CT, class Writer>
  [[gnu::always_inline]] void reverse(const CT& cotangent, Writer& writer) const {
    if constexpr (Writer::careful) {
      if (taken) {
        detail::reverse_operand(a, cotangent, writer);
        detail::reverse_operand(b, detail::Nothing{}, writer);
      } else {
        detail::reverse_operand(a, detail::Nothing{}, writer);
        detail::reverse_operand(b, cotangent, writer);
      }
    } else {
      const Number c = detail::as_number<Number>(cotangent);
      detail::reverse_operand(a, Number(select(taken, c, Number(0))), writer);
      detail::reverse_operand(b, Number(select(taken, Number(0), c)), writer);
    }
  }

  decltype(!detail::is_zero(std::declval<Number>())) taken;
  A a;
  B b;
  Number y;
};

/// Element by element, with broadcasting: 1 where it holds, 0 where not. A comparison has no
/// derivative, and its result counts as a constant.
///
///     auto positive = sum(x > 0);
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator<(const A& a, const B& b) { return detail::compare_elements<detail::Less>(a, b); }
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator<=(const A& a, const B& b) {
  return detail::compare_elements<detail::LessEqual>(a, b);
}
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator>(const A& a, const B& b) { return detail::compare_elements<detail::Less>(b, a); }
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator>=(const A& a, const B& b) {
  return detail::compare_elements<detail::LessEqual>(b, a);
}
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator==(const A& a, const B& b) { return detail::compare_elements<detail::Equal>(a, b); }
template <class A, class B>
requires detail::ArrayPair<A, B>
auto operator!=(const A& a, const B& b) { return detail::compare_elements<detail::NotEqual>(a, b); }

/// 1 where both are not 0, 1 where one is not 0, 1 where it is 0: for what comparisons give.
///
///     auto inside = sum(where(x > 0 && x < 1, x, 0));
template <ArrayOperand A, Operand B>
requires Compatible<A, B>
auto operator&&(const A& a, const B& b) { return (a != 0) * (b != 0); }
template <ArrayOperand A, Operand B>
requires Compatible<A, B>
auto operator||(const A& a, const B& b) { return (a != 0) + (b != 0) != 0; }
template <ArrayOperand A>
auto operator!(const A& a) {
  return a == 0;
}

/// The numbers without derivatives, an array of float or double.
template <ArrayOperand X>
auto value_of(const X& x) {
  const auto numbers = detail::without_derivative(x);
  if constexpr (is_array_v<value_type_t<decltype(numbers)>>) {
    using A = value_type_t<decltype(numbers)>;
    using Number = innermost_t<typename A::element_type>;
    return A(numbers).template map<Number>([](const auto& each) { return value_of(each); });
  } else {
    return value_of(numbers);
  }
}

/// The array as a constant of the same type: no derivative of any order flows through it.
template <ArrayOperand X>
auto detach(const X& x) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return V(x).template map<T>([](const T& each) { return detach(each); });
  } else {
    auto value = detail::without_derivative(x);
    if constexpr (detail::CarriesDerivatives<T>) {
      return V(detach(value));
    } else {
      return V(value);
    }
  }
}

/// a where the condition is not 0, else b, element by element with broadcasting. Nothing flows into
/// the branch that is not taken, even if its derivative is infinite or NaN there.
///
///     auto y = where(x > 0, sqrt(x), 0);
template <ArrayOperand C, Operand A, Operand B>
requires Compatible<C, A, B>
auto where(const C& condition, const A& a, const B& b) {
  using V = common_value_t<C, A, B>;
  return V::apply(detail::Choice{}, detail::without_derivative(condition), a, b);
}

}  // namespace ad
