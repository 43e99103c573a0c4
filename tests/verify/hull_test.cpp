#include "autodiff/verify/hull.hpp"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace {

using ad::detail::is_in_hull;
using ad::detail::nearest_in_hull;
using Points = std::vector<std::vector<double>>;

TEST(Hull, OfNumbersIsAnInterval) {
  const Points points{{0}, {1}, {0.25}};
  for (const double g : {0.0, 0.25, 0.5, 1.0}) EXPECT_TRUE(is_in_hull(points, std::vector{g})) << g;
  for (const double g : {-1e-6, 1 + 1e-6, 7.0}) {
    EXPECT_FALSE(is_in_hull(points, std::vector{g})) << g;
  }
}

TEST(Hull, IsNotTheBoxAroundThePoints) {
  const Points of_max{{1, 0}, {0, 1}};
  EXPECT_TRUE(is_in_hull(of_max, std::vector{0.5, 0.5}));
  EXPECT_TRUE(is_in_hull(of_max, std::vector{0.25, 0.75}));
  EXPECT_FALSE(is_in_hull(of_max, std::vector{0.0, 0.0}));
  EXPECT_FALSE(is_in_hull(of_max, std::vector{0.5, 0.5 + 1e-6}));
}

TEST(Hull, HoldsEveryMixOfItsPointsAndNothingBeyondAFace) {
  std::mt19937_64 random(20261121);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t n = 1 + random() % 6;
    Points points(2 + random() % 8, std::vector<double>(n));
    std::vector<double> mix(n), beyond(n);
    double total = 0;
    std::vector<double> weights;
    for (auto& p : points) {
      for (double& x : p) x = normal(random);
      weights.push_back(uniform(random));
      total += weights.back();
    }
    for (std::size_t k = 0; k < points.size(); ++k) {
      for (std::size_t i = 0; i < n; ++i) mix[i] += weights[k] / total * points[k][i];
    }
    // Beyond the point that is farthest in some direction.
    std::vector<double> direction(n);
    for (double& d : direction) d = normal(random);
    double farthest = -1e300;
    for (const auto& p : points) {
      double along = 0;
      for (std::size_t i = 0; i < n; ++i) along += p[i] * direction[i];
      if (along <= farthest) continue;
      farthest = along;
      for (std::size_t i = 0; i < n; ++i) beyond[i] = p[i] + 1e-4 * direction[i];
    }
    EXPECT_TRUE(is_in_hull(points, mix)) << "round " << round;
    EXPECT_FALSE(is_in_hull(points, beyond)) << "round " << round;
  }
}

TEST(Hull, HasANearestPointThatIsAMixOfItsOwn) {
  const Points triangle{{0, 0}, {2, 0}, {0, 2}, {0.1, 0.1}};
  const auto beyond_an_edge = nearest_in_hull(triangle, std::vector{2.0, 3.0});
  EXPECT_FALSE(beyond_an_edge.is_that_place);
  EXPECT_NEAR(beyond_an_edge.offset[0], -1.5, 1e-12);
  EXPECT_NEAR(beyond_an_edge.offset[1], -1.5, 1e-12);
  const auto beyond_a_corner = nearest_in_hull(triangle, std::vector{5.0, -1.0});
  EXPECT_EQ(beyond_a_corner.offset, (std::vector{-3.0, 1.0}));
  ASSERT_EQ(beyond_a_corner.parts.size(), 1);
  EXPECT_EQ(beyond_a_corner.parts[0].index, 1);
  EXPECT_TRUE(nearest_in_hull(triangle, std::vector{0.5, 0.5}).is_that_place);
}

TEST(Hull, IsSeparatedFromWhatIsOutsideByItsNearestPoint) {
  std::mt19937_64 random(20261121);
  std::normal_distribution<double> normal;
  for (int round = 0; round < 500; ++round) {
    const std::size_t n = 1 + random() % 6;
    Points points(2 + random() % 12, std::vector<double>(n));
    std::vector<double> place(n);
    for (auto& p : points) {
      for (double& x : p) x = normal(random);
    }
    for (double& x : place) x = 3 * normal(random);
    const auto nearest = nearest_in_hull(points, place);
    double square = 0;
    for (const double x : nearest.offset) square += x * x;
    double least = HUGE_VAL;
    std::vector<double> mix(n);
    for (const auto& p : points) {
      double along = 0;
      for (std::size_t i = 0; i < n; ++i) along += (p[i] - place[i]) * nearest.offset[i];
      least = std::fmin(least, along);
    }
    EXPECT_GE(least, square - 1e-9) << "round " << round;
    for (const auto& part : nearest.parts) {
      EXPECT_GT(part.weight, 0);
      for (std::size_t i = 0; i < n; ++i) mix[i] += part.weight * points[part.index][i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_NEAR(mix[i] - place[i], nearest.offset[i], 1e-9) << "round " << round;
    }
  }
}

}  // namespace
