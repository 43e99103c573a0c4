// The simplest point at which a wrong derivative shows.
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/ops/all.hpp>
#include <autodiff/verify/check_gradient.hpp>
#include <autodiff/verify/check_rule.hpp>

namespace {

using ad::check_gradient;
using ad::check_rule;
using ad::Report;
using ad::Verdict;

/// Wrong where y > 1.
constexpr auto function = [](auto x, auto y, auto z) { return x * y + exp(z); };
constexpr auto claimed = [](auto x, auto y, auto z) {
  return std::array{y + 0 * x, where(y > 1, 2 * x, x), exp(z)};
};

TEST(Counterexample, HasZerosAndShortNumbers) {
  const Report report = check_gradient(function, claimed, 0.7234982734, 2.123456789, -1.23984723);
  ASSERT_EQ(report.verdict, Verdict::refuted);
  ASSERT_TRUE(report.counterexample.has_value());
  EXPECT_EQ(report.counterexample->index, 1U);
  EXPECT_EQ(report.counterexample->point, (std::vector<double>{1, 2, 0}));
  EXPECT_EQ(report.counterexample->test, "EXPECT_GRADIENT(f, claimed_gradient, 1.0, 2.0, 0.0);");
  EXPECT_NE(report.to_text().find(report.counterexample->test), std::string::npos);
}

TEST(Counterexample, IsRefutedItself) {
  const Report report = check_gradient(function, claimed, 0.7234982734, 2.123456789, -1.23984723);
  const auto& p = report.counterexample->point;
  EXPECT_EQ(check_gradient(function, claimed, p[0], p[1], p[2]).verdict, Verdict::refuted);
}

TEST(Counterexample, IsThereOnlyIfSomethingIsRefuted) {
  EXPECT_FALSE(check_gradient(function, 0.5, 0.5, 0.5).counterexample.has_value());
}

TEST(Counterexample, StaysInsideTheDomain) {
  ad::CheckOptions options;
  options.domain = {{2.5, 3.5}};
  options.points = 10;
  const auto rule = ad::custom_vjp(
      "cube", [](auto x) { return x * x * x; },
      [](auto ct, auto x, auto) { return 2 * x * x * ct; });
  const Report report = check_rule(rule, options);
  ASSERT_TRUE(report.counterexample.has_value());
  EXPECT_EQ(report.counterexample->point, (std::vector<double>{3}));
  EXPECT_EQ(
      report.counterexample->test,
      "EXPECT_RULE(rule, (ad::CheckOptions{.seed = 1, .points = 1, .domain = {{3.0, 3.0}}}));");
}

}  // namespace
