// The active array of the tape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/array_evaluation.hpp>
#include <autodiff/values/array_statement.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

namespace detail {

template <class T, class E>
Var<Array<T>> record_elementwise(const E& expression);

}  // namespace detail

/// An array and its place in the recording of a `Tape<T>`, beside the scalars `Var<T>`.
///
/// Made from an array or a number it is passive. Operations give lazy nodes; a node that becomes a
/// `Var<Array<T>>` is evaluated in one pass, which also keeps one partial derivative per element of
/// each active array in it, unless all are 1 or -1. Throws TapeError as `Var<T>` does.
template <class T>
class Var<Array<T>> {
 public:
  using ad_value_type = Var;
  using inner_type = Array<T>;
  using element_type = T;
  static constexpr std::size_t leaves = 1;
  static constexpr std::array unit_leaves{1};
  static constexpr bool is_constant = false;
  static constexpr bool vectorizes = true;

  Var() = default;
  Var(const Var&) = default;
  Var& operator=(const Var&) = default;
  /// What was moved from is the number 0 and passive.
  Var(Var&& other) noexcept
      : value_(std::move(other.value_)),
        statement_(std::exchange(other.statement_, nullptr)),
        index_(std::exchange(other.index_, 0)),
        generation_(std::exchange(other.generation_, 0)) {}
  Var& operator=(Var&& other) noexcept {
    value_ = std::move(other.value_);
    statement_ = std::exchange(other.statement_, nullptr);
    index_ = std::exchange(other.index_, 0);
    generation_ = std::exchange(other.generation_, 0);
    return *this;
  }
  Var(const Array<T>& value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  template <Arithmetic X>
  Var(X number) : value_(number) {}  // NOLINT(google-explicit-constructor)

  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Var> Var(
      const E& expression)  // NOLINT(google-explicit-constructor)
      : Var(detail::record_elementwise<T>(expression)) {}
  /// Arrays of other numbers that stand for these are constants.
  template <Active X>
  requires(!std::is_same_v<value_type_t<X>, Array<T>> &&
           detail::is_level_of<value_type_t<X>, Array<T>>() && HasElements<X>)
      Var(const X& x)  // NOLINT(google-explicit-constructor)
      : value_(Array<T>(value_type_t<X>(x))) {}
  /// An expression of plain arrays is a constant.
  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Array<T>> Var(const E& expression)
      : value_(expression) {}

  /// Of the library: a recorded array.
  Var(Array<T> value, detail::ArrayStatement<T>* statement, std::uint32_t index,
      std::uint32_t generation)
      : value_(std::move(value)), statement_(statement), index_(index), generation_(generation) {}

  template <Operand X>
  requires Compatible<Var, X> Var& operator+=(const X& x) { return *this = Var(*this + x); }
  template <Operand X>
  requires Compatible<Var, X> Var& operator-=(const X& x) { return *this = Var(*this - x); }
  template <Operand X>
  requires Compatible<Var, X> Var& operator*=(const X& x) { return *this = Var(*this * x); }
  template <Operand X>
  requires Compatible<Var, X> Var& operator/=(const X& x) { return *this = Var(*this / x); }

  const Array<T>& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  std::size_t rank() const { return value_.rank(); }
  std::size_t size() const { return value_.size(); }
  /// Recorded, as the functions of the same names are.
  Var reshape(const Shape& shape) const;
  Var transpose() const;
  Var swap_axes(std::size_t a, std::size_t b) const;
  Var slice(std::size_t axis, std::size_t begin, std::size_t end) const;

  bool is_active() const { return index_ != 0; }
  std::uint32_t index() const { return index_; }
  std::uint32_t generation() const { return generation_; }
  detail::Place place() const { return detail::make_place(index_, generation_); }
  detail::ArrayStatement<T>* statement() const { return statement_; }

  /// A tape's scalar as an array without axes.
  static Var of_scalar(const Var<T>& scalar);

  /// Of `Tape::input`, `Tape::reverse` and `Tape::adjoint`.
  static Var input(const Array<T>& value);
  void require_seed(const Array<T>& seed) const {
    if (seed.shape() != shape()) {
      detail::throw_seed_shape("reverse", "seed", shape(), seed.shape());
    }
  }
  void take_seed(const Array<T>& seed) const {
    if (is_active()) statement_->add(seed.packed());
  }
  Array<T> adjoint(std::size_t swept) const {
    return is_active() && index_ <= swept ? statement_->adjoint() : Array<T>::zeros(shape());
  }

  // What expressions ask of a leaf.
  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    visit(*this);
  }
  const Array<T>& array() const { return value_; }
  template <class Number, std::size_t First, class Source>
  [[gnu::always_inline]] auto element(const Source& source, std::size_t i) const {
    return detail::leaf_element<Var, Number, First>(source, i);
  }

  /// How `ad::apply` applies an operation.
  template <class Op, class... X>
  static auto apply(const Op& op, const X&... x) {
    return ArrayNode<Var, Op, detail::StoredArrayOperand<Var, X>...>(
        op, detail::store_array_operand<Var>(x)...);
  }

 private:
  Array<T> value_;
  detail::ArrayStatement<T>* statement_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace ad
