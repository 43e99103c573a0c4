#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/drivers/nonfinite.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/custom_vjp.hpp>

namespace {

using ad::explain_nonfinite;
using Cause = ad::NonfiniteCause;
using ad::NonfiniteReport;
using Path = std::vector<std::string>;

constexpr double inf = std::numeric_limits<double>::infinity();

/// One step, of the value.
void expect_value(const NonfiniteReport& report, const std::string& operation, Cause cause,
                  const std::vector<double>& arguments, const Path& path) {
  ASSERT_EQ(report.steps.size(), 1U) << to_string(report);
  EXPECT_EQ(report.steps[0].operation, operation);
  EXPECT_EQ(report.steps[0].cause, cause) << to_string(report);
  EXPECT_EQ(report.steps[0].arguments, arguments);
  EXPECT_FALSE(report.steps[0].in_derivative);
  EXPECT_EQ(report.path, path);
}

TEST(ExplainNonfinite, FindsNothingWhereAllIsFinite) {
  const NonfiniteReport report = explain_nonfinite([](auto x) { return log(x) * x; }, 2.0);
  EXPECT_TRUE(report.steps.empty());
  EXPECT_TRUE(report.path.empty());
  EXPECT_EQ(to_string(report), "the value and the gradient are finite");
}

TEST(ExplainNonfinite, NamesTheOperationThatLeftItsDomain) {
  const auto f = [](auto x) { return exp(log(x[0] - 1) * x[1]) + x[1]; };
  const NonfiniteReport report = explain_nonfinite(f, std::array{0.0, 2.0});
  expect_value(report, "log", Cause::domain, {-1}, {"x0", "sub"});
  EXPECT_EQ(report.steps[0].place, 2U);
  EXPECT_EQ(fmt::format("{}", report), "log got -1, outside its domain; from x0 through sub");
}

TEST(ExplainNonfinite, TellsAPoleFromAnOverflow) {
  expect_value(explain_nonfinite([](auto x) { return 1 / x; }, 0.0), "div", Cause::pole, {1, 0},
               {"x"});
  expect_value(explain_nonfinite([](auto x) { return log(x); }, 0.0), "log", Cause::pole, {0},
               {"x"});
  expect_value(explain_nonfinite([](auto x) { return exp(2 * x); }, 400.0), "exp", Cause::overflow,
               {800}, {"x", "mul"});
  expect_value(explain_nonfinite([](auto x) { return exp(x); }, 1e6), "exp", Cause::overflow, {1e6},
               {"x"});
  expect_value(explain_nonfinite([](auto x) { return 1 / x; }, 1e-310), "div", Cause::overflow,
               {1, 1e-310}, {"x"});
  // In single precision the same is finite in double.
  expect_value(explain_nonfinite([](auto x) { return exp(x); }, 100.0F), "exp", Cause::overflow,
               {100}, {"x"});
}

TEST(ExplainNonfinite, KnowsTheForms) {
  expect_value(explain_nonfinite([](auto x) { return x / x; }, 0.0), "div", Cause::zero_over_zero,
               {0, 0}, {"x"});
  // From the first infinity to the NaN it becomes.
  const NonfiniteReport difference =
      explain_nonfinite([](auto x) { return exp(x) - exp(2 * x); }, 1000.0);
  ASSERT_EQ(difference.steps.size(), 2U) << to_string(difference);
  EXPECT_EQ(difference.steps[0].operation, "exp");
  EXPECT_EQ(difference.steps[0].cause, Cause::overflow);
  EXPECT_EQ(difference.steps[1].operation, "sub");
  EXPECT_EQ(difference.steps[1].cause, Cause::infinity_minus_infinity);
  EXPECT_EQ(difference.steps[1].arguments, (std::vector{inf, inf}));
  EXPECT_EQ(to_string(difference),
            "exp got 1000, too large a result for its type; then sub got inf, inf: infinity - "
            "infinity; from x");
  const NonfiniteReport product = explain_nonfinite([](auto x) { return x * log(x); }, 0.0);
  ASSERT_EQ(product.steps.size(), 2U) << to_string(product);
  EXPECT_EQ(product.steps[0].cause, Cause::pole);
  EXPECT_EQ(product.steps[1].cause, Cause::zero_times_infinity);
  const NonfiniteReport quotient =
      explain_nonfinite([](auto x) { return exp(x) / (exp(x) + 1); }, 1000.0);
  ASSERT_EQ(quotient.steps.size(), 2U) << to_string(quotient);
  EXPECT_EQ(quotient.steps[1].cause, Cause::infinity_over_infinity);
}

TEST(ExplainNonfinite, BlamesInputsAndConstants) {
  const NonfiniteReport input =
      explain_nonfinite([](auto x, auto y) { return x + sin(y); }, 1.0, inf);
  ASSERT_EQ(input.steps.size(), 2U) << to_string(input);
  EXPECT_EQ(input.steps[0].cause, Cause::input);
  EXPECT_EQ(input.steps[1].operation, "sin");
  EXPECT_EQ(to_string(input), "the input x1 is inf; then sin got inf, outside its domain");
  const NonfiniteReport constant = explain_nonfinite([](auto x) { return inf * x; }, 2.0);
  ASSERT_EQ(constant.steps.size(), 1U);
  EXPECT_EQ(constant.steps[0].cause, Cause::constant);
  EXPECT_EQ(constant.steps[0].operation, "mul");
  EXPECT_TRUE(constant.path.empty());
  const NonfiniteReport result = explain_nonfinite([](auto) { return std::nan(""); }, 2.0);
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_EQ(result.steps[0].cause, Cause::constant);
  // A computation with constants alone is an operation as well.
  const auto computed = [](auto x) {
    using T = ad::value_type_t<decltype(x)>;
    return log(T(-1)) * x;
  };
  expect_value(explain_nonfinite(computed, 2.0), "log", Cause::domain, {-1}, {});
}

/// One step, of the derivative.
void expect_derivative(const NonfiniteReport& report, const std::string& operation, Cause cause,
                       std::size_t argument, const Path& path) {
  ASSERT_EQ(report.steps.size(), 1U) << to_string(report);
  EXPECT_EQ(report.steps[0].operation, operation) << to_string(report);
  EXPECT_EQ(report.steps[0].cause, cause) << to_string(report);
  EXPECT_TRUE(report.steps[0].in_derivative);
  EXPECT_EQ(report.steps[0].argument, argument);
  EXPECT_EQ(report.path, path);
}

TEST(ExplainNonfinite, LooksForADerivativeWhereTheValueIsFinite) {
  const auto root = [](auto x) { return x[1] + 3 * sqrt(2 * x[0]); };
  const NonfiniteReport report = explain_nonfinite(root, std::array{0.0, 1.0});
  expect_derivative(report, "sqrt", Cause::pole, 0, {"x0", "mul"});
  EXPECT_EQ(to_string(report), "sqrt got 0, where its derivative is infinite; from x0 through mul");
  expect_derivative(explain_nonfinite([](auto x) { return pow(x, 0.5); }, 0.0), "pow", Cause::pole,
                    0, {"x"});
  // 1/x is finite, its derivative -1/x^2 is not.
  expect_derivative(explain_nonfinite([](auto x) { return 1 / x; }, 1e-200), "div", Cause::overflow,
                    1, {"x"});
  // Each slope is finite, their product is not.
  const auto steep = [](auto x) { return 1e200 * sin(1e200 * x); };
  expect_derivative(explain_nonfinite(steep, 0.0), "mul", Cause::overflow, 1, {"x"});
}

TEST(ExplainNonfinite, ExplainsContributionsThatDoNotAddUp) {
  const NonfiniteReport report = explain_nonfinite(
      [](auto x) {
        const ad::value_type_t<decltype(x)> y = 2 * x;
        return sqrt(y) - sqrt(3 * y);
      },
      0.0);
  ASSERT_EQ(report.steps.size(), 2U) << to_string(report);
  EXPECT_EQ(report.steps[0].operation, "sqrt");
  EXPECT_EQ(report.steps[0].cause, Cause::pole);
  EXPECT_EQ(report.steps[1].cause, Cause::infinity_minus_infinity);
  EXPECT_EQ(report.steps[1].operation, "mul");
  EXPECT_FALSE(report.steps[1].argument.has_value());
  EXPECT_EQ(report.path.front(), "x");
}

TEST(ExplainNonfinite, TellsTheFormThatTheSweepTookAsZero) {
  const auto f = [](auto x) { return square(sqrt(x)); };
  EXPECT_EQ(ad::value_and_gradient(f, 0.0).flags.indeterminate.size(), 1U);
  const NonfiniteReport report = explain_nonfinite(f, 0.0);
  expect_derivative(report, "sqrt", Cause::zero_times_infinity, 0, {"x"});
}

TEST(ExplainNonfinite, SeesCustomRules) {
  const auto rule = ad::custom_vjp(
      "brittle", [](double x) { return x * x; },
      [](double ct, double x, double) { return ct * x / x; });
  const NonfiniteReport report = explain_nonfinite([&](auto x) { return 1 + rule(sin(x)); }, 0.0);
  expect_derivative(report, "brittle", Cause::domain, 0, {"x", "sin"});
}

TEST(ExplainNonfinite, LeavesTheMiddleOfALongPathOut) {
  const auto f = [](auto x) {
    using T = ad::value_type_t<decltype(x)>;
    T y = x;
    for (int i = 0; i < 100; ++i) y = y + 1;
    return log(-y);
  };
  const NonfiniteReport report = explain_nonfinite(f, 0.0);
  expect_value(report, "log", Cause::domain, {-100},
               {"x", "add", "add", "add", "...", "add", "add", "add", "neg"});
}

}  // namespace
