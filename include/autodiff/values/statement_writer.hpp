// How an expression becomes a statement of the tape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <autodiff/core/number.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/products.hpp>

namespace ad::detail {

/// Receives the partials of the leaves and writes them where the tape has room.
template <class T>
struct StatementWriter {
  static constexpr bool careful = false;

  T* partials;
  std::uint32_t* indices;
  std::size_t count = 0;
  T nonfinite{};  ///< of plain numbers: Σ 0 * partial, which is 0 if all of them are finite

  [[gnu::always_inline]] void add(const T& partial, std::uint32_t index) {
    if constexpr (std::is_floating_point_v<T>) {
      // Writing always and counting only active leaves spares a branch.
      partials[count] = partial;
      indices[count] = index;
      count += static_cast<std::size_t>(index != 0);
      nonfinite += partial * T(0);
    } else if (index != 0) {
      partials[count] = partial;
      indices[count] = index;
      ++count;
    }
  }

  [[gnu::always_inline]] bool has_nonfinite() const {
    if constexpr (std::is_floating_point_v<T>) {
      return nonfinite != T(0);
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        if (!all_finite(partials[i])) return true;
      }
      return false;
    }
  }
};

/// The same for a statement with a partial that is not finite: gives 0 * inf inside the expression
/// its meaning and tells the tape.
template <class T>
struct CarefulWriter : StatementWriter<T> {
  static constexpr bool careful = true;

  Tape<T>& tape;

  T product(One, const T& partial, std::string_view) const { return partial; }
  T product(const T& cotangent, const T& partial, std::string_view operation) const {
    if (is_indeterminate(cotangent, partial)) {
      tape.note_indeterminate(operation.data());
      return T();
    }
    return cotangent * partial;
  }
};

// The cold functions take the expression by value: a reference would force every hot statement to
// keep its expression in memory instead of in registers.

template <class T, class E>
[[gnu::noinline, gnu::cold]] std::size_t write_carefully(Tape<T>& tape, E expression) {
  CarefulWriter<T> writer{{tape.next_partials(), tape.next_indices(), 0, T()}, tape};
  expression.reverse(One{}, writer);
  if (writer.has_nonfinite()) tape.note_nonfinite_partial();
  return writer.count;
}

template <class T, class E>
[[gnu::noinline, gnu::cold]] void verify_leaves(E expression) {
  expression.for_each_leaf(
      [](const auto& leaf) { Tape<T>::verify(leaf.index(), leaf.generation(), "recording"); });
}

/// The place of a recorded result.
struct Place {
  std::uint32_t index;
  std::uint32_t generation;
};

/// Records the expression as one statement and returns the place of its result.
template <class T, class E>
[[gnu::always_inline]] inline Place record_expression(const E& expression) {
  Tape<T>* const tape = Tape<T>::recording();
#ifndef AUTODIFF_NO_CHECKS
  if (tape == nullptr) [[unlikely]]
    verify_leaves<T>(expression);
#endif
  const std::uint32_t generation = tape->generation();
#ifndef AUTODIFF_NO_CHECKS
  // Bits in which an active leaf's generation differs; without branches, since there is one per
  // leaf.
  std::uint32_t foreign = 0;
  expression.for_each_leaf([&](const auto& leaf) {
    foreign |= (leaf.generation() ^ generation) & (leaf.index() == 0 ? 0U : ~0U);
  });
  if (foreign != 0) {
    bool known = true;
    expression.for_each_leaf([&](const auto& leaf) {
      known = known && (leaf.index() == 0 || leaf.generation() == generation ||
                        tape->is_base(leaf.index(), leaf.generation()));
    });
    if (!known) [[unlikely]]
      verify_leaves<T>(expression);
  }
#endif
  tape->reserve(E::leaves);
  if constexpr (AnswersAtKinks<T>) {
    // Numbers that watch kinks would tell them twice if they were asked twice.
    return {tape->commit(kind_of<E>, write_carefully(*tape, expression)), generation};
  } else {
    StatementWriter<T> writer{tape->next_partials(), tape->next_indices()};
    expression.reverse(One{}, writer);
    std::size_t count = writer.count;
    if (writer.has_nonfinite()) [[unlikely]] {
      count = write_carefully(*tape, expression);
    }
    return {tape->commit(kind_of<E>, count), generation};
  }
}

/// An operation of many arguments as an expression of its own, for `record_expression`.
template <class Op, class V, std::size_t N>
struct WideNode {
  using ad_value_type = V;
  using Number = typename V::inner_type;
  static constexpr std::size_t leaves = N;

  [[no_unique_address]] Op op;
  std::array<V, N> x;
  Number y;

  const Number& value() const { return y; }
  bool is_active() const {
    bool active = false;
    for (const V& v : x) active |= v.is_active();
    return active;
  }
  template <class Check>
  void for_each_leaf(Check&& check) const {
    for (const V& v : x) check(v);
  }
  template <class Writer>
  void reverse(One, Writer& writer) const {
    Needs<N> needs;
    for (std::size_t i = 0; i < N; ++i) needs[i] = x[i].is_active();
    const auto p = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return partials(op, needs, y, x[I].value()...);
    }
    (std::make_index_sequence<N>{});
    for (std::size_t i = 0; i < N; ++i) writer.add(p[i], x[i].index());
  }
  static std::string describe() { return std::string(Op::meta.name) + "(...)"; }
};

template <class Op, class V, class... Rest>
V record_operation(const Op& op, const V& first, const Rest&... rest) {
  return WideNode<Op, V, 1 + sizeof...(Rest)>{
      op, {first, rest...}, evaluate(op, first.value(), rest.value()...)};
}

}  // namespace ad::detail
