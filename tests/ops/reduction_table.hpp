// The reference tables of reductions: rows of different lengths.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference_table.hpp"

namespace reference {

struct LongRow {
  std::string kind;
  std::vector<double> x;
  Number value;
  std::vector<std::optional<Number>> first;
  std::vector<std::optional<Number>> second;

  template <class T>
  bool is_exact_in() const {
    return std::all_of(x.begin(), x.end(),
                       [](double a) { return static_cast<double>(static_cast<T>(a)) == a; });
  }
};

/// The largest of these numbers.
inline long double size_of(const std::vector<std::optional<Number>>& numbers) {
  long double largest = 0;
  for (const auto& n : numbers) {
    if (n && !n->is_nan()) largest = std::fmax(largest, std::fabs(n->number));
  }
  return largest;
}

template <class Op>
std::vector<LongRow> read_reduction() {
  const std::string_view name = Op::meta.name;
  std::ifstream file(AUTODIFF_TEST_DATA_DIR "/reference/" + std::string(name) + ".txt");
  if (!file) fail(name, "is missing");
  std::string line;
  std::getline(file, line);
  if (line != "# " + std::string(name) + ": " + std::string(Op::meta.oracle)) {
    fail(name, "is of another oracle");
  }
  std::vector<LongRow> rows;
  std::set<std::string> kinds;
  while (std::getline(file, line)) {
    if (line.starts_with("#")) continue;
    Words words(name, line);
    LongRow row;
    row.kind = words.next();
    row.x.resize(std::strtoul(words.next().c_str(), nullptr, 10));
    for (double& x : row.x) x = std::strtod(words.next().c_str(), nullptr);
    const auto value = words.number();
    if (!value) fail(name, "has a row without a value");
    row.value = *value;
    for (std::size_t i = 0; i < row.x.size(); ++i) row.first.push_back(words.number());
    const std::size_t seconds = row.x.size() * (row.x.size() + 1) / 2;
    for (std::size_t i = 0; i < seconds; ++i) row.second.push_back(words.number());
    if (!words.at_end()) fail(name, "has a row that is too long");
    kinds.insert(row.kind);
    rows.push_back(std::move(row));
  }
  for (const char* kind : {"ordinary", "scale", "edge", "special"}) {
    if (!kinds.contains(kind)) fail(name, std::string("has no rows of the set ") + kind);
  }
  return rows;
}

template <class Op>
const std::vector<LongRow>& reduction_table() {
  static const auto rows = read_reduction<Op>();
  return rows;
}

}  // namespace reference
