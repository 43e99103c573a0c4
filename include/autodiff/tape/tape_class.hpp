// The record of one run, and the reverse sweep over it.
//
// A statement is one recorded result: its partial derivatives with respect to the active arguments
// of the whole right-hand side, and the indices of these arguments. Three streams hold it:
//
//   headers   2 bytes a statement: kind and arity
//   partials  sizeof(T) an argument whose partial is not known to be 1
//   indices   4 bytes an argument; those whose partial is 1 come last
//
// Results are numbered from 1 in the order of recording; 0 is "passive". So every argument precedes
// its result, and one pass from the last statement to the first accumulates all adjoints.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/core/forward.hpp>
#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/tape/arity.hpp>
#include <autodiff/tape/buffer.hpp>
#include <autodiff/tape/custom_call.hpp>
#include <autodiff/tape/diagnostics.hpp>
#include <autodiff/tape/error.hpp>
#include <autodiff/tape/generations.hpp>
#include <autodiff/tape/head.hpp>
#include <autodiff/tape/place.hpp>
#include <autodiff/tape/statement_kind.hpp>

namespace ad {

namespace detail {

/// A custom rule and its results.
template <class T>
struct CallEntry {
  std::uint32_t first;  ///< index of the first output
  std::uint32_t outputs;
  std::unique_ptr<CustomCall<T>> call;
};

/// The streams of a recording, and what else grows with it. A finished tape leaves its streams to
/// the next one of its thread.
template <class T>
struct Streams {
  Buffer<std::uint16_t> headers;
  Buffer<T> partials;
  Buffer<std::uint32_t> indices;
  Buffer<T> adjoints;
  std::vector<CallEntry<T>> calls;
  std::vector<std::pair<std::uint32_t, T>> seeds;  ///< of the last sweep

  std::size_t bytes() const {
    return headers.bytes() + partials.bytes() + indices.bytes() + adjoints.bytes();
  }

  /// The contents are not needed any more: the system may take the memory back meanwhile.
  void discard() {
    headers.discard();
    partials.discard();
    indices.discard();
    adjoints.discard();
  }
};

}  // namespace detail

/// Records operations on `Var<T>` while it lives and gives their derivatives in reverse.
///
/// A tape records on the thread that made it, from construction to destruction. Tapes of one type
/// nest: the inner one records, the outer one is paused. Values of a paused tape are not mixed with
/// those of the inner one: that is an error, never a wrong number.
///
///     ad::Tape<double> tape;
///     ad::Real x = tape.input(3.0);
///     ad::Real y = x * relu(x);
///     tape.reverse(y);
///     double d = tape.adjoint(x);  // 6
template <class T>
class Tape : public detail::Head<T> {
  using Head = detail::Head<T>;

 public:
  /// A position in the recording, to rewind to.
  class Mark {
    friend class Tape;
    std::uint32_t generation_ = 0;
    detail::Cursor cursor_;
    std::size_t statements_ = 0, inputs_ = 0, calls_ = 0, call_bytes_ = 0;
  };

  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A new independent variable with this value. Throws TapeError if this tape is not the one that
  /// records on the calling thread.
  Var<T> input(const T& value);
  std::vector<Var<T>> inputs(std::span<const T> values);
  /// An array of independent variables: A is `Array<T>`.
  template <class A>
  requires std::is_same_v<typename A::element_type, T> Var<A> input(const A& value) {
    check_recording("input");
    return Var<A>::input(value);
  }

  /// Sweeps from y to the inputs with the cotangent `seed` and leaves every adjoint readable. Each
  /// call starts afresh. A passive y gives zero adjoints. Throws TapeError for a value that is not
  /// of this tape, ShapeError if seeds and outputs differ in number.
  void reverse(const Var<T>& y, const T& seed = T(1));
  void reverse(std::span<const Var<T>> ys, std::span<const T> seeds);
  /// The same from arrays, each with a seed of its shape; throws ShapeError for another.
  template <class A>
  requires std::is_same_v<typename A::element_type, T>
  void reverse(const Var<A>& y, const std::type_identity_t<A>& seed) {
    reverse_arrays<A>({&y, 1}, {&seed, 1});
  }
  template <class A>
  requires std::is_same_v<typename A::element_type, T>
  void reverse(const std::vector<Var<A>>& ys, const std::vector<std::type_identity_t<A>>& seeds) {
    reverse_arrays<A>(ys, seeds);
  }
  template <Expression E, class Seed>
  requires HasElements<E>
  void reverse(const E& y, const Seed& seed) { reverse(value_type_t<E>(y), seed); }

  /// The adjoint of x after the last sweep: the seed's product with ∂y/∂x. Zero for a constant.
  T adjoint(const Var<T>& x) const;
  template <Expression E>
  T adjoint(const E&) const = delete;  // not recorded when swept: declare T z, not auto z
  /// Of the inputs that everything else was recorded after, in their order: of the last sweep,
  /// until the next.
  std::span<const T> leading_adjoints() const {
    if (!has_swept_) detail::throw_no_sweep();
    return {streams_.adjoints.data() + 1, std::min(leading_inputs_, swept_)};
  }
  /// Of an array, in its shape.
  template <class A>
  requires std::is_same_v<typename A::element_type, T> A adjoint(const Var<A>& x)
  const {
    return verify_adjoint(x.index(), x.generation()) ? x.adjoint(swept_) : A::zeros(x.shape());
  }

  /// What the last sweep met.
  const SweepFlags& flags() const { return flags_; }

  Mark mark() const;
  /// Forgets everything recorded after the mark; values from before it stay valid, using a later
  /// one is an error. The memory is kept. Throws TapeError for a mark of another recording, and on
  /// another thread, as `clear` does.
  void rewind(const Mark& mark);
  /// Forgets everything. The memory is kept.
  void clear();

  /// Bytes this tape may hold, with what recorded arrays need for their sweep; recording beyond
  /// them throws TapeError and leaves the tape as it was before the statement. No limit by default.
  /// What the tape holds already and does not need is given back, with the adjoints of the last
  /// sweep.
  void memory_limit(std::size_t bytes);
  std::size_t memory_limit() const { return memory_limit_; }

  TapeStatistics statistics() const;

  // What values and custom rules use to record.

  /// The tape that records values of `Var<T>` on this thread, or none.
  static Tape* recording() { return recording_; }
  /// Where that tape records while it is ready, which is with room for a statement of
  /// `always_ready` arguments; a head without a tape else.
  static Head& head() { return *head_; }
  static bool is_ready() { return head_ != &no_tape_; }
  std::uint32_t generation() const { return detail::generation_of(last_); }
  using Head::always_ready, Head::has_room;

  bool is_base(detail::Place place) const { return generations_.is_base(place); }

  /// Throws what is wrong with a value that is not of the current generation, or returns if a mark
  /// protects it.
  [[gnu::noinline, gnu::cold]] static void verify(std::uint32_t index, std::uint32_t generation,
                                                  const char* who);

  /// Enters so many independent variables and returns the place of the first.
  detail::Place enter_inputs(std::size_t count);

  /// Room for one more statement of up to `arguments` arguments, to be written at `next_partials()`
  /// and `next_indices()` and then committed.
  [[gnu::always_inline]] void reserve(std::size_t arguments) {
    if (!has_room(arguments)) [[unlikely]]
      make_ready(arguments);
  }
  void keep_ready() {
    if (!has_room(always_ready)) [[unlikely]]
      make_ready_if_possible();
  }

  /// Enters the statement and returns the place of its result.
  [[gnu::always_inline]] detail::Place commit(detail::KindId kind, const detail::Arity& arity) {
    return arity.is_wide() ? commit_wide(kind, arity) : Head::commit(kind, arity);
  }
  detail::Place commit_wide(detail::KindId kind, const detail::Arity& arity);

  /// A rule that runs during the sweep; its `outputs` results are the next ones of the recording.
  /// Returns the index of the first.
  std::uint32_t record_call(std::unique_ptr<detail::CustomCall<T>> call, std::size_t outputs);

  /// To be told of the statement that is about to be committed: an indeterminate form inside it
  /// contributed zero.
  void note_indeterminate(const char* operation) {
    indeterminate_.push_back({statement_count() + 1, operation});
  }

 private:
  friend class detail::Adjoints<T>;

  using CallEntry = detail::CallEntry<T>;
  struct IndeterminateStatement {
    std::size_t index;
    const char* operation;
  };

  static constexpr std::size_t most_statements = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t smallest_stream = 256;
  /// So many arguments, of 6 to 8 MB or all, are recorded without asking for memory ahead.
  static std::size_t ready_at_once() {
    return detail::follows_streams ? std::numeric_limits<std::size_t>::max() : std::size_t{1} << 19;
  }

  std::size_t bytes_of(std::size_t statements, std::size_t arguments) const {
    return statements * sizeof(std::uint16_t) + arguments * (sizeof(T) + sizeof(std::uint32_t)) +
           streams_.adjoints.bytes() + call_bytes_;
  }

  /// What a finished tape leaves to the next one of its thread. Null once the thread is over, which
  /// tapes of static duration may outlive.
  static detail::Streams<T>* spare_streams() {
    static constinit thread_local bool is_over = false;
    struct Spare {
      detail::Streams<T> streams;
      ~Spare() { is_over = true; }
    };
    if (is_over) return nullptr;
    thread_local Spare spare;
    return &spare.streams;
  }

  /// Results recorded so far; also the index of the newest.
  std::size_t statement_count() const { return detail::index_of(last_); }
  void set_statements(std::size_t count) {
    last_ = detail::make_place(static_cast<std::uint32_t>(count), generations_.current());
  }
  /// Where the arguments of the next statement go.
  detail::Cursor cursor() const {
    return {static_cast<std::size_t>(next_partial_ - streams_.partials.data()),
            static_cast<std::size_t>(next_index_ - streams_.indices.data())};
  }
  /// What a cache holds is ready behind it.
  void set_cursor(const detail::Cursor& cursor) {
    headers_ = streams_.headers.data();
    next_partial_ = streams_.partials.data() + cursor.products;
    next_index_ = streams_.indices.data() + cursor.arguments;
    const std::size_t end = std::max(cursor.arguments + always_ready, ready_at_once());
    set_ready(std::min(end - cursor.arguments, room(cursor.arguments)));
  }
  /// Without another question, so many arguments may follow.
  void set_ready(std::size_t arguments) {
    ready_ = arguments < always_ready ? nullptr : next_index_ + (arguments - always_ready) + 1;
    choose_head();
  }
  std::size_t ready_arguments() const {
    return ready_ == nullptr ? 0
                             : static_cast<std::size_t>(ready_ + always_ready - 1 - next_index_);
  }
  /// For so many arguments there is room behind others. Each may be that of a statement of its own.
  std::size_t room(std::size_t arguments) const {
    return std::min(arguments_capacity_ - arguments, statements_capacity_ - statement_count());
  }

  /// Enters statements without arguments and returns the place of the first.
  detail::Place commit_without_arguments(std::size_t count);
  /// Makes room where it is missing, and has the memory that comes next fetched.
  [[gnu::noinline]] void make_ready(std::size_t arguments);
  void make_ready_if_possible() noexcept;
  void grow(std::size_t arguments);
  void grow_to(std::size_t statements, std::size_t arguments);
  /// Gives back what was reserved for more statements, but for so many arguments.
  void shrink(std::size_t spare);
  void check_recording(const char* who) const;
  void check_thread(const char* who) const;
  bool verify_adjoint(std::uint32_t index, std::uint32_t generation) const;
  void truncate(const Mark& mark);

  template <class V>
  std::size_t end_of(std::span<const V> ys, std::size_t seeds) const;
  template <class A>
  void reverse_arrays(std::span<const Var<A>> ys, std::span<const A> seeds);
  /// `give_seeds` is for adjoints that calls keep themselves.
  void sweep(std::size_t end, const std::function<void()>& give_seeds = {});
  std::size_t last_of_call(std::size_t end) const;
  template <bool careful>
  void sweep_statements(std::size_t begin, std::size_t end, detail::Cursor& cursor);
  template <bool careful>
  void sweep_all(std::size_t end, const std::function<void()>& give_seeds);
  template <bool careful>
  bool is_wanted(const CallEntry& entry, const detail::Adjoints<T>& adjoints);
  void skip_zeros(std::size_t begin, std::size_t& s, const T*& partials,
                  const std::uint32_t*& indices) const;
  template <bool fetches_ahead>
  void sweep_plainly(std::size_t begin, std::size_t end, detail::Cursor& cursor);
  void sweep_carefully(std::size_t begin, std::size_t end, detail::Cursor& cursor);
  void add_product_carefully(std::uint32_t index, const T& cotangent, const T& partial,
                             std::size_t statement);
  detail::Cursor cursor_before(std::size_t statement) const;

  /// To be called wherever the tape that records, or the room it has, changes.
  static void choose_head() {
    const bool is_ready = recording_ != nullptr && recording_->has_room(always_ready);
    head_ = is_ready ? recording_ : &no_tape_;
  }

  static inline constinit thread_local Tape* recording_ = nullptr;
  static inline constinit Head no_tape_;
  static inline constinit thread_local Head* head_ = &no_tape_;

  using Head::arguments_capacity_, Head::headers_, Head::last_, Head::next_index_,
      Head::next_partial_, Head::ready_;

  detail::Streams<T> streams_;
  std::size_t statements_capacity_ = 0;
  detail::Generations generations_;
  Tape* outer_;
  std::size_t inputs_ = 0;
  std::size_t leading_inputs_ = 0;  ///< those that everything else was recorded after
  std::size_t memory_limit_ = std::numeric_limits<std::size_t>::max();
  std::size_t call_bytes_ = 0;  ///< what the calls keep, arrays among it

  // Of the recording: where a careful sweep is needed.
  std::vector<IndeterminateStatement> indeterminate_;

  // Of the last sweep.
  std::size_t swept_ = 0;  ///< adjoints 1 ... swept_ are valid
  bool has_swept_ = false;
  bool met_nonfinite_ = false;
  std::vector<bool> reached_;  ///< by a careful sweep: who received any contribution
  SweepFlags flags_;
};

}  // namespace ad
