#include <algorithm>
#include <cstring>

#include <autodiff/core/branch_log.hpp>

namespace ad {

namespace {

bool same_operation(const char* a, const char* b) {
  // The same literal may have different addresses in different translation units.
  return a == b || (a != nullptr && b != nullptr && std::strcmp(a, b) == 0);
}

}  // namespace

std::optional<std::size_t> BranchLog::first_difference(const std::vector<Entry>& at,
                                                       const std::vector<Entry>& nearby) {
  const std::size_t common = std::min(at.size(), nearby.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (!same_operation(at[i].operation, nearby[i].operation)) return i;
    if (at[i].sign != 0 && at[i].sign != nearby[i].sign) return i;
  }
  if (at.size() != nearby.size()) return common;
  return std::nullopt;
}

}  // namespace ad
