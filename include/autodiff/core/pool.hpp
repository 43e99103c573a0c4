// Memory that is used again: blocks of a few sizes, kept by each thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <new>

namespace ad::detail {

/// Sizes of blocks are 2^k and 3 * 2^(k-1): at most a third of a block is wasted.
struct SizeClass {
  static constexpr std::size_t smallest_power = 6;
  static constexpr std::size_t count = 2 * (40 - smallest_power);

  std::size_t index;
  std::size_t bytes;

  static constexpr SizeClass of(std::size_t bytes) {
    constexpr std::size_t smallest = std::size_t{1} << smallest_power;
    if (bytes <= smallest) return {0, smallest};
    const auto power = static_cast<std::size_t>(std::bit_width(bytes - 1));
    const std::size_t full = std::size_t{1} << power;
    const std::size_t three_quarters = full / 4 * 3;
    const std::size_t upper = 2 * (power - smallest_power);
    return bytes <= three_quarters ? SizeClass{upper - 1, three_quarters} : SizeClass{upper, full};
  }
};

/// The blocks that a thread does not use at the moment.
class Pool {
 public:
  Pool() { current_ = this; }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  /// That of this thread; null before its first block and once the thread is over.
  static Pool* of_thread() { return current_; }

  /// A block that was given back, or null.
  void* take(SizeClass size) noexcept {
    if (size.index >= SizeClass::count || free_[size.index] == nullptr) return nullptr;
    FreeBlock* const block = free_[size.index];
    free_[size.index] = block->next;
    kept_bytes_ -= size.bytes;
    return block;
  }

  /// False if the block does not belong here: there is enough, or it is too large.
  bool give(void* block, SizeClass size) noexcept {
    if (size.index >= SizeClass::count || kept_bytes_ + size.bytes > most_kept_bytes) return false;
    free_[size.index] = new (block) FreeBlock{free_[size.index]};
    kept_bytes_ += size.bytes;
    return true;
  }

  void count_block_from_system() { ++from_system_; }
  std::size_t blocks_from_system() const { return from_system_; }

 private:
  /// The first bytes of its memory.
  struct FreeBlock {
    FreeBlock* next;
  };

  /// Beyond it blocks go back to the system.
  static constexpr std::size_t most_kept_bytes = std::size_t{1} << 30;

  static inline constinit thread_local Pool* current_ = nullptr;

  std::array<FreeBlock*, SizeClass::count> free_{};
  std::size_t kept_bytes_ = 0;
  std::size_t from_system_ = 0;
};

/// Where the pool has none.
[[gnu::noinline]] void* take_block_from_system(SizeClass size);
/// Where the pool wants none.
[[gnu::noinline]] void give_block_to_system(void* block, SizeClass size) noexcept;

/// A block of at least `bytes` bytes, aligned for any SIMD register. Throws std::bad_alloc.
inline void* take_block(std::size_t bytes) {
  const SizeClass size = SizeClass::of(bytes);
  Pool* const pool = Pool::of_thread();
  void* const block = pool != nullptr ? pool->take(size) : nullptr;
  return block != nullptr ? block : take_block_from_system(size);
}

/// Gives a block back, on any thread; `bytes` as it was taken.
inline void give_block(void* block, std::size_t bytes) noexcept {
  const SizeClass size = SizeClass::of(bytes);
  Pool* const pool = Pool::of_thread();
  if (pool == nullptr || !pool->give(block, size)) give_block_to_system(block, size);
}

/// How often a block had to be asked of the system by this thread.
inline std::size_t blocks_from_system() noexcept {
  const Pool* const pool = Pool::of_thread();
  return pool != nullptr ? pool->blocks_from_system() : 0;
}

}  // namespace ad::detail
