#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <autodiff/ops/all.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/verify/check_gradient.hpp>

namespace {

using ad::Blame;
using ad::check_gradient;
using ad::Report;
using ad::Verdict;

enum class Mistake { none, factor, sign, side };

/// A user's operation of two arguments with a mistake in the slope of the second one.
template <Mistake mistake>
struct Slanted {
  static constexpr ad::Meta meta{.name = "slanted"};
  static constexpr std::array samples{ad::Interval{-4, 4}, ad::Interval{-4, 4}};
  static constexpr ad::Reads reads = ad::Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    return x + ad::select(y > T(0), T(y + y), y);
  }
  template <class T>
  std::array<T, 2> partials(const T& x, const T& y, const T&) const {
    const bool takes_upper = mistake == Mistake::side ? y < T(0) : y > T(0);
    const double factor = mistake == Mistake::factor ? 1 + 1e-6 : mistake == Mistake::sign ? -1 : 1;
    return {T(1), T((takes_upper ? 2 : 1) * factor) + T(0) * x};
  }
};

/// One step of a composite of 50 operations. Each undoes one before it, so that no step of the
/// composite loses its influence on the result.
template <class T>
T ordinary_step(std::size_t i, const T& y, const T& z) {
  switch (i % 10) {
    case 0:
      return exp(y);
    case 1:
      return log(y);
    case 2:
      return y + z;
    case 3:
      return y * z;
    case 4:
      return y / z;
    case 5:
      return y - z;
    case 6:
      return sinh(y);
    case 7:
      return asinh(y);
    case 8:
      return square(y);
    default:
      return sqrt(y);
  }
}

/// The custom step takes the place of the ordinary one at `planted`.
template <class Custom>
auto composite(std::size_t planted, const Custom& custom) {
  return [=](const auto& x) {
    using T = ad::value_type_t<decltype(x[0])>;
    T y = x[0];
    const T z = x[1];
    for (std::size_t i = 0; i < 50; ++i)
      y = i == planted ? T(custom(y, z)) : ordinary_step(i, y, z);
    return y;
  };
}

template <Mistake mistake>
constexpr auto slanted =
    [](const auto& y, const auto& z) { return ad::apply<Slanted<mistake>>(y, z); };

/// How often the operation is blamed, and nothing else.
std::size_t times_blamed(const Report& report, const std::string& operation) {
  for (const Blame& blame : report.blame) {
    if (blame.operation != operation) return 0;
  }
  return report.blame.size();
}

const std::array<double, 2> at{0.7, 1.3};

template <Mistake mistake>
void expect_blame_at_every_place() {
  for (std::size_t planted = 0; planted < 50; planted += 3) {
    const Report report = check_gradient(composite(planted, slanted<mistake>), at);
    ASSERT_EQ(report.verdict, Verdict::refuted) << planted;
    ASSERT_EQ(times_blamed(report, "slanted"), 1U) << report.to_text();
    const Blame& blame = report.blame[0];
    EXPECT_EQ(blame.argument, 1U);
    EXPECT_EQ(blame.arguments.at(1), 1.3);
    EXPECT_EQ(blame.place, planted + 1);
    EXPECT_NEAR(blame.reference, 2, 1e-15);
    EXPECT_NE(blame.claimed, 2);
    EXPECT_EQ(blame.point, (std::vector{0.7, 1.3}));
  }
}

TEST(Blame, NamesAUsersOperationWithAWrongFactor) {
  expect_blame_at_every_place<Mistake::factor>();
}
TEST(Blame, NamesAUsersOperationWithAWrongSign) { expect_blame_at_every_place<Mistake::sign>(); }
TEST(Blame, NamesAUsersOperationThatTakesTheWrongSide) {
  expect_blame_at_every_place<Mistake::side>();
}

TEST(Blame, IsEmptyIfNothingIsWrong) {
  for (std::size_t planted = 0; planted < 50; planted += 7) {
    const Report report = check_gradient(composite(planted, slanted<Mistake::none>), at);
    EXPECT_EQ(report.verdict, Verdict::verified);
    EXPECT_TRUE(report.blame.empty()) << report.to_text();
  }
}

TEST(Blame, NamesACustomVjp) {
  const auto value = [](auto x, auto y) { return x * x + sin(y); };
  const auto wrong = ad::custom_vjp("wrong", value, [](auto ct, auto x, auto y, auto) {
    return std::tuple{ct * 2 * x, ct * cos(y) * (1 + 1e-6)};
  });
  const auto right = ad::custom_vjp("right", value, [](auto ct, auto x, auto y, auto) {
    return std::tuple{ct * 2 * x, ct * cos(y)};
  });
  for (std::size_t planted = 0; planted < 50; planted += 3) {
    const Report report = check_gradient(composite(planted, wrong), at);
    EXPECT_EQ(report.verdict, Verdict::refuted) << planted;
    EXPECT_EQ(times_blamed(report, "wrong"), 1U) << report.to_text();
    EXPECT_TRUE(check_gradient(composite(planted, right), at).blame.empty());
  }
}

TEST(Blame, NamesARuleOfDoublesOnly) {
  const auto wrong = ad::custom_vjp(
      "table", [](double x) { return x * x; }, [](double ct, double x, double) { return ct * x; });
  const Report report = check_gradient([&](auto x) { return exp(wrong(sin(x))); }, 0.5);
  EXPECT_EQ(times_blamed(report, "table"), 1U) << report.to_text();
}

TEST(Blame, NamesARuleThatForgetsItsCotangent) {
  const auto wrong = ad::custom_vjp(
      "forgetful", [](auto x) { return x * x; }, [](auto, auto x, auto) { return 2 * x; });
  const Report report = check_gradient([&](auto x) { return 3 * wrong(x); }, 0.5);
  ASSERT_EQ(times_blamed(report, "forgetful"), 1U) << report.to_text();
  EXPECT_NE(report.blame[0].cotangent, 1);
  EXPECT_DOUBLE_EQ(report.blame[0].reference, report.blame[0].cotangent);
}

TEST(Blame, NamesTheOutputOfARuleWithSeveral) {
  const auto wrong = ad::custom_vjp(
      "pair",
      [](auto x) {
        return std::tuple{x * x, x * x * x};
      },
      [](auto ct, auto x, auto) { return std::get<0>(ct) * 2 * x + std::get<1>(ct) * x * x; });
  const auto f = [&](auto x) {
    const auto [square, cube] = wrong(x);
    return square + cube;
  };
  const Report report = check_gradient(f, 2.0);
  ASSERT_EQ(times_blamed(report, "pair"), 1U) << report.to_text();
  EXPECT_EQ(report.blame[0].place, 2U);
  EXPECT_DOUBLE_EQ(report.blame[0].reference, 12);
}

/// A convention outside the two slopes, in an operation that tells where it was called.
TEST(Blame, TellsTheLineWhereItIsKnown) {
  ad::Relu wrong;
  wrong.slope_at_zero = 2;
  const int line = __LINE__ + 2;
  const auto f = [&](auto x) {
    return 1 + ad::detail::apply_from(ad::SourceLocation::current(), wrong, x);
  };
  const Report report = check_gradient(f, 0.0);
  ASSERT_EQ(times_blamed(report, "relu"), 1U) << report.to_text();
  EXPECT_EQ(report.blame[0].where.line, line);
  EXPECT_NE(report.to_text().find("blame_test.cpp:" + std::to_string(line)), std::string::npos);
}

TEST(Blame, FallsOnNobodyWhereConventionsDoNotAddUp) {
  const Report report = check_gradient([](auto x) { return relu(x) - relu(-x); }, 0.0);
  EXPECT_EQ(report.verdict, Verdict::refuted);
  EXPECT_TRUE(report.blame.empty()) << report.to_text();
  EXPECT_NE(report.to_text().find("no operation is to blame: 4 rules"), std::string::npos)
      << report.to_text();
}

TEST(Blame, LeavesAloneWhatTheResultDoesNotDependOn) {
  const auto f = [](auto x) {
    const auto unused = slanted<Mistake::sign>(x, 2 * x);
    const auto passive = slanted<Mistake::sign>(x, 2);  // its wrong partial is not asked for
    return slanted<Mistake::sign>(1, x) + 0 * passive + (value_of(unused) > 100 ? x : 0 * x);
  };
  const Report report = check_gradient(f, 0.5);
  EXPECT_EQ(times_blamed(report, "slanted"), 1U) << report.to_text();
}

TEST(Blame, ReachesIntoLongRunsAndReductions) {
  const auto f = [](auto x) {
    using T = ad::value_type_t<decltype(x)>;
    std::vector<T> y{x, slanted<Mistake::sign>(x, x)};
    for (std::size_t i = 0; i < 2000; ++i) y.push_back(y[i % 2] * 0.5);
    return sum(y);
  };
  const Report report = check_gradient(f, 0.5);
  EXPECT_EQ(times_blamed(report, "slanted"), 1U) << report.to_text();
  EXPECT_NE(report.to_text().find("1000 of 2002 operations"), std::string::npos)
      << report.to_text();
}

TEST(Blame, IsFoundOverADomainOnce) {
  ad::CheckOptions options;
  options.domain = {{-3, 3}};
  options.points = 10;
  const Report report =
      check_gradient([](auto x) { return slanted<Mistake::side>(1, sin(x)); }, 0.5, options);
  EXPECT_EQ(times_blamed(report, "slanted"), 1U) << report.to_text();
}

TEST(Blame, IsPartOfTheJson) {
  const Report report =
      check_gradient([](auto x) { return slanted<Mistake::sign>(1, sin(x)); }, 0.5);
  const auto json = nlohmann::json::parse(to_json(report));
  ASSERT_EQ(json["blame"].size(), 1U);
  EXPECT_EQ(json["blame"][0]["operation"], "slanted");
  EXPECT_EQ(json["blame"][0]["place"], 2);
  EXPECT_EQ(json["blame"][0]["argument"], 1);
  EXPECT_EQ(json["blame"][0]["arguments"][1], std::sin(0.5));
  EXPECT_EQ(json["blame"][0]["claimed"], -2);
  EXPECT_EQ(json["blame"][0]["reference"], 2);
  EXPECT_EQ(nlohmann::json::parse(to_json(check_gradient([](auto x) { return x; }, 1.0)))["blame"],
            nlohmann::json::array());
}

}  // namespace
