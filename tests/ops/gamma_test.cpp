#include "at_point.hpp"
#include "properties.hpp"

AUTODIFF_TEST_FAMILY(Gamma);

using namespace at_point;

TEST(Lgamma, IsInfiniteAtItsPolesAndHasTheSlopeOfTheSide) {
  for (const double x : {0.0, -0.0, -1.0, -2.0, -1e300, -inf, inf}) {
    EXPECT_EQ(on_tape(ad::Lgamma{}, x).value, inf) << x;
  }
  EXPECT_EQ(slope(ad::Lgamma{}, 0.0), -inf);
  EXPECT_EQ(slope(ad::Lgamma{}, -0.0), inf);
  EXPECT_EQ(slope(ad::Lgamma{}, inf), inf);
  for (const double x : {-1.0, -2.0, -1e300, -inf}) {
    EXPECT_TRUE(std::isnan(slope(ad::Lgamma{}, x))) << x;
  }
  EXPECT_EQ(curvature(ad::Lgamma{}, -1.0), inf);
}

TEST(Lgamma, KeepsItsDigitsFarOut) {
  EXPECT_DOUBLE_EQ(on_tape(ad::Lgamma{}, 1e300).value, 6.897755278982137e302);
  EXPECT_DOUBLE_EQ(slope(ad::Lgamma{}, tiny), -inf);
  EXPECT_DOUBLE_EQ(slope(ad::Lgamma{}, 1e-300), -1e300);
  EXPECT_EQ(on_tape(ad::Lgamma{}, 1e308).value, inf);
}

TEST(Digamma, HasThePolesOfItsDerivatives) {
  EXPECT_EQ(slope(ad::Digamma{}, 0.0), inf);
  EXPECT_EQ(curvature(ad::Digamma{}, 0.0), -inf);
  EXPECT_EQ(curvature(ad::Digamma{}, -0.0), inf);
  EXPECT_EQ(slope(ad::Digamma{}, -3.0), inf);
  EXPECT_TRUE(std::isnan(curvature(ad::Digamma{}, -3.0)));
  EXPECT_EQ(slope(ad::Digamma{}, inf), 0);
}

TEST(Digamma, HasDerivativesOfHighOrder) {
  using Second = ad::Dual<ad::Dual<double, 1>, 1>;
  using Third = ad::Dual<Second, 1>;
  using First = ad::Dual<double, 1>;
  const auto third = [](double x) {
    const Second inner(First::variable(x, 0), {First(1.0)});
    const Third y = digamma(Third(inner, {Second(First(1.0))}));
    return y.tangent(0).tangent(0).tangent(0);
  };
  EXPECT_DOUBLE_EQ(third(1.5), 1.4090910340024372);   // mpmath: psi(3, 1.5)
  EXPECT_DOUBLE_EQ(third(-1.5), 194.59427621918762);  // mpmath: psi(3, -1.5)
}

TEST(Lgamma, KeepsItsDigitsNextToItsZeros) {
  const auto value = [](double x) { return on_tape(ad::Lgamma{}, x).value; };
  EXPECT_DOUBLE_EQ(value(-0x1.3a7fc9600f86cp+1), 5.6191923589500965e-17);
  EXPECT_DOUBLE_EQ(value(-0x1.5fb410a1bd901p+1), 1.7335092440245009e-16);
  EXPECT_DOUBLE_EQ(value(-0x1.9260dbc9e59afp+1), 1.6978655906121084e-15);
  EXPECT_DOUBLE_EQ(slope(ad::Lgamma{}, -0x1.9260dbc9e59afp+1), 7.7818846581313621);
}

TEST(Digamma, KeepsItsDigitsNextToItsZeros) {
  const auto value = [](double x) { return on_tape(ad::Digamma{}, x).value; };
  EXPECT_DOUBLE_EQ(value(0x1.762d86356be3fp+0), -9.2412655217294275e-17);
  EXPECT_DOUBLE_EQ(value(-0x1.02172b05ee260p-1), 7.2897639029768949e-17);
  EXPECT_DOUBLE_EQ(value(-0x1.92d0cbc289d4ap+0), 1.5649788481838453e-16);
  EXPECT_DOUBLE_EQ(value(-0x1.4bee0bf2c8a59p+4), -1.7956226725118165e-14);
  EXPECT_DOUBLE_EQ(slope(ad::Digamma{}, -0x1.4bee0bf2c8a59p+4), 19.163165114294265);
}
