// Memory that is used again: blocks of a few sizes, kept by each thread.
#pragma once

#include <cstddef>

namespace ad::detail {

/// A block of at least `bytes` bytes, aligned for any SIMD register. Throws std::bad_alloc.
void* take_block(std::size_t bytes);

/// Gives a block back, on any thread; `bytes` as it was taken.
void give_block(void* block, std::size_t bytes) noexcept;

/// How often a block had to be asked of the system by this thread.
std::size_t blocks_from_system() noexcept;

}  // namespace ad::detail
