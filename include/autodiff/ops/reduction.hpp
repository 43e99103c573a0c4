// What a reduction is: an operation of any number of arguments, and the door through which it is
// applied.
//
//   struct MyReduction {
//     static constexpr ad::Meta meta{...};                 // arguments are x1, x2, ...
//     static constexpr ad::Interval sample{-4, 4};         // where each argument is drawn from
//     static constexpr ad::Arguments arguments{.least = 1};
//     template <class T> T value(std::span<const T> x) const;
//     // result[i] = dy/dx[i], all of them with O(n) operations
//     template <class T> void partials(std::span<const T> x, const T& y, std::span<T> result)
//     const;
//   };
//
// As with other operations `value` is only ever called with plain numbers, while `partials` meets
// nested ones, whose derivatives are then the second ones: its formulas must be accurate when
// differentiated. They may apply reductions in their turn, `ad::apply(Sum{}, x)`.
//
// At a kink its rule compares `detail::deciding(x[i])`, so that numbers with a direction find the
// slopes beside it. A reduction that is 0 at its kink and with op(x + h) = op(h) there says
//
//     static constexpr bool is_cone_at_kink = true;
//
// A reduction with costly formulas says how many plain numbers of an array are computed in lanes,
//
//     template <std::floating_point T>
//     T value_and_partials(std::span<const T> x, std::span<T> result) const;
//
// Where a function asks `least` arguments of its formula, the C++ function also takes fewer and
// answers NaN, or what the empty sum, product or norm is.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/number.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/rule.hpp>

namespace ad {

/// How many arguments a reduction takes: `least`, and then any number of groups of `group`.
struct Arguments {
  std::size_t least = 1;
  std::size_t group = 1;
};

template <class Op>
concept Reduction = requires(const Op& op, std::span<const double> x, std::span<double> result) {
  { Op::meta } -> std::convertible_to<Meta>;
  { Op::sample } -> std::convertible_to<Interval>;
  { Op::arguments } -> std::convertible_to<Arguments>;
  { op.value(x) } -> std::convertible_to<double>;
  op.partials(x, 0.0, result);
};

/// With a way of its own to compute many plain numbers.
template <class Op, class T>
concept ReducesInLanes = std::is_floating_point_v<T> &&
    requires(const Op& op, std::span<const T> x, std::span<T> result) {
  { op.value_and_partials(x, result) } -> std::same_as<T>;
};

/// A container, span or C array of numbers, values or expressions.
template <class R>
concept OperandRange = !Operand<std::remove_cvref_t<R>> && std::ranges::input_range<const R&> &&
                       Operand<std::ranges::range_value_t<const R&>>;

/// What the elements of these ranges meet in.
template <OperandRange... R>
using common_element_t = common_value_t<std::ranges::range_value_t<const R&>...>;

template <class... R>
concept CompatibleRanges =
    (OperandRange<R> && ...) && Compatible<std::ranges::range_value_t<const R&>...>;

/// Two or more operands that can meet; arrays are reduced each by itself.
template <class... X>
concept SeveralOperands = sizeof...(X) > 1 && (Operand<X> && ...) &&
                          (!HasElements<X> && ...) && Compatible<X...>;

/// Applies a reduction to numbers of one type.
template <Reduction Op, class V>
requires(Operand<V> && !Expression<V>) V apply(const Op& op, std::span<const V> x) {
  if constexpr (Arithmetic<V>) {
    return op.value(x);
  } else if constexpr (OwnNumber<V>) {
    const detail::OperationName scope(Op::meta.name.data());
    return op.value(x);
  } else {
    return V::reduce(op, x);
  }
}

namespace detail {

/// Elements by value, a few of them without allocation.
template <class T>
class Numbers {
 public:
  explicit Numbers(std::size_t size) : size_(size) {
    if (size > few) many_.resize(size);
  }

  std::span<T> span() { return {size_ > few ? many_.data() : few_.data(), size_}; }
  std::span<const T> span() const { return {size_ > few ? many_.data() : few_.data(), size_}; }
  T& operator[](std::size_t i) { return span()[i]; }
  const T& operator[](std::size_t i) const { return span()[i]; }

 private:
  static constexpr std::size_t few = 8;
  std::size_t size_;
  std::array<T, few> few_{};
  std::vector<T> many_;
};

/// The reduction of numbers that a function of i computes.
template <Reduction Op, class T, class Element>
T reduce_each(const Op& op, std::size_t count, Element&& element) {
  Numbers<T> numbers(count);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = element(i);
  return ad::apply(op, std::as_const(numbers).span());
}

/// All partial derivatives of `op` at x with result y. Where numbers with a direction leave a
/// cone's apex, those at the point that the direction leads to.
template <Reduction Op, class T>
void reduction_partials(const Op& op, std::span<const T> x, const T& y, std::span<T> result) {
  if constexpr (AnswersAtKinks<T>) return T::reduction_partials(op, x, y, result);
  if constexpr (ComparesAlongTangents<T> && ConeAtKink<Op>) {
    using Inner = typename T::inner_type;
    if (all_zero(y.value())) {
      for (std::size_t k = 0; k < T::directions; ++k) {
        Numbers<Inner> to(x.size()), slopes(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) to[i] = x[i].tangent(k);
        const Inner distance = ad::apply(op, std::as_const(to).span());
        if (all_zero(distance)) continue;
        reduction_partials(op, std::as_const(to).span(), distance, slopes.span());
        for (std::size_t i = 0; i < x.size(); ++i) result[i] = T(slopes[i]);
        return;
      }
    }
  }
  op.partials(x, y, result);
}

template <class V, class R>
void append(std::vector<V>& all, const R& range) {
  for (const auto& x : range) all.push_back(static_cast<V>(x));
}

}  // namespace detail

/// Applies a reduction to all elements of the ranges, one range after the other. Elements are
/// numbers, values and expressions in any mix that can meet; the result is a value, on a tape one
/// statement.
template <Reduction Op, OperandRange... R>
requires(sizeof...(R) > 0 && CompatibleRanges<R...>) auto apply(const Op& op, const R&... ranges) {
  using V = common_element_t<R...>;
  if constexpr (sizeof...(R) == 1 && (std::is_convertible_v<const R&, std::span<const V>> && ...)) {
    return ad::apply(op, std::span<const V>(ranges...));
  } else {
    std::vector<V> all;
    if constexpr ((std::ranges::sized_range<const R&> && ...)) {
      all.reserve((static_cast<std::size_t>(std::ranges::size(ranges)) + ...));
    }
    (detail::append(all, ranges), ...);
    return ad::apply(op, std::span<const V>(all));
  }
}

/// The same for operands one by one.
template <Reduction Op, Operand... X>
requires(sizeof...(X) > 0 && Compatible<X...>) auto apply(const Op& op, const X&... x) {
  using V = common_value_t<X...>;
  const std::array<V, sizeof...(X)> all{static_cast<V>(x)...};
  return ad::apply(op, std::span<const V>(all));
}

template <Reduction Op, class... X>
auto apply(const X&... x) requires requires(const Op& op) {
  ad::apply(op, x...);
}
{ return ad::apply(Op{}, x...); }

}  // namespace ad
