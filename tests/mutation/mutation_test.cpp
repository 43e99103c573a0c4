// Mistakes planted in the derivative rule of every operation: who notices them?
// AUTODIFF_MUTATION_TABLE=1 in the environment prints the answers.
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/ops/list.hpp>

#include "tests/mutation/experiment.hpp"

namespace {

using mutation::Kind;
using mutation::Outcome;

/// What the tests of this run have found.
std::vector<Outcome>& outcomes() {
  static std::vector<Outcome> all;
  return all;
}

struct Tally {
  std::size_t planted = 0, equivalent = 0, by_check = 0, by_tables = 0;
  std::vector<std::string> missed_by_check, missed_by_tables;

  std::size_t to_find() const { return planted - equivalent; }

  void add(const Outcome& outcome) {
    if (outcome.kind == Kind::none) return;
    ++planted;
    if (outcome.equivalent) {
      ++equivalent;
      return;
    }
    by_check += outcome.refuted_by_check;
    by_tables += outcome.refuted_by_tables;
    if (!outcome.refuted_by_check) missed_by_check.push_back(outcome.name);
    if (!outcome.refuted_by_tables) missed_by_tables.push_back(outcome.name);
  }
};

Tally total() {
  Tally tally;
  for (const Outcome& outcome : outcomes()) tally.add(outcome);
  return tally;
}

class Printer : public testing::Environment {
 public:
  void TearDown() override {
    if (std::getenv("AUTODIFF_MUTATION_TABLE") == nullptr) return;
    print_line("operation", "mistake", "planted", "equivalent", "by check", "by tables");
    std::string_view last;
    for (const Outcome& outcome : outcomes()) {
      if (std::exchange(last, outcome.operation) == outcome.operation) continue;
      for (const Kind kind : mutation::kinds) print_line_of(outcome.operation, kind);
    }
    const Tally all = total();
    print_line("all", "", all.planted, all.equivalent, all.by_check, all.by_tables);
    print_names("missed by check_rule", all.missed_by_check);
    print_names("missed by the reference tables", all.missed_by_tables);
  }

 private:
  template <class... Count>
  static void print_line(std::string_view operation, std::string_view mistake, Count... count) {
    fmt::print("{:<11} {:<22}", operation, mistake);
    (fmt::print(" {:>10}", count), ...);
    fmt::print("\n");
  }

  static void print_line_of(const std::string& operation, Kind kind) {
    Tally tally;
    for (const Outcome& outcome : outcomes()) {
      if (outcome.operation == operation && outcome.kind == kind) tally.add(outcome);
    }
    if (tally.planted == 0) return;
    print_line(operation, mutation::to_string(kind), tally.planted, tally.equivalent,
               tally.by_check, tally.by_tables);
  }

  static void print_names(std::string_view title, const std::vector<std::string>& names) {
    fmt::print("{}: {}\n", title, names.size());
    for (const std::string& name : names) fmt::print("  {}\n", name);
  }
};

const testing::Environment* const printer = testing::AddGlobalTestEnvironment(new Printer);

/// The tables have the cotangent 1 and say nothing where there is no derivative.
bool is_seen_by_tables(Kind kind) {
  return kind != Kind::cotangent && kind != Kind::outside_of_the_slopes;
}

void expect_told_apart(const Outcome& outcome) {
  const bool is_wrong = outcome.kind != Kind::none && !outcome.equivalent;
  EXPECT_EQ(outcome.refuted_by_check, is_wrong) << outcome.name;
  if (!is_wrong || is_seen_by_tables(outcome.kind)) {
    EXPECT_EQ(outcome.refuted_by_tables, is_wrong)
        << outcome.name << ": tests/reference/" << outcome.operation
        << ".txt has no row where it shows; tests/reference/generate.py chooses the points";
  }
}

/// That check_rule refutes every mistaken rule and no right one.
template <class Family>
void expect_told_apart() {
  ad::CheckOptions options;
  options.points = 3;
  ad::for_each_operation(
      [&]<class Op>() {
        for (Outcome& outcome : mutation::outcomes_of<Op>(options)) {
          expect_told_apart(outcome);
          outcomes().push_back(std::move(outcome));
        }
      },
      Family{});
}

// A suite each, for ctest to run them in parallel.
TEST(ArithmeticRules, AreToldFromMistakenOnes) { expect_told_apart<ad::ArithmeticOperations>(); }
TEST(PowerRules, AreToldFromMistakenOnes) { expect_told_apart<ad::PowerOperations>(); }
TEST(ExponentialRules, AreToldFromMistakenOnes) { expect_told_apart<ad::ExponentialOperations>(); }
TEST(LogarithmicRules, AreToldFromMistakenOnes) { expect_told_apart<ad::LogarithmicOperations>(); }
TEST(TrigonometricRules, AreToldFromMistakenOnes) {
  expect_told_apart<ad::TrigonometricOperations>();
}
TEST(HyperbolicRules, AreToldFromMistakenOnes) { expect_told_apart<ad::HyperbolicOperations>(); }
TEST(PiecewiseRules, AreToldFromMistakenOnes) { expect_told_apart<ad::PiecewiseOperations>(); }
TEST(StepRules, AreToldFromMistakenOnes) { expect_told_apart<ad::StepOperations>(); }
TEST(ErrorFunctionRules, AreToldFromMistakenOnes) {
  expect_told_apart<ad::ErrorFunctionOperations>();
}
TEST(SpecialRules, AreToldFromMistakenOnes) { expect_told_apart<ad::SpecialOperations>(); }
TEST(NormalRules, AreToldFromMistakenOnes) { expect_told_apart<ad::NormalOperations>(); }
TEST(GammaRules, AreToldFromMistakenOnes) { expect_told_apart<ad::GammaOperations>(); }
TEST(BesselRules, AreToldFromMistakenOnes) { expect_told_apart<ad::BesselOperations>(); }
TEST(ActivationRules, AreToldFromMistakenOnes) { expect_told_apart<ad::ActivationOperations>(); }
TEST(SmoothActivationRules, AreToldFromMistakenOnes) {
  expect_told_apart<ad::SmoothActivationOperations>();
}
TEST(ReductionRules, AreToldFromMistakenOnes) { expect_told_apart<ad::ReductionOperations>(); }

}  // namespace
