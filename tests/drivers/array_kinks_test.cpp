// Functions of arrays at their kinks: what is touched there, what the gradient owes to conventions,
// and derivatives that do not depend on any.
#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Array, ad::AtKinks, ad::Trust;
using A = Array<double>;

template <class X>
std::vector<double> elements_of(const X& x) {
  std::vector<double> all;
  for (const auto each : x.to_vector()) all.push_back(static_cast<double>(each));
  return all;
}

const A corner({2, 2}, {0, 1, -1, 0});

TEST(ArrayKinks, TellsWhichElementsOweTheirSlopesToConventions) {
  const auto report = ad::kinks([](const auto& x) { return sum(relu(x) - relu(-x)); }, corner);
  EXPECT_EQ(report.trust, Trust::dependent);
  EXPECT_EQ(report.kinks.size(), 4U);
  EXPECT_EQ(report.names, (std::vector<std::string>{"x[0, 0]", "x[0, 1]", "x[1, 0]", "x[1, 1]"}));
  EXPECT_EQ(report.gradient, (std::vector<double>{0, 1, 1, 0}));
  EXPECT_EQ(report.lower, (std::vector<double>{0, 1, 1, 0}));
  EXPECT_EQ(report.upper, (std::vector<double>{2, 1, 1, 2}));
  EXPECT_NE(to_string(report).find("x[1, 1]: 0 by convention"), std::string::npos);
}

TEST(ArrayKinks, FindsNoneWhereTheFunctionIsSmooth) {
  const A x({2, 2}, {0.5, 1, -1, 3});
  const auto f = [](const auto& v) {
    return sum(where(v > 0.25, v * v, -v)) + sum(softmax(v, 1) * v) + sum(cumsum(v, 0)) +
           sum(cumprod(v, 1)) + cross_entropy(v, std::vector{0, 1}) + max(v) + logsumexp(v) +
           sum(gather(v, std::vector{1, 0})) + sum(matmul(v, relu(v))) + norm(v);
  };
  const auto report = ad::kinks(f, x);
  EXPECT_EQ(report.trust, Trust::no_kink);
  EXPECT_TRUE(report.ties.empty());
  EXPECT_TRUE(report.equalities.empty());
  const std::vector<double> gradient = elements_of(ad::gradient(f, x));
  EXPECT_EQ(report.gradient, gradient);
  const std::vector<double> beside = elements_of(ad::generalized_gradient(f, x));
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    EXPECT_NEAR(report.lower[i], gradient[i], 1e-12);
    EXPECT_NEAR(report.upper[i], gradient[i], 1e-12);
    EXPECT_NEAR(beside[i], gradient[i], 1e-12);
  }
  const A along({2, 2}, {1, -2, 0.5, 3});
  EXPECT_NEAR(ad::directional_derivative(f, x, along), ad::jvp(f, x, along), 1e-12);
}

TEST(ArrayKinks, SeesTiesOfComparisons) {
  const auto report =
      ad::kinks([](const auto& x) { return sum(where(x > 0, x, 0.0 * x)); }, corner);
  EXPECT_EQ(report.trust, Trust::dependent);
  EXPECT_EQ(report.ties.size(), 2U);
  EXPECT_EQ(report.lower, (std::vector<double>{0, 1, 0, 0}));
  EXPECT_EQ(report.upper, (std::vector<double>{1, 1, 0, 1}));
}

TEST(ArrayKinks, TakesOneRuleForTheSlopesOfARun) {
  const auto f = [](const auto& x) { return sum(relu(x)); };
  const auto [value, gradient] = ad::value_and_gradient(f, corner, AtKinks::position(0.25));
  EXPECT_EQ(value, 1.0);
  EXPECT_EQ(elements_of(gradient), (std::vector<double>{0.25, 1, 0, 0.25}));
  EXPECT_THROW(static_cast<void>(ad::gradient(f, corner, AtKinks::refuse())), ad::KinkError);
  EXPECT_EQ(elements_of(ad::gradient(f, A({2}, {1, -1}), AtKinks::refuse())),
            (std::vector<double>{1, 0}));
}

TEST(ArrayKinks, ActsOnContainersOfArraysAndInFloat) {
  const std::tuple point{Array<float>({2}, {0, 2}), Array<float>({2, 2}, {1, 0, 0, -1})};
  const auto f = [](const auto& b, const auto& w) { return sum(abs(matmul(w, b))); };
  const auto report = ad::kinks(f, point);
  EXPECT_EQ(report.trust, Trust::dependent);
  EXPECT_EQ(report.names[1], "x0[1]");
  EXPECT_EQ(report.names[2], "x1[0, 0]");
  EXPECT_EQ(report.lower[0], -1.0);
  EXPECT_EQ(report.upper[0], 1.0);
  const auto [b, w] = ad::generalized_gradient(f, point);
  EXPECT_EQ(std::abs(b.to_vector()[0]), 1.0F) << "a slope beside the kink, not one declared";
  EXPECT_EQ(w.shape(), ad::Shape({2, 2}));
}

TEST(GeneralizedGradientOfArrays, FitsItsPartsTogetherWhereConventionsDoNot) {
  const auto identity = [](const auto& x) { return sum(relu(x) - relu(-x)); };
  EXPECT_EQ(elements_of(ad::generalized_gradient(identity, corner)),
            (std::vector<double>{1, 1, 1, 1}));
}

TEST(GeneralizedGradientOfArrays, PicksOneOfSeveralThatAreTheLargest) {
  const A x({1, 1, 2, 4}, {0, 1, 2, 3, 1, 1, 3, 0});
  const std::vector<double> declared{0, 1.0 / 3, 0, 0.5, 1.0 / 3, 1.0 / 3, 0.5, 0};
  const auto expect_vertex = [&](const A& gradient) {
    double left = 0, right = 0;
    const std::vector<double> all = elements_of(gradient);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_TRUE(all[i] == 0.0 || (all[i] == 1.0 && declared[i] > 0)) << i;
      (i % 4 < 2 ? left : right) += all[i];
    }
    EXPECT_EQ(left, 1.0);
    EXPECT_EQ(right, 1.0);
  };
  const auto pooled = [](const auto& v) { return sum(max_pool2d(v, 2)); };
  EXPECT_EQ(elements_of(ad::gradient(pooled, x)), declared);
  expect_vertex(ad::generalized_gradient(pooled, x));
  const auto report = ad::kinks(pooled, x);
  EXPECT_EQ(report.kinks.size(), 2U);
  EXPECT_EQ(report.lower, (std::vector<double>(8, 0.0)));
  EXPECT_EQ(report.upper, (std::vector<double>{0, 1, 0, 1, 1, 1, 1, 0}));
  // Of two tied numbers min takes the one that moves down.
  const A two({2}, {1, 1});
  const auto least = [](const auto& v) { return min(v); };
  EXPECT_EQ(ad::directional_derivative(least, two, A({2}, {1, -2})), -2.0);
  const auto largest = [](const auto& v) { return max(v); };
  EXPECT_EQ(ad::directional_derivative(largest, two, A({2}, {1, -2})), 1.0);
}

TEST(DirectionalDerivativeOfArrays, IsOneSided) {
  const A along({2, 2}, {-2, 1, 1, 3});
  EXPECT_EQ(
      elements_of(ad::directional_derivative([](const auto& x) { return abs(x); }, corner, along)),
      (std::vector<double>{2, 1, -1, 3}));
  const auto f = [](const auto& x) { return sum(relu(x)); };
  EXPECT_EQ(ad::directional_derivative(f, corner, along), 0 + 1 + 0 + 3);
  EXPECT_THROW(static_cast<void>(ad::directional_derivative(f, corner, A({2}, {1, 1}))),
               ad::ShapeError);
}

TEST(DirectionalDerivativeOfArrays, DoesNotNest) {
  const auto inner = [](const auto& x) {
    return sum(x) *
           ad::directional_derivative([](const auto& v) { return sum(v); }, corner, corner);
  };
  EXPECT_THROW(static_cast<void>(ad::directional_derivative(inner, corner, corner)), ad::RuleError);
}

}  // namespace
