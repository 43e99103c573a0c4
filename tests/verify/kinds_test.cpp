// What the check says at the places where functions are not smooth.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <autodiff/ops/all.hpp>

#include "tests/verify/subjects.hpp"

namespace {

using ad::CheckEntry;
using ad::Kind;
using ad::Quad;
using ad::Subject;
using ad::Verdict;
using ad::testing::check_at;
using ad::testing::Precision;
using ad::testing::subject_of_one;

constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr auto relu_formula = [](auto x) { return ad::relu(x); };

Subject relu_with_claim(double claim) {
  return subject_of_one(relu_formula, [=](auto x) { return decltype(x)(claim); });
}

TEST(ReluCheck, AcceptsExactlyTheSlopesBetweenTheOneSidedOnes) {
  struct Row {
    double x;
    bool zero, half, one;  // is this claim right?
  };
  for (const Row& row :
       {Row{-1, true, false, false}, Row{-5e-324, true, false, false}, Row{-0.0, true, true, true},
        Row{0.0, true, true, true}, Row{5e-324, false, false, true}, Row{1e-12, false, false, true},
        Row{1, false, false, true}}) {
    const auto verdict = [](bool right) { return right ? Verdict::verified : Verdict::refuted; };
    EXPECT_EQ(check_at(relu_with_claim(0), row.x).verdict, verdict(row.zero)) << row.x;
    EXPECT_EQ(check_at(relu_with_claim(0.5), row.x).verdict, verdict(row.half)) << row.x;
    EXPECT_EQ(check_at(relu_with_claim(1), row.x).verdict, verdict(row.one)) << row.x;
    EXPECT_EQ(check_at(relu_with_claim(1.001), row.x).verdict, Verdict::refuted) << row.x;
    EXPECT_EQ(check_at(relu_with_claim(-1e-9), row.x).verdict, Verdict::refuted) << row.x;
  }
}

TEST(ReluCheck, GivesTheOneSidedSlopesExactly) {
  const CheckEntry at_kink = check_at(relu_with_claim(0), 0.0);
  EXPECT_EQ(at_kink.kind, Kind::kink);
  EXPECT_EQ(at_kink.left, 0);
  EXPECT_EQ(at_kink.right, 1);
  for (const double x : {-1.0, -1e-17, -5e-324}) {
    EXPECT_EQ(check_at(relu_with_claim(0), x).left, 0) << x;
    EXPECT_EQ(check_at(relu_with_claim(0), x).right, 0) << x;
    EXPECT_EQ(check_at(relu_with_claim(0), x).kind, Kind::smooth) << x;
  }
  for (const double x : {1.0, 1e-17, 1e-300, 5e-324}) {
    EXPECT_EQ(check_at(relu_with_claim(1), x).left, 1) << x;
    EXPECT_EQ(check_at(relu_with_claim(1), x).right, 1) << x;
    EXPECT_EQ(check_at(relu_with_claim(1), x).kind, Kind::smooth) << x;
  }
}

TEST(ReluCheck, JudgesKinksAtADistanceOfAnyOrderOfMagnitude) {
  for (int exponent = -3; exponent >= -15; --exponent) {
    const double distance = std::pow(10.0, exponent);
    for (const double centre : {1.0, -3.0, 1000.0}) {
      const auto formula = [=](auto x) { return ad::relu(x - centre); };
      const auto slope = [=](auto x) { return decltype(x)(x > centre ? 1 : 0); };
      const auto wrong = [=](auto x) { return decltype(x)(x > centre ? 0 : 1); };
      for (const double x : {centre + distance, centre - distance}) {
        if (x == centre) continue;
        EXPECT_EQ(check_at(subject_of_one(formula, slope), x).verdict, Verdict::verified) << x;
        EXPECT_EQ(check_at(subject_of_one(formula, wrong), x).verdict, Verdict::refuted) << x;
      }
    }
  }
}

TEST(ReluCheck, IsExactInDoubleAwayFromTheSmallestNumbers) {
  for (const double x : {-1.0, -1e-12, 1e-300, 1e-17, 1e-12, 1.0}) {
    const auto subject = [&](double claim) {
      return subject_of_one(
          relu_formula, [=](auto a) { return decltype(a)(claim); }, Precision::all_in_double);
    };
    EXPECT_EQ(check_at(subject(x > 0), x).verdict, Verdict::verified) << x;
    EXPECT_EQ(check_at(subject(0.5), x).verdict, Verdict::refuted) << x;
    EXPECT_EQ(check_at(subject(x < 0), x).verdict, Verdict::refuted) << x;
  }
}

TEST(ReluCheck, DoesNotPassInDoubleWhereNoStepIsShortEnough) {
  const Subject subject = subject_of_one(
      relu_formula, [](auto a) { return decltype(a)(0.5); }, Precision::all_in_double);
  EXPECT_EQ(check_at(subject, 5e-324).verdict, Verdict::inconclusive);
}

TEST(KinkCheck, TakesTheSlopesOfCurvedPieces) {
  // |sin x| + x^2 at 0: slopes -1 and 1
  const auto formula = [](auto x) {
    const auto s = sin(x);
    return (s < 0 ? decltype(x)(-s) : s) + x * x;
  };
  const auto claim = [](double slope) { return [=](auto x) { return decltype(x)(slope); }; };
  const CheckEntry entry = check_at(subject_of_one(formula, claim(0.25)), 0.0);
  EXPECT_EQ(entry.kind, Kind::kink);
  EXPECT_EQ(entry.left, -1);
  EXPECT_EQ(entry.right, 1);
  EXPECT_EQ(entry.verdict, Verdict::verified);
  EXPECT_EQ(check_at(subject_of_one(formula, claim(1.0001)), 0.0).verdict, Verdict::refuted);
}

TEST(SmoothSwitchCheck, DoesNotMistakeAMereComparisonForAKink) {
  // x |x| is smooth at 0 although it branches there.
  const auto formula = [](auto x) { return x < 0 ? decltype(x)(-x * x) : decltype(x)(x * x); };
  const auto slope = [](auto x) { return x < 0 ? decltype(x)(-2 * x) : decltype(x)(2 * x); };
  EXPECT_EQ(check_at(subject_of_one(formula, slope), 0.0).kind, Kind::smooth);
  EXPECT_EQ(check_at(subject_of_one(formula, slope), 0.0).verdict, Verdict::verified);
}

TEST(VerticalCheck, AcceptsTheInfinityOfTheRightSignOnly) {
  const auto root = [](auto x) { return sqrt(x); };
  const auto claim = [](double slope) { return [=](auto x) { return decltype(x)(slope); }; };
  const CheckEntry entry = check_at(subject_of_one(root, claim(infinity)), 0.0);
  EXPECT_EQ(entry.kind, Kind::vertical);
  EXPECT_EQ(entry.verdict, Verdict::verified);
  EXPECT_EQ(entry.right, infinity);
  EXPECT_TRUE(std::isnan(entry.left));
  EXPECT_EQ(check_at(subject_of_one(root, claim(-infinity)), 0.0).verdict, Verdict::refuted);
  EXPECT_EQ(check_at(subject_of_one(root, claim(0)), 0.0).verdict, Verdict::refuted);
  const auto cube_root = [](auto x) { return cbrt(x); };
  EXPECT_EQ(check_at(subject_of_one(cube_root, claim(infinity)), 0.0).verdict, Verdict::verified);
  EXPECT_EQ(check_at(subject_of_one(cube_root, claim(1e6)), 0.0).verdict, Verdict::refuted);
}

TEST(VerticalCheck, SeesItBehindAConstantAndInDouble) {
  const auto formula = [](auto x) { return exp(sqrt(x)); };
  const auto claim = [](auto x) { return decltype(x)(infinity); };
  for (const Precision precision : {Precision::quad, Precision::all_in_double}) {
    const CheckEntry entry = check_at(subject_of_one(formula, claim, precision), 0.0);
    EXPECT_EQ(entry.kind, Kind::vertical);
    EXPECT_EQ(entry.verdict, Verdict::verified) << entry.reason;
  }
}

TEST(VerticalCheck, SeesALogarithmicOne) {
  const auto formula = [](auto x) { return x == 0 ? decltype(x)(0) : x * log(x); };
  const auto claim = [](auto x) { return decltype(x)(-infinity); };
  EXPECT_EQ(check_at(subject_of_one(formula, claim), 0.0).verdict, Verdict::verified);
}

TEST(VerticalCheck, VerifiesNothingAtACusp) {
  const auto formula = [](auto x) { return sqrt(x < 0 ? decltype(x)(-x) : x); };
  const auto claim = [](auto x) { return decltype(x)(0); };
  EXPECT_EQ(check_at(subject_of_one(formula, claim), 0.0).verdict, Verdict::inconclusive);
}

TEST(VerticalCheck, IsNotSeenWhereTheSlopeIsMerelySteep) {
  for (const double x : {5e-324, 1e-300, 1e-30}) {
    const auto slope = [](auto a) { return 0.5 / sqrt(a); };
    const CheckEntry entry = check_at(subject_of_one([](auto a) { return sqrt(a); }, slope), x);
    EXPECT_EQ(entry.kind, Kind::smooth) << x;
    EXPECT_EQ(entry.verdict, Verdict::verified) << entry.reason;
  }
}

TEST(JumpCheck, VerifiesNothingAndSaysBothLimits) {
  const auto step = [](auto x) { return decltype(x)(x < 0 ? 2 : 5); };
  const auto zero = [](auto x) { return decltype(x)(0); };
  for (const Precision precision : {Precision::quad, Precision::all_in_double}) {
    const CheckEntry entry = check_at(subject_of_one(step, zero, precision), 0.0);
    EXPECT_EQ(entry.kind, Kind::jump);
    EXPECT_EQ(entry.verdict, Verdict::inconclusive);
    EXPECT_NE(entry.reason.find("is 5 here but tends to 2 from the left"), std::string::npos)
        << entry.reason;
  }
  EXPECT_EQ(check_at(subject_of_one(step, zero), 1e-9).verdict, Verdict::verified);
}

TEST(JumpCheck, SeesAnIsolatedValue) {
  const auto formula = [](auto x) { return x == 0 ? decltype(x)(5) : x; };
  const auto one = [](auto x) { return decltype(x)(1); };
  EXPECT_EQ(check_at(subject_of_one(formula, one), 0.0).kind, Kind::jump);
}

TEST(JumpCheck, IsNotDeceivedWhereEveryNumberIsAnInteger) {
  // From one quad to the next there are many jumps, but the steps look like a slope.
  const auto zero = [](auto x) { return decltype(x)(0); };
  const auto verdict = [&](auto formula) {
    return check_at(subject_of_one(formula, zero), 1.427554916602889).verdict;
  };
  EXPECT_EQ(verdict([](auto x) { return ad::apply(ad::Floor{}, 1e40 * x); }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](auto x) { return ad::apply(ad::Round{}, sinh(sinh(5 * x)) * 1e12); }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](auto x) { return ad::apply(ad::Ceil{}, exp(100 * x)); }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](auto x) { return ad::apply(ad::Trunc{}, 3 * x); }), Verdict::verified);
}

TEST(JumpCheck, OverlooksASeamThatDoubleCannotShow) {
  // Beyond 40, log(1 + exp(x)) is x but for 4e-18.
  const auto formula = [](auto x) { return x > 40 ? x : log1p(exp(x)); };
  const auto slope = [](auto x) { return x > 40 ? decltype(x)(1) : 1 / (1 + exp(-x)); };
  const CheckEntry entry = check_at(subject_of_one(formula, slope), 40.0);
  EXPECT_EQ(entry.verdict, Verdict::verified) << entry.reason;
}

TEST(RemovableCheck, ComparesAFiniteClaimWithTheLimit) {
  const auto formula = [](auto x) { return sin(x) / x; };
  const auto claim = [](double slope) { return [=](auto x) { return decltype(x)(slope); }; };
  const CheckEntry right = check_at(subject_of_one(formula, claim(0)), 0.0);
  EXPECT_EQ(right.kind, Kind::removable);
  EXPECT_EQ(right.verdict, Verdict::verified);
  EXPECT_EQ(check_at(subject_of_one(formula, claim(0.5)), 0.0).verdict, Verdict::refuted);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(check_at(subject_of_one(formula, claim(nan)), 0.0).judged);
}

TEST(EdgeCheck, UsesTheSlopeOfTheOneSide) {
  const auto formula = [](auto x) { return x * sqrt(x) + 2 * x; };
  const auto claim = [](double slope) { return [=](auto x) { return decltype(x)(slope); }; };
  const CheckEntry entry = check_at(subject_of_one(formula, claim(2)), 0.0);
  EXPECT_EQ(entry.kind, Kind::edge);
  EXPECT_EQ(entry.verdict, Verdict::verified);
  EXPECT_TRUE(std::isnan(entry.left));
  EXPECT_EQ(check_at(subject_of_one(formula, claim(2.001)), 0.0).verdict, Verdict::refuted);
}

TEST(OutsideCheck, ListsButDoesNotJudge) {
  const auto slope = [](auto x) { return 1 / x; };
  const Subject logarithm = subject_of_one([](auto x) { return log(x); }, slope);
  EXPECT_EQ(check_at(logarithm, -1.0).kind, Kind::outside);
  EXPECT_FALSE(check_at(logarithm, -1.0).judged);
  EXPECT_EQ(check_at(logarithm, 0.0).kind, Kind::nonfinite);
  EXPECT_FALSE(check_at(logarithm, 0.0).judged);
  EXPECT_FALSE(check_at(logarithm, infinity).judged);
  EXPECT_EQ(check_at(subject_of_one([](auto x) { return 1 / x; }, slope), 0.0).kind,
            Kind::nonfinite);
}

TEST(NonFiniteClaim, IsRefutedWhereTheFunctionHasASlope) {
  const auto formula = [](auto x) { return x * x; };
  for (const double wrong : {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity}) {
    const auto claim = [=](auto x) { return decltype(x)(wrong); };
    for (const Precision precision : {Precision::quad, Precision::all_in_double}) {
      EXPECT_EQ(check_at(subject_of_one(formula, claim, precision), 1.0).verdict, Verdict::refuted);
    }
  }
}

}  // namespace
