#include "at_point.hpp"
#include "properties.hpp"

AUTODIFF_TEST_FAMILY(Bessel);

using namespace at_point;

TEST(BesselI0, OverflowsNoSoonerThanItsValue) {
  EXPECT_DOUBLE_EQ(on_tape(ad::BesselI0{}, 713.5).value, 1.1051012081178279e308);
  EXPECT_DOUBLE_EQ(slope(ad::BesselI0{}, -713.5), -1.1043265136795953e308);
  EXPECT_EQ(on_tape(ad::BesselI0{}, 720.0).value, inf);
  EXPECT_EQ(slope(ad::BesselI0{}, -720.0), -inf);
  EXPECT_EQ(curvature(ad::BesselI0{}, -inf), inf);
}

TEST(BesselI0, IsEven) {
  EXPECT_EQ(slope(ad::BesselI0{}, 0.0), 0);
  EXPECT_EQ(curvature(ad::BesselI0{}, 0.0), 0.5);
  EXPECT_EQ(slope(ad::BesselI0{}, -1e-300), -5e-301);
}
