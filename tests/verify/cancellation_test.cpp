// References where the function itself cancels, down to where even quad precision rounds away all
// that a step changes. The bounds must say so: a right derivative is never refuted, a wrong one
// never verified.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/ops/all.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/verify/check_gradient.hpp>

#include "subjects.hpp"

namespace {

using ad::Subject;
using ad::Verdict;
using ad::testing::check_at;
using ad::testing::subject_of_one;

/// A function that cancels near 0.
struct Case {
  std::string name;
  std::function<Subject(double wrong)> subject;  ///< with a claim that is off by this
};

/// The first term of the derivative is `slope` x^power.
template <class F>
Case near_zero(std::string name, F f, double slope, int power) {
  return {std::move(name), [=](double wrong) {
            return subject_of_one(f, [=](auto x) {
              decltype(x) claim(slope);
              for (int i = 0; i < power; ++i) claim = claim * x;
              return claim + wrong;
            });
          }};
}

std::vector<Case> cases() {
  return {
      near_zero(
          "1 - cos(x)", [](auto x) { return 1 - cos(x); }, 1, 1),
      near_zero(
          "x - sin(x)", [](auto x) { return x - sin(x); }, 0.5, 2),
      near_zero(
          "log(cosh(x))", [](auto x) { return log(cosh(x)); }, 1, 1),
      near_zero(
          "sqrt(x^2 + 1) - 1", [](auto x) { return sqrt(x * x + 1) - 1; }, 1, 1),
      near_zero(
          "expm1(x) - x", [](auto x) { return expm1(x) - x; }, 1, 1),
      near_zero(
          "(exp(x) - 1) / x", [](auto x) { return (exp(x) - 1) / x; }, 0.5, 0),
      near_zero(
          "(1 - cos(x)) / x", [](auto x) { return (1 - cos(x)) / x; }, 0.5, 0),
      near_zero(
          "(sqrt(1 + x) - 1) / x", [](auto x) { return (sqrt(1 + x) - 1) / x; }, -0.125, 0),
      near_zero(
          "(x - sin(x)) / x^3", [](auto x) { return (x - sin(x)) / (x * x * x); }, -1.0 / 60, 1),
      near_zero(
          "tanh(x) - x", [](auto x) { return tanh(x) - x; }, -1, 2),
  };
}

TEST(Cancellation, RefutesNothingRightAndVerifiesNothingWrong) {
  int verified = 0;
  for (const Case& each : cases()) {
    for (int power = -3; power >= -100; power -= power > -20 ? 1 : 10) {
      const double x = std::pow(10, power);
      const auto verdict = [&](double wrong) { return check_at(each.subject(wrong), x).verdict; };
      if (power < -17) {  // where the other terms are below a rounding of the first one
        const Verdict right = verdict(0);
        EXPECT_NE(right, Verdict::refuted) << each.name << " at " << x;
        verified += right == Verdict::verified ? 1 : 0;
      }
      EXPECT_NE(verdict(1), Verdict::verified) << each.name << " at " << x;
      EXPECT_NE(verdict(-1e9), Verdict::verified) << each.name << " at " << x;
    }
  }
  EXPECT_GT(verified, 40);  // what it can see it says
}

TEST(Cancellation, FindsTheSlopeWhereTheFunctionHasAHole) {
  const auto f = [](auto x) { return (1 - cos(x)) / x; };
  const auto verdict = [&](double claim) {
    const Subject subject = subject_of_one(f, [=](auto x) { return decltype(x)(claim); });
    return check_at(subject, 0.0).verdict;
  };
  EXPECT_EQ(verdict(0.5), Verdict::verified);
  EXPECT_EQ(verdict(0), Verdict::refuted);
}

TEST(Cancellation, DoesNotTrustSlopesThatAreReachedSlowly) {
  for (const double exponent : {1.01, 1.05, 1.1}) {
    const Subject subject = subject_of_one([=](auto x) { return pow(x, exponent); },
                                           [](auto x) { return decltype(x)(0); });
    EXPECT_NE(check_at(subject, 0.0).verdict, Verdict::refuted) << exponent;
  }
}

TEST(Branches, BeyondAnEqualityNeedNotBeTheSame) {
  // At 0 the function goes through both comparisons, on the left through one.
  const auto f = [](auto x) {
    using T = ad::value_type_t<decltype(x)>;
    return x < 0 ? T(0) : T(ad::relu(x));
  };
  const auto entry = [&](double claim) {
    const Subject subject = subject_of_one(f, [=](auto x) { return decltype(x)(claim); });
    return check_at(subject, 0.0);
  };
  EXPECT_EQ(entry(0).kind, ad::Kind::kink);
  EXPECT_EQ(entry(0.5).verdict, Verdict::verified);
  EXPECT_EQ(entry(1.5).verdict, Verdict::refuted);
}

}  // namespace
