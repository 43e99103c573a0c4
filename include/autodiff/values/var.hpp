// The active scalar of the tape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/node.hpp>
#include <autodiff/values/reduce.hpp>
#include <autodiff/values/statement_writer.hpp>

namespace ad {

/// A number of type T and its place in the recording of a `Tape<T>`; 16 bytes for double.
///
/// T is float, double, Quad, or again a value, for derivatives of derivatives. Default-constructed
/// and made from a number it is passive: a constant, which records nothing. Operations on Var give
/// expression nodes; assigning a node to a Var records one statement. Throws TapeError where a
/// value is retired, its tape is gone, or tapes are mixed (not with AUTODIFF_NO_CHECKS defined).
template <class T>
class Var {
 public:
  using ad_value_type = Var;
  using inner_type = T;
  static constexpr std::size_t leaves = 1;

  constexpr Var() = default;

  template <class X>
  requires(Arithmetic<X> || (Active<X> && !Expression<X> && !std::is_same_v<X, Var> &&
                             detail::is_level_of<X, T>())) constexpr Var(const X& x)
      : value_(static_cast<T>(x)) {}  // NOLINT(google-explicit-constructor)

  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Var>
  [[gnu::always_inline]] Var(const E& expression)  // NOLINT(google-explicit-constructor)
      : Var(recorded(expression)) {}

  /// An expression of an inner level is a constant of this one.
  template <Expression E>
  requires(!std::is_same_v<typename E::ad_value_type, Var> &&
           detail::is_level_of<typename E::ad_value_type, T>())
      Var(const E& expression)  // NOLINT(google-explicit-constructor)
      : value_(typename E::ad_value_type(expression)) {}

  /// Of the tape: a result that is already recorded.
  constexpr Var(const T& value, detail::Place place) : value_(value), place_(place) {}
  constexpr Var(const T& value, std::uint32_t index, std::uint32_t generation)
      : Var(value, detail::make_place(index, generation)) {}

  constexpr const T& value() const { return value_; }
  constexpr detail::Place place() const { return place_; }
  constexpr std::uint32_t index() const { return detail::index_of(place_); }
  constexpr std::uint32_t generation() const { return detail::generation_of(place_); }
  constexpr bool is_active() const { return place_ != detail::Place::passive; }

  template <Operand X>
  requires Compatible<Var, X>
  [[gnu::always_inline]] Var& operator+=(const X& x) { return *this = Var(*this + x); }
  template <Operand X>
  requires Compatible<Var, X>
  [[gnu::always_inline]] Var& operator-=(const X& x) { return *this = Var(*this - x); }
  template <Operand X>
  requires Compatible<Var, X>
  [[gnu::always_inline]] Var& operator*=(const X& x) { return *this = Var(*this * x); }
  template <Operand X>
  requires Compatible<Var, X>
  [[gnu::always_inline]] Var& operator/=(const X& x) { return *this = Var(*this / x); }
  Var& operator++() { return *this += 1; }
  Var& operator--() { return *this -= 1; }
  Var operator++(int) { return std::exchange(*this, Var(*this + 1)); }
  Var operator--(int) { return std::exchange(*this, Var(*this - 1)); }

  // What expressions ask of a leaf.
  template <class CT, class Writer>
  [[gnu::always_inline]] constexpr void reverse(const CT& cotangent, Writer& writer) const {
    if constexpr (std::is_same_v<CT, detail::One>) {
      writer.add_unit(index());
    } else {
      writer.add(cotangent, index());
    }
  }
  template <class Check>
  [[gnu::always_inline]] constexpr void for_each_leaf(Check&& check) const {
    check(*this);
  }
  static std::string describe() { return "."; }

  /// How `ad::apply` applies an operation: up to three operands make a node; more are recorded at
  /// once.
  template <class Op, class... X>
  [[gnu::always_inline]] static constexpr auto apply(const Op& op, const X&... x) {
    if constexpr (sizeof...(X) <= 3) {
      return Node<Op, detail::Stored<Var, X>...>(op, detail::store<Var>(x)...);
    } else {
      return detail::record_operation(op, Var(x)...);
    }
  }

  /// How `ad::apply` applies a reduction.
  template <class Op>
  static Var reduce(const Op& op, std::span<const Var> x) {
    return detail::record_reduction(op, x);
  }

 private:
  [[gnu::always_inline]] explicit Var(const detail::Recorded<T>& recorded)
      : value_(recorded.value), place_(recorded.place) {}

  template <class E>
  [[gnu::always_inline]] static detail::Recorded<T> recorded(const E& expression) {
    if constexpr (E::leaves > 0) {
      return detail::record_expression<T>(expression);
    } else {
      return {expression.value(), detail::Place::passive};
    }
  }

  T value_{};
  detail::Place place_ = detail::Place::passive;
};

static_assert(sizeof(Var<double>) == 16);

template <class T>
constexpr bool all_zero(const Var<T>& x) {
  return !x.is_active() && all_zero(x.value());
}

template <class T>
constexpr bool all_finite(const Var<T>& x) {
  return all_finite(x.value());
}

}  // namespace ad
