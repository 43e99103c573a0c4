#include "ulp_table.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
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
  ad::Ulps declared;
  std::map<std::pair<std::string, std::string>, std::array<Largest, 3>> by_carrier;
};

std::map<std::string, Line, std::less<>>& lines() {
  static std::map<std::string, Line, std::less<>> table;
  return table;
}

class Printer : public testing::Environment {
 public:
  void TearDown() override {
    if (std::getenv("AUTODIFF_ULP_TABLE") == nullptr) return;
    fmt::print("{:<11} {:<13} {:<7} {:>7} {:>7} {:>7}   declared\n", "operation", "carrier",
               "number", "value", "first", "second");
    for (const auto& [operation, line] : lines()) {
      for (const auto& [carrier, largest] : line.by_carrier) {
        fmt::print("{:<11} {:<13} {:<7} {:7.2f} {:7.2f} {:7.2f}   {} {} {}\n", operation,
                   carrier.first, carrier.second, largest[0].error, largest[1].error,
                   largest[2].error, line.declared.value, line.declared.first,
                   line.declared.second);
        if (std::string_view(std::getenv("AUTODIFF_ULP_TABLE")) != "where") continue;
        for (const Largest& l : largest) fmt::print("    {:.2f} at {}\n", l.error, l.where);
      }
    }
  }
};

const testing::Environment* const printer = testing::AddGlobalTestEnvironment(new Printer);

}  // namespace

void note(std::string_view operation, const ad::Ulps& declared, std::string_view carrier,
          std::string_view number, int order, double error, const std::string& where) {
  auto& line = lines()[std::string(operation)];
  line.declared = declared;
  auto& largest =
      line.by_carrier[{std::string(carrier), std::string(number)}][static_cast<std::size_t>(order)];
  if (error > largest.error) largest = {error, where};
}

}  // namespace ulp_table
