#include <cstdint>

#include <autodiff/tape/buffer.hpp>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace ad::detail {

#if defined(__x86_64__)
bool follows_streams = [] {
  __builtin_cpu_init();
  return __builtin_cpu_is("amd") != 0;
}();
#else
bool follows_streams = false;
#endif

std::size_t most_memory_kept() {
#if defined(_SC_PHYS_PAGES) && defined(_SC_PAGESIZE)
  static const long pages = sysconf(_SC_PHYS_PAGES);
  static const long bytes = sysconf(_SC_PAGESIZE);
  if (pages > 0 && bytes > 0) {
    return static_cast<std::size_t>(pages) / 4 * static_cast<std::size_t>(bytes);
  }
#endif
  return std::size_t{1} << 30;
}

bool discard_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_FREE
  // The pages that lie wholly inside the block: its ends may be shared.
  constexpr std::uintptr_t page = std::uintptr_t{1} << 16;  // of no machine are they larger
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t begin = (address + page - 1) / page * page;
  const std::uintptr_t end = (address + bytes) / page * page;
  return begin >= end || madvise(reinterpret_cast<void*>(begin), end - begin, MADV_FREE) == 0;
#else
  return false;
#endif
}

}  // namespace ad::detail
