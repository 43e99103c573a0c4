#include <cstdint>

#include <autodiff/tape/buffer.hpp>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
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
