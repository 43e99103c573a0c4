// The reference tables that tests/reference/generate.py writes.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/rule.hpp>

namespace reference {

/// One number of a table; none where the function has no derivative.
struct Number {
  long double number;  ///< more digits than double has
  std::string digits;  ///< all digits

  ad::Quad in_quad() const { return ad::Quad::parse(digits); }
  bool is_nan() const { return std::isnan(number); }
};

/// One point: the value, the first derivatives, the second derivatives xx xy xz yy yz zz.
template <std::size_t N>
struct Row {
  static constexpr std::size_t seconds = N * (N + 1) / 2;

  std::string kind;
  std::array<double, N> x;
  Number value;
  std::array<std::optional<Number>, N> first;
  std::array<std::optional<Number>, seconds> second;
  /// How far the value or a derivative moves when the arguments move by their own size; 0 if the
  /// operation does not declare that it cancels.
  long double value_scale = 0;
  std::array<long double, N> first_scale{};
  std::array<long double, seconds> second_scale{};

  bool is_outside() const { return kind == "outside"; }

  template <class T>
  bool is_exact_in() const {
    for (const double argument : x) {
      if (static_cast<double>(static_cast<T>(argument)) != argument) return false;
    }
    return true;
  }
};

[[noreturn]] inline void fail(std::string_view operation, const std::string& what) {
  throw std::runtime_error("tests/reference/" + std::string(operation) + ".txt " + what +
                           "; write it with tests/reference/generate.py " + std::string(operation));
}

class Words {
 public:
  Words(std::string_view operation, const std::string& line) : operation_(operation), in_(line) {}

  std::string next() {
    std::string word;
    if (!(in_ >> word)) fail(operation_, "has a row that is too short");
    return word;
  }
  std::optional<Number> number() {
    const std::string word = next();
    if (word == "-") return std::nullopt;
    return Number{std::strtold(word.c_str(), nullptr), word};
  }
  long double scale() {
    const auto n = number();
    return n && !n->is_nan() ? n->number : 0;
  }
  bool at_end() { return !(in_ >> std::ws) || in_.eof(); }

 private:
  std::string_view operation_;
  std::istringstream in_;
};

template <class Op>
std::vector<Row<ad::arity_v<Op>>> read() {
  constexpr std::size_t n = ad::arity_v<Op>;
  const std::string_view name = Op::meta.name;
  std::ifstream file(AUTODIFF_TEST_DATA_DIR "/reference/" + std::string(name) + ".txt");
  if (!file) fail(name, "is missing");
  std::vector<Row<n>> rows;
  std::set<std::string> kinds;
  std::string line;
  std::getline(file, line);
  if (line != "# " + std::string(name) + ": " + std::string(Op::meta.oracle)) {
    fail(name, "is of another oracle");
  }
  while (std::getline(file, line)) {
    if (line.starts_with("#")) continue;
    Words words(name, line);
    Row<n> row;
    row.kind = words.next();
    for (double& x : row.x) x = std::strtod(words.next().c_str(), nullptr);
    const auto value = words.number();
    if (!value) fail(name, "has a row without a value");
    row.value = *value;
    for (auto& d : row.first) d = words.number();
    for (auto& d : row.second) d = words.number();
    if (!Op::meta.cancels.empty()) {
      for (auto& s : row.first_scale) s = words.scale();
      for (auto& s : row.second_scale) s = words.scale();
    }
    if (Op::meta.cancels.starts_with("the value")) {
      for (std::size_t i = 0; i < n; ++i) {
        if (row.first[i]) row.value_scale += std::fabs(row.x[i] * row.first[i]->number);
      }
    }
    if (!words.at_end()) fail(name, "has a row that is too long");
    kinds.insert(row.kind);
    rows.push_back(std::move(row));
  }
  for (const char* kind : {"ordinary", "scale", "edge", "special"}) {
    if (!kinds.contains(kind)) fail(name, std::string("has no rows of the set ") + kind);
  }
  return rows;
}

/// The table of an operation, read once.
template <class Op>
const std::vector<Row<ad::arity_v<Op>>>& table() {
  static const auto rows = read<Op>();
  return rows;
}

/// |computed - exact| in units in the last place of the exact result, or of `scale` where that is
/// larger; a result of 0 has the unit of subnormal ones. Infinite if one is NaN or infinite and the
/// other is not.
template <class T>
double ulps(T computed, long double exact, long double scale = 0) {
  using Limits = std::numeric_limits<T>;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(computed)) {
    return std::isnan(exact) == std::isnan(computed) ? 0 : infinity;
  }
  const bool overflows = std::isinf(static_cast<T>(exact));
  if (std::isinf(computed)) {
    return overflows && (computed > 0) == (exact > 0) ? 0 : infinity;
  }
  if (overflows) exact = std::copysign(static_cast<long double>(Limits::max()), exact);
  const long double size = std::fmin(std::fmax(std::fabs(exact), scale), Limits::max());
  // Below the smallest normal number the unit is 64 subnormal ones: what is computed from subnormal
  // numbers has their precision.
  const int exponent = size < Limits::min() ? Limits::min_exponent + 5 : std::ilogb(size);
  const long double unit = std::ldexp(1.0L, exponent - (Limits::digits - 1));
  return static_cast<double>(std::fabs(static_cast<long double>(computed) - exact) / unit);
}

}  // namespace reference
