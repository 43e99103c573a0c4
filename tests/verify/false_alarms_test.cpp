// The check of a right rule refutes it nowhere: at ordinary points, at kinks, and at distances from
// 1e-3 to 1e-17 of them. AUTODIFF_RULE_POINTS in the environment says how many points a rule gets.
#include <cmath>
#include <cstdlib>
#include <set>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/ops/list.hpp>
#include <autodiff/verify/check_rule.hpp>

namespace {

using ad::CheckEntry;
using ad::Quad;
using ad::Report;
using ad::Verdict;

std::size_t points_of_a_rule() {
  const char* const text = std::getenv("AUTODIFF_RULE_POINTS");
  return text == nullptr ? 20 : std::strtoul(text, nullptr, 10);
}

struct Tally {
  std::size_t rules = 0, points = 0, near_kinks = 0, inconclusive = 0;

  void add(const Report& report, const char* name) {
    EXPECT_NE(report.verdict, Verdict::refuted) << name << ": " << report.to_text();
    inconclusive += report.counts.inconclusive;
  }
};

ad::Subject subject_of(const ad::detail::RuleSubject& rule) {
  ad::Subject subject;
  subject.variables = rule.variables;
  subject.value = [&rule](std::span<const Quad> x) {
    Quad y;
    rule.in_quad.value(x, std::span(&y, 1));
    return y;
  };
  subject.claim = [&rule](std::span<const Quad> x, std::span<Quad> gradient) {
    const Quad one(1);
    rule.in_quad.pull_back(x, std::span(&one, 1), gradient);
  };
  return subject;
}

/// Both sides of a dozen of the kinks that were found, at every order of magnitude.
std::vector<std::vector<double>> points_near_kinks(const Report& report) {
  std::vector<std::vector<double>> result;
  std::size_t kinks = 0;
  for (const CheckEntry& entry : report.entries) {
    if (entry.kind != ad::Kind::kink || ++kinks > 12) continue;
    for (int power = -3; power >= -17; --power) {
      for (const double sign : {-1.0, 1.0}) {
        result.push_back(entry.point);
        result.back()[entry.index] += sign * std::pow(10.0, power);
      }
    }
  }
  return result;
}

void check_rule_everywhere(const ad::detail::RuleSubject& rule, const char* name, Tally& tally) {
  ad::CheckOptions options;
  options.points = points_of_a_rule();
  options.seed = 20261121;
  const Report report = ad::detail::check_rule_subject(rule, options);
  tally.add(report, name);
  ++tally.rules;
  tally.points += report.entries.size();
  const std::vector<std::vector<double>> near = points_near_kinks(report);
  if (near.empty()) return;
  tally.near_kinks += near.size();
  tally.add(ad::check(subject_of(rule), near), name);
}

void print(const Tally& tally) {
  fmt::print("{} rules: {} derivatives, {} points near kinks; inconclusive {}\n", tally.rules,
             tally.points, tally.near_kinks, tally.inconclusive);
}

TEST(FalseAlarms, AreNoneOnTheOperations) {
  Tally tally;
  ad::for_each_operation([&]<class Op>() {
    check_rule_everywhere(ad::detail::rule_subject_of(Op{}), Op::meta.name.data(), tally);
  });
  print(tally);
  EXPECT_GT(tally.near_kinks, 500U);
}

TEST(FalseAlarms, AreNoneOnTheReductions) {
  Tally tally;
  ad::for_each_operation(
      [&]<class Op>() {
        const std::size_t count = Op::arguments.least + 2 * Op::arguments.group;
        check_rule_everywhere(ad::detail::rule_subject_of(Op{}, count), Op::meta.name.data(),
                              tally);
      },
      ad::ReductionOperations{});
  print(tally);
  EXPECT_GT(tally.near_kinks, 500U);
}

}  // namespace
