#include <array>
#include <cmath>
#include <span>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using ad::check_gradient;
using ad::Report;
using ad::Verdict;

constexpr auto product = [](auto x) { return x[0] * sin(x[1]); };

TEST(CheckGradient, VerifiesOursForEveryKindOfPoint) {
  EXPECT_GRADIENT([](auto x) { return x * exp(x); }, 0.5);
  EXPECT_GRADIENT([](auto x, auto y) { return x * exp(y); }, 0.5, -2.0);
  EXPECT_GRADIENT(product, (std::array{0.5, 2.0}));
  EXPECT_GRADIENT(product, (std::array{0.5F, 2.0F}));
  EXPECT_GRADIENT(product, (std::vector{0.5, 2.0}));
  const std::array numbers{0.5, 2.0};
  EXPECT_GRADIENT(product, std::span(numbers));
  EXPECT_GRADIENT([](auto x, auto y) { return x[0] * y; }, (std::tuple{std::array{0.5, 2.0}, 3.0}));
  EXPECT_GRADIENT([](ad::Real x) { return x * x; }, 0.5);
  EXPECT_GRADIENT([](auto) { return 7.0; }, 0.5);
}

TEST(CheckGradient, AcceptsTheConventionAtAKink) {
  EXPECT_GRADIENT([](auto x) { return relu(x); }, 0.0);
  EXPECT_GRADIENT([](auto x) { return relu(x, ad::SlopeAtZero{1}); }, 0.0);
  EXPECT_GRADIENT([](auto x) { return max(x[0], x[1]); }, (std::array{1.5, 1.5}));
}

TEST(CheckGradient, RefutesOursWhereConventionsAddUpWrong) {
  // The derivative is 1; the convention 0 of both makes it 0.
  EXPECT_EQ(check_gradient([](auto x) { return relu(x) - relu(-x); }, 0.0).verdict,
            Verdict::refuted);
}

TEST(CheckGradient, IsNotDeceivedByStepsTooFineToLookLikeSteps) {
  // Quad has a floor of its own, which tells nobody on which step it is.
  const auto stairs = [](double steps) { return [=](auto x) { return floor(steps * x) / steps; }; };
  const auto one = [](auto x) { return 1 + 0 * x; };
  EXPECT_EQ(check_gradient(stairs(0x1p60), 0.3).verdict, Verdict::verified);
  EXPECT_EQ(check_gradient(stairs(0x1p60), one, 0.3).verdict, Verdict::refuted);
  EXPECT_EQ(check_gradient(stairs(0x1p100), 0.3).verdict, Verdict::inconclusive);
  EXPECT_EQ(check_gradient(stairs(0x1p100), one, 0.3).verdict, Verdict::inconclusive);
}

TEST(CheckGradient, GoesOverADomainToo) {
  ad::CheckOptions options;
  options.domain = {{-3, 3}};
  options.points = 20;
  const Report report = check_gradient([](auto x) { return abs(x) * x; }, 0.5, options);
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_GT(report.entries.size(), 20U);
}

TEST(CheckGradient, ReportsLostDigitsInsteadOfRefuting) {
  // The terms of the derivative, about 1/2 each, cancel in part, and 1 - cos(x) did before.
  const auto f = [](auto x) { return (1 - cos(x)) / x; };
  const Report report = check_gradient(f, 1e-6);
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_GT(report.entries[0].lost_digits, 2);
  EXPECT_NE(report.to_text().find("plain double loses"), std::string::npos) << report.to_text();
}

TEST(CheckClaimedGradient, TakesEveryMixOfPrecisions) {
  const auto f = [](auto x) { return x * sin(x); };
  const auto f_in_double = [](double x) { return x * std::sin(x); };
  const auto g = [](auto x) { return sin(x) + x * cos(x); };
  const auto g_in_double = [](double x) { return std::sin(x) + x * std::cos(x); };
  const auto wrong = [](auto x) { return sin(x) - x * cos(x); };
  const auto wrong_in_double = [](double x) { return std::sin(x) - x * std::cos(x); };
  EXPECT_GRADIENT(f, g, 0.7);
  EXPECT_GRADIENT(f, g_in_double, 0.7);
  EXPECT_GRADIENT(f_in_double, g, 0.7);
  EXPECT_GRADIENT(f_in_double, g_in_double, 0.7);
  EXPECT_GRADIENT(ad::double_only(f), ad::double_only(g), 0.7);
  EXPECT_EQ(check_gradient(f, wrong, 0.7).verdict, Verdict::refuted);
  EXPECT_EQ(check_gradient(f, wrong_in_double, 0.7).verdict, Verdict::refuted);
  EXPECT_EQ(check_gradient(f_in_double, wrong, 0.7).verdict, Verdict::refuted);
  EXPECT_EQ(check_gradient(f_in_double, wrong_in_double, 0.7).verdict, Verdict::refuted);
}

TEST(CheckClaimedGradient, TakesContainersAndFunctions) {
  const auto f = [](const std::vector<double>& x) { return x[0] * x[0] * x[1]; };
  const auto g = [](const std::vector<double>& x) {
    return std::vector{2 * x[0] * x[1], x[0] * x[0]};
  };
  EXPECT_GRADIENT(f, g, (std::vector{3.0, 4.0}));
  EXPECT_GRADIENT([](auto x, auto y) { return x / y; },
                  [](auto x, auto y) {
                    using T = ad::value_type_t<decltype(x)>;
                    return std::array<T, 2>{T(1 / y), T(-x / (y * y))};
                  },
                  3.0, 4.0);
  double (*square)(double) = [](double x) { return x * x; };
  double (*slope)(double) = [](double x) { return 2 * x; };
  EXPECT_GRADIENT(square, slope, 3.0);
}

TEST(CheckClaimedGradient, StatesTheClaimsOwnRounding) {
  const auto f = [](auto x) { return x * sin(x); };
  const auto g = [](double x) { return std::sin(x) + x * std::cos(x); };
  const Report report = check_gradient(f, g, 0.7);
  EXPECT_GT(report.entries[0].claim_bound, 0);
  EXPECT_LT(report.entries[0].claim_bound, 1e-13);
  EXPECT_NE(report.entries[0].reason.find("the claim's own rounding"), std::string::npos);
}

TEST(CheckClaimedGradient, DoesNotRefuteRoundingAlone) {
  // What double loses here is 1e-6 of the slope; the claim is right.
  const auto f = [](auto x) { return x - sin(x); };
  const auto g = [](double x) { return 1 - std::cos(x); };
  for (const double x : {1e-5, 3e-5, 2.1e-4, 0.4}) {
    EXPECT_GRADIENT(f, g, x);
    EXPECT_EQ(check_gradient(
                  f, [](double a) { return 1.1 * (1 - std::cos(a)); }, x)
                  .verdict,
              Verdict::refuted)
        << x;
  }
}

TEST(CheckClaimedGradient, RefutesTheUsualMistakes) {
  const auto f = [](auto x) { return x[0] * x[0] * x[1] + exp(x[1]) * sin(x[0]); };
  const std::vector<double> x{0.7, 1.3};
  const auto claim = [](auto&& change) {
    return [=](auto a) {
      using T = typename decltype(a)::value_type;
      std::vector<T> g{T(2 * a[0] * a[1] + exp(a[1]) * cos(a[0])),
                       T(a[0] * a[0] + exp(a[1]) * sin(a[0]))};
      change(g, a);
      return g;
    };
  };
  EXPECT_GRADIENT(f, claim([](auto&, auto&) {}), x);
  const auto refuted = [&](auto&& change) {
    return check_gradient(f, claim(change), x).verdict == Verdict::refuted;
  };
  EXPECT_TRUE(refuted([](auto& g, auto&) { g[0] = -g[0]; })) << "sign";
  EXPECT_TRUE(refuted([](auto& g, auto&) { std::swap(g[0], g[1]); })) << "swapped";
  EXPECT_TRUE(refuted([](auto& g, auto& a) { g[0] = 2 * a[0] * a[1]; })) << "dropped term";
  EXPECT_TRUE(refuted([](auto& g, auto&) { g[1] = g[1] * 2; })) << "factor";
  EXPECT_TRUE(refuted([](auto& g, auto&) { g[1] = g[1] * (1 + 1e-13); })) << "relative 1e-13";
  EXPECT_TRUE(refuted([](auto& g, auto&) { g[1] = g[1] + 1e-13; })) << "absolute 1e-13";
}

TEST(CheckClaimedGradient, ForgivesAConstantThatWasRounded) {
  // The double 1/3 is off by 6e-17 of itself, far above the error of the reference.
  const auto f = [](auto x) { return atan(x) / 3; };
  const auto g = [](auto x) { return 0.33333333333333331 / (1 + x * x); };
  EXPECT_GRADIENT(f, g, 0.7);
}

TEST(CheckClaimedGradient, IsNotVerifiedByABoundOfItsOwnSize) {
  const auto verdict = [](const auto& f, const auto& claim) {
    return check_gradient(f, claim, 1.0).verdict;
  };
  EXPECT_EQ(verdict([](auto x) { return 1e40 + x; }, [](auto x) { return 1e9 * x; }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](auto x) { return 1e30 + x; }, [](auto x) { return 1.2 * x; }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](double x) { return 1e13 + x; }, [](double) { return 1.01; }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](double x) { return 1e16 + x; }, [](double) { return 3.0; }),
            Verdict::inconclusive);
  EXPECT_EQ(verdict([](auto) { return 1e30; }, [](auto) { return 0.0; }), Verdict::verified);
}

TEST(CheckClaimedGradient, IsRefutedWhereTheSlopeIsExactlyZero) {
  const auto verdict = [](const auto& f, double claim) {
    return check_gradient(
               f, [claim](auto) { return claim; }, 0.0)
        .verdict;
  };
  EXPECT_EQ(verdict([](auto x) { return x * x; }, 1e30), Verdict::refuted);
  EXPECT_EQ(verdict([](auto x) { return x * x; }, 1e-3), Verdict::refuted);
  EXPECT_EQ(verdict([](auto x) { return x * x * x; }, 5), Verdict::refuted);
  EXPECT_EQ(verdict([](auto x) { return x * sin(x); }, 1), Verdict::refuted);
  EXPECT_EQ(verdict([](double x) { return x * x; }, 1), Verdict::refuted);
  EXPECT_EQ(verdict([](auto x) { return x * x; }, 0), Verdict::verified);
}

TEST(CheckClaimedGradient, IsNotJudgedWhereTheFunctionRunsAwayFromItsValue) {
  const auto verdict = [](const auto& f, double claim) {
    return check_gradient(
               f, [claim](auto) { return claim; }, 0.0)
        .verdict;
  };
  for (const double claim : {0.0, 5.0, -5.0}) {
    EXPECT_EQ(verdict([](auto x) { return where(x > 0, 1 / x, 0); }, claim), Verdict::inconclusive);
    EXPECT_EQ(verdict([](auto x) { return where(x > 0, -log(x), 0); }, claim),
              Verdict::inconclusive);
    EXPECT_EQ(verdict([](auto x) { return where(x > 0, pow(x, -0.01), 0); }, claim),
              Verdict::inconclusive);
  }
  EXPECT_EQ(verdict([](auto x) { return cbrt(x); }, 5), Verdict::refuted);
}

TEST(CheckClaimedGradient, ThrowsForTheWrongLength) {
  const auto f = [](auto x) { return x[0] * x[1]; };
  const auto shorter = [](auto x) { return std::vector<double>{double(x.size())}; };
  const auto longer = [](const std::vector<double>& x) { return std::vector{x[1], x[0], 0.0}; };
  const std::vector<double> x{0.7, 1.3};
  EXPECT_THROW(check_gradient(f, shorter, x), ad::ShapeError);
  EXPECT_THROW(check_gradient(f, longer, x), ad::ShapeError);
}

TEST(CheckDoubleOnlyRule, IsNotedAndJudgedInDouble) {
  const auto softplus_rule = ad::custom_vjp(
      "softplus_table", [](double x) { return std::log1p(std::exp(x)); },
      [](double ct, double x, double) { return ct / (1 + std::exp(-x)); });
  const Report report = check_gradient([&](auto x) { return x * softplus_rule(x); }, 0.5);
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("softplus_table exists only in double"), std::string::npos);

  const auto wrong_rule = ad::custom_vjp(
      "softplus_wrong", [](double x) { return std::log1p(std::exp(x)); },
      [](double ct, double x, double) { return ct / (1 + std::exp(x)); });
  EXPECT_EQ(check_gradient([&](auto x) { return x * wrong_rule(x); }, 0.5).verdict,
            Verdict::refuted);
}

}  // namespace
