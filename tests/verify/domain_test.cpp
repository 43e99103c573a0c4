// Checks over a domain: what they find, and what they refuse to check.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>

#include "tests/verify/subjects.hpp"

namespace {

using ad::CheckOptions;
using ad::Kind;
using ad::Report;
using ad::Subject;
using ad::Verdict;
using ad::testing::Precision;
using ad::testing::subject;
using ad::testing::subject_of_one;

CheckOptions over(std::vector<ad::Interval> domain, std::size_t points = 50) {
  CheckOptions options;
  options.domain = std::move(domain);
  options.points = points;
  return options;
}

constexpr auto relu_formula = [](auto x) { return x <= 0 ? decltype(x)(0) : x; };

/// The slope of relu, but switching at another place than 0.
Subject relu_that_switches_at(double place, Precision precision = Precision::quad) {
  return subject_of_one(
      relu_formula, [=](auto x) { return decltype(x)(x <= place ? 0 : 1); }, precision);
}

TEST(DomainCheck, FindsAClaimThatSwitchesAtTheWrongPlace) {
  for (const double place : {0.001, -0.001, 1e-9, 1e-15, 1e-300}) {
    const Report report = check_over_domain(relu_that_switches_at(place), over({{-3, 3}}));
    EXPECT_EQ(report.verdict, Verdict::refuted) << place;
  }
  EXPECT_EQ(check_over_domain(relu_that_switches_at(0), over({{-3, 3}})).verdict,
            Verdict::verified);
}

TEST(DomainCheck, FindsItInDoubleToo) {
  for (const double place : {0.001, -0.001, 1e-9}) {
    const Subject wrong = relu_that_switches_at(place, Precision::all_in_double);
    EXPECT_EQ(check_over_domain(wrong, over({{-3, 3}})).verdict, Verdict::refuted) << place;
  }
  const Subject right = relu_that_switches_at(0, Precision::all_in_double);
  const Report report = check_over_domain(right, over({{-3, 3}}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
}

TEST(DomainCheck, VisitsBothSidesOfAKinkAndTheKinkItself) {
  const double kink = 0.3;
  const auto formula = [=](auto x) {
    return x < kink ? decltype(x)(kink - x) : decltype(x)(x - kink);
  };
  const auto slope = [=](auto x) { return decltype(x)(x < kink ? -1 : 1); };
  const Report report = check_over_domain(subject_of_one(formula, slope), over({{-2, 2}}, 5));
  const auto visited = [&](double x) {
    return std::any_of(report.entries.begin(), report.entries.end(),
                       [&](const ad::CheckEntry& e) { return e.point[0] == x; });
  };
  EXPECT_TRUE(visited(kink));
  EXPECT_TRUE(visited(std::nextafter(kink, 1)));
  EXPECT_TRUE(visited(std::nextafter(kink, -1)));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
}

TEST(DomainCheck, FindsANarrowWindowInAClaim) {
  const auto formula = [](auto x) { return x * x; };
  const auto claim = [](auto x) {
    const bool wrong = x > 1.2345 && x < 1.2347;
    return wrong ? decltype(x)(0) : decltype(x)(2 * x);
  };
  // 300 of the points of a grid see the window by themselves only by luck.
  const Report report = check_over_domain(subject_of_one(formula, claim), over({{-3, 3}}));
  EXPECT_EQ(report.verdict, Verdict::refuted);
}

TEST(DomainCheck, IsInconclusiveIfTheFunctionJumps) {
  const auto formula = [](auto x) { return x < 0.7 ? decltype(x)(0) : decltype(x)(1); };
  const auto zero = [](auto x) { return decltype(x)(0); };
  const Report report = check_over_domain(subject_of_one(formula, zero), over({{-2, 2}}));
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_TRUE(std::any_of(report.entries.begin(), report.entries.end(),
                          [](const ad::CheckEntry& e) { return e.kind == Kind::jump; }));
}

TEST(DomainCheck, DoesNotJudgeWhatLiesOutside) {
  const auto root = [](auto x) { return sqrt(x); };
  const auto slope = [](auto x) { return 0.5 / sqrt(x); };
  const Report report = check_over_domain(subject_of_one(root, slope), over({{-3, 3}}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_GT(report.counts.not_judged, 10U);
  const Report nothing = check_over_domain(subject_of_one(root, slope), over({{-3, -1}}));
  EXPECT_EQ(nothing.verdict, Verdict::inconclusive);
}

TEST(DomainCheck, VisitsTiesAndEndsOfSeveralVariables) {
  const auto formula = [](auto x) { return x[0] > x[1] ? x[0] : x[1]; };
  const auto claim = [](auto x, auto g) {
    using T = std::remove_cvref_t<decltype(g[0])>;
    g[0] = T(x[0] > x[1] ? 1 : 0);
    g[1] = T(x[0] > x[1] ? 0 : 1);
  };
  const Report report = check_over_domain(subject(2, formula, claim), over({{-1, 2}, {-2, 1}}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  const auto has = [&](auto&& property) {
    return std::any_of(report.entries.begin(), report.entries.end(), property);
  };
  EXPECT_TRUE(has([](const ad::CheckEntry& e) { return e.point[0] == e.point[1]; }));
  EXPECT_TRUE(has([](const ad::CheckEntry& e) { return e.point[0] == 2; }));
  EXPECT_TRUE(has([](const ad::CheckEntry& e) { return e.kind == Kind::kink; }));
}

TEST(DomainCheck, DrawsTheSamePointsFromTheSameSeed) {
  CheckOptions options = over({{-3, 3}});
  const Subject s = relu_that_switches_at(0);
  const Report first = check_over_domain(s, options);
  const Report again = check_over_domain(s, options);
  options.seed = 2;
  const Report other = check_over_domain(s, options);
  EXPECT_EQ(to_json(first), to_json(again));
  EXPECT_NE(to_json(first), to_json(other));
  EXPECT_EQ(other.seed, 2U);
}

TEST(DomainCheck, NeverLeavesTheDomain) {
  const Report report = check_over_domain(relu_that_switches_at(0), over({{-1e-3, 1e308}}));
  for (const ad::CheckEntry& e : report.entries) {
    EXPECT_GE(e.point[0], -1e-3);
    EXPECT_LE(e.point[0], 1e308);
  }
}

TEST(DomainCheck, HoldsAVariableFixed) {
  const auto formula = [](auto x) { return x[0] * x[1]; };
  const auto claim = [](auto x, auto g) {
    const auto first = x[0];
    g[0] = x[1];
    g[1] = first;
  };
  const Report report = check_over_domain(subject(2, formula, claim), over({{0.5, 0.5}, {-2, 1}}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  for (const ad::CheckEntry& e : report.entries) EXPECT_EQ(e.point[0], 0.5);
}

TEST(WrongUse, OfADomainIsAnError) {
  const Subject s = relu_that_switches_at(0);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(check_over_domain(s, over({{-3, 3}}, 0)), ad::ParameterError);
  EXPECT_THROW(check_over_domain(s, over({{3, -3}})), ad::ParameterError);
  EXPECT_THROW(check_over_domain(s, over({{-infinity, 3}})), ad::ParameterError);
  EXPECT_THROW(check_over_domain(s, over({{std::nan(""), 3}})), ad::ParameterError);
  EXPECT_THROW(check_over_domain(s, over({})), ad::ShapeError);
  EXPECT_THROW(check_over_domain(s, over({{-3, 3}, {-3, 3}})), ad::ShapeError);
}

TEST(WrongUse, OfASubjectIsAnError) {
  const std::vector<std::vector<double>> points{{1.0}};
  Subject s = relu_that_switches_at(0);
  EXPECT_THROW(check(s, std::vector<std::vector<double>>{}), ad::ParameterError);
  EXPECT_THROW(check(s, std::vector<std::vector<double>>{{1.0, 2.0}}), ad::ShapeError);
  s.claimed = {true, false};
  EXPECT_THROW(check(s, points), ad::ShapeError);
  s.claimed = {false};
  EXPECT_THROW(check(s, points), ad::ParameterError);
  s = relu_that_switches_at(0);
  s.claim = nullptr;
  s.claim_in_double = nullptr;
  EXPECT_THROW(check(s, points), ad::ParameterError);
  s = relu_that_switches_at(0);
  s.value = nullptr;
  s.value_in_double = nullptr;
  EXPECT_THROW(check(s, points), ad::ParameterError);
  s = relu_that_switches_at(0);
  s.variables.clear();
  EXPECT_THROW(check(s, points), ad::ParameterError);
}

TEST(WrongUse, AFunctionThatThrowsDoesNotPass) {
  const auto fails = [](auto x) -> decltype(x) {
    if (x > 1) throw std::runtime_error("no value beyond 1");
    return x;
  };
  const auto one = [](auto x) { return decltype(x)(1); };
  const ad::CheckEntry entry = ad::testing::check_at(subject_of_one(fails, one), 2.0);
  EXPECT_EQ(entry.verdict, Verdict::inconclusive);
  EXPECT_TRUE(entry.judged);
  EXPECT_NE(entry.reason.find("no value beyond 1"), std::string::npos) << entry.reason;
  const Report report = check_over_domain(subject_of_one(fails, one), over({{0, 3}}));
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
}

TEST(WrongUse, AClaimThatThrowsDoesNotPass) {
  const auto square = [](auto x) { return x * x; };
  const auto fails = [](auto x) -> decltype(x) { throw std::runtime_error("cannot"); };
  const ad::CheckEntry entry = ad::testing::check_at(subject_of_one(square, fails), 2.0);
  EXPECT_EQ(entry.verdict, Verdict::inconclusive);
  EXPECT_NE(entry.reason.find("cannot"), std::string::npos) << entry.reason;
}

TEST(WrongUse, AFunctionThatIsNeverANumberIsInconclusive) {
  const auto nan = [](auto x) { return decltype(x)(std::nan("")); };
  const Report report = check_over_domain(subject_of_one(nan, nan), over({{0, 3}}));
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
}

TEST(PartialClaims, AreTheOnlyOnesChecked) {
  const auto formula = [](auto x) { return x[0] * x[1]; };
  const auto claim = [](auto x, auto g) { g[1] = x[0]; };
  Subject s = subject(2, formula, claim);
  s.claimed = {false, true};
  const Report report = ad::testing::check_at(s, std::vector{0.5, 2.0});
  ASSERT_EQ(report.entries.size(), 1U);
  EXPECT_EQ(report.entries[0].variable, "y");
  EXPECT_EQ(report.verdict, Verdict::verified);
}

}  // namespace
