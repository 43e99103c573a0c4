#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
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
