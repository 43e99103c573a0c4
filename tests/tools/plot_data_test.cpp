// Where a plot finds kinks and jumps, and what it says of them.
#include "autodiff/tools/plot_data.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "autodiff/tools/plot_script.hpp"
#include "autodiff/tools/touched_kinks.hpp"
#include "tests/tools/contains.hpp"

namespace {

using ad::Formula;
using ad::tools::Corner;
using ad::tools::PlotData;
using tools_test::contains;

PlotData data_of(const std::string& text, double lower, double upper) {
  return ad::tools::plot_data(Formula::parse(text), {lower, upper});
}

TEST(PlotData, FindsAKinkWithItsSlopesAndItsConvention) {
  for (const double lower : {-3.0, -2.718, -1e-3}) {
    const PlotData data = data_of("relu(x)", lower, 3);
    ASSERT_EQ(data.corners.size(), 1U) << lower;
    const Corner& corner = data.corners[0];
    EXPECT_EQ(corner.x, 0);
    EXPECT_EQ(corner.left_slope, 0);
    EXPECT_EQ(corner.right_slope, 1);
    EXPECT_EQ(corner.convention, 0);
    EXPECT_FALSE(corner.jumps);
    EXPECT_EQ(corner.operation, "relu");
    EXPECT_EQ(data.pieces.size(), 2U);
  }
}

TEST(PlotData, FindsAKinkBetweenNumbers) {
  const PlotData data = data_of("abs(sin(x))", 3, 3.5);
  ASSERT_EQ(data.corners.size(), 1U);
  EXPECT_EQ(data.corners[0].x, std::numbers::pi);
  EXPECT_NEAR(data.corners[0].left_slope, -1, 1e-15);
  EXPECT_NEAR(data.corners[0].right_slope, 1, 1e-15);
  EXPECT_FALSE(data.corners[0].convention.has_value());
  EXPECT_EQ(data_of("relu(x - 0.1)", -1, 1).corners.at(0).x, 0.1);
}

TEST(PlotData, FindsAJump) {
  const PlotData data = data_of("where(x < 1, x, 3*x)", 0, 2);
  ASSERT_EQ(data.corners.size(), 1U);
  EXPECT_TRUE(data.corners[0].jumps);
  EXPECT_EQ(data.corners[0].left_value, 1);
  EXPECT_EQ(data.corners[0].right_value, 3);
  EXPECT_FALSE(data.corners[0].convention.has_value());
}

TEST(PlotData, TakesNoCornerFromASwitchBetweenSmoothPieces) {
  EXPECT_TRUE(data_of("elu(x)", -1, 1).corners.empty());
  EXPECT_TRUE(data_of("where(x < 0, x, sin(x))", -1, 1).corners.empty());
  EXPECT_TRUE(data_of("max(x, x)", -1, 1).corners.empty());
}

TEST(PlotData, FindsSeveralCornersInOrder) {
  const PlotData data = data_of("abs(abs(x) - 1)", -2, 2);
  ASSERT_EQ(data.corners.size(), 3U);
  EXPECT_EQ(data.corners[0].x, -1);
  EXPECT_EQ(data.corners[1].x, 0);
  EXPECT_EQ(data.corners[2].x, 1);
}

TEST(PlotData, CallsAVerticalSlopeInfinite) {
  const PlotData data = data_of("sqrt(abs(x))", -1, 1);
  ASSERT_EQ(data.corners.size(), 1U);
  EXPECT_TRUE(std::isinf(data.corners[0].left_slope) && data.corners[0].left_slope < 0);
  EXPECT_TRUE(std::isinf(data.corners[0].right_slope) && data.corners[0].right_slope > 0);
  EXPECT_TRUE(contains(ad::tools::corner_captions(data).at(0), "slope -infinity from the left"));
}

TEST(PlotData, BeginsWhereTheFunctionDoes) {
  const PlotData data = data_of("sqrt(x - 0.5)", 0, 2);
  ASSERT_EQ(data.pieces.size(), 1U);
  EXPECT_NEAR(data.pieces[0].front().x, 0.5, 1e-12);
  EXPECT_TRUE(data_of("log(x)", -2, -1).pieces.empty());
}

TEST(PlotCaptions, SayWhatReluDoesAtZero) {
  EXPECT_EQ(ad::tools::corner_captions(data_of("relu(x)", -1, 1)).at(0),
            "x = 0: slope 0 from the left, 1 from the right; by convention 0   (relu)");
  EXPECT_EQ(ad::tools::corner_captions(data_of("where(x < 1, 0, 2)", 0, 2)).at(0),
            "x = 1: the value jumps from 0 to 2   (where)");
}

TEST(PlotCaptions, StayFew) {
  const auto captions = ad::tools::corner_captions(data_of("abs(sin(20*x))", 0.1, 5));
  ASSERT_EQ(captions.size(), 4U);
  EXPECT_TRUE(contains(captions.back(), "more such points"));
}

TEST(PlotScript, QuotesTheExpression) {
  const std::string script = ad::tools::plot_script(std::array{data_of("relu(x)", -1, 1)});
  EXPECT_TRUE(contains(script, "set label 1 'relu(x)'"));
}

TEST(PlotScript, DrawsSeveralFunctionsInColoursOfTheirOwn) {
  const std::array both{data_of("relu(x)", -1, 1), data_of("leaky_relu(x, 0.1)", -1, 1)};
  const std::string script = ad::tools::plot_script(both);
  EXPECT_TRUE(contains(script, "set label 1 'relu(x), leaky_relu(x, 0.1)'"));
  for (const char* words :
       {"lc rgb '#0072B2' title 'relu(x)'", "lc rgb '#D55E00' title 'leaky_relu(x, 0.1)'",
        "'relu(x), x = 0: slope 0 from the left, 1 from the right; by convention 0   (relu)'",
        "'leaky_relu(x, 0.1), x = 0: slope 0.1 from the left, 1 from the right; by convention "
        "0.1"}) {
    EXPECT_TRUE(contains(script, words));
  }
  EXPECT_EQ(script.find("slope from the left'"), script.npos);  // tangents would cover each other
  // The legend explains a mark once.
  EXPECT_EQ(script.find("title 'kink'"), script.rfind("title 'kink'"));
}

TEST(TouchedKinks, AreThoseThatTheTapeMeets) {
  const auto touched = [](const std::string& text, std::vector<double> at) {
    return ad::tools::touched_kinks(Formula::parse(text), at);
  };
  using Flags = std::vector<std::string>;
  EXPECT_EQ(touched("relu(x)", {0}), Flags{"kink: relu"});
  EXPECT_EQ(touched("median(x, y, z)", {1, 1, 1}), Flags{"kink: median"});
  EXPECT_EQ(touched("norminf(x, y)", {1, -1}), Flags{"kink: norminf"});
  EXPECT_EQ(touched("median(x, y, z)", {1, 3, 2}), Flags{});
  EXPECT_EQ(touched("relu(x)", {1e-300}), Flags{});
  // In double the argument is exactly 0, in exact arithmetic it is not.
  EXPECT_EQ(touched("relu(x + 1 - 1)", {1e-20}), Flags{"kink: relu"});
  EXPECT_EQ(touched("leaky_relu(x, 1)", {0}), Flags{});
  EXPECT_EQ(touched("abs(x)*abs(y) + abs(x)", {0, 0}), Flags{"kink: abs"});
  EXPECT_EQ(touched("where(x < 1, relu(x - 1), x)", {1}), Flags{"equality: where"});
}

}  // namespace
