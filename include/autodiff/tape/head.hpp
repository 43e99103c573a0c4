// Where a tape records next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <autodiff/tape/arity.hpp>
#include <autodiff/tape/place.hpp>
#include <autodiff/tape/statement_kind.hpp>

namespace ad::detail {

/// The part of a tape that every statement reads and changes.
///
/// Where nothing records, or there is no room, expressions find a head without a tape. No value is
/// of its generation, so they need not ask whether there is a tape.
template <class T>
class Head {
 public:
  constexpr Head() = default;

  /// Where the newest result is. What was recorded since the last rewind differs from it in the
  /// index only.
  Place last() const { return last_; }
  T* next_partials() { return next_partial_; }
  std::uint32_t* next_indices() { return next_index_; }

  /// Behind every statement there is room for one of so many arguments, if memory allows: so what
  /// is recorded in line is the same in a tape that has to grow as in one that was grown before.
  static constexpr std::size_t always_ready = 16;

  /// A statement is recorded for one active argument at least, and there is room for as many
  /// statements as for arguments, so one question is enough.
  [[gnu::always_inline]] bool has_room(std::size_t arguments) const {
    if (arguments <= always_ready) return next_index_ < ready_;
    return next_index_ + (arguments - always_ready) < ready_;
  }

  /// Enters a statement written at `next_partials()` and `next_indices()`, which is not wide, and
  /// returns the place of its result.
  [[gnu::always_inline]] Place commit(KindId kind, const Arity& arity) {
    headers_[index_of(last_)] = arity.header(kind);
    next_partial_ += arity.products;
    next_index_ += arity.arguments();
    return last_ = next(last_);
  }

  static constexpr std::uint32_t no_generation = std::numeric_limits<std::uint32_t>::max();

 protected:
  // Members that change together are kept apart: neighbours would be written as one vector, whose
  // halves are slow to read again.
  std::uint16_t* headers_ = nullptr;
  Place last_ = make_place(0, no_generation);
  const std::uint32_t* ready_ = nullptr;  ///< before it, a statement of `always_ready` may begin
  T* next_partial_ = nullptr;
  std::size_t arguments_capacity_ = 0;
  std::uint32_t* next_index_ = nullptr;
};

}  // namespace ad::detail
