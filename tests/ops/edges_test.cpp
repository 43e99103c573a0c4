// Powers case by case, tails, and the ends of domains.
#include <cmath>

#include <gtest/gtest.h>

#include <autodiff/core/notes.hpp>
#include <autodiff/ops/all.hpp>

#include "at_point.hpp"

using namespace at_point;

TEST(Pow, HasIntegerPowersOfZero) {
  for (const double x : {0.0, -0.0}) {
    EXPECT_EQ(slope(ad::Pow{}, x, 0.0), 0);
    EXPECT_EQ(curvature(ad::Pow{}, x, 0.0), 0);
    EXPECT_EQ(slope(ad::Pow{}, x, 1.0), 1);
    EXPECT_EQ(curvature(ad::Pow{}, x, 1.0), 0);
    EXPECT_EQ(slope(ad::Pow{}, x, 2.0), 0);
    EXPECT_EQ(curvature(ad::Pow{}, x, 2.0), 2);
    EXPECT_EQ(slope(ad::Pow{}, x, 3.0), 0);
    EXPECT_EQ(curvature(ad::Pow{}, x, 3.0), 0);
    EXPECT_EQ(slope(ad::Pow{}, x, 1.875), 0);
    EXPECT_EQ(curvature(ad::Pow{}, x, 1.875), inf);
    EXPECT_EQ(slope(ad::Pow{}, x, 0.5), inf);
  }
  EXPECT_EQ(slope(ad::Pow{}, not_a_number, 0.0), 0);
  EXPECT_EQ(slope(ad::Pow{}, inf, 0.0), 0);
}

TEST(Pow, HasThePolesOfItsPowers) {
  EXPECT_EQ(slope(ad::Pow{}, 0.0, -1.0), -inf);
  EXPECT_EQ(slope(ad::Pow{}, -0.0, -1.0), -inf);
  EXPECT_EQ(slope(ad::Pow{}, 0.0, -2.0), -inf);
  EXPECT_EQ(slope(ad::Pow{}, -0.0, -2.0), inf);
}

TEST(Pow, DifferentiatesItsExponent) {
  const auto in_exponent = [](double x, double y) { return derivatives(ad::Pow{}, x, y).first[1]; };
  for (const double y : {1e-300, 0.5, 1.0, 2.0, inf}) EXPECT_EQ(in_exponent(0.0, y), 0);
  EXPECT_EQ(in_exponent(0.0, 0.0), -inf);
  EXPECT_TRUE(std::isnan(in_exponent(-2.0, 2.0)));
  EXPECT_EQ(in_exponent(1.0, 5.0), 0);
  EXPECT_EQ(in_exponent(inf, -1.0), 0);
  EXPECT_EQ(in_exponent(inf, 1.0), inf);
  EXPECT_EQ(in_exponent(0.5, inf), 0);
}

TEST(Pow, OfANegativeBaseIsRightInTheBase) {
  EXPECT_EQ(slope(ad::Pow{}, -2.0, 3.0), 12);
  EXPECT_EQ(curvature(ad::Pow{}, -2.0, 3.0), -12);
  EXPECT_EQ(slope(ad::Pow{}, -1.0, 1e17), -1e17);  // an even exponent from which 1 cannot be taken
  EXPECT_TRUE(std::isnan(slope(ad::Pow{}, -2.0, 0.5)));
}

TEST(Pow, WithAPassiveExponentRaisesNoFlag) {
  ad::Notes notes;
  using Inner = ad::Dual<double, 1>;
  ad::Tape<Inner> tape;
  const ad::Var<Inner> x = tape.input(Inner::variable(-2.0, 0));
  tape.reverse(pow(x, 3.0));
  EXPECT_EQ(tape.adjoint(x).value(), 12);
  EXPECT_EQ(tape.adjoint(x).tangent(0), -12);
  const ad::Dual<Inner, 1> z(Inner::variable(-2.0, 0), {Inner(1.0)});
  EXPECT_EQ(pow(z, 3.0).tangent(0).tangent(0), -12);
  EXPECT_TRUE(notes.indeterminate().empty());
  EXPECT_TRUE(tape.flags().indeterminate.empty());
}

TEST(Tails, KeepTheirDigits) {
  EXPECT_DOUBLE_EQ(slope(ad::Tanh{}, 20.0), 1.6993417021166355e-17);
  EXPECT_DOUBLE_EQ(curvature(ad::Tanh{}, 1e-300), -2e-300);
  EXPECT_DOUBLE_EQ(slope(ad::Sigmoid{}, -40.0), 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(slope(ad::Sigmoid{}, 40.0), 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(slope(ad::Expm1{}, -40.0), 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(slope(ad::Softplus{}, 1000.0), 1);
  EXPECT_DOUBLE_EQ(curvature(ad::Softplus{}, 37.42994775023705), 5.551115123125775e-17);
  EXPECT_DOUBLE_EQ(curvature(ad::Mish{}, 30.0), -2.0315104969447274e-24);
  EXPECT_DOUBLE_EQ(slope(ad::Mish{}, -745.0), -2.1e-321);
  EXPECT_DOUBLE_EQ(ad::erfc(20.0), 5.395865611607901e-176);
  EXPECT_DOUBLE_EQ(slope(ad::Erf{}, 26.0), 2.9470349932662697e-294);
  EXPECT_DOUBLE_EQ(ad::erf(1e-310), 1.1283791670955e-310);
  EXPECT_DOUBLE_EQ(slope(ad::Asinh{}, 1e200), 1e-200);
  EXPECT_DOUBLE_EQ(slope(ad::Acosh{}, 1e200), 1e-200);
  EXPECT_DOUBLE_EQ(slope(ad::Hypot{}, 1e-200, 1e-200), std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(slope(ad::Hypot{}, 1e200, 1e200), std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(slope(ad::Atan2{}, 1e-200, 1e-200), 5e199);
  EXPECT_DOUBLE_EQ(slope(ad::Atan2{}, 1e200, 1e200), 5e-201);
  EXPECT_DOUBLE_EQ(curvature(ad::Exp2{}, 1024.0), 8.637070847446594e307);
}

TEST(Ends, HaveTheLimitAsSlope) {
  for (const double x : {0.0, -0.0}) {
    EXPECT_EQ(slope(ad::Sqrt{}, x), inf);
    EXPECT_EQ(curvature(ad::Sqrt{}, x), -inf);
    EXPECT_EQ(slope(ad::Cbrt{}, x), inf);
    EXPECT_EQ(slope(ad::Log{}, x), inf);
    EXPECT_EQ(curvature(ad::Log{}, x), -inf);
    EXPECT_EQ(slope(ad::Log2{}, x), inf);
    EXPECT_EQ(slope(ad::Log10{}, x), inf);
    EXPECT_EQ(slope(ad::Rsqrt{}, x), -inf);
  }
  EXPECT_EQ(slope(ad::Log1p{}, -1.0), inf);
  for (const double x : {-1.0, 1.0}) {
    EXPECT_EQ(slope(ad::Asin{}, x), inf);
    EXPECT_EQ(curvature(ad::Asin{}, x), x * inf);
    EXPECT_EQ(slope(ad::Acos{}, x), -inf);
    EXPECT_EQ(slope(ad::Atanh{}, x), inf);
  }
  for (const double x : {0.0, -0.0, 1.0}) EXPECT_EQ(slope(ad::Logit{}, x), inf);
  EXPECT_EQ(ad::logit(0.0), -inf);
  EXPECT_EQ(ad::logit(1.0), inf);
  EXPECT_EQ(slope(ad::Acosh{}, 1.0), inf);
  EXPECT_EQ(curvature(ad::Acosh{}, 1.0), -inf);
  EXPECT_EQ(slope(ad::Hypot{}, 0.0, 0.0), 0);
  EXPECT_EQ(slope(ad::Hypot{}, inf, 1.0), 1);
  EXPECT_EQ(slope(ad::Atan2{}, inf, inf), 0);
  for (const double x : {-inf, inf}) {
    EXPECT_EQ(slope(ad::Tanh{}, x), 0);
    EXPECT_EQ(slope(ad::Gelu{}, x), x > 0 ? 1 : 0);
    EXPECT_EQ(slope(ad::Silu{}, x), x > 0 ? 1 : 0);
    EXPECT_EQ(slope(ad::Mish{}, x), x > 0 ? 1 : 0);
    EXPECT_EQ(on_tape(ad::Mish{}, x).value, x > 0 ? inf : 0);
    EXPECT_EQ(ad::erf(x), x > 0 ? 1 : -1);
    EXPECT_EQ(ad::erfc(x), x > 0 ? 0 : 2);
    for (const double far : {x, 1e300 * (x > 0 ? 1 : -1)}) {
      EXPECT_EQ(slope(ad::Erf{}, far), 0);
      EXPECT_EQ(curvature(ad::Erfc{}, far), 0);
    }
    EXPECT_EQ(on_tape(ad::Gelu{}, x).value, x > 0 ? inf : 0);
    EXPECT_EQ(on_tape(ad::Silu{}, x).value, x > 0 ? inf : 0);
  }
}

TEST(Outside, ValueAndSlopeAreNaN) {
  const auto expect_nan = [](const auto& result, const char* operation) {
    EXPECT_TRUE(std::isnan(result.value)) << operation;
    EXPECT_TRUE(std::isnan(result.first[0])) << operation;
  };
  expect_nan(on_tape(ad::Sqrt{}, -1), "sqrt");
  expect_nan(on_tape(ad::Rsqrt{}, -1), "rsqrt");
  expect_nan(on_tape(ad::Log{}, -1), "log");
  expect_nan(on_tape(ad::Log2{}, -tiny), "log2");
  expect_nan(on_tape(ad::Log10{}, -inf), "log10");
  expect_nan(on_tape(ad::Log1p{}, -2), "log1p");
  expect_nan(on_tape(ad::Asin{}, 2), "asin");
  expect_nan(on_tape(ad::Acos{}, -2), "acos");
  expect_nan(on_tape(ad::Acosh{}, 0.5), "acosh");
  expect_nan(on_tape(ad::Acosh{}, -2), "acosh");
  expect_nan(on_tape(ad::Atanh{}, 2), "atanh");
  expect_nan(on_tape(ad::Sin{}, inf), "sin");
  expect_nan(on_tape(ad::Logit{}, -tiny), "logit");
  expect_nan(on_tape(ad::Logit{}, 1.5), "logit");
  expect_nan(on_tape(ad::Logit{}, inf), "logit");
  expect_nan(on_tape(ad::Xlogy{}, 1, -1), "xlogy");
}
