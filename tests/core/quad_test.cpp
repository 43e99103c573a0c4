#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/quad.hpp>

namespace {

using ad::Quad;
using Limits = std::numeric_limits<Quad>;

const Quad infinity = Limits::infinity();
const Quad nan = Limits::quiet_NaN();

Quad quad(const char* text) { return Quad::parse(text); }
std::string text(const Quad& x) { return x.to_string(36); }

static_assert(std::is_trivially_copyable_v<Quad> && std::is_nothrow_default_constructible_v<Quad>);
static_assert(std::is_convertible_v<int, Quad> && std::is_convertible_v<float, Quad>);
static_assert(!std::is_constructible_v<double, Quad> && !std::is_constructible_v<bool, Quad>);
static_assert(std::is_same_v<decltype(2 * Quad(3) - 1.0f), Quad>);

constexpr Quad half = 0.5;
static_assert(isfinite(half) && !signbit(half) && signbit(-half) && signbit(Quad(-0.0)));
static_assert(isnan(Quad(std::numeric_limits<double>::quiet_NaN())) && isinf(Limits::infinity()));

TEST(Quad, ZeroBytesAreZero) {
  alignas(Quad) unsigned char bytes[sizeof(Quad)] = {};
  Quad x = 1;
  std::memcpy(&x, bytes, sizeof x);
  EXPECT_TRUE(x == 0 && !signbit(x));
  EXPECT_TRUE(Quad() == x && x + 1 == 1);
}

TEST(Quad, HoldsEveryArithmeticTypeExactly) {
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(text(std::int8_t{-128}), "-128");
  EXPECT_EQ(text(true), "1");
  EXPECT_EQ(text('A'), "65");
  EXPECT_EQ(Quad(0.1).to_string(60), "0.1000000000000000055511151231257827021181583404541015625");
  EXPECT_EQ(text(0.1f), "0.100000001490116119384765625");
  EXPECT_TRUE(Quad(0.1f) != Quad(0.1));
  const long double third = 1.0L / 3;
  EXPECT_TRUE(Quad(third) * 3 - 1 == Quad(third * 2 - 1) + third);
  EXPECT_TRUE(isnan(Quad(std::numeric_limits<long double>::quiet_NaN())));
  EXPECT_EQ(text(-std::numeric_limits<long double>::infinity()), "-inf");
  EXPECT_TRUE(signbit(Quad(-0.0L)));
  const double subnormal = std::numeric_limits<double>::denorm_min();
  EXPECT_TRUE(Quad(subnormal) == ldexp(Quad(1), -1074));
  EXPECT_EQ((Quad(subnormal) * 3).to_double(), 3 * subnormal);
  EXPECT_TRUE(Quad(std::numeric_limits<long double>::denorm_min()) * 0 == 0);
}

TEST(Quad, DoubleComesBackUnchanged) {
  for (double x : {1.0, -0.1, 1e308, -4.9e-324, 2.2250738585072009e-308, 0.0}) {
    EXPECT_EQ(Quad(x).to_double(), x);
  }
  EXPECT_TRUE(std::signbit(Quad(-0.0).to_double()));
  EXPECT_TRUE(std::isnan(nan.to_double()) && std::isnan(nan.to_float()));
  EXPECT_EQ(infinity.to_double(), std::numeric_limits<double>::infinity());
  EXPECT_EQ((-infinity).to_float(), -std::numeric_limits<float>::infinity());
}

TEST(Quad, RoundsToDoubleOnceTiesToEven) {
  const Quad tie = 1 + ldexp(Quad(1), -53);
  EXPECT_EQ(tie.to_double(), 1.0);
  EXPECT_EQ((tie + Limits::epsilon()).to_double(), 1 + 0x1p-52);
  EXPECT_EQ((tie - Limits::epsilon()).to_double(), 1.0);
  EXPECT_EQ((tie + Quad(0x1p-52)).to_double(), 1 + 0x1p-51);
  EXPECT_EQ((2 - ldexp(Quad(1), -60)).to_double(), 2.0);
}

TEST(Quad, RoundsToSubnormalDoublesOnce) {
  const Quad smallest = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ((smallest / 2).to_double(), 0.0);
  EXPECT_EQ((smallest / 2 * (1 + Limits::epsilon())).to_double(), 0x1p-1074);
  EXPECT_EQ((smallest * 1.5).to_double(), 0x1p-1073);
  EXPECT_EQ((smallest * 2.5).to_double(), 0x1p-1073);
  EXPECT_EQ((smallest * 2.5 * (1 + Limits::epsilon())).to_double(), 3 * 0x1p-1074);
  // Through 53 bits first this would become a tie, and then an even number.
  EXPECT_EQ((smallest * (Quad(0.5) + 0x1p-60)).to_double(), 0x1p-1074);
  EXPECT_TRUE(std::signbit((-smallest / 4).to_double()));
  EXPECT_EQ((Quad(0x1p-1022) - smallest / 2).to_double(), 0x1p-1022);
}

TEST(Quad, OverflowsToInfiniteDoubles) {
  const Quad largest = std::numeric_limits<double>::max();
  const Quad half_unit = ldexp(Quad(1), 970);
  EXPECT_EQ((largest + half_unit).to_double(), std::numeric_limits<double>::infinity());
  EXPECT_EQ((largest + half_unit * (1 - Quad(0x1p-40))).to_double(), largest.to_double());
  EXPECT_EQ((-Limits::max()).to_double(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Limits::min().to_double(), 0.0);
}

TEST(Quad, RoundsToFloatOnce) {
  // Through double this would become a tie, and then 1.
  const Quad above_tie = 1 + ldexp(Quad(1), -24) + ldexp(Quad(1), -60);
  EXPECT_EQ(above_tie.to_float(), 1 + 0x1p-23f);
  EXPECT_EQ(Quad(1e39).to_float(), std::numeric_limits<float>::infinity());
  EXPECT_EQ(ldexp(Quad(3), -150).to_float(), 0x1p-148f);
}

TEST(Quad, AddsWithOneRounding) {
  const Quad unit = Limits::epsilon();
  EXPECT_TRUE(1 + unit / 2 == 1);
  EXPECT_TRUE(1 + unit / 2 * (1 + unit) == 1 + unit);
  EXPECT_TRUE(1 + unit + unit / 2 == 1 + 2 * unit);
  EXPECT_TRUE(1 - unit / 4 == 1);
  EXPECT_TRUE(1 - unit / 4 * (1 + unit) == 1 - unit / 2);
  // 114 binary places apart, an odd number: what Boost 1.74 rounds to the wrong side.
  const Quad odd = 1 + unit;
  EXPECT_TRUE(odd - unit * Quad(0.375) == odd);
  EXPECT_TRUE(odd - unit * Quad(0.3) == odd);
  EXPECT_TRUE(odd + ldexp(Quad(-1), -16000) == odd);
  EXPECT_TRUE(Quad(1e30) + 1 - Quad(1e30) == 1);
}

TEST(Quad, MultipliesAndDividesWithOneRounding) {
  EXPECT_TRUE(Quad(1) / 3 * 3 == 1);
  EXPECT_EQ(text(Quad(1) / 3), "0.333333333333333333333333333333333317");
  EXPECT_EQ(text(Quad(2) / 3), "0.666666666666666666666666666666666635");
  EXPECT_EQ(text(quad("1e2500") * quad("1e2400")), text(quad("1e4900")));
  EXPECT_TRUE(Limits::max() * 2 == infinity && Limits::max() * -2 == -infinity);
  EXPECT_TRUE(Limits::min() / 2 == 0 && !signbit(Limits::min() / 2));
  EXPECT_TRUE(signbit(Limits::min() / -2));
  EXPECT_TRUE(Limits::max() / Limits::min() == infinity);
  Quad x = 6;
  x += 2;
  x *= 3;
  x -= 4;
  x /= 5;
  EXPECT_TRUE(x == 4);
}

TEST(Quad, FollowsIeeeAtZerosAndInfinities) {
  const Quad zero = 0;
  EXPECT_TRUE(1 / zero == infinity && -1 / zero == -infinity && 1 / -zero == -infinity);
  EXPECT_TRUE(isnan(zero / zero) && isnan(zero * infinity) && isnan(infinity / infinity));
  EXPECT_TRUE(isnan(infinity - infinity) && isnan(-infinity + infinity));
  EXPECT_TRUE(infinity + infinity == infinity && infinity + 1 == infinity);
  EXPECT_TRUE(1 - infinity == -infinity && isnan(infinity + nan) && isnan(nan * 0));
  EXPECT_TRUE(signbit(-zero) && -zero == zero);
  EXPECT_TRUE(signbit(-zero + -zero) && !signbit(-zero + zero) && !signbit(zero - zero));
  EXPECT_TRUE(signbit(-zero - zero) && !signbit(Quad(3) - 3) && !signbit(Quad(-3) + 3));
  EXPECT_TRUE(signbit(zero * -1) && signbit(1 / -infinity) && signbit(-zero / 2));
  EXPECT_TRUE((Limits::min() * 1.5 - Limits::min()) == 0);
  EXPECT_TRUE(signbit(Limits::min() - Limits::min() * 1.5));
}

TEST(Quad, ComparesLikeIeeeNumbers) {
  const std::vector<Quad> ascending = {-infinity, Limits::lowest(),
                                       -2,        -1 - Limits::epsilon(),
                                       -1,        -Limits::min(),
                                       0,         Limits::min(),
                                       0.5,       1,
                                       1e9,       Limits::max(),
                                       infinity};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const Quad& a = ascending[i];
      const Quad& b = ascending[j];
      EXPECT_EQ(a < b, i < j);
      EXPECT_EQ(a <= b, i <= j);
      EXPECT_EQ(a > b, i > j);
      EXPECT_EQ(a >= b, i >= j);
      EXPECT_EQ(a == b, i == j);
      EXPECT_EQ(a != b, i != j);
    }
  }
  for (const Quad& x : {Quad(1), nan, infinity}) {
    EXPECT_FALSE(x < nan || x <= nan || x > nan || x >= nan || x == nan);
    EXPECT_FALSE(nan < x || nan <= x || nan > x || nan >= x || nan == x);
    EXPECT_TRUE(x != nan && nan != x);
  }
  EXPECT_TRUE(Quad(-0.0) == 0 && !(Quad(-0.0) < 0));
  EXPECT_TRUE(2 > Quad(1) && 0.5f < Quad(1) && Quad(3) == 3u);
}

TEST(Quad, ParsesDecimals) {
  EXPECT_TRUE(quad("1") == 1 && quad("+1.50") == 1.5 && quad("-.5") == -0.5 && quad("2.") == 2);
  EXPECT_TRUE(quad("12e-1") * 10 == 12 && quad("0.00012E+4") == quad("1.2"));
  EXPECT_TRUE(quad("0") == 0 && signbit(quad("-0")));
  EXPECT_TRUE(quad("0e999999999999999999") == 0);
  EXPECT_TRUE(quad("inf") == infinity && quad("-Infinity") == -infinity && isnan(quad("NaN")));
  EXPECT_TRUE(quad("1e5000") == infinity && quad("-1e99999999999999999999") == -infinity);
  EXPECT_TRUE(quad("1e-5000") == 0 && signbit(quad("-1e-99999999999999999999")));
  EXPECT_TRUE(quad("3.3621031431120935062626778173217526e-4932") == Limits::min());
  EXPECT_TRUE(quad("1.18973149535723176508575932662800702e4932") == Limits::max());
}

TEST(Quad, ParsesWithOneRounding) {
  // The middle between 1 and the next number, exactly, and a little beside it.
  const std::string tie =
      "1.000000000000000000000000000000000096296497219361792652798897129246365926905082"
      "41076940976199693977832794189453125";
  EXPECT_TRUE(quad(tie.c_str()) == 1);
  EXPECT_TRUE(quad((tie + std::string(20000, '0') + "1").c_str()) == 1 + Limits::epsilon());
  EXPECT_TRUE(quad((tie + std::string(20000, '0')).c_str()) == 1);
  EXPECT_TRUE(quad("0.1") * 10 == 1 && quad("0.1") != Quad(0.1));
}

TEST(Quad, RejectsWhatIsNotANumber) {
  for (const char* wrong : {"", "+", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "1..2", "1e5.0",
                            "0x10", "1f", "--1", "infinit", "nan(1)", "1,5", "1e5e5"}) {
    EXPECT_THROW((void)Quad::parse(wrong), std::invalid_argument) << wrong;
  }
  try {
    (void)Quad::parse("two");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "Quad::parse: found \"two\", but a decimal number, inf or nan is needed.");
  }
}

TEST(Quad, PrintsLikePrintfG) {
  EXPECT_EQ(Quad(0.5).to_string(), "0.5");
  EXPECT_EQ(Quad(-1500).to_string(), "-1500");
  EXPECT_EQ(quad("0.1").to_string(), "0.1");
  EXPECT_EQ(quad("1e-300").to_string(), "1e-300");
  EXPECT_EQ(quad("1e4900").to_string(), "1e+4900");
  EXPECT_EQ(quad("0.0001").to_string(5), "0.0001");
  EXPECT_EQ(quad("0.00001").to_string(5), "1e-05");
  EXPECT_EQ(Quad(99999).to_string(5), "99999");
  EXPECT_EQ(Quad(99999.5).to_string(5), "1e+05");
  EXPECT_EQ(Quad(123456).to_string(3), "1.23e+05");
  EXPECT_EQ(Quad(2.5).to_string(1), "2");
  EXPECT_EQ(Quad(3.5).to_string(0), "4");
  EXPECT_EQ(Quad(-0.0).to_string(), "-0");
  EXPECT_EQ((-infinity).to_string(), "-inf");
  EXPECT_EQ(nan.to_string(), "nan");
  EXPECT_EQ((Quad(1) / 3).to_string(), "0.3333333333333333333333333333333333");
}

TEST(Quad, ThirtySixDigitsComeBackUnchanged) {
  Quad x = Quad(1) / 3;
  for (int i = 0; i < 300; ++i) {
    x = -x * 5 / 7 * (i % 2 == 0 ? quad("1e-9") : quad("3e9"));
    EXPECT_TRUE(Quad::parse(x.to_string(36)) == x) << x.to_string(36);
  }
  for (const Quad& end : {Limits::max(), Limits::min(), Limits::lowest(), Limits::epsilon()}) {
    EXPECT_TRUE(Quad::parse(end.to_string(36)) == end);
  }
}

TEST(Quad, GoesToStreamsWithTheirPrecision) {
  std::ostringstream stream;
  stream << Quad(1) / 3 << ' ';
  stream.precision(20);
  stream << Quad(1) / 3 << ' ';
  stream.width(6);
  stream << Quad(2.5);
  EXPECT_EQ(stream.str(), "0.333333 0.33333333333333333333    2.5");
}

TEST(Quad, HasTheLimitsOfABinary128WithoutSubnormals) {
  static_assert(Limits::is_specialized && Limits::digits == 113 && !Limits::is_iec559);
  EXPECT_EQ(text(Limits::max()), "1.18973149535723176508575932662800702e+4932");
  EXPECT_EQ(text(Limits::min()), "3.3621031431120935062626778173217526e-4932");
  EXPECT_TRUE(Limits::epsilon() == ldexp(Quad(1), -112));
  EXPECT_TRUE(Limits::lowest() == -Limits::max());
  EXPECT_TRUE(Limits::denorm_min() == Limits::min());
  EXPECT_TRUE(Limits::max() + ulp(Limits::max()) / 4 == Limits::max());
  EXPECT_TRUE(Limits::max() + ulp(Limits::max()) / 2 == infinity);
  EXPECT_TRUE(isnan(Limits::quiet_NaN()) && isinf(Limits::infinity()));
}

}  // namespace
