// The one door through which an operation is applied to anything.
#pragma once

#include <concepts>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/lanes.hpp>
#include <autodiff/core/source_location.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/rule.hpp>

namespace ad {

namespace detail {

/// On numbers of our own an operation leaves its name for the log of branches.
template <class Op, class... Q>
auto apply_named(const Op& op, const Q&... x) {
  const OperationName scope(Op::meta.name.data());
  return op.value(x...);
}

}  // namespace detail

/// Applies `op` to numbers, values and expressions, in any mix that can meet. Plain numbers give a
/// plain number at once; the other carriers decide in their static member `apply` (a tape value
/// answers with an expression node, a dual number with a dual number).
template <Operation Op, Operand... X>
requires Compatible<X...>
[[gnu::always_inline]] inline constexpr auto apply(const Op& op, const X&... x) {
  static_assert(sizeof...(X) == arity_v<Op>,
                "apply: the operation takes one argument per sampling interval of its definition");
  using V = common_value_t<X...>;
  if constexpr (Arithmetic<V> || InLanes<V>) {
    return op.value(static_cast<V>(x)...);
  } else if constexpr (OwnNumber<V>) {
    return detail::apply_named(op, static_cast<V>(x)...);
  } else if constexpr (is_composite_v<Op> || (detail::Compares<Op> && !HasElements<V>)) {
    return op.value(static_cast<V>(x)...);
  } else {
    return V::apply(op, x...);
  }
}

template <Operation Op, Operand... X>
requires Compatible<X...>
[[gnu::always_inline]] inline constexpr auto apply(const X&... x) { return ad::apply(Op{}, x...); }

namespace detail {

/// An operation that knows where it was called.
template <class Op>
struct CalledFrom : Op {
  SourceLocation called_from;
};

template <class Op>
const Op& without_location(const CalledFrom<Op>& op) {
  return op;
}

/// Applies an operation with a kink. Only numbers that watch or trace it want to know from where.
template <Operation Op, class... X>
[[gnu::always_inline]] inline constexpr auto apply_from([[maybe_unused]] SourceLocation here,
                                                        const Op& op, const X&... x) {
  using V = common_value_t<X...>;
  if constexpr (WatchesKinks<V> || TracesOperations<V>) {
    return ad::apply(CalledFrom<Op>{op, here}, x...);
  } else {
    return ad::apply(op, x...);
  }
}

/// The result of `op` at numbers of one type. For nested numbers this is the operation again, one
/// level further in: their derivatives come from its rule, with its accuracy and its conventions,
/// never from differentiating the formula of its value.
template <Operation Op, class T, std::same_as<T>... X>
[[gnu::always_inline]] inline constexpr T evaluate(const Op& op, const T& x, const X&... more) {
  return static_cast<T>(ad::apply(op, x, more...));
}

}  // namespace detail
}  // namespace ad
