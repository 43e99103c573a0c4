// A reduction of values: on the tape one statement, however many arguments there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <autodiff/core/number.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/tape/tape.hpp>

namespace ad::detail {

/// The kind of such a statement, for the sweep's reports.
template <class Op>
struct WideStatement {
  static std::string describe() { return std::string(Op::meta.name) + "(...)"; }
};

template <class V>
Numbers<typename V::inner_type> inner_numbers(std::span<const V> x) {
  Numbers<typename V::inner_type> numbers(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) numbers[i] = x[i].value();
  return numbers;
}

/// The tape that records, once it is sure that every active argument belongs to it.
template <class T>
Tape<T>& tape_of(std::span<const Var<T>> x) {
  Tape<T>* const tape = Tape<T>::recording();
#ifndef AUTODIFF_NO_CHECKS
  for (const Var<T>& v : x) {
    if (!v.is_active()) continue;
    if (tape == nullptr || (v.generation() != tape->generation() && !tape->is_base(v.place()))) {
      Tape<T>::verify(v.index(), v.generation(), "recording");
    }
  }
#endif
  return *tape;
}

/// Records y = op(x) and returns y; a constant if no argument is active.
template <class Op, class T>
Var<T> record_reduction(const Op& op, std::span<const Var<T>> x) {
  const auto numbers = inner_numbers(x);
  const T y = ad::apply(op, numbers.span());
  bool active = false;
  for (const Var<T>& v : x) active |= v.is_active();
  if (!active) return Var<T>(y);
  Tape<T>& tape = tape_of(x);
  tape.reserve(x.size());
  // All partials go where the tape has room; those of passive arguments are then closed up.
  T* const partials = tape.next_partials();
  std::uint32_t* const indices = tape.next_indices();
  reduction_partials(op, numbers.span(), y, std::span<T>(partials, x.size()));
  std::size_t count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].is_active()) continue;
    partials[count] = partials[i];
    indices[count] = x[i].index();
    ++count;
  }
  const Place place = tape.commit(kind_of<WideStatement<Op>>, Arity{.products = count});
  tape.keep_ready();
  return Var<T>(y, place);
}

}  // namespace ad::detail
