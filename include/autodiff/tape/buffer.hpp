// Growable storage for trivially copyable records: appended to without a check per element, since
// the tape reserves room for a whole statement at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace ad::detail {

/// Tells the system that the contents are not needed: it may take the pages back when memory is
/// short, and leaves them in place otherwise. False where the system cannot be told.
bool discard_pages(void* data, std::size_t bytes);

/// A quarter of the machine's memory: so much a finished tape leaves as it is to the next one. To
/// touch discarded pages again may take longer than to record.
std::size_t most_memory_kept();

/// Whether the processor follows a stream from page to page. AMD's do (measured on Zen 5, which
/// asking for memory ahead only hinders: bench/NOTES.md); Intel's begin anew on each page. Not
/// `const` for the sake of tests, which cover both.
extern bool follows_streams;

/// Uninitialised memory for `capacity()` elements. Growing uses realloc: for large blocks the
/// system remaps pages instead of copying them.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>, "a tape stores records that memcpy may move");
  static_assert(alignof(T) <= alignof(std::max_align_t), "malloc gives this alignment and no more");

 public:
  Buffer() = default;
  ~Buffer() { std::free(data_); }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }
  std::size_t bytes() const { return capacity_ * sizeof(T); }

  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

  /// Asks for the cache lines of these elements, or as many of them as there are, to be written.
  void prefetch_to_write(std::size_t first, std::size_t count) const {
    constexpr std::size_t line = 64;
    const auto* const bytes = reinterpret_cast<const std::byte*>(data_);
    const std::size_t end = std::min(first + count, capacity_) * sizeof(T);
    for (std::size_t i = first * sizeof(T); i < end; i += line) __builtin_prefetch(bytes + i, 1);
  }

  /// Keeps the contents; throws std::bad_alloc and changes nothing when there is no memory.
  void resize(std::size_t capacity) {
    void* moved = std::realloc(static_cast<void*>(data_), capacity * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<T*>(moved);
    capacity_ = capacity;
  }

  /// Keeps the capacity but not the contents.
  void discard() {
    if (!discard_pages(data_, bytes())) release();
  }

  void release() {
    std::free(data_);
    data_ = nullptr;
    capacity_ = 0;
  }

 private:
  T* data_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace ad::detail
