#include "at_point.hpp"
#include "properties.hpp"

AUTODIFF_TEST_FAMILY(Normal);

using namespace at_point;

TEST(Erfinv, IsInfiniteAtItsEndsAndNaNBeyond) {
  for (const double x : {-1.0, 1.0}) {
    EXPECT_EQ(on_tape(ad::Erfinv{}, x).value, x * inf);
    EXPECT_EQ(slope(ad::Erfinv{}, x), inf);
    EXPECT_EQ(curvature(ad::Erfinv{}, x), x * inf);
  }
  for (const double x : {-1.5, 1 + 0x1p-52, inf, not_a_number}) {
    EXPECT_TRUE(std::isnan(on_tape(ad::Erfinv{}, x).value)) << x;
    EXPECT_TRUE(std::isnan(slope(ad::Erfinv{}, x))) << x;
  }
}

TEST(Erfinv, KeepsTheDigitsOfItsSlopeNextToItsEnds) {
  EXPECT_DOUBLE_EQ(slope(ad::Erfinv{}, 1 - 0x1p-53), 757347920544973.98);
}

TEST(LogNdtr, IsRightInBothTails) {
  EXPECT_DOUBLE_EQ(on_tape(ad::LogNdtr{}, -1e150).value, -5e299);
  EXPECT_EQ(on_tape(ad::LogNdtr{}, -1e200).value, -inf);
  EXPECT_DOUBLE_EQ(slope(ad::LogNdtr{}, -1e200), 1e200);
  EXPECT_DOUBLE_EQ(curvature(ad::LogNdtr{}, -1e200), -1);
  EXPECT_DOUBLE_EQ(curvature(ad::LogNdtr{}, -38.25), -0.9993192893621198);
  EXPECT_DOUBLE_EQ(curvature(ad::LogNdtr{}, 37.65), -2.3204658668892764e-307);
  EXPECT_EQ(slope(ad::LogNdtr{}, -inf), inf);
  EXPECT_EQ(curvature(ad::LogNdtr{}, -inf), -1);
  EXPECT_EQ(slope(ad::LogNdtr{}, inf), 0);
  EXPECT_EQ(curvature(ad::LogNdtr{}, inf), 0);
}
