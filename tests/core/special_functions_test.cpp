// The special functions at orders that no table of an operation reaches.
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <autodiff/core/special_functions.hpp>

namespace {

using ad::Quad;
namespace detail = ad::detail;

struct Point {
  std::string function;
  int order;
  double x;
  const char* value;  // by mpmath
};

const Point points[] = {
    {"polygamma", 1, 0.5, "4.9348022005446793094172454999380755677"},
    {"polygamma", 2, 1.25, "-1.3277399375369203333379671788439898873"},
    {"polygamma", 3, -2.75, "1558.4897512832936012742663158866279836"},
    {"polygamma", 5, -0.125, "31457550.406162320946669619457823924166"},
    {"polygamma", 8, 3.5, "-0.57638465186993246759072459549850485809"},
    {"polygamma", 4, 10000000000.0, "-6.0000000012000000001e-40"},
    {"bessel_i", 0, 3.0, "4.8807925858650240856112355460213192494"},
    {"bessel_i", 2, -0.75, "0.073666880494875446975291051849232920455"},
    {"bessel_i", 5, 20.0, "23018392.213413670700704517737408775912"},
    {"bessel_i", 3, -70.0, "-112626056713731299740808824814.47725063"},
    {"bessel_i", 1, 0x1.4484bfeebc2a0p-100, "5.0000000000000004166821030379299267547e-31"},
    {"tail_ratio", 0, -1.5, "0.43867716662254318945184291441391569183"},
    {"tail_ratio", 1, -2.5, "0.59842329679116192916226851204571876721"},
    {"tail_ratio", 3, -18.5, "0.21315481155841401336798161711607441772"},
    {"tail_ratio", 2, 0.25, "1.7138378478185411807414034379291206623"},
    {"tail_ratio", 4, 7.0, "7.5396590066716086290799501979543698783"},
    {"tail_ratio", 3, -100000000.0, "0.000000039999999999999980000000000000022"},
    {"inverse_mills", 0, -18.5, "18.553742696969021366057204593703627689"},
    {"inverse_mills", 0, 2.0, "0.055247862678989959102300972555523934036"},
    {"inverse_mills", 0, 30.0, "1.4736461348785475190494932660450744871e-196"},
    {"log_normal_cdf", 0, -2.0, "-3.7831843336820319488355474801489633679"},
    {"log_normal_cdf", 0, -18.5, "-174.96461006454661227809320216305201888"},
    {"log_normal_cdf", 0, 5.0, "-0.00000028665161296376359338459625849560923498"},
    {"erf_inverse", 0, 0.25, "0.22531205501217810472501401395227755478"},
    {"erf_inverse", 0, -0.999, "-2.3267537655135244938664336970723065764"},
    {"erf_inverse", 0, 0x1.0000000000000p-60, "7.6867932631282353890627886758861157764e-19"},
    {"erf_inverse_slope", 0, 0.25, "0.93237823460597253384392361045539901765"},
    {"erf_inverse_slope", 0, 0x1.ffffffffffff8p-1, "97539097489305.252052775666349696448652"},
};

template <class T>
T evaluate(const Point& p) {
  const T x = p.x;
  const std::map<std::string, std::function<T()>> functions{
      {"polygamma", [&] { return detail::polygamma(p.order, x); }},
      {"bessel_i", [&] { return detail::bessel_i(p.order, x); }},
      {"tail_ratio", [&] { return detail::tail_ratio(p.order, x); }},
      {"inverse_mills", [&] { return detail::inverse_mills(x); }},
      {"log_normal_cdf", [&] { return detail::log_normal_cdf(x); }},
      {"erf_inverse", [&] { return detail::erf_inverse(x); }},
      {"erf_inverse_slope", [&] { return detail::erf_inverse_slope(x); }}};
  return functions.at(p.function)();
}

TEST(SpecialFunctions, AreRightToTheLastPlace) {
  for (const Point& p : points) {
    const Quad exact = Quad::parse(p.value);
    EXPECT_LE((fabs(evaluate<Quad>(p) - exact) / ulp(exact)).to_double(), 1)
        << p.function << p.order << " at " << p.x;
    EXPECT_LE((fabs(Quad(evaluate<double>(p)) - exact) / fabs(exact)).to_double(), 0x1p-53 * 1.01)
        << p.function << p.order << " at " << p.x;
  }
}

TEST(SpecialFunctions, HaveTheLimitsAtTheEndsOfTheRange) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const int n : {1, 2, 3}) {
    EXPECT_EQ(detail::polygamma(n, inf), 0);
    EXPECT_EQ(detail::polygamma(n, Quad(inf)).to_double(), 0);
    EXPECT_TRUE(std::isnan(detail::polygamma(n, -inf)) && isnan(detail::polygamma(n, Quad(-inf))));
    EXPECT_EQ(detail::bessel_i(n, -inf), n % 2 == 0 ? inf : -inf);
    EXPECT_EQ(detail::bessel_i(n, Quad(-inf)).to_double(), n % 2 == 0 ? inf : -inf);
    EXPECT_EQ(detail::bessel_i(n, Quad(1e300)).to_double(), inf);
    EXPECT_EQ(detail::tail_ratio(n, inf), inf);
    EXPECT_EQ(detail::tail_ratio(n, Quad(inf)).to_double(), inf);
    EXPECT_EQ(detail::tail_ratio(n, -inf), 0);
    EXPECT_EQ(detail::tail_ratio(n, Quad(-inf)).to_double(), 0);
  }
}

}  // namespace
