#include <cstdint>

#include <autodiff/tape/buffer.hpp>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace ad::detail {

#if __has_include(<sys/mman.h>)
namespace {

/// Advises about the huge pages that lie wholly inside the block: its ends may be shared.
[[maybe_unused]] bool advise(void* data, std::size_t bytes, int advice) {
  constexpr std::uintptr_t page = std::uintptr_t{2} << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t begin = (address + page - 1) / page * page;
  const std::uintptr_t end = (address + bytes) / page * page;
  return begin >= end || madvise(reinterpret_cast<void*>(begin), end - begin, advice) == 0;
}

}  // namespace
#endif

bool discard_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_FREE
  return advise(data, bytes, MADV_FREE);
#else
  return false;
#endif
}

void use_huge_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  advise(data, bytes, MADV_HUGEPAGE);
#endif
}

}  // namespace ad::detail
