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

bool BranchLog::parts_at_equality(const std::vector<Entry>& at, const std::vector<Entry>& nearby) {
  const std::size_t parting = first_difference(at, nearby).value_or(at.size());
  const auto is_equality = [](const Entry& entry) { return entry.sign == 0; };
  const auto end = at.begin() + static_cast<std::ptrdiff_t>(parting);
  if (std::none_of(at.begin(), end, is_equality)) return false;
  return parting == at.size() || parting == nearby.size() ||
         !same_operation(at[parting].operation, nearby[parting].operation);
}

}  // namespace ad
