// Members of Tape that record, rewind and account for memory.
#pragma once

#include <algorithm>
#include <utility>

#include <autodiff/tape/tape_class.hpp>

namespace ad {

template <class T>
Tape<T>::Tape() : outer_(recording_) {
  if (auto* const spare = spare_streams(); spare != nullptr) streams_ = std::move(*spare);
  statements_capacity_ = streams_.headers.capacity();
  arguments_capacity_ = std::min(streams_.partials.capacity(), streams_.indices.capacity());
  recording_ = this;
  set_statements(0);
  set_cursor({});
  keep_ready();
}

template <class T>
Tape<T>::~Tape() {
  // Tapes usually end in the reverse order of their birth; one held on the heap may not.
  for (Tape** link = &recording_; *link != nullptr; link = &(*link)->outer_) {
    if (*link == this) {
      *link = outer_;
      break;
    }
  }
  choose_head();
  streams_.calls.clear();
  detail::Streams<T>* const spare = spare_streams();
  if (spare == nullptr || streams_.bytes() <= spare->bytes()) return;
  if (statistics().bytes_used > detail::most_memory_kept()) streams_.discard();
  *spare = std::move(streams_);
}

template <class T>
void Tape<T>::memory_limit(std::size_t bytes) {
  memory_limit_ = bytes;
  if (streams_.bytes() <= bytes) return;
  // What an earlier tape left may be more than this one may hold.
  streams_.adjoints.release();
  swept_ = 0;
  has_swept_ = false;
  shrink(smallest_stream);
  if (streams_.bytes() > bytes) shrink(0);
}

template <class T>
void Tape<T>::shrink(std::size_t spare) {
  const detail::Cursor cursor = this->cursor();
  statements_capacity_ = statement_count() + spare;
  arguments_capacity_ = cursor.arguments + spare;
  streams_.headers.resize(std::max<std::size_t>(1, statements_capacity_));
  streams_.partials.resize(std::max<std::size_t>(1, arguments_capacity_));
  streams_.indices.resize(std::max<std::size_t>(1, arguments_capacity_));
  set_cursor(cursor);
}

template <class T>
Var<T> Tape<T>::input(const T& value) {
  return Var<T>(value, enter_inputs(1));
}

template <class T>
std::vector<Var<T>> Tape<T>::inputs(std::span<const T> values) {
  const detail::Place first = enter_inputs(values.size());
  std::vector<Var<T>> result;
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result.emplace_back(values[i], next(first, i));
  return result;
}

template <class T>
std::uint32_t Tape<T>::record_call(std::unique_ptr<detail::CustomCall<T>> call,
                                   std::size_t outputs) {
  const auto first = static_cast<std::uint32_t>(statement_count() + 1);
  const std::size_t kept = call->bytes();
  const auto needed = [&] { return bytes_of(statements_capacity_, arguments_capacity_) + kept; };
  if (needed() > memory_limit_) shrink(smallest_stream);
  const std::size_t bytes = needed();
  if (bytes > memory_limit_) detail::throw_memory_limit(bytes, memory_limit_, statement_count());
  streams_.calls.push_back({first, static_cast<std::uint32_t>(outputs), std::move(call)});
  call_bytes_ += kept;
  try {
    commit_without_arguments(outputs);
  } catch (...) {
    streams_.calls.pop_back();
    call_bytes_ -= kept;
    throw;
  }
  return first;
}

template <class T>
detail::Place Tape<T>::commit_wide(detail::KindId kind, const detail::Arity& arity) {
  // One more index, behind those of the arguments, holds the number of products.
  reserve(arity.arguments() + 1);
  next_index_[arity.arguments()] = static_cast<std::uint32_t>(arity.products);
  streams_.headers[statement_count()] =
      detail::Arity{detail::Arity::wide, arity.units}.header(kind);
  next_partial_ += arity.products;
  next_index_ += arity.arguments() + 1;
  return last_ = next(last_);
}

template <class T>
detail::Place Tape<T>::enter_inputs(std::size_t count) {
  check_recording("input");
  const detail::Place first = commit_without_arguments(count);
  if (inputs_ + count == statement_count()) leading_inputs_ = statement_count();
  inputs_ += count;
  return first;
}

template <class T>
detail::Place Tape<T>::commit_without_arguments(std::size_t count) {
  const auto needed = [&] { return statement_count() + count + ready_arguments(); };
  if (needed() > statements_capacity_) {
    const std::size_t doubled = std::min(2 * statements_capacity_, most_statements);
    std::size_t wanted = std::max({smallest_stream, doubled, needed()});
    if (bytes_of(wanted, arguments_capacity_) > memory_limit_) {
      shrink(smallest_stream);
      wanted = needed();
    }
    grow_to(wanted, arguments_capacity_);
  }
  std::uint16_t* const headers = streams_.headers.data() + statement_count();
  const std::uint16_t header = detail::Arity().header(detail::other_kind);
  if (count == 1) {
    *headers = header;  // without a call of memset
  } else {
    std::fill_n(headers, count, header);
  }
  const detail::Place first = next(last_);
  set_statements(statement_count() + count);
  return first;
}

/// What is written to a tape that no cache holds has its memory fetched before: the processor
/// follows the streams by itself, but begins anew on every page.
template <class T>
void Tape<T>::make_ready(std::size_t arguments) {
  constexpr std::size_t block = 256;
  constexpr std::size_t ahead = 256;
  const std::size_t begin = cursor().arguments;
  if (arguments > room(begin)) grow(arguments);
  const std::size_t at_once = ready_at_once();
  const std::size_t wanted = std::max(arguments, begin < at_once ? at_once - begin : block);
  const std::size_t count = std::min(wanted, room(begin));
  set_ready(count);
  if (begin < at_once) return;
  streams_.headers.prefetch_to_write(statement_count() + ahead, count);
  streams_.partials.prefetch_to_write(cursor().products + ahead, count);
  streams_.indices.prefetch_to_write(begin + ahead, count);
}

template <class T>
[[gnu::noinline]] void Tape<T>::make_ready_if_possible() noexcept {
  try {
    make_ready(always_ready);
  } catch (...) {  // the next statement finds no room, and throws if it needs more
    choose_head();
  }
}

template <class T>
void Tape<T>::grow(std::size_t arguments) {
  const std::size_t recorded = cursor().arguments;
  const std::size_t needed = recorded + arguments;
  const auto statements_for = [&](std::size_t capacity) {
    return std::max(statements_capacity_, statement_count() + (capacity - recorded));
  };
  std::size_t wanted = needed <= arguments_capacity_
                           ? arguments_capacity_
                           : std::max({smallest_stream, 2 * arguments_capacity_, needed});
  if (bytes_of(statements_for(wanted), wanted) > memory_limit_) {
    wanted = needed + smallest_stream;  // close to the limit, ask for little more than is needed
  }
  if (statements_for(wanted) > most_statements) {
    wanted = recorded + (most_statements - statement_count());
    if (wanted < needed) detail::throw_too_many_statements();
  }
  grow_to(statements_for(wanted), wanted);
}

template <class T>
void Tape<T>::grow_to(std::size_t statements, std::size_t arguments) {
  if (statements > most_statements) detail::throw_too_many_statements();
  const std::size_t bytes = bytes_of(statements, std::max(arguments, arguments_capacity_));
  if (bytes > memory_limit_) detail::throw_memory_limit(bytes, memory_limit_, statement_count());
  if (statements > statements_capacity_) {
    streams_.headers.resize(statements);
    headers_ = streams_.headers.data();
    statements_capacity_ = statements;
  }
  if (arguments > arguments_capacity_) {
    const detail::Cursor cursor = this->cursor();
    streams_.partials.resize(arguments);
    set_cursor(cursor);
    streams_.indices.resize(arguments);
    set_cursor(cursor);
    arguments_capacity_ = arguments;
  }
}

template <class T>
void Tape<T>::check_recording(const char* who) const {
  if (recording_ != this) detail::throw_misuse(who, detail::Misuse::not_recording);
}

/// It records on this thread, or is paused by those that do.
template <class T>
void Tape<T>::check_thread(const char* who) const {
  const Tape* tape = recording_;
  while (tape != nullptr && tape != this) tape = tape->outer_;
  if (tape == nullptr) detail::throw_misuse(who, detail::Misuse::not_recording);
}

template <class T>
void Tape<T>::verify(std::uint32_t index, std::uint32_t generation, const char* who) {
  if (index == 0) return;
  if (recording_ == nullptr) detail::throw_misuse(who, detail::Misuse::no_tape);
  if (recording_->generations_.valid(index, generation)) return;
  if (recording_->generations_.retired(generation)) {
    detail::throw_misuse(who, detail::Misuse::retired);
  }
  for (const Tape* tape = recording_->outer_; tape != nullptr; tape = tape->outer_) {
    if (tape->generations_.valid(index, generation)) {
      detail::throw_misuse(who, detail::Misuse::outer_tape);
    }
  }
  detail::throw_misuse(who, detail::Misuse::unknown_tape);
}

template <class T>
typename Tape<T>::Mark Tape<T>::mark() const {
  Mark m;
  m.generation_ = generations_.of_last(statement_count());
  m.statements_ = statement_count();
  m.cursor_ = cursor();
  m.inputs_ = inputs_;
  m.calls_ = streams_.calls.size();
  m.call_bytes_ = call_bytes_;
  return m;
}

template <class T>
void Tape<T>::truncate(const Mark& mark) {
  set_statements(mark.statements_);
  set_cursor(mark.cursor_);
  inputs_ = mark.inputs_;
  leading_inputs_ = std::min(leading_inputs_, mark.statements_);
  streams_.calls.resize(mark.calls_);
  call_bytes_ = mark.call_bytes_;
  while (!indeterminate_.empty() && indeterminate_.back().index > statement_count()) {
    indeterminate_.pop_back();
  }
}

template <class T>
void Tape<T>::rewind(const Mark& mark) {
  check_thread("rewind");
  const auto last = static_cast<std::uint32_t>(mark.statements_);
  if (mark.statements_ > statement_count() ||
      (last != 0 && !generations_.valid(last, mark.generation_))) {
    detail::throw_bad_mark();
  }
  truncate(mark);
  generations_.rewind(mark.statements_);
  set_statements(mark.statements_);
  swept_ = std::min(swept_, mark.statements_);
}

template <class T>
void Tape<T>::clear() {
  check_thread("clear");
  truncate(Mark{});
  generations_.rewind(0);
  set_statements(0);
  swept_ = 0;
  has_swept_ = false;
}

template <class T>
TapeStatistics Tape<T>::statistics() const {
  TapeStatistics s;
  s.inputs = inputs_;
  s.statements = statement_count();
  s.arguments = cursor().arguments;
  s.custom_calls = streams_.calls.size();
  s.bytes_used = statement_count() * sizeof(std::uint16_t) + cursor().products * sizeof(T) +
                 cursor().arguments * sizeof(std::uint32_t) + swept_ * sizeof(T) + call_bytes_;
  s.bytes_reserved = streams_.bytes() + call_bytes_;
  return s;
}

}  // namespace ad
