// Gradients of arrays under the check.
#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/check_array_rule.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using Array = ad::Array<double>;
using ad::Kind;
using ad::Verdict;

const Array weights({2, 2}, {1, 2, 3, 4});

TEST(CheckArrays, VerifiesOurGradient) {
  EXPECT_GRADIENT(
      [](auto x) {
        return sum(tanh(matmul(x, weights)) * exp(-x)) + sum(softmax(transpose(x), 1) * x) +
               sum(prod(slice(x, 1, 0, 2), 0));
      },
      (Array({2, 2}, {0.1, 0.2, 0.3, 0.4})));
  const ad::Report report = ad::check_gradient(
      [](auto w, auto b) { return sum(relu(matmul(w, w) + b)); }, std::tuple{weights, Array(2)});
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_EQ(report.variables,
            (std::vector<std::string>{"x0[0, 0]", "x0[0, 1]", "x0[1, 0]", "x0[1, 1]", "x1"}));
}

TEST(CheckArrays, SeesKinksOfSingleElements) {
  const ad::Report report =
      ad::check_gradient([](auto x) { return sum(relu(x)); }, Array({3}, {-1, 0, 2}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  for (const ad::CheckEntry& entry : report.entries) {
    EXPECT_EQ(entry.kind, entry.variable == "x[1]" ? Kind::kink : Kind::smooth) << entry.variable;
  }
}

TEST(CheckArrays, RefutesAWrongElementAndNamesIt) {
  const auto f = [](auto x) { return sum(x * x * x); };
  const auto claim = [](const auto& x) {
    using A = std::decay_t<decltype(x)>;
    const Array error({2, 3}, {0, 0, 0, 0, 1e-14, 0});
    return A(3 * x * x * (1 + error));
  };
  const Array x({2, 3}, {1, 2, 3, 4, 5, 6});
  const ad::Report report = ad::check_gradient(f, claim, x);
  EXPECT_EQ(report.verdict, Verdict::refuted);
  EXPECT_EQ(report.counts.refuted, 1U) << report.to_text();
  for (const ad::CheckEntry& entry : report.entries) {
    EXPECT_EQ(entry.verdict == Verdict::refuted, entry.variable == "x[1, 1]") << entry.variable;
  }
  ASSERT_TRUE(report.counterexample);
  EXPECT_NE(report.counterexample->test.find("EXPECT_GRADIENT(f, claimed_gradient, "
                                             "(ad::Array<double>({2, 3}, {"),
            std::string::npos)
      << report.counterexample->test;
}

TEST(CheckArrays, JudgesClaimsInDoubleByTheirRounding) {
  const auto f = [](auto x) { return sum(sigmoid(x)); };
  const auto right = [](const Array& x) { return Array(sigmoid(x) * sigmoid(-x)); };
  const auto wrong = [](const Array& x) { return Array(sigmoid(x) * sigmoid(-x) * (1 + 1e-7)); };
  const Array x({4}, {-3, 0, 0.5, 20});
  EXPECT_EQ(ad::check_gradient(f, right, x).verdict, Verdict::verified);
  EXPECT_EQ(ad::check_gradient(f, wrong, x).verdict, Verdict::refuted);
}

TEST(CheckArrays, FindsOneOfManyElements) {
  const Array x = Array::normal({8, 10}, 5);
  const auto f = [](auto a) { return sum(gelu(a) * a); };
  EXPECT_EQ(ad::check_gradient(f, x).verdict, Verdict::verified);
  std::vector<double> numbers(80, 0.0);
  numbers[57] = 1e-12;
  const Array error({8, 10}, numbers);
  const auto claim = [&](const auto& a) {
    using A = std::decay_t<decltype(a)>;
    return A(gelu(a) + a * (normal_cdf(a) + a * normal_pdf(a)) + error);
  };
  const ad::Report report = ad::check_gradient(f, claim, x);
  EXPECT_EQ(report.verdict, Verdict::refuted);
  EXPECT_EQ(report.counts.refuted, 1U);
  for (const ad::CheckEntry& entry : report.entries) {
    EXPECT_TRUE(entry.verdict != Verdict::refuted || entry.variable == "x[5, 7]");
  }
}

TEST(CheckArrays, RefusesAClaimOfAnotherSize) {
  EXPECT_THROW(ad::check_gradient([](auto x) { return sum(x); },
                                  [](const Array&) { return Array::ones({3}); }, weights),
               ad::ShapeError);
  EXPECT_THROW(ad::check_gradient([](auto x) { return 2 * x; }, weights), ad::ShapeError);
}

TEST(CheckArrays, OfRulesThatReturnNumbersOrTuples) {
  const auto squares = ad::custom_vjp<ad::OnArrays>(
      "squares", [](const auto& v) { return sum(v * v); },
      [](const auto& cotangent, const auto& v, const auto&) { return 2 * cotangent * v; });
  EXPECT_GRADIENT([&](const auto& v) { return sum(squares(v)) * 2; }, (Array({2}, {1, 3})));
  EXPECT_EQ(ad::check_rule(squares, std::array{ad::Shape{2}}).verdict, Verdict::verified);
  const auto both = ad::custom_vjp<ad::OnArrays>(
      "both",
      [](const auto& v) {
        return std::tuple{2 * v, sum(v)};
      },
      [](const auto& cotangents, const auto& v, const auto&) {
        using A = ad::value_type_t<decltype(v)>;
        return A(2 * std::get<0>(cotangents) + std::get<1>(cotangents) + 0 * v);
      });
  EXPECT_EQ(ad::check_rule(both, std::array{ad::Shape{2}}).verdict, Verdict::verified);
  EXPECT_GRADIENT(
      [](const auto& v) { return ad::checkpoint([](const auto& a) { return sum(a * a); }, v); },
      (Array({2}, {1, 3})));
}

TEST(CheckArrays, OfNumbersAmongConstantArrays) {
  const auto f = [](const auto& t) { return sum(exp(weights * t)); };
  EXPECT_GRADIENT(f, 0.5);
  EXPECT_EQ(
      to_string(ad::explain_nonfinite([](const auto& t) { return sum(log(weights - t)); }, 1.0)),
      "log got 0, where it is infinite; from x through sub");
}

}  // namespace
