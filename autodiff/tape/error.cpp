#include <atomic>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/tape/error.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void throw_misuse(const char* who, Misuse misuse) {
  const char* text = "";
  switch (misuse) {
    case Misuse::no_tape:
      text =
          "an active value is used, but no tape records on this thread; keep the tape alive while "
          "computing with its values, compute on the thread that made it, or detach() the value.";
      break;
    case Misuse::retired:
      text =
          "the value was retired by a rewind or clear of its tape; only values from before the "
          "mark "
          "stay valid. Record it again, or take the mark later.";
      break;
    case Misuse::outer_tape:
      text =
          "two tapes are mixed: the value belongs to a tape that is paused while an inner one "
          "records. Make the inner point active (T(1.0) instead of 1.0), pass the value as an "
          "input "
          "of the inner tape, or detach() it.";
      break;
    case Misuse::not_recording:
      text =
          "the tape does not record on this thread now: an inner tape is alive, or the tape was "
          "made "
          "by another thread. Use it when the inner tape is gone, on the thread that made it.";
      break;
    case Misuse::unknown_tape:
      text =
          "the value belongs to a tape that is gone or that records on another thread. Keep the "
          "tape "
          "alive while its values are used, or detach() the value.";
      break;
  }
  throw TapeError(fmt::format("{}: {}", who, text));
}

void throw_memory_limit(std::size_t needed, std::size_t limit, std::size_t statements) {
  throw TapeError(fmt::format(
      "tape: recording statement {} needs {} bytes, but the memory limit is {} bytes; raise it "
      "with "
      "memory_limit(), rewind() what is no longer needed, or differentiate in segments.",
      statements + 1, needed, limit));
}

void throw_memory_limit_of_sweep(std::size_t needed, std::size_t limit, std::size_t statements) {
  throw TapeError(
      fmt::format("reverse: with the adjoints of {} statements the tape needs {} bytes, but the "
                  "memory limit is "
                  "{} bytes; raise it with memory_limit(), or differentiate in segments.",
                  statements, needed, limit));
}

void throw_too_many_statements() {
  throw TapeError(
      "tape: the recording has 2^32 - 1 results, all that a 32-bit index can name; differentiate "
      "in "
      "segments.");
}

void throw_no_sweep() {
  throw TapeError("adjoint: no sweep has run since the recording was made; call reverse(y) first.");
}

void throw_bad_mark() {
  throw TapeError(
      "rewind: the mark is not a position of this recording; it belongs to another tape, or a "
      "rewind or clear went behind it.");
}

void throw_seed_count(std::size_t outputs, std::size_t seeds) {
  throw ShapeError(fmt::format("reverse: {} came with {}; give one seed per output.",
                               counted(outputs, "output"), counted(seeds, "seed")));
}

std::uint32_t next_generation() {
  constexpr std::uint32_t block = 1024;
  static std::atomic<std::uint32_t> next_block{0};
  thread_local std::uint32_t next = 0;
  thread_local std::uint32_t end = 0;
  if (next == end) {
    next = next_block.fetch_add(block, std::memory_order_relaxed);
    end = next + block;
    if (next == 0) ++next;  // 0 marks a passive value
    if (end == 0) --end;    // the last of all belongs to no tape
  }
  return next++;
}

}  // namespace ad::detail
