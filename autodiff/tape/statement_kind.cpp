#include <mutex>
#include <vector>

#include <autodiff/tape/statement_kind.hpp>

namespace ad::detail {
namespace {

struct KindTable {
  std::mutex mutex;
  std::vector<std::string (*)()> describers{+[] { return std::string("expression"); }};
};

// Kinds register while the program's statics are initialised, so the table must exist on first use.
KindTable& kind_table() {
  static KindTable table;
  return table;
}

}  // namespace

KindId register_kind(std::string (*describe)()) {
  KindTable& table = kind_table();
  const std::lock_guard lock(table.mutex);
  if (table.describers.size() >= kind_limit) return other_kind;
  table.describers.push_back(describe);
  return static_cast<KindId>((table.describers.size() - 1) << kind_shift);
}

std::string describe_kind(KindId id) {
  KindTable& table = kind_table();
  const std::lock_guard lock(table.mutex);
  return table.describers.at(id >> kind_shift)();
}

}  // namespace ad::detail
