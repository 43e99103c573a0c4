#include <new>

#include <autodiff/core/pool.hpp>

namespace ad::detail {
namespace {

constexpr std::align_val_t alignment{64};

/// The pool of this thread, made for its first block; null once the thread is over, for blocks that
/// static objects hold on to.
Pool* begun_pool() {
  // Marks the end of the thread: it outlives the pool, having no destructor.
  static constinit thread_local bool has_begun = false;
  if (!has_begun) {
    has_begun = true;
    thread_local Pool pool;
  }
  return Pool::of_thread();
}

}  // namespace

Pool::~Pool() {
  for (FreeBlock* block : free_) {
    while (block != nullptr) {
      FreeBlock* const next = block->next;
      ::operator delete(block, alignment);
      block = next;
    }
  }
  current_ = nullptr;
}

void* take_block_from_system(SizeClass size) {
  if (Pool* const pool = begun_pool(); pool != nullptr) pool->count_block_from_system();
  return ::operator new(size.bytes, alignment);
}

void give_block_to_system(void* block, SizeClass size) noexcept {
  // A thread that only gives blocks back keeps them, too.
  if (Pool* const pool = begun_pool(); pool != nullptr && pool->give(block, size)) return;
  ::operator delete(block, alignment);
}

}  // namespace ad::detail
