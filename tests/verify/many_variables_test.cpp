// Checks of functions of very many variables.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/ops/all.hpp>
#include <autodiff/verify/check_gradient.hpp>

namespace {

using ad::check_gradient;
using ad::CheckEntry;
using ad::Report;
using ad::Verdict;

constexpr std::size_t count = 1000;

std::vector<double> start() {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = std::sin(static_cast<double>(i)) * 2;
  return x;
}

/// Counts how often it is evaluated.
struct Chain {
  int* evaluations;

  template <class V>
  typename V::value_type operator()(const V& x) const {
    ++*evaluations;
    typename V::value_type sum = 0;
    for (std::size_t i = 1; i < x.size(); ++i)
      sum += x[i] * x[i - 1] + relu(x[i]) + x[i] * x[i] * x[i] / 3;
    return sum;
  }
};

/// Its gradient, with a relative mistake in one component.
struct Claimed {
  std::size_t wrong = count;
  double mistake = 0;

  template <class V>
  V operator()(const V& x) const {
    using T = typename V::value_type;
    V g(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      T sum = 0;
      if (i > 0) sum += x[i - 1] + where(x[i] > 0, T(1), T(0)) + x[i] * x[i];
      if (i + 1 < x.size()) sum += x[i + 1];
      g[i] = sum * (1 + (i == wrong ? mistake : 0));
    }
    return g;
  }
};

TEST(ManyVariables, AreCheckedTogether) {
  int evaluations = 0;
  const Report report = check_gradient(Chain{&evaluations}, start());
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_EQ(report.counts.verified, count);
  EXPECT_LT(report.entries.size(), 100U);
  EXPECT_LT(evaluations, 2000);
}

TEST(ManyVariables, HideNoMistake) {
  for (const std::size_t wrong : {0U, 1U, 700U, 999U}) {
    int evaluations = 0;
    const Report report = check_gradient(Chain{&evaluations}, Claimed{wrong, 1e-13}, start());
    EXPECT_EQ(report.verdict, Verdict::refuted) << wrong << report.to_text();
    EXPECT_EQ(report.counts.refuted, 1U);
    for (const CheckEntry& entry : report.entries) {
      if (entry.verdict != Verdict::refuted) continue;
      EXPECT_EQ(entry.index, wrong);
      EXPECT_EQ(entry.variables, 1U);
    }
  }
}

TEST(ManyVariables, HideNoMistakeInAZero) {
  // Of all variables but one the function is independent.
  const auto f = [](const auto& x) { return 1e-20 * x[700] + 5; };
  const auto zero = [](const auto& x) {
    return std::vector<ad::value_type_t<decltype(x[0] + 0)>>(x.size());
  };
  const Report report = check_gradient(f, zero, start());
  EXPECT_EQ(report.verdict, Verdict::refuted) << report.to_text();
  EXPECT_EQ(report.counts.refuted, 1U);
  EXPECT_EQ(report.counts.verified, count - 1);
}

TEST(ManyVariables, ThatAreAllWrongAreRefutedBySome) {
  int evaluations = 0;
  const auto half = [](const auto& x) {
    auto g = Claimed{}(x);
    for (auto& each : g) each = each / 2;
    return g;
  };
  const Report report = check_gradient(Chain{&evaluations}, half, start());
  EXPECT_EQ(report.verdict, Verdict::refuted);
  EXPECT_LT(evaluations, 10000);
  EXPECT_GE(report.counts.refuted, 16U);
  EXPECT_EQ(report.counts.refuted + report.counts.inconclusive, count);
  EXPECT_EQ(report.counts.verified, 0U);
  ASSERT_TRUE(report.counterexample);
  EXPECT_NE(report.to_text().find("not examined one by one"), std::string::npos)
      << report.to_text(100);
}

TEST(ManyVariables, AtAKinkOfSomeAreCheckedOneByOneThere) {
  std::vector<double> x = start();
  x[10] = x[900] = 0;
  int evaluations = 0;
  const Report report = check_gradient(Chain{&evaluations}, Claimed{}, x);
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  std::size_t kinks = 0;
  for (const CheckEntry& entry : report.entries) kinks += entry.kind == ad::Kind::kink ? 1 : 0;
  EXPECT_EQ(kinks, 2U);
  EXPECT_EQ(report.counts.verified, count);
}

}  // namespace
