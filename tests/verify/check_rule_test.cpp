#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using ad::check_rule;
using ad::CheckOptions;
using ad::Report;
using ad::Verdict;

CheckOptions few_points() {
  CheckOptions options;
  options.points = 15;
  return options;
}

bool jumps(const Report& report) {
  for (const ad::CheckEntry& entry : report.entries) {
    if (entry.kind == ad::Kind::jump) return true;
  }
  return false;
}

TEST(CheckRule, VerifiesEveryOperationOrSaysThatItJumps) {
  ad::for_each_operation([]<class Op>() {
    const Report report = check_rule<Op>(few_points());
    const Verdict expected = jumps(report) ? Verdict::inconclusive : Verdict::verified;
    EXPECT_EQ(report.verdict, expected) << Op::meta.name << ": " << report.to_text();
    EXPECT_FALSE(jumps(report) && Op::meta.jump.empty()) << Op::meta.name;
  });
}

TEST(CheckRule, TakesAnInstance) {
  EXPECT_RULE(ad::Relu{});
  EXPECT_RULE(ad::Relu{1.0});
  EXPECT_RULE(ad::Relu{0.25}, few_points());
}

/// f(x) = x^3 |x|-like kink at 1; the rule is a template parameter, to plant mistakes.
template <class Rule>
struct Ramp {
  static constexpr ad::Meta meta{.name = "ramp"};
  static constexpr std::array samples{ad::Interval{-2, 4}};
  static constexpr ad::Reads reads = ad::Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return ad::select(x < 1, T(0), T((x - 1) * (x + 1)));
  }
  template <class T>
  T vjp(const T& ct, const T& x, const T&) const {
    return Rule{}(ct, x);
  }
};

struct RightRule {
  template <class T>
  T operator()(const T& ct, const T& x) const {
    return ad::select(x < 1, T(0), ad::select(x > 1, T(2 * x * ct), T(ct * 0.5)));
  }
};
struct ConventionOutsideTheSlopes {
  template <class T>
  T operator()(const T& ct, const T& x) const {
    return ad::select(x < 1, T(0), ad::select(x > 1, T(2 * x * ct), T(ct * -0.5)));
  }
};
struct ForgetsTheCotangent {
  template <class T>
  T operator()(const T&, const T& x) const {
    return ad::select(x < 1, T(0), T(2 * x));
  }
};
struct WrongBranch {
  template <class T>
  T operator()(const T& ct, const T& x) const {
    return ad::select(x > 1, T(0), T(2 * x * ct));
  }
};
struct SwitchesTooLate {
  template <class T>
  T operator()(const T& ct, const T& x) const {
    return ad::select(x < 1.000001, T(0), T(2 * x * ct));
  }
};
struct AlmostRight {
  template <class T>
  T operator()(const T& ct, const T& x) const {
    return ad::select(x < 1, T(0), T(2 * x * ct * (1 + 1e-13)));
  }
};

TEST(CheckRule, RefutesPlantedMistakes) {
  EXPECT_EQ(check_rule<Ramp<RightRule>>().verdict, Verdict::verified)
      << check_rule<Ramp<RightRule>>();
  EXPECT_EQ(check_rule<Ramp<ConventionOutsideTheSlopes>>().verdict, Verdict::refuted);
  EXPECT_EQ(check_rule<Ramp<ForgetsTheCotangent>>().verdict, Verdict::refuted);
  EXPECT_EQ(check_rule<Ramp<WrongBranch>>().verdict, Verdict::refuted);
  EXPECT_EQ(check_rule<Ramp<SwitchesTooLate>>().verdict, Verdict::refuted);
  EXPECT_EQ(check_rule<Ramp<AlmostRight>>().verdict, Verdict::refuted);
}

TEST(CheckCustomRule, VerifiesAGenericOne) {
  const auto softplus = ad::custom_vjp(
      "softplus", [](auto x) { return log1p(exp(x)); },
      [](auto ct, auto x, auto) { return ct / (1 + exp(-x)); });
  const Report report = check_rule(softplus, few_points());
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_TRUE(report.notes.empty());
  EXPECT_RULE(softplus);
}

TEST(CheckCustomRule, NotesThatADoubleOnlyOneIsJudgedInDouble) {
  const auto softplus = ad::custom_vjp(
      "softplus", [](double x) { return std::log1p(std::exp(x)); },
      [](double ct, double x, double) { return ct / (1 + std::exp(-x)); });
  const Report report = check_rule(softplus, few_points());
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_FALSE(report.notes.empty());
}

TEST(CheckCustomRule, RefutesADoubleOnlyMistakeOfOneIn1e8) {
  const auto wrong = ad::custom_vjp(
      "softplus", [](double x) { return std::log1p(std::exp(x)); },
      [](double ct, double x, double) { return (1 + 1e-8) * ct / (1 + std::exp(-x)); });
  EXPECT_EQ(check_rule(wrong, few_points()).verdict, Verdict::refuted);
}

TEST(CheckCustomRule, RefutesSwappedCotangents) {
  const auto wrong = ad::custom_vjp(
      "weighted", [](auto x, auto y) { return x * exp(y); },
      [](auto ct, auto x, auto y, auto) {
        return std::tuple{ct * x * exp(y), ct * exp(y)};
      });
  EXPECT_EQ(check_rule(wrong, few_points()).verdict, Verdict::refuted);
}

TEST(CheckCustomRule, ChecksEveryOutput) {
  const auto rule = [](double factor) {
    return ad::custom_vjp(
        "sum_and_product",
        [](auto x, auto y) {
          return std::tuple{x + y, x * y};
        },
        [=](auto ct, auto x, auto y, auto) {
          const auto [of_sum, of_product] = ct;
          return std::tuple{of_sum + of_product * y, of_sum + factor * of_product * x};
        });
  };
  const Report right = check_rule(rule(1), few_points());
  EXPECT_EQ(right.verdict, Verdict::verified) << right.to_text();
  EXPECT_EQ(check_rule(rule(1.5), few_points()).verdict, Verdict::refuted);
}

/// The one property that is refuted, and whether the slopes alone would have passed.
std::string broken_property(const Report& report) {
  std::string name;
  for (const ad::Property& property : report.properties) {
    if (property.verdict == Verdict::refuted) name += property.name;
  }
  if (report.counts.refuted > 0) name += " and its slopes";
  return name;
}

TEST(CheckRuleProperties, HoldForARightRule) {
  const Report report = check_rule<ad::Hypot>();
  EXPECT_EQ(report.properties.size(), 7U);
  for (const ad::Property& property : report.properties) {
    EXPECT_EQ(property.verdict, Verdict::verified) << property.name << property.reason;
    EXPECT_GT(property.trials, 5U) << property.name;
  }
}

TEST(CheckRuleProperties, FindARuleThatClipsItsCotangent) {
  const auto clipping = ad::custom_vjp(
      "clipping", [](auto x) { return x * x; },
      [](auto ct, auto x, auto) { return 2 * x * clamp(ct, -10, 10); });
  EXPECT_EQ(broken_property(check_rule(clipping)), "linear in the cotangent");
}

TEST(CheckRuleProperties, FindARuleThatIsNotAdditive) {
  const auto rule = ad::custom_vjp(
      "pair",
      [](auto x) {
        return std::tuple{x, 2 * x};
      },
      [](auto ct, auto, auto) {
        const auto [a, b] = ct;
        return where(a == 0 || b == 0, a + 2 * b, a + 2 * b + min(abs(a), abs(b)) * 1e-12);
      });
  EXPECT_EQ(broken_property(check_rule(rule, few_points())),
            "linear in the cotangent and its slopes");
}

/// A sweep never asks a custom rule for the cotangent 0; an operation may be.
struct Biased {
  static constexpr ad::Meta meta{.name = "biased"};
  static constexpr std::array samples{ad::Interval{-2, 4}};
  static constexpr ad::Reads reads = ad::Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return x * x;
  }
  template <class T>
  T vjp(const T& ct, const T& x, const T&) const {
    return ad::select(ct == 0, x, T(2 * x * ct));
  }
};

TEST(CheckRuleProperties, FindARuleThatAnswersTheCotangent0) {
  EXPECT_EQ(broken_property(check_rule<Biased>()), "0 for the cotangent 0");
}

TEST(CheckRuleProperties, FindARuleWithAMemory) {
  int calls = 0;
  const auto rule = ad::custom_vjp(
      "forgetful", [](double x) { return x * x; },
      [&calls](double ct, double x, double) { return 2 * x * ct + (++calls % 97 == 0 ? 1 : 0); });
  EXPECT_EQ(check_rule(rule).verdict, Verdict::refuted);
}

TEST(CheckRuleProperties, FindAWrongSecondDerivative) {
  const auto rule = ad::custom_vjp(
      "square", [](auto x) { return x * x; },
      [](auto ct, auto x, auto) { return 2 * detach(x) * ct; });
  EXPECT_EQ(broken_property(check_rule(rule)), "right in its second derivatives");
}

TEST(CheckRuleProperties, SayThatSecondDerivativesAreRefused) {
  const auto rule = ad::custom_vjp(
      "square", [](double x) { return x * x; },
      [](double ct, double x, double) { return 2 * x * ct; });
  const Report report = check_rule(rule, few_points());
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_NE(report.to_text().find("refusing second derivatives"), std::string::npos)
      << report.to_text();
}

/// x², with mistakes in float only.
template <class Mistake>
struct WrongInFloat {
  static constexpr ad::Meta meta{.name = "wrong_in_float"};
  static constexpr std::array samples{ad::Interval{-2, 4}};
  static constexpr ad::Reads reads = ad::Reads::inputs;

  template <class T>
  T value(const T& x) const {
    if constexpr (std::is_same_v<T, float>) return Mistake::value(x);
    return x * x;
  }
  template <class T>
  T vjp(const T& ct, const T& x, const T&) const {
    if constexpr (std::is_same_v<T, float>) return Mistake::slope(x) * ct;
    return 2 * x * ct;
  }
};
struct WrongSlope {
  static float value(float x) { return x * x; }
  static float slope(float x) { return -2 * x; }
};
struct SwallowsNaN {
  static float value(float x) { return std::isnan(x) ? 0 : x * x; }
  static float slope(float x) { return 2 * x; }
};

TEST(CheckRuleProperties, FindMistakesInFloat) {
  EXPECT_EQ(broken_property(check_rule<WrongInFloat<WrongSlope>>()), "right in float");
  EXPECT_EQ(broken_property(check_rule<WrongInFloat<SwallowsNaN>>()),
            "alike on all number types at NaN and infinity");
}

TEST(CheckRuleProperties, MayThrowOutsideTheDomain) {
  const auto rule = ad::custom_vjp(
      "square_of_positive",
      [](double x) {
        if (!(x >= 0)) throw std::domain_error("negative");
        return x * x;
      },
      [](double ct, double x, double) { return 2 * x * ct; });
  EXPECT_EQ(check_rule(rule, CheckOptions{.points = 20, .domain = {{0, 4}}}).verdict,
            Verdict::verified);
}

TEST(CheckRule, RefusesADomainThatDoesNotFit) {
  CheckOptions options = few_points();
  options.domain = {{0, 1}, {0, 1}};
  EXPECT_THROW(check_rule<ad::Relu>(options), ad::ShapeError);
  options.domain = {{1, 0}};
  EXPECT_THROW(check_rule<ad::Relu>(options), ad::ParameterError);
  options = few_points();
  options.points = 0;
  EXPECT_THROW(check_rule<ad::Relu>(options), ad::ParameterError);
}

}  // namespace
