// Claims at the kinks of random programs: no false alarms, and nothing outside passes.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

#include "autodiff/verify/hull.hpp"
#include "tests/drivers/random_program.hpp"

namespace {

using ad::Report;
using ad::Verdict;
using ad::testing::gradient_beside;
using ad::testing::Program;
using Numbers = std::array<double, Program::variables>;

Report check_claim(const Program& f, const Numbers& claim, std::uint64_t seed) {
  const auto constant = [&](const auto& x) {
    std::decay_t<decltype(x)> result;
    for (std::size_t i = 0; i < claim.size(); ++i) result[i] = claim[i];
    return result;
  };
  return ad::check_gradient(f, constant, f.point(), ad::CheckOptions{.seed = seed});
}

/// The answer of generalized_gradient, without the rounding of double arithmetic on its way.
Numbers element_of(const Program& f) {
  std::array<ad::Quad, Program::variables> x;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = f.point()[i];
  return ad::testing::plain(ad::generalized_gradient(f, x));
}

std::vector<std::vector<double>> some_gradients(const Program& f, int count,
                                                std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> result;
  for (int k = 0; k < count; ++k) {
    const Numbers g = gradient_beside(f, {normal(random), normal(random), normal(random)});
    result.emplace_back(g.begin(), g.end());
  }
  return result;
}

/// The gradient that reaches furthest in a random direction, and beyond it by `distance`.
Numbers beyond(const std::vector<std::vector<double>>& gradients, double distance,
               std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  const Numbers v{normal(random), normal(random), normal(random)};
  const double length = std::hypot(v[0], v[1], v[2]);
  Numbers result{};
  double furthest = -HUGE_VAL;
  for (const auto& g : gradients) {
    const double along = g[0] * v[0] + g[1] * v[1] + g[2] * v[2];
    if (along <= furthest) continue;
    furthest = along;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = g[i] + distance * v[i] / length;
  }
  return result;
}

/// AUTODIFF_RANDOM_PROGRAMS of them, 100 if it is not set.
TEST(RandomKinks, PassElementsOfTheGeneralizedGradientOnly) {
  const char* wanted = std::getenv("AUTODIFF_RANDOM_PROGRAMS");
  const int count = wanted == nullptr ? 100 : std::atoi(wanted);
  constexpr std::uint64_t seed = 20261121;
  std::mt19937_64 random(seed);
  int verified = 0, inconclusive = 0, refuted = 0, undecided = 0;
  for (int i = 0; i < count; ++i) {
    const Program f(random);
    const Numbers element = element_of(f);
    const Report right = check_claim(f, element, seed + static_cast<std::uint64_t>(i));
    EXPECT_NE(right.verdict, Verdict::refuted) << "program " << i << ", seed " << seed << right;
    (right.verdict == Verdict::verified ? verified : inconclusive) += 1;
    // A mix of elements.
    const auto gradients = some_gradients(f, 40, random);
    Numbers mix;
    for (std::size_t k = 0; k < mix.size(); ++k) {
      mix[k] = 0.25 * gradients[0][k] + 0.25 * gradients[1][k] + 0.5 * gradients[2][k];
      // They were found beside the point, which shows where they cancel.
      if (std::fabs(mix[k]) < 0x1p-60) mix[k] = 0;
    }
    const Report mixed = check_claim(f, mix, seed + static_cast<std::uint64_t>(i));
    EXPECT_NE(mixed.verdict, Verdict::refuted) << "program " << i << ", seed " << seed << mixed;
    const Numbers outside = beyond(gradients, 0.05, random);
    const Report wrong = check_claim(f, outside, seed + static_cast<std::uint64_t>(i));
    (wrong.verdict == Verdict::refuted ? refuted : undecided) += 1;
    if (wrong.verdict != Verdict::verified) continue;
    // Right after all, if more gradients reach that far.
    EXPECT_TRUE(ad::detail::is_in_hull(some_gradients(f, 4000, random),
                                       std::vector<double>(outside.begin(), outside.end())))
        << "program " << i << ", seed " << seed << wrong;
  }
  fmt::print(
      "{} random programs, seed {}: elements {} verified, {} inconclusive; moved out by 0.05 {} "
      "refuted, {} not\n",
      count, seed, verified, inconclusive, refuted, undecided);
  EXPECT_GT(verified, count * 9 / 10);
  EXPECT_GT(refuted, count * 8 / 10);
}

}  // namespace
