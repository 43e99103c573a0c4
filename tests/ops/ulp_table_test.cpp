#include "ulp_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace ulp_table {
namespace {

struct Largest {
  double error = 0;
  std::string where;
};

struct Line {
  ad::Meta declared;
  std::map<std::pair<std::string, std::string>, std::array<Largest, 3>> by_carrier;
};

std::map<std::string, Line, std::less<>>& lines() {
  static std::map<std::string, Line, std::less<>> table;
  return table;
}

void print_text(bool with_points) {
  fmt::print("{:<11} {:<13} {:<7} {:>7} {:>7} {:>7}   declared\n", "operation", "carrier", "number",
             "value", "first", "second");
  for (const auto& [operation, line] : lines()) {
    for (const auto& [carrier, largest] : line.by_carrier) {
      fmt::print("{:<11} {:<13} {:<7} {:7.2f} {:7.2f} {:7.2f}   {} {} {}\n", operation,
                 carrier.first, carrier.second, largest[0].error, largest[1].error,
                 largest[2].error, line.declared.ulps.value, line.declared.ulps.first,
                 line.declared.ulps.second);
      if (!with_points) continue;
      for (const Largest& l : largest) fmt::print("    {:.2f} at {}\n", l.error, l.where);
    }
  }
}

/// The largest errors over all carriers of one number type.
std::array<double, 3> largest_of(const Line& line, std::string_view number) {
  std::array<double, 3> errors{};
  for (const auto& [carrier, largest] : line.by_carrier) {
    if (carrier.second != number) continue;
    for (std::size_t i = 0; i < 3; ++i) errors[i] = std::max(errors[i], largest[i].error);
  }
  return errors;
}

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

void print_markdown() {
  fmt::print(
      "# Accuracy\n\n"
      "Written by `./dev docs`: the largest errors that the tests of the operations meet against\n"
      "50-digit references of mpmath (`tests/reference/`), in units in the last place (ulps). The\n"
      "value, first and second derivatives, each on the tape, in forward mode and in every nesting "
      "of two\n"
      "of them. A test fails above the declared bound; the figures below it depend on the "
      "machine's "
      "mathematical\n"
      "library.\n\n"
      "Where a function has a zero its formula cannot help cancelling there: errors near those, "
      "listed last,\n"
      "are measured in ulps of the terms that cancel.\n\n"
      "| operation | double: value | first | second | float: value | first | second | declared | "
      "cancels |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [operation, line] : lines()) {
    const auto d = largest_of(line, "double");
    const auto f = largest_of(line, "float");
    fmt::print("| `{}` | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {}; {}; {} | {} |\n",
               operation, d[0], d[1], d[2], f[0], f[1], f[2], line.declared.ulps.value,
               line.declared.ulps.first, line.declared.ulps.second, cell(line.declared.cancels));
  }
}

class Printer : public testing::Environment {
 public:
  void TearDown() override {
    const char* wish = std::getenv("AUTODIFF_ULP_TABLE");
    if (wish == nullptr) return;
    if (wish == std::string_view("markdown")) {
      print_markdown();
    } else {
      print_text(wish == std::string_view("where"));
    }
  }
};

const testing::Environment* const printer = testing::AddGlobalTestEnvironment(new Printer);

}  // namespace

void note(const ad::Meta& declared, std::string_view carrier, std::string_view number, int order,
          double error, const std::string& where) {
  auto& line = lines()[std::string(declared.name)];
  line.declared = declared;
  auto& largest =
      line.by_carrier[{std::string(carrier), std::string(number)}][static_cast<std::size_t>(order)];
  if (error > largest.error) largest = {error, where};
}

}  // namespace ulp_table
