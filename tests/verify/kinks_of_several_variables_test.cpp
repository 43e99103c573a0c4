// What the check says where a kink couples several variables.
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

#include "tests/verify/subjects.hpp"

namespace {

using ad::CheckEntry;
using ad::Kind;
using ad::Report;
using ad::Verdict;
using Numbers = std::vector<double>;

template <class F>
Report check_claim(const F& f, const Numbers& point, const Numbers& claim,
                   const ad::CheckOptions& options = {}) {
  const auto constant = [&](const auto& x) {
    using T = typename std::decay_t<decltype(x)>::value_type;
    return std::vector<T>(claim.begin(), claim.end());
  };
  return ad::check_gradient(f, constant, point, options);
}

template <class F>
void expect(const F& f, const Numbers& point, const std::vector<Numbers>& right,
            const std::vector<Numbers>& wrong) {
  for (const auto& [claims, verdict] :
       {std::pair{right, Verdict::verified}, std::pair{wrong, Verdict::refuted}}) {
    for (const Numbers& claim : claims) {
      const Report report = check_claim(f, point, claim);
      EXPECT_EQ(report.verdict, verdict) << report;
    }
  }
}

constexpr auto larger_one = [](const auto& x) { return max(x[0], x[1]); };
constexpr double third = 1.0 / 3;

TEST(JointKink, OfATieHoldsOnlyWhatSharesTheSlope) {
  expect(larger_one, {2, 2}, {{0.5, 0.5}, {1, 0}, {0, 1}, {0.3, 0.7}},
         {{0, 0}, {1, 1}, {0.6, 0.6}, {0.5, 0.5 + 1e-9}, {-0.1, 1.1}});
}

TEST(JointKink, IsNotTheBoxOfTheSlopesAlongTheAxes) {
  expect([](const auto& x) { return max(0.0, min(x[0], x[1])); }, {0, 0},
         {{1, 0}, {0, 0}, {0.25, 0.5}}, {{1, 1}, {-0.1, 0}, {0.5, 0.51}});
  expect([](const auto& x) { return abs(x[0] + x[1]); }, {1, -1}, {{1, 1}, {-0.5, -0.5}, {0, 0}},
         {{1, -1}, {0.5, 0.25}});
}

TEST(JointKink, OfANormHoldsTheUnitBall) {
  const auto length = [](const auto& x) { return norm(x[0], x[1]); };
  expect(length, {0, 0}, {{0.6, 0.6}, {0.6, 0.8}, {1, 0}, {0, 0}, {0, -1}, {-0.8, 0.6}},
         {{0.61, 0.8}, {1, 1}, {0.6, 0.8 + 1e-6}, {-1.001, 0}});
  expect([](const auto& x) { return hypot(3 * x[0], x[1]); }, {0, 0},
         {{1.8, 0.8}, {3, 0}, {2, 0.2}}, {{3, 0.1}, {1.81, 0.8}, {2, 0.9}});
  expect([](const auto& x) { return -norm(x[0], x[1], x[2]); }, {0, 0, 0},
         {{0.6, 0, 0.8}, {0, 0, 0}, {third, -2 * third, 2 * third}},
         {{0.6, 0.7, 0.8}, {1, 0, 0.1}});
}

TEST(JointKink, IsSeenWhereEveryAxisIsSmooth) {
  const auto middle = [](const auto& x) { return median(x[0], x[1], x[2]); };
  const auto network = [](const auto& x) {
    return max(min(x[0], x[1]), min(max(x[0], x[1]), x[2]));
  };
  const std::vector<Numbers> right{{third, third, third}, {1, 0, 0}, {0.5, 0, 0.5}};
  const std::vector<Numbers> wrong{{1, 1, 1}, {0, 0, 0}, {0.5, 0.5, 0.5}, {1.1, -0.1, 0}};
  expect(middle, {1, 1, 1}, right, wrong);
  expect(network, {1, 1, 1}, right, wrong);
  expect([](const auto& x) { return max(x[0], max(x[1], x[2])); }, {-2, -2, -2}, right, wrong);
  EXPECT_EQ(ad::check_gradient(middle, std::vector{1.0, 1.0, 1.0}).verdict, Verdict::verified);
}

TEST(JointKink, LeavesWhatTheAxesSettle) {
  expect([](const auto& x) { return relu(x[0]) + x[1]; }, {0, 2}, {{0, 1}, {0.5, 1}, {1, 1}},
         {{0.5, 1 + 1e-9}, {1.001, 1}, {-1e-9, 1}});
  expect([](const auto& x) { return abs(x[0]) + abs(x[1]); }, {0, 0},
         {{1, 1}, {-1, 1}, {0, 0}, {0.5, -0.99}}, {{1, 1.001}, {-1.001, 0}});
  expect([](const auto& x) { return relu(x[0]) - relu(-x[0]) + x[1]; }, {0, 0}, {{1, 1}},
         {{0, 1}, {0.5, 1}});
  // A mere comparison is no kink.
  expect([](const auto& x) { return max(x[0], x[1]) * min(x[0], x[1]); }, {3, 3}, {{3, 3}},
         {{3, 3 + 1e-9}, {0, 0}});
}

TEST(JointKink, HasCurvedPiecesAndScales) {
  expect([](const auto& x) { return max(sin(x[0]), x[1] * exp(x[1])) + x[0] * x[0]; }, {0, 0},
         {{1, 0}, {0, 1}, {0.25, 0.75}}, {{0, 0}, {1, 0.01}});
  for (const double scale : {0x1p-600, 0x1p-30, 0x1p20, 0x1p300}) {
    const auto f = [=](const auto& x) { return max(x[0], x[1] * (1 / scale)); };
    expect(f, {1, scale}, {{0.5, 0.5 / scale}, {1, 0}, {0, 1 / scale}},
           {{0.6, 0.6 / scale}, {0, 0}, {1, 1 / scale}});
  }
  // A tie of two numbers next to 0, and a third one at 0.
  expect([](const auto& x) { return max(x[0], x[1]) + relu(x[2]); }, {5e-324, 5e-324, 0},
         {{0.5, 0.5, 0}, {1, 0, 1}}, {{0, 0, 0}, {1, 1, 1}});
  // Another kink is near.
  expect([](const auto& x) { return max(x[0], x[1]) + abs(x[0] - 1e-9); }, {0, 0},
         {{0, 0}, {-1, 1}, {-0.5, 0.5}}, {{0.5, 0.5}, {1, 1}});
  // Another kink is too near for a gradient between.
  expect([](const auto& x) { return max(x[1], x[2]) + relu(x[0] - 1e-25); }, {0, 1, 1},
         {{0, 0.5, 0.5}}, {{1, 0.5, 0.5}, {0.5, 1, 0}});
}

TEST(JointKink, IsProjectedOnTheVariablesThatAreClaimed) {
  const auto verdict = [](const auto& f, std::vector<double> point, double claim) {
    ad::Subject subject =
        ad::testing::subject(point.size(), f, [=](auto, auto g) { g[0] = claim; });
    subject.claimed.assign(point.size(), false);
    subject.claimed[0] = true;
    return ad::testing::check_at(subject, point).verdict;
  };
  const auto middle = [](auto x) { return ad::median(x[0], x[1], x[2]); };
  for (const double right : {0.0, third, 1.0}) {
    EXPECT_EQ(verdict(middle, {1, 1, 1}, right), Verdict::verified) << right;
  }
  for (const double wrong : {-0.01, 1.01}) {
    EXPECT_EQ(verdict(middle, {1, 1, 1}, wrong), Verdict::refuted) << wrong;
  }
  const auto tie = [](auto x) { return ad::max(x[0], x[1]); };
  EXPECT_EQ(verdict(tie, {1, 1}, 0.0), Verdict::verified);
  EXPECT_EQ(verdict(tie, {1, 1}, 1.5), Verdict::refuted);
}

TEST(JointKink, SaysAlongWhichDirectionAClaimIsTooSteep) {
  const Report refuted = check_claim(larger_one, {1, 1}, {0.6, 0.6});
  for (const CheckEntry& entry : refuted.entries) {
    EXPECT_EQ(entry.kind, Kind::kink);
    EXPECT_NE(entry.reason.find("along d = (1, 1) the claimed slope is 1.2, but no gradient "
                                "nearby exceeds 1"),
              std::string::npos)
        << entry.reason;
  }
  for (const CheckEntry& entry : check_claim(larger_one, {1, 1}, {0.3, 0.7}).entries) {
    EXPECT_NE(entry.reason.find("in the convex hull of the gradients nearby"), std::string::npos);
    EXPECT_EQ(entry.kind, Kind::kink);
  }
}

TEST(JointKink, RefutesOnlyTheVariablesThatAreWrong) {
  const auto two_ties = [](const auto& x) { return max(x[0], x[1]) + max(x[2], x[3]) + 2 * x[4]; };
  const Report report = check_claim(two_ties, {1, 1, 3, 3, 0}, {0.5, 0.5, 1, 1, 2});
  for (const CheckEntry& entry : report.entries) {
    const bool wrong = entry.index == 2 || entry.index == 3;
    EXPECT_EQ(entry.verdict, wrong ? Verdict::refuted : Verdict::verified) << report;
  }
}

TEST(JointKink, JudgesTheConventionsOfANetworkByTheirSum) {
  const auto network = [](double sign) {
    return [=](const auto& x) {
      return relu(x[0] + x[1]) + sign * relu(-x[0] - x[1]) + relu(x[1] - x[2]);
    };
  };
  // relu(u) + relu(-u) = |u| may have slope 0 at 0; relu(u) - relu(-u) = u may not.
  EXPECT_EQ(ad::check_gradient(network(1), std::vector{0.0, 0.0, 0.0}).verdict, Verdict::verified);
  EXPECT_EQ(ad::check_gradient(network(-1), std::vector{0.0, 0.0, 0.0}).verdict, Verdict::refuted);
}

TEST(JointKink, TakesAClaimInDouble) {
  const auto claim = [](double a, double b) {
    return [=](double, double) { return std::array{a, b}; };
  };
  const auto f = [](auto x, auto y) { return max(x, y); };
  EXPECT_EQ(ad::check_gradient(f, claim(0.5, 0.5), 2.0, 2.0).verdict, Verdict::verified);
  EXPECT_EQ(ad::check_gradient(f, claim(0, 0), 2.0, 2.0).verdict, Verdict::refuted);
}

TEST(JointKink, IsFoundOverADomain) {
  const ad::CheckOptions options{.seed = 3, .points = 20, .domain = {{-1, 1}, {-1, 1}}};
  const auto share = [](double at_a_tie) {
    return [=](const auto& x) {
      using T = typename std::decay_t<decltype(x)>::value_type;
      const T tie(at_a_tie);
      if (x[0] == x[1]) return std::vector<T>{tie, tie};
      return x[0] > x[1] ? std::vector<T>{1, 0} : std::vector<T>{0, 1};
    };
  };
  const std::vector start{0.5, 0.5};
  EXPECT_EQ(ad::check_gradient(larger_one, share(0.5), start, options).verdict, Verdict::verified);
  EXPECT_EQ(ad::check_gradient(larger_one, share(0.25), start, options).verdict, Verdict::refuted);
}

}  // namespace
