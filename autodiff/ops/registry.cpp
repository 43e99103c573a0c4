#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <utility>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/registry.hpp>

namespace ad {
namespace {

class Registry {
 public:
  Registry() {
    for (Primitive& p : detail::builtin_primitives()) {
      std::string name = p.name;
      primitives_.emplace(std::move(name), std::make_shared<const Primitive>(std::move(p)));
    }
  }

  std::shared_ptr<const Primitive> find(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto found = primitives_.find(name);
    return found == primitives_.end() ? nullptr : found->second;
  }

  bool insert(Primitive primitive) {
    const std::unique_lock lock(mutex_);
    std::string name = primitive.name;
    return primitives_
        .emplace(std::move(name), std::make_shared<const Primitive>(std::move(primitive)))
        .second;
  }

  std::vector<std::string> names() const {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> result;
    for (const auto& entry : primitives_) result.push_back(entry.first);
    return result;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const Primitive>, std::less<>> primitives_;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

bool is_name(std::string_view s) {
  const auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
  };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !s.empty() && letter(s.front()) && std::all_of(s.begin(), s.end(), inner);
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from a to b (optimal
/// string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, row[j - 1] + 1, above[j] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

std::size_t common_beginning(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::shared_ptr<const Primitive> find_primitive(std::string_view name) {
  return registry().find(name);
}

std::vector<std::string> primitive_names() { return registry().names(); }

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  const std::size_t allowed = std::max<std::size_t>(1, name.size() / 2);
  // Of names equally near the one that begins alike: sinn is rather sin than sign.
  const auto badness = [&](const std::string& candidate) {
    return std::pair(edit_distance(name, candidate),
                     name.size() - common_beginning(name, candidate));
  };
  const auto best = std::ranges::min_element(candidates, {}, badness);
  return best != candidates.end() && edit_distance(name, *best) <= allowed ? *best : "";
}

void register_primitive(Primitive primitive) {
  if (!is_name(primitive.name)) {
    throw RegistryError(
        fmt::format("register_primitive: \"{}\" is not a name; use a letter or underscore followed "
                    "by letters, digits and underscores.",
                    primitive.name));
  }
  const std::string name = primitive.name;
  if (!registry().insert(std::move(primitive))) {
    throw RegistryError(fmt::format(
        "register_primitive: an operation named \"{}\" exists already; choose another name.",
        name));
  }
}

}  // namespace ad
