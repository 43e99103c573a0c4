#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

#include "tests/drivers/random_program.hpp"

namespace {

using ad::directional_derivative;
using ad::generalized_gradient;
using ad::testing::agree;
using ad::testing::gradient_beside;
using ad::testing::Program;

TEST(DirectionalDerivative, TakesTheBranchOfEveryKinkInTheDirection) {
  const auto along = [](const auto& f, double d) {
    return directional_derivative([&](auto x) { return f(x[0]); }, std::array{0.0}, std::array{d});
  };
  for (const double d : {-2.0, 3.0}) {
    EXPECT_EQ(along([](auto x) { return abs(x); }, d), std::fabs(d));
    EXPECT_EQ(along([](auto x) { return relu(x); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return leaky_relu(x, 0.5); }, d), d > 0 ? d : 0.5 * d);
    EXPECT_EQ(along([](auto x) { return max(x, -x); }, d), std::fabs(d));
    EXPECT_EQ(along([](auto x) { return min(2 * x, x); }, d), std::fmin(2 * d, d));
    EXPECT_EQ(along([](auto x) { return clamp(x, 0.0, 1.0); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return relu6(x + 6); }, d), std::fmin(d, 0));
    EXPECT_EQ(along([](auto x) { return hard_tanh(x - 1); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return hypot(3 * x, 4 * x); }, d), 5 * std::fabs(d));
    EXPECT_EQ(along([](auto x) { return where(x < 0, -x, 2 * x); }, d), d < 0 ? -d : 2 * d);
    EXPECT_EQ(along([](auto x) { return where(x == 0, 0.0, x); }, d), d);
    EXPECT_EQ(along([](auto x) { return relu(x) - relu(-x); }, d), d);
    EXPECT_EQ(along([](auto x) { return relu(abs(x)) * 2; }, d), 2 * std::fabs(d));
  }
}

TEST(DirectionalDerivative, IsTheJvpWhereTheFunctionIsSmooth) {
  const auto f = [](auto x) { return std::array{sin(x[0]) * x[1], exp(x[0] - x[1])}; };
  const std::vector x{0.5, 2.0}, d{1.0, -3.0};
  const auto one_sided = directional_derivative(f, x, d);
  const auto smooth = ad::jvp(f, x, d);
  EXPECT_EQ(one_sided, smooth);
  EXPECT_THROW(directional_derivative(f, x, std::vector{1.0}), ad::ShapeError);
}

TEST(GeneralizedGradient, FitsThePartsTogetherWhereConventionsDoNot) {
  EXPECT_EQ(generalized_gradient([](auto x) { return relu(x) - relu(-x); }, 0.0)[0], 1);
  EXPECT_EQ(generalized_gradient([](auto x) { return abs(x) - 2 * relu(x) + x; }, 0.0)[0], 0);
  const auto sum = [](auto x, auto y) { return max(x, y) + min(x, y); };
  EXPECT_EQ(generalized_gradient(sum, 2.0, 2.0), (std::array{1.0, 1.0}));
  EXPECT_EQ(generalized_gradient([](auto x) { return where(x == 0, 0.0, x); }, 0.0)[0], 1);
  EXPECT_EQ(generalized_gradient([](auto x) { return relu(x - x) + x; }, 0.0)[0], 1);
}

TEST(GeneralizedGradient, SeesTheFunctionsOwnBranches) {
  const auto f = [](auto x) -> ad::value_type_t<decltype(x)> {
    if (x > 0) return 2 * x;
    return 3 * x;
  };
  const double g = generalized_gradient(f, 0.0)[0];
  EXPECT_TRUE(g == 2 || g == 3) << g;
}

TEST(GeneralizedGradient, IsAUnitVectorAtTheApexOfANorm) {
  const auto g = generalized_gradient([](auto x, auto y) { return hypot(x, y); }, 0.0, 0.0);
  EXPECT_NEAR(std::hypot(g[0], g[1]), 1, 1e-15);
}

TEST(GeneralizedGradient, IsTheGradientWhereTheFunctionIsSmooth) {
  const auto f = [](auto x) { return sin(x[0]) * relu(x[1]) + exp(x[0] * x[1]); };
  const std::vector x{0.5, 2.0};
  EXPECT_EQ(generalized_gradient(f, x), ad::gradient(f, x));
  const std::array<float, 2> in_float{0.5F, 2.0F};
  EXPECT_EQ(generalized_gradient(f, in_float), ad::gradient(f, in_float));
}

/// Random programs: AUTODIFF_RANDOM_PROGRAMS of them, 1000 if it is not set.
TEST(GeneralizedGradient, IsALimitOfGradientsNearbyInRandomPrograms) {
  const char* wanted = std::getenv("AUTODIFF_RANDOM_PROGRAMS");
  const int count = wanted == nullptr ? 1000 : std::atoi(wanted);
  constexpr std::uint64_t seed = 20261121;
  std::mt19937_64 random(seed);
  ad::detail::ProbingDirection probing(0);
  std::array<double, 3> d;
  for (double& each : d) each = probing.next<double>();
  int at_kinks = 0, conventions_wrong = 0;
  for (int i = 0; i < count; ++i) {
    const Program f(random);
    const auto g = generalized_gradient(f, f.point());
    EXPECT_TRUE(agree(g, gradient_beside(f, d)))
        << fmt::format("program {}, seed {}: {} {} {}", i, seed, g[0], g[1], g[2]);
    std::normal_distribution<double> normal;
    std::vector<std::array<double, 3>> nearby;
    for (int k = 0; k < 50; ++k) {
      nearby.push_back(gradient_beside(f, {normal(random), normal(random), normal(random)}));
    }
    bool same = true;
    for (const auto& each : nearby) same = same && agree(each, nearby[0]);
    at_kinks += same ? 0 : 1;
    // Outside the hull of the gradients nearby, seen from one of some directions.
    const auto ordinary = ad::gradient(f, f.point());
    bool outside = false;
    for (int k = 0; k < 50; ++k) {
      const std::array<double, 3> v{normal(random), normal(random), normal(random)};
      const auto project = [&](const auto& a) { return a[0] * v[0] + a[1] * v[1] + a[2] * v[2]; };
      double largest = project(nearby[0]);
      for (const auto& each : nearby) largest = std::fmax(largest, project(each));
      outside = outside || project(ordinary) > largest + 1e-6 * (1 + std::fabs(largest));
    }
    conventions_wrong += outside ? 1 : 0;
  }
  fmt::print(
      "{} random programs, seed {}: {} at kinks; ordinary gradient outside the generalised "
      "one: {}\n",
      count, seed, at_kinks, conventions_wrong);
  EXPECT_GT(at_kinks, count / 4);
  EXPECT_GT(conventions_wrong, count / 50);
}

}  // namespace
