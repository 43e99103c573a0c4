// The errors of the tape, out of line so that recording stays small.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ad::detail {

/// Why a value cannot be used on a tape.
enum class Misuse {
  no_tape,        ///< nothing records on this thread
  retired,        ///< a rewind or clear of this tape removed the value
  outer_tape,     ///< the value lives on a tape that an inner one has paused
  not_recording,  ///< the tape is not the one that records on this thread
  unknown_tape,   ///< its tape is gone, or records on another thread
};

[[noreturn]] void throw_misuse(const char* who, Misuse misuse);
[[noreturn]] void throw_memory_limit(std::size_t needed, std::size_t limit, std::size_t statements);
[[noreturn]] void throw_memory_limit_of_sweep(std::size_t needed, std::size_t limit,
                                              std::size_t statements);
[[noreturn]] void throw_too_many_statements();
[[noreturn]] void throw_no_sweep();
[[noreturn]] void throw_bad_mark();
[[noreturn]] void throw_seed_count(std::size_t outputs, std::size_t seeds);

/// A number that no other recording of this process bears (until 2^32 have been handed out).
/// Threads draw them in blocks, so that small tapes on many threads do not contend.
std::uint32_t next_generation();

}  // namespace ad::detail
