// Expression nodes: what an operation on tape values returns until it is assigned.
//
// A node holds its operands by value, so `auto` never dangles, and its own value, computed once.
// When a node becomes a `Var`, one statement is recorded: the partials of the whole expression with
// respect to its leaves, found by a reverse walk that the compiler unrolls. Nodes are plain
// structs, one specialisation per arity, because a compiler keeps those in registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <autodiff/core/traits.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/values/products.hpp>

namespace ad {

/// A number in an expression of `Var<T>`: has no derivative and costs nothing.
template <class T>
struct Constant {
  using ad_value_type = Var<T>;
  static constexpr std::size_t leaves = 0;

  T number;

  constexpr const T& value() const { return number; }
  [[gnu::always_inline]] constexpr bool is_active() const { return false; }
  template <class CT, class Writer>
  constexpr void reverse(const CT&, Writer&) const {}
  template <class Check>
  constexpr void for_each_leaf(Check&&) const {}
  static std::string describe() { return "."; }
};

template <class Op, class... Operands>
struct Node;

namespace detail {

/// A copy that is made number by number, if x is a value of a tape: the compiler does not see what
/// is in a copy of the whole.
template <class X>
[[gnu::always_inline]] inline constexpr X copied(const X& x) {
  if constexpr (requires { X(x.value(), x.place()); }) {
    return X(x.value(), x.place());
  } else {
    return x;
  }
}

/// What a node keeps of an operand: an expression or value of its own level as it is, anything else
/// as a constant.
template <class V, class X>
using Stored =
    std::conditional_t<std::is_same_v<value_type_t<X>, V>, X, Constant<typename V::inner_type>>;

template <class V, class X>
[[gnu::always_inline]] inline constexpr Stored<V, X> store(const X& x) {
  if constexpr (std::is_same_v<Stored<V, X>, X>) {
    return copied(x);
  } else {
    return {static_cast<typename V::inner_type>(x)};
  }
}

/// Walks one operand in reverse with the cotangent that the operation gives it.
template <class CT, class Writer, class X>
[[gnu::always_inline]] inline constexpr void reverse_operand(const X& x, const CT& cotangent,
                                                             Writer& writer) {
  if constexpr (X::leaves > 0) x.reverse(cotangent, writer);
}

/// The cotangent of operand I, which is again the constant 1 if both its factors are.
template <class Op, std::size_t I, class CT, class T>
[[gnu::always_inline]] inline constexpr const auto& passed_on(const CT& cotangent,
                                                              const T& contribution) {
  if constexpr (std::is_same_v<CT, One> && unit_partial<Op, I>() == 1) {
    return cotangent;
  } else {
    return contribution;
  }
}

template <class Op, class CT, class Writer, class T, std::size_t N, class... X, std::size_t... I>
[[gnu::always_inline]] inline constexpr void reverse_node(const Op& op, const CT& cotangent,
                                                          Writer& writer, const T& y,
                                                          const Needs<N>& needs,
                                                          std::index_sequence<I...>,
                                                          const X&... x) {
  if constexpr (std::is_same_v<CT, Nothing>) {
    (reverse_operand(x, cotangent, writer), ...);
  } else if constexpr (has_vjp_v<Op, T> && !AnswersAtKinks<T>) {
    // Neither this nor the partials below are const: g++ 12 keeps a const aggregate in memory.
    auto c = as_array<T, N>(op.vjp(as_number<T>(cotangent), x.value()..., y));
    (reverse_operand(x, passed_on<Op, I>(cotangent, c[I]), writer), ...);
  } else {
    auto p = partials(op, needs, y, x.value()...);
    const auto operand = [&]<std::size_t i>(std::integral_constant<std::size_t, i>,
                                            const auto& operand_i, const T& partial, bool needed)
        __attribute__((always_inline)) {
      if constexpr (Writer::careful) {
        if (!needed) return;
        reverse_operand(
            operand_i,
            passed_on<Op, i>(cotangent, writer.product(cotangent, partial, Op::meta.name)), writer);
      } else {
        reverse_operand(operand_i, passed_on<Op, i>(cotangent, product(cotangent, partial)),
                        writer);
      }
    };
    (operand(std::integral_constant<std::size_t, I>(), x, p[I], needs[I]), ...);
  }
}

/// Whether partials of an expression are products of those of its operations, so that a form 0 *
/// inf can hide in them; factors 1 and -1 do not count. `below` an operation that gives a factor.
template <class E, bool below = false>
inline constexpr bool has_products_v = false;

template <bool below, class Op, class... X, std::size_t... I>
constexpr bool has_products(std::index_sequence<I...>) {
  return ((X::leaves > 0 && (unit_partial<Op, I>() != 0 ? has_products_v<X, below>
                                                        : below || has_products_v<X, true>)) ||
          ...);
}

template <class Op, class... X, bool below>
inline constexpr bool has_products_v<Node<Op, X...>, below> =
    has_products<below, Op, X...>(std::index_sequence_for<X...>{});

}  // namespace detail

// A node is immutable. If the compiler sent you here because an assignment to a node is deleted:
// declare the variable with its value type instead of auto, `T y = x * x;` or
// `ad::value_type_t<decltype(x)> y = x * x;`.

template <Expression E, Operand X>
void operator+=(E&, const X&) = delete;  // a node is immutable: declare T y, not auto y
template <Expression E, Operand X>
void operator-=(E&, const X&) = delete;  // a node is immutable: declare T y, not auto y
template <Expression E, Operand X>
void operator*=(E&, const X&) = delete;  // a node is immutable: declare T y, not auto y
template <Expression E, Operand X>
void operator/=(E&, const X&) = delete;  // a node is immutable: declare T y, not auto y

template <class Op, class A>
struct Node<Op, A> {
  using ad_value_type = typename A::ad_value_type;
  using Number = typename ad_value_type::inner_type;
  static constexpr std::size_t leaves = A::leaves;

  [[no_unique_address]] Op op;
  A a;
  Number y;

  [[gnu::always_inline]] constexpr Node(const Op& o, const A& x)
      : op(o), a(detail::copied(x)), y(detail::evaluate(o, x.value())) {}
  [[gnu::always_inline]] constexpr Node(const Node& n) : op(n.op), a(detail::copied(n.a)), y(n.y) {}
  Node& operator=(const Node&) = delete;  // a node is immutable: declare T y, not auto y

  [[gnu::always_inline]] constexpr const Number& value() const { return y; }
  [[gnu::always_inline]] constexpr bool is_active() const { return a.is_active(); }

  template <class CT, class Writer>
  [[gnu::always_inline]] constexpr void reverse(const CT& cotangent, Writer& writer) const {
    detail::reverse_node(op, cotangent, writer, y, Needs<1>{a.is_active()},
                         std::make_index_sequence<1>{}, a);
  }
  template <class Check>
  [[gnu::always_inline]] constexpr void for_each_leaf(Check&& check) const {
    a.for_each_leaf(check);
  }
  static std::string describe() { return std::string(Op::meta.name) + "(" + A::describe() + ")"; }
};

template <class Op, class A, class B>
struct Node<Op, A, B> {
  using ad_value_type = typename A::ad_value_type;
  using Number = typename ad_value_type::inner_type;
  static constexpr std::size_t leaves = A::leaves + B::leaves;

  [[no_unique_address]] Op op;
  A a;
  B b;
  Number y;

  [[gnu::always_inline]] constexpr Node(const Op& o, const A& x0, const B& x1)
      : op(o),
        a(detail::copied(x0)),
        b(detail::copied(x1)),
        y(detail::evaluate(o, x0.value(), x1.value())) {}
  [[gnu::always_inline]] constexpr Node(const Node& n)
      : op(n.op), a(detail::copied(n.a)), b(detail::copied(n.b)), y(n.y) {}
  Node& operator=(const Node&) = delete;  // a node is immutable: declare T y, not auto y

  [[gnu::always_inline]] constexpr const Number& value() const { return y; }
  [[gnu::always_inline]] constexpr bool is_active() const { return a.is_active() || b.is_active(); }

  template <class CT, class Writer>
  [[gnu::always_inline]] constexpr void reverse(const CT& cotangent, Writer& writer) const {
    detail::reverse_node(op, cotangent, writer, y, Needs<2>{a.is_active(), b.is_active()},
                         std::make_index_sequence<2>{}, a, b);
  }
  template <class Check>
  [[gnu::always_inline]] constexpr void for_each_leaf(Check&& check) const {
    a.for_each_leaf(check);
    b.for_each_leaf(check);
  }
  static std::string describe() {
    return std::string(Op::meta.name) + "(" + A::describe() + ", " + B::describe() + ")";
  }
};

template <class Op, class A, class B, class C>
struct Node<Op, A, B, C> {
  using ad_value_type = typename A::ad_value_type;
  using Number = typename ad_value_type::inner_type;
  static constexpr std::size_t leaves = A::leaves + B::leaves + C::leaves;

  [[no_unique_address]] Op op;
  A a;
  B b;
  C c;
  Number y;

  [[gnu::always_inline]] constexpr Node(const Op& o, const A& x0, const B& x1, const C& x2)
      : op(o),
        a(detail::copied(x0)),
        b(detail::copied(x1)),
        c(detail::copied(x2)),
        y(detail::evaluate(o, x0.value(), x1.value(), x2.value())) {}
  [[gnu::always_inline]] constexpr Node(const Node& n)
      : op(n.op), a(detail::copied(n.a)), b(detail::copied(n.b)), c(detail::copied(n.c)), y(n.y) {}
  Node& operator=(const Node&) = delete;  // a node is immutable: declare T y, not auto y

  [[gnu::always_inline]] constexpr const Number& value() const { return y; }
  [[gnu::always_inline]] constexpr bool is_active() const {
    return a.is_active() || b.is_active() || c.is_active();
  }

  template <class CT, class Writer>
  [[gnu::always_inline]] constexpr void reverse(const CT& cotangent, Writer& writer) const {
    detail::reverse_node(op, cotangent, writer, y,
                         Needs<3>{a.is_active(), b.is_active(), c.is_active()},
                         std::make_index_sequence<3>{}, a, b, c);
  }
  template <class Check>
  [[gnu::always_inline]] constexpr void for_each_leaf(Check&& check) const {
    a.for_each_leaf(check);
    b.for_each_leaf(check);
    c.for_each_leaf(check);
  }
  static std::string describe() {
    return std::string(Op::meta.name) + "(" + A::describe() + ", " + B::describe() + ", " +
           C::describe() + ")";
  }
};

}  // namespace ad
