// Expressions of arrays, evaluated element by element in one pass when their value is wanted.
//
// A node holds its operands by value: arrays share their numbers, so `auto` never dangles. For each
// element the same node is built of plain numbers, on the stack, and the compiler sees through it:
// its value is the operation's own, its partial derivatives are those of the operation's own rule,
// walked in reverse as in a statement of scalars (see node.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <autodiff/core/shape.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/values/array_element.hpp>

namespace ad {
namespace detail {

/// A number in an expression of arrays V.
template <class V>
struct ArrayConstant {
  using ad_value_type = V;
  using T = typename V::element_type;
  static constexpr std::size_t leaves = 0;
  static constexpr std::array<int, 0> unit_leaves{};
  static constexpr bool vectorizes = true;

  T number;

  Shape shape() const { return {}; }
  template <class Visit>
  void for_each_leaf(Visit&&) const {}
  template <class Number, std::size_t, class Source>
  [[gnu::always_inline]] auto element(const Source&, std::size_t) const {
    return Constant<Number>{Number(number)};
  }
};

/// The elements of leaf I from position i on.
template <class V, class Number, std::size_t I, class Source>
[[gnu::always_inline]] inline auto leaf_element(const Source& source, std::size_t i) {
  if constexpr (V::is_constant) {
    return Constant<Number>{source.template read<Number>(I, i)};
  } else {
    return ElementLeaf<Number, I>{source.template read<Number>(I, i)};
  }
}

template <class V, class X>
auto store_array_operand(const X& x) {
  using T = typename V::element_type;
  if constexpr (!HasElements<X> && std::is_same_v<value_type_t<X>, Var<T>>) {
    return V::of_scalar(x);
  } else if constexpr (!HasElements<X>) {
    return ArrayConstant<V>{T(x)};
  } else if constexpr (!std::is_same_v<typename value_type_t<X>::element_type, T>) {
    return Array<T>(value_type_t<X>(x));
  } else {
    return x;
  }
}

template <class V, class X>
using StoredArrayOperand = decltype(store_array_operand<V>(std::declval<const X&>()));

/// The partials of the leaves of Op(X...) that are 1 or -1 whatever the numbers, else 0.
template <class Op, class... X>
constexpr auto unit_leaves_of() {
  std::array<int, (X::leaves + ...)> result{};
  std::size_t leaf = 0;
  const auto append = [&](const auto& of_operand, int partial) {
    for (const int each : of_operand) result[leaf++] = partial * each;
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (append(X::unit_leaves, unit_partial<Op, I>()), ...);
  }
  (std::index_sequence_for<X...>{});
  return result;
}

}  // namespace detail

/// An operation on arrays, not yet evaluated. V is the array it stands for.
template <class V, class Op, class... X>
struct ArrayNode {
  using ad_value_type = V;
  using T = typename V::element_type;
  static constexpr std::size_t leaves = (X::leaves + ...);
  static constexpr auto unit_leaves = detail::unit_leaves_of<Op, X...>();
  static constexpr bool vectorizes = vectorizes_v<Op> && (X::vectorizes && ...);

  ArrayNode(const Op& operation, X... x) : op(operation), operands(std::move(x)...) {
    std::apply([this](const X&... stored) { (join(stored.shape()), ...); }, operands);
  }
  ArrayNode(const ArrayNode&) = default;
  ArrayNode(ArrayNode&&) = default;
  ArrayNode& operator=(const ArrayNode&) = delete;  // a node is immutable: declare V y, not auto y

  const Shape& shape() const { return shape_; }

  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    std::apply([&](const auto&... x) { (x.for_each_leaf(visit), ...); }, operands);
  }

  /// The node of the numbers from position i on; its leaves are numbered from `First` on.
  template <class Number, std::size_t First, class Source>
  [[gnu::always_inline]] auto element(const Source& source, std::size_t i) const {
    return element_of<Number, First>(source, i, std::index_sequence_for<X...>{});
  }

  /// The value without derivatives.
  Array<T> evaluated() const;

  Op op;
  std::tuple<X...> operands;

 private:
  void join(const Shape& more) {
    if (more.rank() == 0 || more == shape_) return;
    shape_ = shape_.rank() == 0 ? more : broadcast(shape_, more, Op::meta.name);
  }

  /// Leaves of the operands before the K-th.
  template <std::size_t K>
  static constexpr std::size_t leaves_before() {
    constexpr std::array<std::size_t, sizeof...(X)> counts{X::leaves...};
    std::size_t sum = 0;
    for (std::size_t k = 0; k < K; ++k) sum += counts[k];
    return sum;
  }

  template <class Number, std::size_t First, class Source, std::size_t... K>
  [[gnu::always_inline]] auto element_of(const Source& source, std::size_t i,
                                         std::index_sequence<K...>) const {
    return make(op, std::get<K>(operands).template element<Number, First + leaves_before<K>()>(
                        source, i)...);
  }
  template <class... E>
  [[gnu::always_inline]] static auto make(const Op& o, const E&... e) {
    return Node<Op, E...>(o, e...);
  }

  Shape shape_;
};

template <class T>
template <class Op, class... X>
auto Array<T>::apply(const Op& op, const X&... x) {
  return ArrayNode<Array, Op, detail::StoredArrayOperand<Array, X>...>(
      op, detail::store_array_operand<Array>(x)...);
}

}  // namespace ad
