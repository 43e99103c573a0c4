#include <array>
#include <bit>
#include <new>

#include <autodiff/core/pool.hpp>

namespace ad::detail {
namespace {

constexpr std::align_val_t alignment{64};
/// What a thread keeps at most; beyond it blocks go back to the system.
constexpr std::size_t most_kept_bytes = std::size_t{1} << 30;

/// Sizes are 2^k and 3 * 2^(k-1): at most a third of a block is wasted.
struct SizeClass {
  static constexpr std::size_t smallest_power = 6;
  static constexpr std::size_t count = 2 * (40 - smallest_power);

  std::size_t index;
  std::size_t bytes;
};

SizeClass class_of(std::size_t bytes) {
  constexpr std::size_t smallest = std::size_t{1} << SizeClass::smallest_power;
  if (bytes <= smallest) return {0, smallest};
  const auto power = static_cast<std::size_t>(std::bit_width(bytes - 1));
  const std::size_t full = std::size_t{1} << power;
  const std::size_t three_quarters = full / 4 * 3;
  const std::size_t upper = 2 * (power - SizeClass::smallest_power);
  return bytes <= three_quarters ? SizeClass{upper - 1, three_quarters} : SizeClass{upper, full};
}

/// A block that is not in use; the first bytes of its memory.
struct FreeBlock {
  FreeBlock* next;
};

class Pool {
 public:
  Pool() { current = this; }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (FreeBlock* block : free_) {
      while (block != nullptr) {
        FreeBlock* const next = block->next;
        ::operator delete(block, alignment);
        block = next;
      }
    }
    current = nullptr;
    is_over = true;
  }

  void* take(SizeClass size) {
    if (size.index < SizeClass::count && free_[size.index] != nullptr) {
      FreeBlock* const block = free_[size.index];
      free_[size.index] = block->next;
      kept_bytes_ -= size.bytes;
      return block;
    }
    ++from_system_;
    return ::operator new(size.bytes, alignment);
  }

  void give(void* block, SizeClass size) noexcept {
    if (size.index >= SizeClass::count || kept_bytes_ + size.bytes > most_kept_bytes) {
      return ::operator delete(block, alignment);
    }
    free_[size.index] = new (block) FreeBlock{free_[size.index]};
    kept_bytes_ += size.bytes;
  }

  std::size_t from_system() const { return from_system_; }

  /// That of this thread; null once it is gone, for blocks that static objects hold on to.
  static Pool* of_thread() {
    if (current == nullptr && !is_over) [[unlikely]]
      create();
    return current;
  }

 private:
  [[gnu::noinline]] static void create() { thread_local Pool pool; }

  static inline constinit thread_local Pool* current = nullptr;
  static inline constinit thread_local bool is_over = false;

  std::array<FreeBlock*, SizeClass::count> free_{};
  std::size_t kept_bytes_ = 0;
  std::size_t from_system_ = 0;
};

}  // namespace

void* take_block(std::size_t bytes) {
  const SizeClass size = class_of(bytes);
  Pool* const pool = Pool::of_thread();
  return pool != nullptr ? pool->take(size) : ::operator new(size.bytes, alignment);
}

void give_block(void* block, std::size_t bytes) noexcept {
  Pool* const pool = Pool::of_thread();
  if (pool != nullptr) {
    pool->give(block, class_of(bytes));
  } else {
    ::operator delete(block, alignment);
  }
}

std::size_t blocks_from_system() noexcept {
  const Pool* const pool = Pool::of_thread();
  return pool != nullptr ? pool->from_system() : 0;
}

}  // namespace ad::detail
