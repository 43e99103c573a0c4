#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/drivers/kinks.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/custom_vjp.hpp>

namespace {

using ad::AtKinks;
using ad::KinkReport;
using ad::Trust;
using Point = std::vector<double>;

void expect_bounds(const KinkReport& report, const Point& lower, const Point& upper) {
  EXPECT_EQ(report.lower, lower) << to_string(report);
  EXPECT_EQ(report.upper, upper) << to_string(report);
}

TEST(Kinks, SayThatNoneWasTouched) {
  const auto report = ad::kinks([](auto x) { return relu(x[0]) * sin(x[1]); }, Point{1, 2});
  EXPECT_EQ(report.trust, Trust::no_kink);
  EXPECT_TRUE(report.kinks.empty());
  EXPECT_EQ(report.gradient, (Point{std::sin(2.0), std::cos(2.0)}));
  expect_bounds(report, report.gradient, report.gradient);
}

TEST(Kinks, TellApartWhatDependsOnTheirSlopes) {
  const auto bounds = [](const auto& f, const Point& x) { return ad::kinks(f, x); };
  const KinkReport difference = bounds([](auto x) { return relu(x[0]) - relu(-x[0]); }, {0});
  EXPECT_EQ(difference.trust, Trust::dependent);
  EXPECT_TRUE(difference.is_exact);
  expect_bounds(difference, {0}, {2});
  EXPECT_EQ(difference.gradient, Point{0});
  const KinkReport square = bounds([](auto x) { return relu(x[0]) * relu(x[0]) + x[0]; }, {0});
  EXPECT_EQ(square.trust, Trust::independent);
  expect_bounds(square, {1}, {1});
  EXPECT_EQ(square.kinks.size(), 2U);
  const KinkReport tie = bounds([](auto x) { return max(x[0], x[1]) + min(x[0], x[1]); }, {3, 3});
  expect_bounds(tie, {0, 0}, {2, 2});
  const KinkReport masked = bounds([](auto x) { return 0 * abs(x[0]) + x[0]; }, {0});
  EXPECT_EQ(masked.trust, Trust::independent);
}

TEST(Kinks, AreSoughtOnBothSidesOfEveryOperation) {
  const auto slopes = [](const auto& f, double x) {
    const auto report = ad::kinks([&](auto p) { return f(p[0]); }, Point{x});
    EXPECT_EQ(report.trust, Trust::dependent) << to_string(report);
    return std::array{report.lower[0], report.upper[0]};
  };
  EXPECT_EQ(slopes([](auto x) { return relu(x); }, 0), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return relu(-x); }, 0), (std::array{-1.0, 0.0}));
  EXPECT_EQ(slopes([](auto x) { return leaky_relu(x, 0.25); }, 0), (std::array{0.25, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return abs(3 * x); }, 0), (std::array{-3.0, 3.0}));
  EXPECT_EQ(slopes([](auto x) { return clamp(x, -1, 2); }, -1), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return clamp(x, -1, 2); }, 2), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return relu6(x); }, 6), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return hard_tanh(x); }, -1), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return elu(x, 0.5); }, 0), (std::array{0.5, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return max(x, 2); }, 2), (std::array{0.0, 1.0}));
  EXPECT_EQ(slopes([](auto x) { return min(2, x); }, 2), (std::array{0.0, 1.0}));
}

TEST(Kinks, AreToldOnceWhereADerivativeIsInfiniteToo) {
  const auto report =
      ad::kinks([](auto x) { return sqrt(abs(x[0])) + max(x[0], x[1]); }, Point{0, 0});
  ASSERT_EQ(report.kinks.size(), 2U) << to_string(report);
  EXPECT_EQ(report.kinks[1].place, 2U);
}

TEST(Kinks, EncloseWhereTheyAreTooManyToTryOut) {
  const auto f = [](auto x) {
    typename decltype(x)::value_type y = 0;
    for (int i = 0; i < 40; ++i) y = y + relu(x[0]);
    return y;
  };
  const KinkReport report = ad::kinks(f, Point{0});
  EXPECT_FALSE(report.is_exact);
  EXPECT_EQ(report.kinks.size(), 40U);
  expect_bounds(report, {0}, {40});
  const KinkReport cone = ad::kinks([](auto x) { return hypot(x[0], x[1]); }, Point{0, 0});
  EXPECT_FALSE(cone.is_exact);
  expect_bounds(cone, {-1, -1}, {1, 1});
}

TEST(Kinks, AreSoughtInReductionsToo) {
  const KinkReport size = ad::kinks([](auto x) { return norm(x); }, Point{0, 0});
  EXPECT_EQ(size.trust, Trust::dependent);
  EXPECT_EQ(size.kinks.at(0).operation, "norm");
  expect_bounds(size, {-1, -1}, {1, 1});
  const KinkReport largest = ad::kinks([](auto x) { return norminf(x); }, Point{2, -2, 1});
  expect_bounds(largest, {0, -1, 0}, {1, 0, 0});
  const KinkReport middle = ad::kinks([](auto x) { return median(x); }, Point{1, 1, 1});
  expect_bounds(middle, {0, 0, 0}, {1, 1, 1});
  EXPECT_EQ(ad::kinks([](auto x) { return median(x); }, Point{1, 3, 2}).trust, Trust::no_kink);
  EXPECT_EQ(ad::kinks([](auto x) { return norm(x); }, Point{3, 4}).trust, Trust::no_kink);
}

TEST(Kinks, PassThroughCustomRules) {
  const auto generic = ad::custom_vjp(
      "kinks_generic", [](auto x) { return x * x; },
      [](auto ct, auto x, auto) { return 2 * x * ct; });
  const auto in_double = ad::custom_vjp(
      "kinks_in_double", [](double x, double y) { return x * y; },
      [](double ct, double x, double y, double) {
        return std::array{ct * y, ct * x};
      });
  const KinkReport report = ad::kinks(
      [&](auto x) {
        const auto y = generic(x[0]);
        return relu(in_double(y - 9, x[1]));
      },
      Point{3, 2});
  EXPECT_EQ(report.trust, Trust::dependent);
  expect_bounds(report, {0, 0}, {12, 0});
  EXPECT_EQ(ad::gradient([&](auto x) { return in_double(abs(x[0]), x[1]); }, Point{0, 2},
                         AtKinks::position(1)),
            (Point{2, 0}));
}

TEST(Kinks, KnowWhereTheyAreAndHowFar) {
  const int line = __LINE__ + 1;
  const auto f = [](auto x) { return abs(x[0] - 1) + max(x[0], 1.0625); };
  const KinkReport report = ad::kinks(f, Point{1}, {.near = 0.125});
  ASSERT_EQ(report.kinks.size(), 2U) << to_string(report);
  EXPECT_EQ(report.kinks[0].operation, "abs");
  EXPECT_EQ(report.kinks[0].distance, 0);
  EXPECT_TRUE(std::string(report.kinks[0].where.file).ends_with("kinks_test.cpp"));
  EXPECT_EQ(report.kinks[0].where.line, line);
  EXPECT_EQ(report.kinks[1].operation, "max");
  EXPECT_EQ(report.kinks[1].distance, -0.0625);
  EXPECT_LT(report.kinks[0].place, report.kinks[1].place);
}

TEST(Kinks, SeeTheFunctionsOwnComparisons) {
  const auto written_out = [](auto x) {
    using T = typename decltype(x)::value_type;
    return x[0] > 0 ? T(x[0]) : T(0);
  };
  const KinkReport tie = ad::kinks(written_out, Point{0});
  EXPECT_EQ(tie.trust, Trust::dependent);
  EXPECT_EQ(tie.ties.size(), 1U);
  expect_bounds(tie, {0}, {1});
  const auto equality = [](auto x) {
    using T = typename decltype(x)::value_type;
    return x[0] == 0 ? T(1) : T(sin(x[0]) / x[0]);
  };
  const KinkReport isolated = ad::kinks(equality, Point{0});
  EXPECT_EQ(isolated.equalities.size(), 1U);
  EXPECT_NE(to_string(isolated).find("hits exactly"), std::string::npos);
  const auto passive = [](auto x) {
    using T = typename decltype(x)::value_type;
    return T(2) > T(2) || T(1) == T(1) ? T(x[0]) : T(0);
  };
  EXPECT_TRUE(ad::kinks(passive, Point{0}).equalities.empty());
}

TEST(AtKinks, TakesOnePositionBetweenTheSidesForTheWholeRun) {
  const auto f = [](auto x) { return relu(x[0]) + abs(x[0]) + max(x[1], 2); };
  const Point x{0, 2};
  EXPECT_EQ(ad::gradient(f, x, AtKinks::position(0)), (Point{-1, 0}));
  EXPECT_EQ(ad::gradient(f, x, AtKinks::position(0.5)), (Point{0.5, 0.5}));
  EXPECT_EQ(ad::gradient(f, x, AtKinks::position(1)), (Point{2, 1}));
  EXPECT_EQ(ad::gradient(f, Point{-1, 3}, AtKinks::position(0.75)), (Point{-1, 1}));
  EXPECT_EQ(ad::value_and_gradient(f, x, AtKinks::position(1)).value, 2);
  EXPECT_THROW(AtKinks::position(1.5), ad::ParameterError);
  EXPECT_THROW(AtKinks::position(std::nan("")), ad::ParameterError);
}

TEST(AtKinks, CanRefuseThem) {
  const auto f = [](auto x) { return x[1] * abs(x[0] - 1); };
  EXPECT_EQ(ad::gradient(f, Point{3, 2}, AtKinks::refuse()), (Point{2, 2}));
  try {
    ad::gradient(f, Point{1, 2}, AtKinks::refuse());
    FAIL() << "nothing was thrown";
  } catch (const ad::KinkError& error) {
    EXPECT_EQ(std::string(error.what()).find("abs: its argument is exactly on its kink"), 0U)
        << error.what();
  }
  EXPECT_EQ(ad::gradient(f, Point{1, 2}), (Point{0, 0})) << "the tape is free again";
}

TEST(Kinks, OfSingleNumbers) {
  EXPECT_EQ(ad::kinks([](auto x) { return relu(x); }, 0.0).upper, std::vector<double>{1});
  EXPECT_EQ(ad::kinks([](auto x, auto y) { return relu(x) * y; }, 0.0, 3.0).upper[0], 3);
  EXPECT_EQ(ad::gradient([](auto x) { return relu(x); }, 0.0, ad::AtKinks::position(0.25))[0],
            0.25);
  EXPECT_THROW((void)ad::gradient([](auto x) { return relu(x); }, 0.0, ad::AtKinks::refuse()),
               ad::KinkError);
}

TEST(Kinks, DoNotTrustAFormZeroTimesInfinity) {
  const auto report = ad::kinks([](auto x) { return sqrt(x * x); }, 0.0);
  EXPECT_EQ(report.trust, ad::Trust::unknown);
  ASSERT_EQ(report.indeterminate.size(), 1U);
  EXPECT_EQ(fmt::format("{}", report),
            "a form 0 * infinity was met: the derivative may be another than the gradient\n"
            "  0 * infinity: mul\n");
  EXPECT_EQ(ad::kinks([](auto x) { return sqrt(x * x); }, 1.0).trust, ad::Trust::no_kink);
}

TEST(Kinks, TakeOptionsForASingleNumber) {
  const auto report = ad::kinks([](auto x) { return relu(x); }, 0.05, ad::KinkOptions{.near = 0.1});
  EXPECT_EQ(report.kinks.size(), 1U);
}

}  // namespace
