// How small a mistake is caught, and that nothing right is refuted.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/verify/check_gradient.hpp>

#include "tests/verify/random_formula.hpp"
#include "tests/verify/subjects.hpp"

namespace {

using ad::Kind;
using ad::Report;
using ad::Verdict;
using ad::testing::check_at;
using ad::testing::Precision;
using ad::testing::RandomFormula;
using ad::testing::RandomFormulas;
using ad::testing::subject_of_one;

/// Calls visit(name, formula, slope) for functions with short and long scales, steep and flat.
template <class Visit>
void for_each_function(Visit&& visit) {
  visit(
      "exp", [](auto x) { return exp(x); }, [](auto x) { return exp(x); });
  visit(
      "sin", [](auto x) { return sin(x); }, [](auto x) { return cos(x); });
  visit(
      "log", [](auto x) { return log(x); }, [](auto x) { return 1 / x; });
  visit(
      "fast oscillation", [](auto x) { return sin(100 * x); },
      [](auto x) { return 100 * cos(100 * x); });
  visit(
      "pole", [](auto x) { return 1 / (x + 1e-3); },
      [](auto x) { return -1 / ((x + 1e-3) * (x + 1e-3)); });
  visit(
      "steep", [](auto x) { return exp(-100 * x); }, [](auto x) { return -100 * exp(-100 * x); });
  visit(
      "polynomial", [](auto x) { return x * x * x - 2 * x + 1; },
      [](auto x) { return 3 * x * x - 2; });
  visit(
      "behind a constant", [](auto x) { return 1 + sqrt(x); },
      [](auto x) { return 0.5 / sqrt(x); });
}

constexpr double points[] = {0.01, 0.03, 0.2, 0.7, 1.0, 1.9};

TEST(Sensitivity, AMistakeOfOneIn1e13IsRefutedInQuad) {
  for_each_function([](const std::string& name, auto formula, auto slope) {
    for (const double x : points) {
      for (const double factor : {1 + 1e-13, 1 - 1e-13}) {
        const auto wrong = [=](auto a) { return slope(a) * factor; };
        const auto right = check_at(subject_of_one(formula, slope), x);
        EXPECT_EQ(right.verdict, Verdict::verified) << name << " " << x << ": " << right.reason;
        EXPECT_LT(right.error_bound, 1e-20 * std::fabs(right.reference)) << name << " " << x;
        const auto entry = check_at(subject_of_one(formula, wrong), x);
        EXPECT_EQ(entry.verdict, Verdict::refuted) << name << " " << x << ": " << entry.reason;
      }
    }
  });
}

TEST(Sensitivity, AMistakeOfOneIn1e8IsRefutedInDouble) {
  for_each_function([](const std::string& name, auto formula, auto slope) {
    for (const double x : points) {
      for (const double factor : {1 + 1e-8, 1 - 1e-8}) {
        const auto wrong = [=](auto a) { return slope(a) * factor; };
        const auto right = check_at(subject_of_one(formula, slope, Precision::all_in_double), x);
        EXPECT_EQ(right.verdict, Verdict::verified) << name << " " << x << ": " << right.reason;
        const auto entry = check_at(subject_of_one(formula, wrong, Precision::all_in_double), x);
        EXPECT_EQ(entry.verdict, Verdict::refuted) << name << " " << x << ": " << entry.reason;
      }
    }
  });
}

TEST(Sensitivity, WhatASaturatedFunctionHidesIsNotRefuted) {
  // 1 - 6e-33, with a slope of -2e-30 that changes e-fold over 0.003.
  const auto f = [](auto z) { return tanh(sinh(square(elu(z, rsqrt(silu(exp2(z))))))); };
  const Report report = ad::check_gradient(f, -1.8138343157482375);
  EXPECT_NE(report.verdict, Verdict::refuted) << report.to_text();
}

struct Tally {
  int verified = 0, refuted = 0, inconclusive = 0;
  double share_verified() const {
    return verified / static_cast<double>(verified + refuted + inconclusive);
  }
};

/// A claim in double that has lost more than half its digits is no right claim.
bool is_right(const RandomFormula& formula, const ad::CheckEntry& entry) {
  bool flagged = false;
  std::vector<ad::Quad> gradient(entry.point.size());
  formula.subject(Precision::quad, 1, flagged)
      .claim(std::vector<ad::Quad>(entry.point.begin(), entry.point.end()), gradient);
  const ad::Quad exact = gradient[entry.index];
  const ad::Quad error = fabs(ad::Quad(entry.claimed) - exact);
  return error <= ad::Quad(1e-8) * fabs(exact) || isnan(error);
}

/// Checks random formulas with our reverse sweep as the claim, times `factor`.
Tally check_random_formulas(unsigned seed, int count, Precision precision, double factor) {
  RandomFormulas formulas(seed);
  Tally tally;
  for (int i = 0; i < count; ++i) {
    const RandomFormula formula = formulas.next();
    const std::vector<double> x = formulas.point();
    bool flagged = false;
    const Report report = check_at(formula.subject(precision, factor, flagged), x);
    // A sweep that met 0 * inf says so; its answer is not claimed to be right.
    if (flagged) continue;
    for (const ad::CheckEntry& e : report.entries) {
      if (!e.judged || (factor != 1 && (e.claimed == 0 || e.kind != Kind::smooth))) continue;
      const bool bound_is_fine =
          e.error_bound + e.claim_bound < 0.1 * std::fabs(factor - 1) * std::fabs(e.claimed);
      if (factor != 1 && !bound_is_fine) continue;
      if (factor == 1 && !is_right(formula, e)) continue;
      if (e.verdict == Verdict::verified) ++tally.verified;
      if (e.verdict == Verdict::refuted) ++tally.refuted;
      if (e.verdict == Verdict::inconclusive) ++tally.inconclusive;
      const bool wrong =
          factor == 1 ? e.verdict == Verdict::refuted : e.verdict == Verdict::verified;
      EXPECT_FALSE(wrong) << formula.text() << " by " << e.variable << " at x = " << x[0]
                          << ", y = " << x[1] << ", z = " << x[2] << " (seed " << seed
                          << ", number " << i << "): " << e.reason;
    }
  }
  return tally;
}

TEST(FalseAlarms, AreNoneOnRandomFormulasInQuad) {
  const Tally tally = check_random_formulas(20240101, 600, Precision::quad, 1);
  EXPECT_EQ(tally.refuted, 0);
  EXPECT_GT(tally.share_verified(), 0.99);
}

TEST(FalseAlarms, AreNoneOnRandomFormulasWithClaimsInDouble) {
  const Tally tally = check_random_formulas(20240102, 400, Precision::claim_in_double, 1);
  EXPECT_EQ(tally.refuted, 0);
  EXPECT_GT(tally.share_verified(), 0.99);
}

TEST(FalseAlarms, AreNoneOnRandomFormulasInDouble) {
  const Tally tally = check_random_formulas(20240103, 4000, Precision::all_in_double, 1);
  EXPECT_EQ(tally.refuted, 0);
  EXPECT_GT(tally.share_verified(), 0.98);
}

TEST(Sensitivity, FindsPlantedMistakesInRandomFormulas) {
  const Tally quad = check_random_formulas(20240104, 300, Precision::quad, 1 + 1e-13);
  EXPECT_GT(quad.refuted, 100);
  EXPECT_EQ(quad.verified, 0);
  const Tally in_double = check_random_formulas(20240105, 2000, Precision::all_in_double, 1 + 1e-8);
  EXPECT_GT(in_double.refuted, 1000);
  EXPECT_EQ(in_double.verified, 0);
}

}  // namespace
