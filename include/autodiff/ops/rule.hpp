// What an operation is: a struct of generic functions with a description. The engine knows no
// operation by name; it asks the struct.
//
//   struct MyOperation {
//     static constexpr ad::Meta meta{...};
//     static constexpr std::array samples{ad::Interval{-4, 4}};  // one per argument
//     static constexpr ad::Reads reads = ad::Reads::inputs;
//     template <class T> T value(const T& x) const;
//     // then one of
//     template <class T> T partials(const T& x, const T& y) const;             // arity 1
//     template <class T> std::array<T, 2> partials(const T& a, const T& b, const T& y) const;
//     template <class T> std::array<T, 2> partials(const T& a, const T& b, const T& y,
//                                                  const ad::Needs<2>& needs) const;
//     template <class T> T vjp(const T& cotangent, const T& x, const T& y) const;
//     // or none of them, if value() is made of other operations; and if it has kinks
//     template <class T> static std::array<T, 1> kinks(const T& x);  // infinity: none there
//     static constexpr bool is_cone_at_kink = true;  // value(x + h) = value(x) + value(h) there
//     static constexpr bool vectorizes = true;  // its functions also work on numbers in lanes
//     static constexpr std::array defaults{0.01};  // if its last arguments may be left out
//     static constexpr std::array unit_partials{1, -1};  // partials that are always 1 or -1; else
//     0
//   };
//
// `value` is only ever called with plain numbers (float, double, Quad): on nested numbers the
// engine applies the operation level by level. The rules are called with nested numbers for
// derivatives of derivatives, so it is their own derivative that must be accurate too.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>

namespace ad {

/// The largest error that an operation declares for its value and its first and second derivatives,
/// in units in the last place of the correctly rounded result; the same for float and double.
struct Ulps {
  double value;
  double first;
  double second;
};

/// What a person or a program may want to read about an operation.
struct Meta {
  std::string_view name = {};        ///< as called in C++ and in expressions
  std::string_view symbol = {};      ///< infix or prefix symbol, empty if there is none
  std::string_view formula = {};     ///< f(x) in plain text; arguments are x, y, z
  std::string_view derivative = {};  ///< its partial derivatives, separated by "; "
  std::string_view domain = {};      ///< where it is real and finite
  std::string_view kink = {};        ///< where it is not differentiable, empty if nowhere
  std::string_view convention = {};  ///< the slope declared there
  std::string_view jump = {};        ///< where it is not continuous, empty if nowhere
  std::string_view oracle = {};      ///< an mpmath expression of x, y, z: the independent reference
  std::string_view source = {};      ///< paper, DLMF number
  /// Where a derivative has a zero that its formula cancels to; begins with "the value" if the
  /// value has one.
  std::string_view cancels = {};
  Ulps ulps = {2, 4, 6};  ///< what the tests against the oracle allow
};

/// A closed interval of the argument from which tests and checks draw points.
struct Interval {
  double lower;
  double upper;
};

/// Which of its forward values a rule needs again in reverse.
enum class Reads { none, inputs, result, both };

/// Which partial derivatives are wanted, one flag per argument.
template <std::size_t N>
using Needs = std::array<bool, N>;

template <class Op>
concept Operation = requires {
  { Op::meta } -> std::convertible_to<Meta>;
  { Op::samples.size() } -> std::convertible_to<std::size_t>;
  { Op::reads } -> std::convertible_to<Reads>;
};

template <Operation Op>
inline constexpr std::size_t arity_v = Op::samples.size();

namespace detail {

template <std::size_t, class T>
using Repeat = T;

template <class Op, class T, std::size_t... I>
constexpr bool has_vjp(std::index_sequence<I...>) {
  return requires(const Op& op, const Repeat<I, T>&... x, const T& y) { op.vjp(y, x..., y); };
}

template <class Op, class T, std::size_t... I>
constexpr bool has_selective_partials(std::index_sequence<I...>) {
  return requires(const Op& op, const Repeat<I, T>&... x, const T& y,
                  const Needs<sizeof...(I)>& n) {
    op.partials(x..., y, n);
  };
}

template <class Op, class T, std::size_t... I>
constexpr bool has_partials(std::index_sequence<I...>) {
  return requires(const Op& op, const Repeat<I, T>&... x, const T& y) { op.partials(x..., y); };
}

template <class Op, class T, std::size_t... I>
constexpr bool has_kinks(std::index_sequence<I...>) {
  return requires(const Repeat<I, T>&... x) { Op::kinks(x...); };
}

/// The partial for argument I if it is 1 or -1 whatever the arguments, else 0.
template <class Op, std::size_t I>
constexpr int unit_partial() {
  if constexpr (requires { Op::unit_partials; }) {
    return Op::unit_partials[I];
  } else {
    return 0;
  }
}

/// Rules of one argument may return the number itself.
template <class T, std::size_t N>
constexpr std::array<T, N> as_array(const std::array<T, N>& a) {
  return a;
}

template <class T, std::size_t N>
requires(N == 1) constexpr std::array<T, 1> as_array(const T& x) { return {x}; }

}  // namespace detail

/// The operation gives its VJP itself; otherwise the engine builds it from the partials.
template <class Op, class T = double>
inline constexpr bool has_vjp_v = detail::has_vjp<Op, T>(std::make_index_sequence<arity_v<Op>>{});

template <class Op, class T = double>
inline constexpr bool has_kinks_v =
    detail::has_kinks<Op, T>(std::make_index_sequence<arity_v<Op>>{});

/// The operation has no rule: it is made of other operations, and is evaluated on the values
/// themselves (`where` picks a branch, a composite formula records its parts).
template <class Op, class T = double>
inline constexpr bool is_composite_v =
    !has_vjp_v<Op, T> && !detail::has_partials<Op, T>(std::make_index_sequence<arity_v<Op>>{}) &&
    !detail::has_selective_partials<Op, T>(std::make_index_sequence<arity_v<Op>>{});

namespace detail {

/// The operation compares numbers, and gives a constant. Those with a direction, or that are
/// watched, make the comparison themselves.
template <class Op>
concept Compares = requires {
  requires Op::compares;
};

}  // namespace detail

/// The operation can be evaluated for the lanes of a SIMD register at once: see `Lanes`. Its
/// functions call the mathematical functions there are for lanes, and decide with `select`,
/// `detail::choose`, or an `if` whose branches lanes that are neighbours seldom differ in.
template <class Op>
inline constexpr bool vectorizes_v = requires {
  requires Op::vectorizes;
};

namespace detail {

template <class Op>
concept ConeAtKink = requires {
  requires Op::is_cone_at_kink;
};

/// Of numbers with a direction: the point that the direction leads to from a cone's apex, by the
/// first tangents that are not all zero. False away from the apex, and where nothing moves.
template <class Op, class T, std::size_t N>
constexpr bool leaves_apex(const std::array<T, N>& x, std::array<typename T::inner_type, N>& to) {
  const bool at_apex =
      std::apply([](const auto&... each) { return all_zero(Op::kinks(each.value()...)[0]); }, x);
  if (!at_apex) return false;
  for (std::size_t i = 0; i < T::directions; ++i) {
    bool moves = false;
    for (std::size_t k = 0; k < N; ++k) {
      to[k] = x[k].tangent(i);
      moves = moves || !all_zero(to[k]);
    }
    if (moves) return true;
  }
  return false;
}

}  // namespace detail

/// The partial derivatives of `op` at x... with result y. Only those that `needs` asks for are
/// meaningful: an operation may skip the work of the others.
template <class Op, class T, std::same_as<T>... X>
[[gnu::always_inline]] inline constexpr std::array<T, sizeof...(X)> partials(
    const Op& op, [[maybe_unused]] const Needs<sizeof...(X)>& needs, const T& y, const X&... x) {
  constexpr std::size_t n = sizeof...(X);
  static_assert(n == arity_v<Op>, "an operation is applied to one argument per sampling interval");
  if constexpr (ComparesAlongTangents<T> && detail::ConeAtKink<Op>) {
    std::array<typename T::inner_type, n> to;
    if (detail::leaves_apex<Op>(std::array<T, n>{x...}, to)) {
      return std::apply(
          [&](const auto&... each) {
            const auto p = partials(op, needs, op.value(each...), each...);
            std::array<T, n> result;
            for (std::size_t i = 0; i < n; ++i) result[i] = T(p[i]);
            return result;
          },
          to);
    }
  }
  if constexpr (AnswersAtKinks<T> && has_kinks_v<Op>) {
    return T::template partials<Op, n>(op, needs, y, x...);
  } else if constexpr (has_vjp_v<Op, T>) {
    return detail::as_array<T, n>(op.vjp(T(1), x..., y));
  } else if constexpr (detail::has_selective_partials<Op, T>(std::make_index_sequence<n>{})) {
    return detail::as_array<T, n>(op.partials(x..., y, needs));
  } else {
    return detail::as_array<T, n>(op.partials(x..., y));
  }
}

}  // namespace ad
