#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;

// The price of a European call by Black and Scholes: many steps of five arguments.
const auto call_price = [](auto spot, auto strike, auto rate, auto volatility, auto maturity) {
  using T = ad::common_value_t<decltype(spot), decltype(strike), decltype(rate),
                               decltype(volatility), decltype(maturity)>;
  const T deviation = volatility * sqrt(maturity);
  const T d1 = (log(spot / strike) + (rate + volatility * volatility / 2.0) * maturity) / deviation;
  const T d2 = d1 - deviation;
  return T(spot * normal_cdf(d1) - strike * exp(-rate * maturity) * normal_cdf(d2));
};

const std::vector<double> market{101.0, 95.0, 0.03, 0.25, 0.75};

TEST(Fuse, RecordsOneStatementWithTheSameDerivatives) {
  const auto fused = ad::fuse(call_price);
  const auto whole = [](const auto& x) { return call_price(x[0], x[1], x[2], x[3], x[4]); };

  ad::Tape<double> tape;
  const std::vector<Real> x = tape.inputs(market);
  const Real y = fused(x[0], x[1], x[2], x[3], x[4]);
  EXPECT_EQ(tape.statistics().statements, 6U);
  EXPECT_EQ(tape.statistics().arguments, 5U);
  tape.reverse(y);

  const auto [value, gradient] = ad::value_and_gradient(whole, market);
  EXPECT_EQ(y.value(), value);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(tape.adjoint(x[i]), gradient[i], 1e-14 * std::abs(gradient[i])) << i;
  }
}

TEST(Fuse, LeavesOutConstantArguments) {
  const auto fused = ad::fuse([](auto a, auto b, auto c) { return a * exp(b) + c; });
  ad::Tape<double> tape;
  const Real b = tape.input(0.5);
  const Real y = fused(3.0, b, Real(2.0));
  EXPECT_EQ(tape.statistics().arguments, 1U);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(b), 3.0 * std::exp(0.5));
  EXPECT_FALSE(fused(Real(3.0), Real(0.5), 2.0).is_active());
}

TEST(Fuse, ReturnsSeveralResults) {
  const auto polar = ad::fuse([](auto r, auto phi) {
    using T = decltype(r);
    return std::tuple{T(r * cos(phi)), std::array{T(r * sin(phi)), T(2.0 * r)}};
  });
  ad::Tape<double> tape;
  const Real r = tape.input(2.0), phi = tape.input(0.5);
  const auto [x, rest] = polar(r, phi);
  EXPECT_EQ(tape.statistics().statements, 5U);
  tape.reverse(rest[0]);
  EXPECT_EQ(tape.adjoint(phi), 2.0 * std::cos(0.5));
  tape.reverse(x);
  EXPECT_EQ(tape.adjoint(r), std::cos(0.5));
  tape.reverse(rest[1]);
  EXPECT_EQ(tape.adjoint(phi), 0.0);
}

TEST(Fuse, OfPlainNumbersIsTheFunction) {
  const auto fused = ad::fuse([](auto x, auto y) { return relu(x) * y; });
  EXPECT_EQ(fused(2.0, 3.0), 6.0);
  EXPECT_EQ(fused(2.0F, 3.0F), 6.0F);
  static_assert(std::is_same_v<decltype(fused(2.0F, 3.0F)), float>);
  static_assert(std::is_same_v<decltype(fused(Real(2), 1)), Real>);
}

TEST(Fuse, HasDerivativesOfEveryOrder) {
  const auto fused = ad::fuse([](auto x, auto y) { return exp(x * y) + x; });
  const auto plain = [](const auto& v) { return exp(v[0] * v[1]) + v[0]; };
  const auto f = [&](const auto& v) { return fused(v[0], v[1]) * 1.0; };
  const std::vector<double> x{0.3, -0.7};
  EXPECT_EQ(ad::hessian(f, x), ad::hessian(plain, x));
  EXPECT_EQ(ad::jvp(f, x, std::vector{1.0, 2.0}), ad::jvp(plain, x, std::vector{1.0, 2.0}));
}

TEST(Fuse, ShowsItsStepsAtKinks) {
  const auto fused = ad::fuse([](auto x) { return relu(x) - relu(-x); });
  const auto f = [&](const auto& v) { return fused(v[0]); };
  EXPECT_EQ(ad::generalized_gradient(f, std::vector{0.0})[0], 1.0);
  EXPECT_EQ(ad::kinks(f, std::vector{0.0}).kinks.size(), 2U);
  EXPECT_EQ(ad::gradient(f, std::vector{0.0})[0], 0.0) << "the convention, as without fuse";
}

TEST(Fuse, GivesInfinitePartialsTheirMeaningStepByStep) {
  // The infinite slope of sqrt meets the factor 0: fused partials would be NaN.
  const auto fused = ad::fuse([](auto x, auto y) { return sqrt(x) * y; });
  const auto result = ad::value_and_gradient([&](auto x, auto y) { return fused(x, y); }, 0.0, 0.0);
  const auto plain = ad::value_and_gradient([](auto x, auto y) { return sqrt(x) * y; }, 0.0, 0.0);
  EXPECT_EQ(result.gradient, plain.gradient);
  EXPECT_EQ(result.flags.indeterminate, plain.flags.indeterminate);
  EXPECT_FALSE(result.flags.indeterminate.empty());
}

TEST(Fuse, RefusesValuesOfAFinishedTape) {
  const auto fused = ad::fuse([](auto x) { return x * x; });
  Real x;
  {
    ad::Tape<double> tape;
    x = tape.input(2.0);
  }
  EXPECT_THROW(fused(x), ad::TapeError);
  ad::Tape<double> tape;
  EXPECT_THROW(fused(x), ad::TapeError);
}

}  // namespace
