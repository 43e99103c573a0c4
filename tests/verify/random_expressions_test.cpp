// Agreement, as the design defines it, over random expressions: derivatives in quad (reverse and
// forward) agree with quad differences within the differences' bound, and the double result agrees
// with the quad one within a computed rounding bound.
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/check.hpp>

#include "tests/verify/agreement.hpp"

namespace {

using ad::Quad;
using ad::test::RandomExpression;

constexpr std::size_t variables = 3;

struct Tally {
  std::size_t expressions = 0, verified = 0, inconclusive = 0, at_branch = 0, ill_conditioned = 0;
  std::size_t out_of_range = 0;  ///< drawn again
};

void check_expression(const RandomExpression& f, const std::vector<double>& x, Tally& tally) {
  ad::Subject subject;
  subject.variables = {"x", "y", "z"};
  subject.value = [&](std::span<const Quad> at) { return f.evaluate(at); };
  subject.claim = [&](std::span<const Quad> at, std::span<Quad> gradient) {
    const auto g = ad::test::reverse_gradient(f, std::vector<Quad>(at.begin(), at.end()));
    std::copy(g.begin(), g.end(), gradient.begin());
  };
  const ad::Report report = ad::check(subject, std::span(&x, 1));
  EXPECT_NE(report.verdict, ad::Verdict::refuted) << f.text() << "\n" << report.to_text();
  ++(report.verdict == ad::Verdict::verified ? tally.verified : tally.inconclusive);

  const ad::test::Agreement agreement = ad::test::judge_agreement(f, x);
  EXPECT_EQ(agreement.disagreements, "");
  if (agreement.at_branch) ++tally.at_branch;
  if (agreement.ill_conditioned) ++tally.ill_conditioned;
}

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(RandomExpressions, AgreeInQuadWithDifferencesAndInDoubleWithQuad) {
  const std::uint64_t count = number_from_environment("AUTODIFF_RANDOM_EXPRESSIONS", 500);
  const std::uint64_t seed = number_from_environment("AUTODIFF_RANDOM_SEED", 20261121);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> coordinate(-2, 2);
  Tally tally;
  while (tally.expressions < count) {
    const RandomExpression f(random, variables, 1 + static_cast<int>(random() % 8));
    std::vector<double> x(variables);
    for (double& v : x) v = coordinate(random);
    if (!ad::test::is_in_range(f, x)) {
      ++tally.out_of_range;
      continue;
    }
    ++tally.expressions;
    check_expression(f, x, tally);
  }
  fmt::print(
      "{} random expressions, seed {}: {} verified against quad differences, {} inconclusive; "
      "{} on or within rounding of a branch; {} ill-conditioned; {} out of range and drawn again\n",
      tally.expressions, seed, tally.verified, tally.inconclusive, tally.at_branch,
      tally.ill_conditioned, tally.out_of_range);
}

}  // namespace
