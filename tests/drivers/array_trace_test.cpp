// Functions of arrays on elements that record what is applied to them.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using Array = ad::Array<double>;
using Cause = ad::NonfiniteCause;
using ad::explain_nonfinite;
using ad::NonfiniteReport;

constexpr double inf = std::numeric_limits<double>::infinity();

/// Runs f traced and plain, and the rules of the trace in reverse against the gradient.
template <class F, class C>
void expect_same(const char* what, const F& f, const C& x) {
  std::vector<double> numbers;
  for (const Array& each : ad::detail::arrays_of(x)) {
    for (const double number : each.to_vector()) numbers.push_back(number);
  }
  ad::detail::Trace trace;
  ad::detail::run_arrays_traced<double>(f, x, numbers, trace, "test");
  const auto [value, gradient] = ad::value_and_gradient(f, x);
  EXPECT_NEAR(trace.output, value, 1e-13 * std::fabs(value)) << what;
  ASSERT_EQ(trace.inputs(), numbers.size()) << what;

  std::vector<double> adjoints(trace.size() + 1, 0.0);
  adjoints[trace.output_source] = 1;
  for (std::size_t n = trace.size(); n > trace.inputs(); --n) {
    const ad::detail::TraceEntry& entry = trace[n];
    std::vector<double> cotangents(entry.arguments.size());
    entry.rule->pull_back(entry.arguments, adjoints[n], cotangents);
    for (std::size_t i = 0; i < cotangents.size(); ++i) {
      if (entry.sources[i] != 0) adjoints[entry.sources[i]] += cotangents[i];
    }
  }
  std::size_t n = 0;
  for (const Array& each : ad::detail::arrays_of(gradient)) {
    for (const double slope : each.to_vector()) {
      EXPECT_NEAR(adjoints[++n], slope, 1e-12 * (1 + std::fabs(slope))) << what << ", input " << n;
    }
  }
}

TEST(TracedArrays, ComputeWhatArraysOfNumbersDo) {
  const Array a({2, 3}, {1, -2, 3, 0.5, 5, -6});
  const Array square({2, 2}, {4, 1, 1.5, 3});
  const std::vector<std::size_t> picked{2, 0, 2};
  const std::vector<std::size_t> labels{1, 0};
  expect_same(
      "elements", [](const auto& x) { return sum(tanh(x) * exp(-x * x) + relu(x)); }, a);
  expect_same(
      "broadcast", [](const auto& x, const auto& b) { return sum(sin(x * b) + b); },
      std::tuple{a, Array({3}, {1, 2, 3})});
  expect_same(
      "where", [](const auto& x) { return sum(where(x > 0, x * x, -x)); }, a);
  expect_same(
      "matmul", [](const auto& x) { return sum(exp(matmul(x, transpose(x)) / 50)); }, a);
  expect_same(
      "views",
      [](const auto& x) {
        return sum(slice(reshape(x, {3, 2}), 0, 1, 3) * transpose(slice(x, 1, 0, 2)));
      },
      a);
  expect_same(
      "reductions",
      [](const auto& x) {
        return logsumexp(x) + norm(x) + prod(x) + mean(x) + max(x) + stddev(x) + norm1(x) +
               median(x);
      },
      a);
  expect_same(
      "along an axis",
      [](const auto& x) {
        return sum(logsumexp(x, 1)) + sum(prod(x, 0)) + sum(max(x, ad::Axis{1})) +
               sum(min(x, ad::Axis{0}));
      },
      a);
  expect_same(
      "softmax", [](const auto& x) { return sum(softmax(x, 1) * x + log_softmax(x, 0)); }, a);
  expect_same(
      "scans", [](const auto& x) { return sum(sin(cumsum(x, 1)) + cos(cumprod(x, 0))); }, a);
  expect_same(
      "indices",
      [&](const auto& x) {
        const auto rows = gather(x, picked, 1);
        return sum(rows * rows) + sum(exp(concatenate(0, x, x)));
      },
      a);
  expect_same(
      "losses",
      [&](const auto& x) { return cross_entropy(x, labels) + mean_squared_error(x, a * 2); }, a);
  expect_same(
      "linear algebra",
      [](const auto& m) {
        const Array b({2}, {1, 2});
        return sum(solve(m, b)) + log_abs_determinant(m) + sum(inverse(m)) +
               sum(cholesky(matmul(m, transpose(m))));
      },
      square);
  expect_same(
      "images",
      [&](const auto& k) {
        const Array image({1, 1, 3, 4}, {0, 1, 2, 0, 3, 9, 1, 2, 4, 0, 5, 6});
        return sum(max_pool2d(relu(conv2d(image, reshape(k, {1, 1, 2, 2}))), 2));
      },
      square);
  expect_same(
      "scalars",
      [](const auto& x) {
        const auto corner = element(x, 0, 0);
        const auto all = elements(x);
        return sum(corner * corner * x) + sin(all[1]) + sum(array_of(std::array{corner, all[2]}));
      },
      a);
}

TEST(TracedArrays, HaveTheirNonfiniteNumbersExplained) {
  const NonfiniteReport domain =
      explain_nonfinite([](const auto& x) { return sum(log(x)); }, Array({2, 2}, {1, 2, -3, 4}));
  EXPECT_EQ(to_string(domain), "log got -3, outside its domain; from x[1, 0]");

  const NonfiniteReport pole =
      explain_nonfinite([](const auto& x, const auto& y) { return sum(sqrt(x * y)); },
                        std::tuple{Array({2}, {1, 0}), Array({2}, {1, 5})});
  ASSERT_EQ(pole.steps.size(), 1U) << to_string(pole);
  EXPECT_EQ(pole.steps[0].operation, "sqrt");
  EXPECT_EQ(pole.steps[0].cause, Cause::pole);
  EXPECT_TRUE(pole.steps[0].in_derivative);
  EXPECT_EQ(pole.path, (std::vector<std::string>{"x0[1]", "mul"}));

  const NonfiniteReport overflow = explain_nonfinite(
      [](const auto& x) { return sum(matmul(x, x)); }, ad::Array<float>({2, 2}, {1e30F, 1, 1, 1}));
  ASSERT_EQ(overflow.steps.size(), 1U) << to_string(overflow);
  EXPECT_EQ(overflow.steps[0].cause, Cause::overflow);  // of float, not of double

  const NonfiniteReport input =
      explain_nonfinite([](const auto& x) { return sum(x); }, Array({2}, {1, inf}));
  EXPECT_EQ(to_string(input), "the input x[1] is inf");

  const auto finite = explain_nonfinite([](const auto& x) { return sum(x); }, Array({2}, {1, 2}));
  EXPECT_TRUE(finite.steps.empty());
}

TEST(TracedArrays, KnowCustomRulesAsOneOperation) {
  const auto root = ad::custom_vjp<ad::OnArrays>(
      "root", [](const auto& x) { return sqrt(x); },
      [](const auto& cotangent, const auto&, const auto& y) { return cotangent / (2 * y); });
  const NonfiniteReport report =
      explain_nonfinite([&](const auto& x) { return sum(root(x + 0.0)); }, Array({2}, {4, 0}));
  ASSERT_EQ(report.steps.size(), 1U) << to_string(report);
  EXPECT_EQ(report.steps[0].operation, "root");
  EXPECT_EQ(report.steps[0].arguments, (std::vector<double>{4, 0}));
  EXPECT_TRUE(report.steps[0].in_derivative);
  expect_same(
      "rule", [&](const auto& x) { return sum(root(x) * x); }, Array({2}, {4, 9}));
}

}  // namespace
