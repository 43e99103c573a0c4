#include <array>
#include <bit>
#include <new>
#include <vector>

#include <autodiff/core/pool.hpp>

namespace ad::detail {
namespace {

constexpr std::size_t smallest = 64;
constexpr std::size_t classes = 40;
constexpr std::align_val_t alignment{64};
/// What a thread keeps at most; beyond it blocks go back to the system.
constexpr std::size_t most_kept_bytes = std::size_t{1} << 30;

/// Sizes are 2^k and 3 * 2^(k-1): at most a third of a block is wasted.
struct SizeClass {
  std::size_t index;
  std::size_t bytes;
};

SizeClass class_of(std::size_t bytes) {
  if (bytes <= smallest) return {0, smallest};
  const auto power = static_cast<std::size_t>(std::bit_width(bytes - 1));
  const std::size_t full = std::size_t{1} << power;
  const std::size_t three_quarters = full / 4 * 3;
  const std::size_t first = 2 * (power - 7) + 1;
  return bytes <= three_quarters ? SizeClass{first, three_quarters} : SizeClass{first + 1, full};
}

class Pool {
 public:
  ~Pool() {
    for (auto& blocks : free_) {
      for (void* const block : blocks) ::operator delete(block, alignment);
    }
    alive_ = false;
  }

  void* take(SizeClass size) {
    if (size.index < 2 * classes && !free_[size.index].empty()) {
      void* const block = free_[size.index].back();
      free_[size.index].pop_back();
      kept_bytes_ -= size.bytes;
      return block;
    }
    ++from_system_;
    return ::operator new(size.bytes, alignment);
  }

  void give(void* block, SizeClass size) noexcept {
    if (size.index < 2 * classes && kept_bytes_ + size.bytes <= most_kept_bytes) {
      try {
        free_[size.index].push_back(block);
        kept_bytes_ += size.bytes;
        return;
      } catch (const std::bad_alloc&) {  // then it is not kept
      }
    }
    ::operator delete(block, alignment);
  }

  std::size_t from_system() const { return from_system_; }

  /// False once the thread's pool is gone: blocks may outlive it in other static objects.
  static bool alive() { return alive_; }

 private:
  static inline thread_local bool alive_ = true;

  std::array<std::vector<void*>, 2 * classes> free_;
  std::size_t kept_bytes_ = 0;
  std::size_t from_system_ = 0;
};

Pool& pool() {
  thread_local Pool instance;
  return instance;
}

}  // namespace

void* take_block(std::size_t bytes) {
  const SizeClass size = class_of(bytes);
  return Pool::alive() ? pool().take(size) : ::operator new(size.bytes, alignment);
}

void give_block(void* block, std::size_t bytes) noexcept {
  if (Pool::alive()) {
    pool().give(block, class_of(bytes));
  } else {
    ::operator delete(block, alignment);
  }
}

std::size_t blocks_from_system() noexcept { return Pool::alive() ? pool().from_system() : 0; }

}  // namespace ad::detail
