#include "autodiff/core/rounding_noise.hpp"

#include <gtest/gtest.h>

#include <autodiff/core/quad.hpp>

namespace {

using ad::Quad;
using ad::detail::RoundingNoise;

/// How many units of the last place the noise moves a result near 1 to 2.
template <class F>
Quad moved(const F& f) {
  const Quad quiet = f();
  const Quad noisy = [&] {
    const RoundingNoise noise(7);
    return f();
  }();
  return fabs(noisy - quiet) / ldexp(Quad(1), -112);
}

void expect_moved(const Quad& units) { EXPECT_TRUE(units == 1 || units == 2) << units; }

TEST(RoundingNoise, MovesWhatIsRounded) {
  const Quad third = Quad(1) / 3;
  expect_moved(moved([] { return Quad(4) / 3; }));
  expect_moved(moved([&] { return third + 1; }));
  expect_moved(moved([&] { return third * 5; }));
  expect_moved(moved([] { return exp(Quad(0.5)); }));
  // Far too small to be seen in the result, which is rounded all the same.
  expect_moved(moved([] { return Quad(1) + Quad(1e-300); }));
  expect_moved(moved([] { return cos(Quad(1e-300)); }));
  EXPECT_GT(moved([] { return sin(ldexp(Quad(1), -1000)) * ldexp(Quad(1), 1000); }), 0);
}

TEST(RoundingNoise, LeavesWhatIsExact) {
  EXPECT_EQ(moved([] { return Quad(1) + 0.5; }), 0);
  EXPECT_EQ(moved([] { return Quad(3) * 0.375; }), 0);
  EXPECT_EQ(moved([] { return Quad(3) / 2; }), 0);
  EXPECT_EQ(moved([] { return (Quad(1) + ldexp(Quad(1), -112)) - Quad(0.5); }), 0);
  EXPECT_EQ(moved([] { return sin(Quad(0)) + cos(Quad(0)); }), 0);
}

TEST(RoundingNoise, IsTheSameForTheSameNumbers) {
  const Quad third = Quad(1) / 3, x(0.7);
  const RoundingNoise noise(9);
  EXPECT_TRUE(third + x == x + third);
  EXPECT_TRUE(third * x == x * third);
  EXPECT_TRUE(x - third == -(third - x));
  EXPECT_TRUE(sin(-x) == -sin(x));
  EXPECT_TRUE(exp(x) == exp(x));
}

TEST(RoundingNoise, EndsWithItsScope) {
  const Quad quiet = exp(Quad(0.5));
  { const RoundingNoise noise(7); }
  EXPECT_TRUE(exp(Quad(0.5)) == quiet);
  EXPECT_FALSE(RoundingNoise::is_on());
}

}  // namespace
