#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/precise.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/dual.hpp>

namespace {

using ad::Precise;

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Precise, HasAsManyBitsAsTheScopeAsksFor) {
  const auto third = [](long bits) {
    const Precise::Scope scope(bits);
    return (Precise(1) / Precise(3)).to_string(100);
  };
  EXPECT_EQ(third(400), "0." + std::string(100, '3'));
  EXPECT_NE(third(150), third(400));
  const Precise::Scope outer(2000);
  {
    const Precise::Scope inner(100);
    EXPECT_TRUE(all_zero((Precise(1) + ldexp(Precise(1), -200)) - Precise(1)));
  }
  EXPECT_FALSE(all_zero((Precise(1) + ldexp(Precise(1), -1000)) - Precise(1)));
}

TEST(Precise, HoldsOtherNumbersExactly) {
  for (const double x : {0.0, -0.0, 1.0, -0.1, 5e-324, 1.7976931348623157e308, inf, -inf}) {
    EXPECT_EQ(Precise(x).to_double(), x);
    EXPECT_EQ(std::signbit(Precise(x).to_double()), std::signbit(x));
  }
  EXPECT_TRUE(isnan(Precise(std::nan(""))));
  EXPECT_EQ(Precise(std::numeric_limits<long long>::min()).to_string(), "-9223372036854775808");
  for (const char* text :
       {"0.1", "1e-4000", "-3.25e+4900", "1.0000000000000000000000000000000002"}) {
    const ad::Quad x = ad::Quad::parse(text);
    EXPECT_EQ(Precise(x).to_quad(), x) << text;
    EXPECT_EQ(Precise(x).to_string(34), x.to_string(34));
  }
}

TEST(Precise, CopiesAndMoves) {
  const Precise::Scope scope(300);
  Precise a = Precise::pi();
  const Precise b = a;
  std::vector<Precise> list{a, b, 1};
  list.push_back(std::move(a));
  EXPECT_EQ(list[0], list[3]);
  list.erase(list.begin());
  EXPECT_EQ(list[0], b);
  list[0] = *&list[0];
  EXPECT_EQ(list[0], b);
}

TEST(Precise, ComputesWhatMpmathDoes) {
  const Precise::Scope scope(256);
  const auto expect = [](const Precise& x, const char* digits) {
    EXPECT_EQ(x.to_string(50), digits);
  };
  // mpmath, mp.dps = 60
  expect(Precise::pi(), "3.1415926535897932384626433832795028841971693993751");
  expect(exp(Precise(1)), "2.7182818284590452353602874713526624977572470937");
  expect(erfc(Precise(10)), "2.0884875837625447570007862949577886115608181193212e-45");
  expect(sin(Precise(1e22)), "-0.85220084976718880177270589375302936826176215041004");
  expect(cbrt(Precise(2)), "1.2599210498948731647672106072782283505702514647015");
}

TEST(Precise, ReachesFarBeyondDouble) {
  const Precise::Scope scope(128);
  const Precise tiny = exp(Precise(-1e5));
  EXPECT_FALSE(all_zero(tiny));
  EXPECT_EQ((tiny * exp(Precise(1e5))).to_double(), 1);
  EXPECT_TRUE(isinf(exp(Precise(1e7))));
  EXPECT_TRUE(isnan(sin(Precise(inf))));
}

TEST(Precise, HasTheSpecialFunctions) {
  const Precise::Scope scope(256);
  const auto expect = [](const Precise& x, const char* digits) {
    EXPECT_EQ(x.to_string(50), digits);
  };
  // mpmath, mp.dps = 60
  expect(ad::lgamma(Precise(3.5)), "1.2009736023470742248160218814507129957702389154682");
  expect(ad::digamma(Precise(0.25)), "-4.2274535333762654080895301460966835773672444387082");
  expect(ad::i0(Precise(10)), "2815.7166284662544714698111534265900930784512383961");
  expect(ad::erfinv(Precise(0.75)), "0.8134198475976185416902893598934210853247248359575");
  expect(ad::log_ndtr(Precise(-20)), "-203.91715537109726393680445865452690005250763198897");
  using ad::detail::polygamma;
  expect(polygamma(1, Precise(1)), "1.6449340668482264364724151666460251892189499012068");
  expect(polygamma(2, Precise(-2.75)), "-124.1176530597151799715402601289864930741512355277");
  expect(polygamma(3, Precise(40.5)), "3.1240239710655936422248716017582945941785516752989e-05");
  expect(ad::detail::inverse_mills(Precise(-30)),
         "30.033259667433677037071124100012251474639560408788");
  EXPECT_EQ(ad::detail::tail_ratio(2, Precise(-30)).to_string(40),
            "0.09955994008716464479209936148216852176077");
  EXPECT_TRUE(isnan(ad::detail::bessel_i(0, Precise(5000))));  // not quad's digits
}

TEST(Precise, KnowsTheConstantsOfTheRules) {
  const Precise::Scope scope(256);
  EXPECT_EQ(ad::constant<Precise>(1.1283791670955126, 1.533545961316588e-17).to_string(50),
            "1.128379167095512573896158903121545171688101258658");
  // Each of them is the number that its two doubles tell.
  for (const auto& [high, low] :
       std::vector<std::pair<double, double>>{{3.141592653589793, 1.2246467991473532e-16},
                                              {0.3183098861837907, -1.9678676675182486e-17},
                                              {1.1283791670955126, 1.533545961316588e-17},
                                              {0.5641895835477563, 7.66772980658294e-18},
                                              {-14.179630807244129, 6.133269199860639e-16},
                                              {0.3989422804014327, -2.49232720227773e-17},
                                              {15.749609945722419, 7.310541421791888e-16},
                                              {0.7071067811865476, -4.833646656726457e-17},
                                              {0.6931471805599453, 2.3190468138462996e-17},
                                              {1.4426950408889634, 2.0355273740931033e-17},
                                              {0.4342944819032518, 1.098319650216765e-17}}) {
    const Precise rest = Precise::constant(high, low) - (Precise(high) + Precise(low));
    EXPECT_LT(fabs(rest / Precise(high)), Precise(1e-31)) << high;
    EXPECT_FALSE(all_zero(rest)) << high;
  }
}

TEST(Precise, IsACarrierOfEveryOperation) {
  using Tangent = ad::Dual<Precise, 1>;
  const Precise::Scope scope(256);
  const Tangent x = Tangent::variable(Precise(1e-30), 0);
  const Tangent y = (1 - cos(x)) / x;
  EXPECT_NEAR(y.tangent(0).to_double(), 0.5, 1e-15);
  EXPECT_EQ(relu(x).tangent(0), 1);
}

}  // namespace
