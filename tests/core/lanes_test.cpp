// Numbers in lanes, against the same functions of single numbers.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include <autodiff/core/lanes.hpp>

namespace {

using ad::Lanes;

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

/// The numbers that a function of the C library treats apart.
template <class T>
const std::array<T, 11> special_numbers{T(0),
                                        T(-0.0),
                                        T(1),
                                        T(-1),
                                        infinity<T>,
                                        -infinity<T>,
                                        std::numeric_limits<T>::quiet_NaN(),
                                        std::numeric_limits<T>::max(),
                                        std::numeric_limits<T>::lowest(),
                                        std::numeric_limits<T>::min(),
                                        std::numeric_limits<T>::denorm_min()};

template <class T>
void expect_close(T found, long double needed, T x, const std::string& what) {
  const T rounded = static_cast<T>(needed);
  if (std::isnan(needed)) {
    EXPECT_TRUE(std::isnan(found)) << what << " of " << x << " is " << found;
    return;
  }
  if (!std::isfinite(rounded) || rounded == 0) {
    EXPECT_EQ(found, rounded) << what << " of " << x;
    EXPECT_EQ(std::signbit(found), std::signbit(rounded)) << what << " of " << x;
    return;
  }
  const T ulp = std::nextafter(std::fabs(rounded), infinity<T>) - std::fabs(rounded);
  EXPECT_LE(std::fabs(static_cast<double>((found - needed) / ulp)), 4.5)
      << what << " of " << x << " is " << found << " instead of " << rounded;
}

/// `in_lanes` and `alone` are the same generic function; `lower` and `upper` bound its arguments.
template <class T, class F>
void expect_function(const char* name, const F& f, double lower, double upper) {
  for (const T x : special_numbers<T>) {
    expect_close(f(Lanes<T>(x))[0], f(static_cast<long double>(x)), x, name);
  }
  std::mt19937_64 random(11);
  std::uniform_real_distribution<T> uniform(static_cast<T>(lower), static_cast<T>(upper));
  std::array<T, Lanes<T>::count> x{};
  for (int round = 0; round < 200; ++round) {
    for (T& each : x) each = std::ldexp(uniform(random), -(round % 8));
    const Lanes<T> y = f(Lanes<T>::load(x.data()));
    for (std::size_t lane = 0; lane < x.size(); ++lane) {
      expect_close(y[lane], f(static_cast<long double>(x[lane])), x[lane], name);
    }
  }
}

template <class F>
void expect_function(const char* name, const F& f, double lower, double upper) {
  expect_function<double>(name, f, lower, upper);
  expect_function<float>(name, f, lower, upper);
}

TEST(Lanes, FunctionsAreThoseOfSingleNumbers) {
  using std::acos, std::acosh, std::asin, std::asinh, std::atan, std::atanh, std::cbrt, std::cos,
      std::cosh, std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::fabs, std::log,
      std::log10, std::log1p, std::log2, std::sin, std::sinh, std::sqrt, std::tan, std::tanh;
  expect_function(
      "exp", [](auto x) { return exp(x); }, -80, 80);
  expect_function(
      "exp2", [](auto x) { return exp2(x); }, -120, 120);
  expect_function(
      "expm1", [](auto x) { return expm1(x); }, -40, 80);
  expect_function(
      "log", [](auto x) { return log(x); }, -1, 1000);
  expect_function(
      "log2", [](auto x) { return log2(x); }, -1, 1000);
  expect_function(
      "log10", [](auto x) { return log10(x); }, -1, 1000);
  expect_function(
      "log1p", [](auto x) { return log1p(x); }, -1.5, 1000);
  expect_function(
      "sin", [](auto x) { return sin(x); }, -10, 10);
  expect_function(
      "cos", [](auto x) { return cos(x); }, -10, 10);
  expect_function(
      "tan", [](auto x) { return tan(x); }, -10, 10);
  expect_function(
      "asin", [](auto x) { return asin(x); }, -1.2, 1.2);
  expect_function(
      "acos", [](auto x) { return acos(x); }, -1.2, 1.2);
  expect_function(
      "atan", [](auto x) { return atan(x); }, -100, 100);
  expect_function(
      "sinh", [](auto x) { return sinh(x); }, -80, 80);
  expect_function(
      "cosh", [](auto x) { return cosh(x); }, -80, 80);
  expect_function(
      "tanh", [](auto x) { return tanh(x); }, -20, 20);
  expect_function(
      "asinh", [](auto x) { return asinh(x); }, -100, 100);
  expect_function(
      "acosh", [](auto x) { return acosh(x); }, 0, 100);
  expect_function(
      "atanh", [](auto x) { return atanh(x); }, -1.2, 1.2);
  expect_function(
      "cbrt", [](auto x) { return cbrt(x); }, -100, 100);
  expect_function(
      "erf", [](auto x) { return erf(x); }, -6, 6);
  expect_function(
      "erfc", [](auto x) { return erfc(x); }, -6, 8);
  expect_function(
      "sqrt", [](auto x) { return sqrt(x); }, -1, 100);
  expect_function(
      "fabs", [](auto x) { return fabs(x); }, -100, 100);
  expect_function(
      "-", [](auto x) { return -x; }, -100, 100);
}

TEST(Lanes, FmaRoundsOnce) {
  const double x = 1 + 0x1p-30;
  const double product = x * x;
  EXPECT_EQ(fma(Lanes<double>(x), Lanes<double>(x), Lanes<double>(-product))[0], 0x1p-60);
}

TEST(Lanes, AreSelectedOneByOne) {
  std::array<float, Lanes<float>::count> x{};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) - 1;
  const auto lanes = Lanes<float>::load(x.data());
  const auto y = select((lanes < 0) | (lanes == 1), Lanes<float>(7), lanes);
  EXPECT_EQ(y[0], 7);
  EXPECT_EQ(y[1], 0);
  EXPECT_EQ(y[2], 7);
  EXPECT_EQ(y[3], 2);
  EXPECT_EQ(ad::detail::sum_of_lanes<float>(select(lanes != lanes, lanes, Lanes<float>(1))),
            static_cast<float>(x.size()));
  EXPECT_FALSE(ad::detail::holds_everywhere(lanes < 0));
  EXPECT_TRUE(ad::detail::holds_everywhere(isfinite(lanes)));
}

TEST(Lanes, TellWhenTheyNeedDifferentBranches) {
  std::array<double, Lanes<double>::count> x{};
  x[1] = 1;
  const auto lanes = Lanes<double>::load(x.data());
  EXPECT_FALSE(lanes < 0);
  EXPECT_TRUE(lanes >= 0);
  EXPECT_FALSE(ad::detail::lanes_disagree);
  EXPECT_TRUE(lanes < 1);  // the first one is
  EXPECT_TRUE(ad::detail::lanes_disagree);
  ad::detail::lanes_disagree = false;
}

}  // namespace
