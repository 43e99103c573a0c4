// How an expression becomes a statement of the tape.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <autodiff/core/number.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/tape/registers.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/node.hpp>
#include <autodiff/values/products.hpp>

namespace ad::detail {

/// Receives the partials of the leaves and writes those of active ones where the tape has room.
template <class T>
struct StatementWriter {
  static constexpr bool careful = false;

  T* partials;
  std::uint32_t* indices;
  Arity arity{};
  std::array<std::uint32_t, Arity::most_units> unit_indices{};
  T nonfinite{};  ///< of plain numbers: Σ 0 * partial, which is NaN unless all of them are finite

  [[gnu::always_inline]] void add(const T& partial, std::uint32_t index) {
    if constexpr (std::is_floating_point_v<T>) {
      // Writing always and counting only active leaves spares a branch.
      partials[arity.products] = partial;
      indices[arity.products] = index;
      arity.products += static_cast<std::size_t>(index != 0);
      nonfinite += partial * T(0);
    } else if (index != 0) {
      partials[arity.products] = partial;
      indices[arity.products] = index;
      ++arity.products;
    }
  }

  /// Of a leaf whose partial is 1.
  [[gnu::always_inline]] void add_unit(std::uint32_t index) {
    if (arity.units == Arity::most_units) return add(T(1), index);
    unit_indices[arity.units] = index;
    arity.units += static_cast<std::size_t>(index != 0);
  }

  /// To be called after the last leaf.
  [[gnu::always_inline]] Arity finish() {
    for (std::size_t i = 0; i < arity.units; ++i) {
      std::uint32_t index = unit_indices[i];
      keep_in_register(index);
      indices[arity.products + i] = index;
    }
    return arity;
  }

  [[gnu::always_inline]] bool has_nonfinite() const {
    if constexpr (std::is_floating_point_v<T>) {
      return nonfinite != nonfinite;
    } else {
      for (std::size_t i = 0; i < arity.products; ++i) {
        if (!all_finite(partials[i])) return true;
      }
      return false;
    }
  }
};

/// The same for N leaves that are all active, so that where each partial goes is known when
/// compiling. A leaf that the compiler sees to be the same value as another, as in `x * x`, is no
/// argument of its own: its partial is added to the other's.
template <std::floating_point T, std::size_t N>
class ActiveWriter {
 public:
  static constexpr bool careful = false;

  [[gnu::always_inline]] ActiveWriter(T* partials, std::uint32_t* indices)
      : partials_(partials), indices_(indices) {}

  [[gnu::always_inline]] void add(const T& partial, std::uint32_t index) {
    partial_[leaves_] = partial;
    index_[leaves_++] = index;
  }

  [[gnu::always_inline]] void add_unit(std::uint32_t index) {
    is_unit_[leaves_] = units_++ < Arity::most_units;
    add(T(1), index);
  }

  [[gnu::always_inline]] Arity finish() {
    if constexpr (N <= Head<T>::always_ready) {
      unrolled<N>([&](auto i) __attribute__((always_inline)) { add_to_same(i); });
    }
    Arity arity;
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      if (is_added_[i] || is_unit_[i]) return;
      partials_[arity.products] = partial_[i];
      indices_[arity.products++] = index_[i];
      nonfinite_ += partial_[i] * T(0);
    });
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      if (is_added_[i] || !is_unit_[i]) return;
      std::uint32_t index = index_[i];
      keep_in_register(index);
      indices_[arity.products + arity.units++] = index;
    });
    return arity;
  }

  [[gnu::always_inline]] bool has_nonfinite() const { return nonfinite_ != nonfinite_; }

 private:
  /// Adds the partial of leaf i to that of an earlier one, if there is one of the same value.
  template <class I>
  [[gnu::always_inline]] void add_to_same(I i) {
    unrolled<i>([&](auto j) __attribute__((always_inline)) {
      if (is_added_[i] || is_added_[j] || !known_same(index_[i], index_[j])) return;
      partial_[j] += partial_[i];
      is_unit_[j] = false;
      is_added_[i] = true;
    });
  }

  T* partials_;
  std::uint32_t* indices_;
  std::array<T, N> partial_{};
  std::array<std::uint32_t, N> index_{};
  std::array<bool, N> is_unit_{};
  std::array<bool, N> is_added_{};
  std::size_t leaves_ = 0;
  std::size_t units_ = 0;
  T nonfinite_{};
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

/// The value of an expression and the place of its statement. One that is returned keeps the caller
/// from holding the value across the call.
template <class T>
struct Recorded {
  T value;
  Place place;
};

/// Throws for the first leaf that does not belong to the tape that records.
template <class T, class E>
[[gnu::always_inline]] inline void verify_leaves(const E& expression) {
  expression.for_each_leaf([](const auto& leaf) __attribute__((always_inline)) {
    Tape<T>::verify(leaf.index(), leaf.generation(), "recording");
  });
}

// What is asked of all leaves, without a branch for each.

/// Every leaf is active and of the current generation: a passive one has none.
template <class T, class E>
[[gnu::always_inline]] inline bool is_current(const Head<T>& head, const E& expression) {
  std::uint64_t differences = 0;
  expression.for_each_leaf([&](const auto& leaf) __attribute__((always_inline)) {
    differences |= difference(leaf.place(), head.last());
  });
  return differences >> 32U == 0;
}

/// Every leaf is active, and of the current generation or from before the mark that the tape was
/// rewound to.
template <class T, class E>
[[gnu::always_inline]] inline bool is_current_or_base(const Tape<T>& tape, const E& expression) {
  unsigned all = 1;
  expression.for_each_leaf([&](const auto& leaf) __attribute__((always_inline)) {
    all &= static_cast<unsigned>(difference(leaf.place(), tape.last()) >> 32U == 0) |
           static_cast<unsigned>(tape.is_base(leaf.place()));
  });
  return all != 0;
}

template <class E>
[[gnu::always_inline]] inline bool is_passive(const E& expression) {
  std::uint64_t any = 0;
  expression.for_each_leaf([&](const auto& leaf) __attribute__((always_inline)) {
    any |= static_cast<std::uint64_t>(leaf.place());
  });
  return any == 0;
}

/// Every leaf is passive, or of the current generation.
template <class T, class E>
[[gnu::always_inline]] inline bool is_current_or_passive(const Head<T>& head, const E& expression) {
  unsigned all = 1;
  expression.for_each_leaf([&](const auto& leaf) __attribute__((always_inline)) {
    all &= static_cast<unsigned>(difference(leaf.place(), head.last()) >> 32U == 0) |
           static_cast<unsigned>(!leaf.is_active());
  });
  return all != 0;
}

/// Every active leaf belongs to the tape.
template <class T, class E>
[[gnu::always_inline]] inline bool is_valid(const Tape<T>& tape, const E& expression) {
  unsigned all = 1;
  expression.for_each_leaf([&](const auto& leaf) __attribute__((always_inline)) {
    all &= static_cast<unsigned>(!leaf.is_active()) |
           static_cast<unsigned>(difference(leaf.place(), tape.last()) >> 32U == 0) |
           static_cast<unsigned>(tape.is_base(leaf.place()));
  });
  return all != 0;
}

/// Writes the statement into the room there is and enters it; its active leaves belong to the tape.
/// Enters nothing and returns false if a partial is not finite and a form 0 * inf may hide in it.
template <class Writer, class T, class E>
[[gnu::always_inline]] inline bool write_statement(Head<T>& head, const E& expression,
                                                   Place& place) {
  Writer writer{head.next_partials(), head.next_indices()};
  expression.reverse(One{}, writer);
  const Arity arity = writer.finish();
  if constexpr (has_products_v<E>) {
    if (writer.has_nonfinite()) [[unlikely]]
      return false;
  }
  place = arity.is_wide() ? Tape<T>::recording()->commit_wide(kind_of<E>, arity)
                          : head.commit(kind_of<E>, arity);
  return true;
}

/// Records the expression whatever its leaves are.
template <class T, class E>
[[gnu::always_inline]] inline Recorded<T> record_any(const E& expression) {
  if (is_passive(expression)) return {expression.value(), Place::passive};
#ifndef AUTODIFF_NO_CHECKS
  verify_leaves<T>(expression);
#endif
  Tape<T>& tape = *Tape<T>::recording();
  tape.reserve(E::leaves);
  Place place = Place::passive;
  // Numbers that watch kinks would tell them twice if they were asked twice.
  bool is_written = false;
  if constexpr (!AnswersAtKinks<T>) {
    is_written = write_statement<StatementWriter<T>>(tape, expression, place);
  }
  if (!is_written) {
    CarefulWriter<T> writer{{tape.next_partials(), tape.next_indices()}, tape};
    expression.reverse(One{}, writer);
    place = tape.commit(kind_of<E>, writer.finish());
  }
  tape.keep_ready();
  return {expression.value(), place};
}

/// The same as a call of its own, for what is rare.
template <class T, class E>
[[gnu::noinline, gnu::cold]] Recorded<T> record_rare(E expression) {
  return record_any<T>(expression);
}

/// Makes room behind a statement for the next. The result goes through it, so that it is not alive
/// across the call.
template <class T>
[[gnu::noinline]] Recorded<T> with_room_behind(T value, Place place) {
  Tape<T>::recording()->keep_ready();
  return {value, place};
}

/// Records the expression as one statement; records nothing if it is passive.
///
/// What is frequent is in line: leaves that are active, or some of them passive. All else is a call
/// at the end, which takes a copy and returns everything, so that no number is alive across it: the
/// compiler would keep in memory what is.
template <class T, class E>
[[gnu::always_inline]] inline Recorded<T> record_expression(const E& expression) {
  if constexpr (!std::is_floating_point_v<T>) {
    return record_any<T>(expression);
  } else {
    Head<T>& head = Tape<T>::head();
    if (E::leaves <= Head<T>::always_ready || head.has_room(E::leaves)) [[likely]] {
      Place place = Place::passive;
      bool all_active = is_current(head, expression);
      bool some_passive = false;
      if (!all_active) {
        some_passive = is_current_or_passive(head, expression);
        if (!some_passive && Tape<T>::is_ready()) {
          const Tape<T>& tape = *Tape<T>::recording();
          all_active = is_current_or_base(tape, expression);
          some_passive = !all_active && is_valid(tape, expression);
        }
      }
      bool is_written = false;
      if (all_active) [[likely]] {
        is_written = write_statement<ActiveWriter<T, E::leaves>>(head, expression, place);
      } else if (some_passive) {
        if (E::leaves == 1 || is_passive(expression)) return {expression.value(), Place::passive};
        is_written = write_statement<StatementWriter<T>>(head, expression, place);
      }
      if (is_written) [[likely]] {
        if (head.has_room(Head<T>::always_ready)) [[likely]]
          return {expression.value(), place};
        return with_room_behind<T>(expression.value(), place);
      }
    } else if (is_passive(expression)) {
      return {expression.value(), Place::passive};
    }
    return record_rare<T>(expression);
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
    unrolled<N>([&](auto i) { check(x[i]); });
  }
  template <class Writer>
  void reverse(One, Writer& writer) const {
    Needs<N> needs;
    for (std::size_t i = 0; i < N; ++i) needs[i] = x[i].is_active();
    const auto p = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return partials(op, needs, y, x[I].value()...);
    }
    (std::make_index_sequence<N>{});
    unrolled<N>([&](auto i) { writer.add(p[i], x[i].index()); });
  }
  static std::string describe() { return std::string(Op::meta.name) + "(...)"; }
};

template <class Op, class V, class... Rest>
V record_operation(const Op& op, const V& first, const Rest&... rest) {
  return WideNode<Op, V, 1 + sizeof...(Rest)>{
      op, {first, rest...}, evaluate(op, first.value(), rest.value()...)};
}

}  // namespace ad::detail
