#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/quad.hpp>

namespace {

using ad::Quad;
using Limits = std::numeric_limits<Quad>;
using Arguments = std::vector<Quad>;
using Function = std::function<Quad(const Arguments&)>;

const Quad infinity = Limits::infinity();
const Quad nan = Limits::quiet_NaN();
const Quad pi = Quad::parse("3.14159265358979323846264338327950288419716939937510582097494");

Quad quad(const char* text) { return Quad::parse(text); }

Function unary(Quad (*f)(const Quad&)) {
  return [f](const Arguments& x) { return f(x.at(0)); };
}
Function binary(Quad (*f)(const Quad&, const Quad&)) {
  return [f](const Arguments& x) { return f(x.at(0), x.at(1)); };
}

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> table = {
      {"add", [](const Arguments& x) { return x.at(0) + x.at(1); }},
      {"sub", [](const Arguments& x) { return x.at(0) - x.at(1); }},
      {"mul", [](const Arguments& x) { return x.at(0) * x.at(1); }},
      {"div", [](const Arguments& x) { return x.at(0) / x.at(1); }},
      {"fma", [](const Arguments& x) { return fma(x.at(0), x.at(1), x.at(2)); }},
      {"sqrt", unary(ad::sqrt)},
      {"cbrt", unary(ad::cbrt)},
      {"hypot", binary(ad::hypot)},
      {"exp", unary(ad::exp)},
      {"exp2", unary(ad::exp2)},
      {"expm1", unary(ad::expm1)},
      {"log", unary(ad::log)},
      {"log2", unary(ad::log2)},
      {"log10", unary(ad::log10)},
      {"log1p", unary(ad::log1p)},
      {"pow", binary(ad::pow)},
      {"sin", unary(ad::sin)},
      {"cos", unary(ad::cos)},
      {"tan", unary(ad::tan)},
      {"asin", unary(ad::asin)},
      {"acos", unary(ad::acos)},
      {"atan", unary(ad::atan)},
      {"atan2", binary(ad::atan2)},
      {"sinh", unary(ad::sinh)},
      {"cosh", unary(ad::cosh)},
      {"tanh", unary(ad::tanh)},
      {"asinh", unary(ad::asinh)},
      {"acosh", unary(ad::acosh)},
      {"atanh", unary(ad::atanh)},
      {"erf", unary(ad::erf)},
      {"erfc", unary(ad::erfc)},
      {"lgamma", unary(ad::lgamma)},
      {"tgamma", unary(ad::tgamma)},
      {"digamma", unary(ad::digamma)},
      {"fmod", [](const Arguments& x) { return fmod(x.at(0), x.at(1)); }},
  };
  return table;
}

// Equal, and of the same sign where both are zero; NaN is NaN.
testing::AssertionResult same(const Quad& got, const Quad& expected) {
  const bool equal = isnan(expected) ? isnan(got) : got == expected;
  if (equal && (isnan(expected) || signbit(got) == signbit(expected))) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
         << "got " << got.to_string(36) << ", expected " << expected.to_string(36);
}

TEST(QuadMath, AgreesWithTheReferenceTableToOneUnit) {
  const std::string path = AUTODIFF_SOURCE_DIR "/tests/core/quad_reference.txt";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing; write it with tests/reference/quad_reference.py";
  std::map<std::string, int> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string name;
    words >> name;
    Arguments numbers;
    for (std::string word; words >> word;) numbers.push_back(Quad::parse(word));
    const Quad expected = numbers.back();
    numbers.pop_back();
    const auto function = functions().find(name);
    ASSERT_NE(function, functions().end()) << name;
    const Quad got = function->second(numbers);
    // The functions are right to 0.501 units, so they may miss the nearest number by one.
    const bool right = got == expected || fabs(got - expected) <= ulp(expected);
    EXPECT_TRUE(right) << line << "\n  got " << got.to_string(45);
    ++rows[name];
  }
  for (const auto& [name, function] : functions()) EXPECT_GE(rows[name], 10) << name;
}

TEST(QuadMath, GivesNanForNan) {
  for (const auto& [name, function] : functions()) {
    EXPECT_TRUE(isnan(function({nan, nan, nan}))) << name;
  }
  EXPECT_TRUE(isnan(remainder(nan, 1)) && isnan(remainder(1, nan)) && isnan(ulp(nan)));
  EXPECT_TRUE(isnan(floor(nan)) && isnan(ceil(nan)) && isnan(trunc(nan)) && isnan(round(nan)));
}

TEST(QuadMath, KeepsTheSignOfZero) {
  for (const char* name : {"sqrt", "cbrt", "expm1", "log1p", "sin", "tan", "asin", "atan", "sinh",
                           "tanh", "asinh", "atanh", "erf"}) {
    EXPECT_TRUE(same(functions().at(name)({0.0}), 0.0)) << name;
    EXPECT_TRUE(same(functions().at(name)({-0.0}), -0.0)) << name;
  }
  for (const char* name : {"exp", "exp2", "cos", "cosh", "erfc"}) {
    EXPECT_TRUE(same(functions().at(name)({-0.0}), 1)) << name;
  }
}

TEST(QuadMath, GivesTinyArgumentsBack) {
  for (const char* name :
       {"expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh"}) {
    for (const Quad& x : {quad("1e-300"), quad("-1e-4000"), Limits::min()}) {
      EXPECT_TRUE(same(functions().at(name)({x}), x)) << name;
    }
  }
}

TEST(QuadMath, HasTheLimitsOfExponentialsAtInfinity) {
  EXPECT_TRUE(same(exp(infinity), infinity) && same(exp(-infinity), 0));
  EXPECT_TRUE(same(exp(Quad(11357)), infinity) && same(exp(Quad(-11357)), 0));
  EXPECT_TRUE(same(exp(Limits::max()), infinity) && same(exp(Limits::lowest()), 0));
  EXPECT_TRUE(same(exp2(Quad(16384)), infinity) && same(exp2(Quad(-16383)), 0));
  EXPECT_TRUE(same(exp2(Quad(16383)), ldexp(Quad(1), 16383)) &&
              same(exp2(Quad(-16382)), Limits::min()));
  EXPECT_TRUE(same(expm1(infinity), infinity) && same(expm1(-infinity), -1));
  EXPECT_TRUE(same(expm1(Limits::max()), infinity) && same(expm1(Quad(-1000)), -1));
  EXPECT_TRUE(same(sinh(-infinity), -infinity) && same(cosh(-infinity), infinity));
  EXPECT_TRUE(same(sinh(Limits::lowest()), -infinity) && same(cosh(Limits::max()), infinity));
  EXPECT_TRUE(same(tanh(infinity), 1) && same(tanh(Limits::lowest()), -1));
}

TEST(QuadMath, HasThePolesAndEdgesOfLogarithms) {
  for (const char* name : {"log", "log2", "log10"}) {
    const Function& f = functions().at(name);
    EXPECT_TRUE(same(f({0.0}), -infinity) && same(f({-0.0}), -infinity)) << name;
    EXPECT_TRUE(isnan(f({-1})) && isnan(f({-infinity})) && isnan(f({-Limits::min()}))) << name;
    EXPECT_TRUE(same(f({1}), 0) && same(f({infinity}), infinity)) << name;
  }
  EXPECT_TRUE(same(log1p(Quad(-1)), -infinity) && isnan(log1p(Quad(-1) - Limits::epsilon())));
  EXPECT_TRUE(same(log1p(infinity), infinity) && isnan(log1p(-infinity)));
  EXPECT_TRUE(same(log2(ldexp(Quad(1), -16382)), -16382) && same(log10(quad("1e4000")), 4000));
  EXPECT_TRUE(same(asinh(-infinity), -infinity) && same(acosh(infinity), infinity));
  EXPECT_TRUE(same(acosh(Quad(1)), 0) && isnan(acosh(1 - Limits::epsilon())));
  EXPECT_TRUE(isnan(acosh(-infinity)) && isnan(acosh(Quad(0))));
  EXPECT_TRUE(same(atanh(Quad(1)), infinity) && same(atanh(Quad(-1)), -infinity));
  EXPECT_TRUE(isnan(atanh(1 + Limits::epsilon())) && isnan(atanh(-infinity)));
}

TEST(QuadMath, RootsOfSpecialValues) {
  EXPECT_TRUE(isnan(sqrt(Quad(-1))) && isnan(sqrt(-infinity)) && isnan(sqrt(-Limits::min())));
  EXPECT_TRUE(same(sqrt(infinity), infinity) && same(sqrt(Quad(9)), 3));
  EXPECT_TRUE(same(sqrt(Limits::min()), ldexp(Quad(1), -8191)));
  EXPECT_TRUE(same(cbrt(-infinity), -infinity) && same(cbrt(Quad(-27)), -3));
  EXPECT_TRUE(same(hypot(infinity, nan), infinity) && same(hypot(nan, -infinity), infinity));
  EXPECT_TRUE(same(hypot(Quad(-0.0), -0.0), 0) && same(hypot(Quad(-3), 4), 5));
  EXPECT_TRUE(same(hypot(Limits::max(), Limits::max()), infinity));
  EXPECT_TRUE(same(hypot(Limits::min(), Quad(0)), Limits::min()));
}

TEST(QuadMath, PowFollowsAnnexF) {
  for (const Quad& x : {Quad(0.0), Quad(-0.0), Quad(-2), infinity, -infinity, nan}) {
    EXPECT_TRUE(same(pow(x, 0), 1) && same(pow(x, -0.0), 1));
  }
  for (const Quad& y : {Quad(0.5), infinity, -infinity, nan}) EXPECT_TRUE(same(pow(1, y), 1));
  EXPECT_TRUE(same(pow(Quad(-0.0), -3), -infinity) && same(pow(Quad(0.0), -3), infinity));
  EXPECT_TRUE(same(pow(Quad(-0.0), -2), infinity) && same(pow(Quad(-0.0), -2.5), infinity));
  EXPECT_TRUE(same(pow(Quad(-0.0), -infinity), infinity));
  EXPECT_TRUE(same(pow(Quad(-0.0), 3), -0.0) && same(pow(Quad(-0.0), 2.5), 0.0));
  EXPECT_TRUE(same(pow(Quad(-1), infinity), 1) && same(pow(Quad(-1), -infinity), 1));
  EXPECT_TRUE(isnan(pow(Quad(-2), 0.5)) && isnan(pow(Quad(-1), 1.5)));
  EXPECT_TRUE(same(pow(Quad(-0.5), -infinity), infinity) && same(pow(Quad(2), -infinity), 0));
  EXPECT_TRUE(same(pow(Quad(0.5), infinity), 0) && same(pow(Quad(-2), infinity), infinity));
  EXPECT_TRUE(same(pow(-infinity, -3), -0.0) && same(pow(-infinity, -2.5), 0.0));
  EXPECT_TRUE(same(pow(-infinity, 3), -infinity) && same(pow(-infinity, 2), infinity));
  EXPECT_TRUE(same(pow(infinity, -0.1), 0) && same(pow(infinity, 0.1), infinity));
  EXPECT_TRUE(isnan(pow(nan, 1)) && isnan(pow(2, nan)));
  EXPECT_TRUE(same(pow(Quad(-2), 16385), -infinity) && same(pow(Quad(-2), -16385), -0.0));
  EXPECT_TRUE(same(pow(Limits::max(), Limits::max()), infinity));
  EXPECT_TRUE(same(pow(Limits::min(), Limits::max()), 0));
  EXPECT_TRUE(same(pow(Quad(-3), 5), -243) && same(pow(2.0, Quad(-3)), 0.125));
  EXPECT_TRUE(same(pow(Quad(-1), Limits::max()), 1) && same(pow(Quad(-1), quad("1e20") + 1), -1));
}

TEST(QuadMath, TrigonometryAtItsEdges) {
  EXPECT_TRUE(isnan(sin(infinity)) && isnan(cos(-infinity)) && isnan(tan(infinity)));
  EXPECT_TRUE(isnan(asin(1 + Limits::epsilon())) && isnan(acos(-infinity)));
  EXPECT_TRUE(same(asin(Quad(-1)), -pi / 2) && same(acos(Quad(-1)), pi));
  EXPECT_TRUE(same(acos(Quad(1)), 0) && same(acos(Quad(0)), pi / 2));
  EXPECT_TRUE(same(atan(-infinity), -pi / 2) && same(atan(infinity), pi / 2));
  // What the nearest number lacks to pi.
  EXPECT_EQ(sin(pi).to_string(30), "8.67181013012378102479704402604e-35");
}

TEST(QuadMath, Atan2FollowsAnnexF) {
  const Quad zero = 0;
  EXPECT_TRUE(same(atan2(zero, zero), 0) && same(atan2(-zero, zero), -0.0));
  EXPECT_TRUE(same(atan2(zero, -zero), pi) && same(atan2(-zero, -zero), -pi));
  EXPECT_TRUE(same(atan2(zero, -1), pi) && same(atan2(-zero, -1), -pi));
  EXPECT_TRUE(same(atan2(-zero, 1), -0.0) && same(atan2(-1, -zero), -pi / 2));
  EXPECT_TRUE(same(atan2(1, zero), pi / 2) && same(atan2(1, infinity), 0));
  EXPECT_TRUE(same(atan2(-1, -infinity), -pi) && same(atan2(-infinity, 1), -pi / 2));
  EXPECT_TRUE(same(atan2(infinity, infinity), pi / 4));
  EXPECT_TRUE(same(atan2(-infinity, -infinity), -3 * (pi / 4)));
  EXPECT_TRUE(same(atan2(Limits::min(), Limits::max()), 0));
}

TEST(QuadMath, SpecialFunctionsAtTheirPolesAndLimits) {
  EXPECT_TRUE(same(erf(-infinity), -1) && same(erfc(-infinity), 2) && same(erfc(infinity), 0));
  EXPECT_TRUE(same(erf(Limits::lowest()), -1) && same(erfc(Limits::max()), 0));
  EXPECT_TRUE(same(lgamma(Quad(1)), 0) && same(lgamma(Quad(2)), 0));
  EXPECT_TRUE(same(lgamma(Quad(-0.0)), infinity) && same(lgamma(Quad(-3)), infinity));
  EXPECT_TRUE(same(lgamma(infinity), infinity) && same(lgamma(-infinity), infinity));
  EXPECT_TRUE(same(lgamma(Limits::max()), infinity) && same(lgamma(Limits::lowest()), infinity));
  EXPECT_TRUE(same(tgamma(Quad(0.0)), infinity) && same(tgamma(Quad(-0.0)), -infinity));
  EXPECT_TRUE(isnan(tgamma(Quad(-1))) && isnan(tgamma(-infinity)) && isnan(tgamma(Quad(-1e30))));
  EXPECT_TRUE(same(tgamma(infinity), infinity) && same(tgamma(Quad(1756)), infinity));
  EXPECT_TRUE(same(tgamma(Quad(6)), 120) && same(tgamma(Quad(-2000.5)), -0.0));
  EXPECT_TRUE(same(tgamma(Quad(-2001.5)), 0.0) && same(tgamma(Quad(-1801.25)), 0.0));
  EXPECT_TRUE(same(digamma(Quad(0.0)), -infinity) && same(digamma(Quad(-0.0)), infinity));
  EXPECT_TRUE(isnan(digamma(Quad(-4))) && isnan(digamma(-infinity)));
  EXPECT_TRUE(same(digamma(infinity), infinity));
}

TEST(QuadMath, RoundsToIntegers) {
  struct Row {
    double x, floor, ceil, trunc, round;
  };
  for (const Row& row : {Row{2.5, 2, 3, 2, 3}, Row{-2.5, -3, -2, -2, -3}, Row{0.5, 0, 1, 0, 1},
                         Row{-0.5, -1, -0.0, -0.0, -1}, Row{0.25, 0, 1, 0, 0},
                         Row{-0.25, -1, -0.0, -0.0, -0.0}, Row{-0.0, -0.0, -0.0, -0.0, -0.0},
                         Row{7, 7, 7, 7, 7}, Row{1e300, 1e300, 1e300, 1e300, 1e300},
                         Row{3.999, 3, 4, 3, 4}, Row{-1.5, -2, -1, -1, -2}}) {
    EXPECT_TRUE(same(floor(Quad(row.x)), row.floor)) << row.x;
    EXPECT_TRUE(same(ceil(Quad(row.x)), row.ceil)) << row.x;
    EXPECT_TRUE(same(trunc(Quad(row.x)), row.trunc)) << row.x;
    EXPECT_TRUE(same(round(Quad(row.x)), row.round)) << row.x;
  }
  EXPECT_TRUE(same(floor(-infinity), -infinity) && same(round(infinity), infinity));
  EXPECT_TRUE(same(ceil(4 - Limits::epsilon()), 4) && same(round(Limits::min()), 0));
  // The largest number below a half.
  EXPECT_TRUE(same(round(Quad(0.5) - Limits::epsilon() / 4), 0));
}

TEST(QuadMath, RemaindersAreExact) {
  EXPECT_TRUE(same(fmod(Quad(7.5), 2), 1.5) && same(fmod(Quad(-7.5), 2), -1.5));
  EXPECT_TRUE(same(fmod(Quad(-6), 3), -0.0) && same(fmod(Quad(6), -4), 2));
  EXPECT_TRUE(same(fmod(Quad(1), infinity), 1) && same(fmod(Quad(-0.0), 1), -0.0));
  EXPECT_TRUE(isnan(fmod(infinity, 1)) && isnan(fmod(Quad(1), 0)));
  EXPECT_TRUE(same(fmod(ldexp(Quad(1), 16000), 7), 2));  // 2^3 = 1 mod 7 and 16000 = 1 mod 3
  EXPECT_TRUE(same(remainder(Quad(5), 2), 1) && same(remainder(Quad(7), 2), -1));
  EXPECT_TRUE(same(remainder(Quad(3), 2), -1) && same(remainder(Quad(1), 2), 1));
  EXPECT_TRUE(same(remainder(Quad(-3), 2), 1) && same(remainder(Quad(-4), 2), -0.0));
  EXPECT_TRUE(same(remainder(Quad(1.75), 2), -0.25) && same(remainder(Quad(0.25), 2), 0.25));
  EXPECT_TRUE(same(remainder(Quad(1), infinity), 1) && isnan(remainder(Quad(1), 0)));
  EXPECT_TRUE(same(remainder(Limits::max(), Limits::max()), 0));
}

TEST(QuadMath, FmaRoundsOnce) {
  const Quad x = 1 + Limits::epsilon();
  EXPECT_TRUE(same(fma(x, x, -(x * x)), Limits::epsilon() * Limits::epsilon()));
  // The product is the middle between two numbers; what decides is 2^-900 away.
  const Quad a = 1 + ldexp(Quad(1), -57);
  const Quad b = 1 + ldexp(Quad(1), -56);
  EXPECT_TRUE(fma(a, b, ldexp(Quad(1), -900)) > fma(a, b, ldexp(Quad(-1), -900)));
  EXPECT_TRUE(fma(-a, b, ldexp(Quad(-1), -900)) < fma(-a, b, ldexp(Quad(1), -900)));
  EXPECT_TRUE(same(fma(Limits::max(), 2, -infinity), -infinity));
  EXPECT_TRUE(same(fma(Limits::max(), 2, Limits::lowest()), Limits::max()));
  EXPECT_TRUE(isnan(fma(infinity, 0, 1)) && isnan(fma(infinity, 1, -infinity)));
  EXPECT_TRUE(same(fma(-1, Quad(0.0), -0.0), -0.0) && same(fma(2, Quad(3), -6), 0.0));
}

TEST(QuadMath, MovesSignsAndExponents) {
  EXPECT_TRUE(same(copysign(Quad(3), -0.0), -3) && same(copysign(-infinity, 1), infinity));
  EXPECT_TRUE(same(fabs(Quad(-0.0)), 0.0) && same(fabs(-infinity), infinity));
  EXPECT_TRUE(same(ulp(Quad(-1)), Limits::epsilon()) && same(ulp(Quad(0)), Limits::min()));
  EXPECT_TRUE(same(ulp(Limits::min()), Limits::min()) && same(ulp(-infinity), infinity));
  EXPECT_TRUE(same(ulp(Quad(1) - Limits::epsilon() / 2), Limits::epsilon() / 2));
  EXPECT_TRUE(same(ldexp(Quad(3), 4), 48) && same(ldexp(Quad(-1), -20000), -0.0));
  EXPECT_TRUE(same(ldexp(Quad(-1), std::numeric_limits<int>::max()), -infinity));
  EXPECT_TRUE(same(ldexp(nan, 3), nan) && same(ldexp(Quad(-0.0), 3), -0.0));
}

TEST(QuadMath, LargerAndSmallerIgnoreNan) {
  EXPECT_TRUE(same(fmax(1, Quad(2)), 2) && same(fmin(1, Quad(2)), 1));
  EXPECT_TRUE(same(fmax(nan, 2), 2) && same(fmax(2, nan), 2) && same(fmin(nan, 2), 2));
  EXPECT_TRUE(same(fmin(2, nan), 2) && isnan(fmax(nan, nan)) &&
              same(fmin(-infinity, 1), -infinity));
}

}  // namespace
