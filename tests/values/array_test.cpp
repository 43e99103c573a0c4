#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_matmul.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Shape;
using array_check::shape_error;
using Array = ad::Array<double>;
using Numbers = std::vector<double>;

const Array six({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(Array, HoldsNumbersInRowMajorOrder) {
  EXPECT_EQ(six.shape(), Shape({2, 3}));
  EXPECT_EQ(six(1, 0), 4);
  EXPECT_EQ(six.to_vector(), (Numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(Array::full({2}, 7).to_vector(), (Numbers{7, 7}));
  EXPECT_EQ(Array(Numbers{1, 2}).shape(), Shape({2}));
  EXPECT_EQ(Array(2.5).rank(), 0U);
  EXPECT_EQ(Array(2.5).item(), 2.5);
  EXPECT_EQ(Array().item(), 0);
  EXPECT_EQ(Array::zeros({0, 3}).size(), 0U);
}

TEST(Array, DrawsTheSameNormalNumbersForASeed) {
  EXPECT_EQ(Array::normal({3, 3}, 7).to_vector(), Array::normal({3, 3}, 7).to_vector());
  EXPECT_NE(Array::normal({9}, 7).to_vector(), Array::normal({9}, 8).to_vector());
  const Array many = Array::normal({100'000}, 1);
  EXPECT_NEAR(mean(many), 0, 0.02);
  EXPECT_NEAR(mean(many * many), 1, 0.02);
}

TEST(Array, SharesItsNumbersWithViews) {
  const Array turned = six.transpose();
  EXPECT_EQ(turned.shape(), Shape({3, 2}));
  EXPECT_EQ(turned(2, 1), 6);
  EXPECT_FALSE(turned.is_packed());
  EXPECT_EQ(turned.to_vector(), (Numbers{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(turned.data(), six.data());
  EXPECT_EQ(turned.transpose().to_vector(), six.to_vector());
  EXPECT_EQ(six.reshape({3, 2}).data(), six.data());
  EXPECT_EQ(turned.reshape({6}).to_vector(), turned.to_vector());
  EXPECT_EQ(six.slice(1, 1, 3).to_vector(), (Numbers{2, 3, 5, 6}));
  EXPECT_EQ(six.slice(0, 1, 2).to_vector(), (Numbers{4, 5, 6}));
  EXPECT_TRUE(six.slice(0, 1, 2).is_packed());
  EXPECT_EQ(six.slice(1, 2, 2).size(), 0U);
  EXPECT_EQ(turned.slice(0, 1, 3).to_vector(), (Numbers{2, 5, 3, 6}));
}

TEST(Array, OutlivesWhatItIsAViewOf) {
  Array view;
  {
    const Array whole = Array::full({1000}, 3);
    view = whole.slice(0, 10, 12);
  }
  const Array other = Array::full({1000}, 4);  // would take its memory
  EXPECT_EQ(view.to_vector(), (Numbers{3, 3}));
}

TEST(Array, SaysWhichShapesDoNotFit) {
  EXPECT_EQ(
      shape_error([] {
        Array({2, 3}, {1, 2});
      }),
      "Array: the shape (2, 3) has 6 elements, but 2 values are given; give one per element.");
  EXPECT_EQ(shape_error([] { (void)six(2, 0); }),
            "Array: there is no element (2, 0) in the shape (2, 3); give one index per axis, each "
            "below its extent.");
  EXPECT_NE(shape_error([] { (void)six(1); }), "no error");
  EXPECT_NE(shape_error([] { (void)six.item(); }), "no error");
  EXPECT_NE(shape_error([] { (void)six.reshape({4}); }), "no error");
  EXPECT_NE(shape_error([] { (void)six.slice(1, 2, 4); }), "no error");
  EXPECT_NE(shape_error([] { (void)six.slice(1, 2, 1); }), "no error");
  EXPECT_NE(shape_error([] { (void)six.slice(2, 0, 1); }), "no error");
  EXPECT_NE(shape_error([] { (void)(six + Array::ones({2})); }).find("add: "), std::string::npos);
  EXPECT_NE(shape_error([] { (void)six.swap_axes(0, 2); }), "no error");
}

TEST(ArrayExpression, IsEvaluatedElementByElement) {
  const Array y = relu(2 * six - 5);
  EXPECT_EQ(y.shape(), six.shape());
  EXPECT_EQ(y.to_vector(), (Numbers{0, 0, 1, 3, 5, 7}));
  EXPECT_EQ(Array(max(six, 4)).to_vector(), (Numbers{4, 4, 4, 4, 5, 6}));
  EXPECT_EQ(Array(-six.transpose()).to_vector(), (Numbers{-1, -4, -2, -5, -3, -6}));
  EXPECT_EQ(Array(six + six.slice(1, 0, 1)).to_vector(), (Numbers{2, 3, 4, 8, 9, 10}));
}

TEST(ArrayExpression, BroadcastsBothWays) {
  const Array row({3}, {10, 20, 30});
  const Array column({2, 1}, {100, 200});
  EXPECT_EQ(Array(six + row).to_vector(), (Numbers{11, 22, 33, 14, 25, 36}));
  EXPECT_EQ(Array(row + column).to_vector(), (Numbers{110, 120, 130, 210, 220, 230}));
  EXPECT_EQ(Array(Array(1.0) + Array(2.0)).item(), 3);
  EXPECT_EQ(Array(six + Array::ones({1, 1})).to_vector(), (Numbers{2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(Array(Array::zeros({0, 3}) + row).size(), 0U);
  EXPECT_EQ(Array(Array({2, 1, 2}, {1, 2, 3, 4}) * Array({3, 1}, {1, 10, 100})).to_vector(),
            (Numbers{1, 2, 10, 20, 100, 200, 3, 4, 30, 40, 300, 400}));
}

/// The expression outlives the variables that it was made of.
TEST(ArrayExpression, IsSafeToKeepWithAuto) {
  const auto lazy = [] {
    const Array local({2}, {1, 2});
    return exp(local - 1) + local;
  }();
  const Array other = Array::full({2}, 9);
  EXPECT_DOUBLE_EQ(Array(lazy)(0), 2);
}

TEST(ArrayFunctions, OfPlainArrays) {
  EXPECT_EQ(sum(six), 21);
  EXPECT_EQ(sum(six * six), 91);
  EXPECT_EQ(mean(six), 3.5);
  EXPECT_EQ(dot(six, six), 91);
  EXPECT_EQ(sum(Array::zeros({0})), 0);
  const Array square = matmul(six, six.transpose());
  EXPECT_EQ(square.to_vector(), (Numbers{14, 32, 32, 77}));
  EXPECT_EQ(matmul(six.transpose(), six).to_vector(),
            (Numbers{17, 22, 27, 22, 29, 36, 27, 36, 45}));
  EXPECT_EQ(matmul(six.slice(1, 0, 2), Array::ones({2, 1})).to_vector(), (Numbers{3, 9}));
  EXPECT_EQ(matmul(Array::ones({2, 0}), Array::ones({0, 2})).to_vector(), (Numbers{0, 0, 0, 0}));
}

TEST(ArrayFunctions, SumManyNumbersWell) {
  const std::size_t n = 1'000'003;
  EXPECT_NEAR(sum(Array::full({n}, 0.1)), 0.1 * n, 1e-6);
  EXPECT_EQ(sum(ad::Array<float>::ones({n})), static_cast<float>(n));
}

TEST(ArrayShape, IsNoLargerThanMemory) {
  const auto minus_one = static_cast<std::size_t>(-1);
  EXPECT_EQ(shape_error([&] {
              (void)Array::zeros({2, minus_one});
            }),
            "Shape: (2, -1) has a negative extent, or more elements than a machine can hold.");
  EXPECT_NE(shape_error([] { (void)Array::zeros({1ULL << 32U, 1ULL << 32U}); }), "no error");
  EXPECT_EQ(Array::zeros({minus_one, 0}).size(), 0U);
  const Array x = Array::ones({2, 2});
  EXPECT_EQ(shape_error([&] { (void)x.slice(0, 0, minus_one); }),
            "slice: [0, -1) along axis 0 is no part of the shape (2, 2); the begin must not be "
            "after the end, the end not beyond the extent.");
  EXPECT_EQ(shape_error([&] { (void)x(minus_one, 0); }),
            "Array: there is no element (-1, 0) in the shape (2, 2); give one index per axis, each "
            "below its extent.");
}

}  // namespace
