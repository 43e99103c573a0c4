// What arrays look like in print.
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using Array = ad::Array<double>;

TEST(ArrayFormat, HasABracketForEachAxis) {
  EXPECT_EQ(fmt::format("{}", Array(1.5)), "1.5");
  EXPECT_EQ(fmt::format("{}", Array({3}, {1, 2.5, -3})), "[1, 2.5, -3]");
  EXPECT_EQ(fmt::format("{}", Array({2, 2}, {1, 2, 3, 4})), "[[1, 2],\n [3, 4]]");
  EXPECT_EQ(fmt::format("{}", Array({2, 1, 2}, {1, 2, 3, 4})), "[[[1, 2]],\n [[3, 4]]]");
  EXPECT_EQ(fmt::format("{}", Array::zeros({0})), "[]");
  EXPECT_EQ(fmt::format("{}", Array::zeros({2, 0})), "[[],\n []]");
}

TEST(ArrayFormat, TakesTheFormatOfItsElements) {
  EXPECT_EQ(fmt::format("{:.2f}", Array({2}, {1, 2.345})), "[1.00, 2.35]");
  EXPECT_EQ(fmt::format("{:6.1f}", ad::Array<float>({2}, {1, -2})), "[   1.0,   -2.0]");
}

TEST(ArrayFormat, PrintsViewsExpressionsAndActiveArrays) {
  const Array x({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(fmt::format("{}", x.transpose()), "[[1, 3],\n [2, 4]]");
  EXPECT_EQ(fmt::format("{}", x.slice(1, 1, 2) * 2), "[[4],\n [8]]");
  ad::Tape<double> tape;
  std::ostringstream stream;
  stream << relu(tape.input(x) - 2);
  EXPECT_EQ(stream.str(), "[[0, 0],\n [1, 2]]");
}

TEST(ArrayFormat, LeavesOutTheMiddleOfLargeArrays) {
  EXPECT_EQ(fmt::format("{}", Array::ones({2000})), "[1, 1, 1, ..., 1, 1, 1]");
  const std::string text = fmt::format("{}", Array::zeros({100, 100}));
  EXPECT_EQ(text.substr(0, 33), "[[0, 0, 0, ..., 0, 0, 0],\n [0, 0,");
  EXPECT_NE(text.find("\n ...,\n"), std::string::npos);
}

}  // namespace
