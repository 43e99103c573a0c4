// Convolution and pooling, against loops over scalars.
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_reductions.hpp>
#include <autodiff/values/array_windows.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Shape;
using ad::Steps;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::Scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Numbers = std::vector<double>;

/// Σ w x, term by term.
template <class T>
Scalars<T> convolved(const Scalars<T>& x, const Shape& of_x, const Scalars<T>& w, const Shape& of_w,
                     const Steps& steps) {
  const std::size_t down = (of_x[2] + 2 * steps.padding - of_w[2]) / steps.stride + 1;
  const std::size_t across = (of_x[3] + 2 * steps.padding - of_w[3]) / steps.stride + 1;
  Scalars<T> y;
  for (std::size_t b = 0; b < of_x[0]; ++b) {
    for (std::size_t o = 0; o < of_w[0]; ++o) {
      for (std::size_t window = 0; window < down * across; ++window) {
        ad::Var<T> sum = 0;
        for (std::size_t k = 0; k < of_w[1] * of_w[2] * of_w[3]; ++k) {
          const std::size_t c = k / (of_w[2] * of_w[3]);
          const std::size_t i = window / across * steps.stride + k / of_w[3] % of_w[2];
          const std::size_t j = window % across * steps.stride + k % of_w[3];
          const bool is_inside = i >= steps.padding && i - steps.padding < of_x[2] &&
                                 j >= steps.padding && j - steps.padding < of_x[3];
          if (!is_inside) continue;
          const std::size_t row = (b * of_x[1] + c) * of_x[2] + i - steps.padding;
          sum += w[o * of_w[1] * of_w[2] * of_w[3] + k] * x[row * of_x[3] + j - steps.padding];
        }
        y.push_back(sum);
      }
    }
  }
  return y;
}

template <class T>
class ArrayWindows : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayWindows, Floats);

TYPED_TEST(ArrayWindows, Convolve) {
  using T = TypeParam;
  const auto expect_convolution = [](const Shape& of_x, const Shape& of_w, const Steps& steps) {
    SCOPED_TRACE(to_string(of_x) + to_string(of_w) + " stride " + std::to_string(steps.stride) +
                 " padding " + std::to_string(steps.padding));
    expect_as_scalars<T>(
        {ad::Array<T>::normal(of_x, 1), ad::Array<T>::normal(of_w, 2)},
        [&](const auto& a) { return conv2d(a[0], a[1], steps); },
        [&](const auto& v) { return convolved<T>(v[0], of_x, v[1], of_w, steps); });
  };
  expect_convolution({1, 1, 3, 3}, {1, 1, 2, 2}, {});
  expect_convolution({2, 3, 4, 5}, {2, 3, 3, 2}, {});
  expect_convolution({2, 1, 4, 5}, {3, 1, 3, 3}, {.stride = 1, .padding = 1});
  expect_convolution({1, 2, 5, 4}, {1, 2, 2, 3}, {.stride = 2, .padding = 0});
  expect_convolution({1, 2, 5, 4}, {2, 2, 3, 3}, {.stride = 3, .padding = 2});
  expect_convolution({1, 1, 2, 2}, {1, 1, 1, 1}, {.stride = 4, .padding = 0});
  // The window is larger than the image, and whole rows and columns of windows lie beside it.
  expect_convolution({1, 1, 1, 2}, {1, 1, 4, 5}, {.stride = 1, .padding = 2});
  expect_convolution({1, 1, 2, 1}, {1, 1, 1, 2}, {.stride = 1, .padding = 3});
}

TYPED_TEST(ArrayWindows, PoolTheLargest) {
  using T = TypeParam;
  expect_as_scalars<T>(
      {ad::Array<T>::normal({2, 2, 4, 5}, 3)}, [](const auto& a) { return max_pool2d(a[0], 2); },
      [](const auto& v) {
        Scalars<T> y;
        for (std::size_t k = 0; k < 16; ++k) {
          const std::size_t at = k / 4 * 20 + k / 2 % 2 * 10 + k % 2 * 2;
          y.push_back(max(max(v[0][at], v[0][at + 1]), max(v[0][at + 5], v[0][at + 6])));
        }
        return y;
      });
  expect_as_scalars<T>(
      {ad::Array<T>::normal({1, 1, 2, 4}, 4)}, [](const auto& a) { return max_pool2d(a[0], 2, 1); },
      [](const auto& v) {
        Scalars<T> y;
        for (std::size_t j = 0; j < 3; ++j) {
          y.push_back(max(max(v[0][j], v[0][j + 1]), max(v[0][j + 4], v[0][j + 5])));
        }
        return y;
      });
}

TEST(Windows, AreTheElementsAroundEachPlace) {
  const Array image({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  const Array windows = windows2d(image, 2, 2);
  EXPECT_EQ(windows.shape(), (Shape{1, 4, 1, 1, 2}));
  EXPECT_EQ(windows.to_vector(), (Numbers{1, 2, 2, 3, 4, 5, 5, 6}));
  const Array padded = windows2d(image, 1, 1, {.stride = 2, .padding = 1});
  EXPECT_EQ(padded.shape(), (Shape{1, 1, 1, 2, 3}));
  EXPECT_EQ(padded.to_vector(), (Numbers{0, 0, 0, 0, 5, 0}));
  EXPECT_EQ(conv2d(image, Array::ones({2, 1, 2, 3})).to_vector(), (Numbers{21, 21}));
}

TEST(Windows, ShareTheDerivativeOfATie) {
  Tape<double> tape;
  const auto x = tape.input(Array({1, 1, 2, 2}, {7, 1, 7, 7}));
  tape.reverse(sum(max_pool2d(x, 2)));
  constexpr double third = 1.0 / 3;
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{third, 0, third, third}));
}

TEST(Windows, OfNoImages) {
  const Array none = Array::zeros({0, 2, 3, 3});
  EXPECT_EQ(conv2d(none, Array::ones({4, 2, 2, 2})).shape(), (Shape{0, 4, 2, 2}));
  EXPECT_EQ(max_pool2d(none, 3).shape(), (Shape{0, 2, 1, 1}));
  Tape<double> tape;
  const auto w = tape.input(Array::ones({4, 2, 2, 2}));
  tape.reverse(sum(conv2d(none, w)));
  EXPECT_EQ(tape.adjoint(w).to_vector(), Numbers(32, 0.0));
}

TEST(Windows, TakeNoMemoryAfterTheFirstStep) {
  const Array images = Array::normal({2, 1, 6, 6}, 1);
  const Array kernels = Array::normal({3, 1, 3, 3}, 2);
  array_check::expect_no_new_blocks([&] {
    Tape<double> tape;
    const auto w = tape.input(kernels);
    tape.reverse(sum(max_pool2d(conv2d(images, w, {.stride = 1, .padding = 1}), 2)));
    return sum(tape.adjoint(w));
  });
}

TEST(Windows, TellWhatDoesNotFit) {
  const Array image = Array::ones({1, 2, 3, 4});
  EXPECT_EQ(shape_error([&] {
              (void)windows2d(Array::ones({3, 4}), 2, 2);
            }),
            "windows2d: images of the shape (batch, channels, height, width) are needed, not (3, "
            "4); reshape them.");
  EXPECT_EQ(
      shape_error([&] { (void)windows2d(image, 4, 1); }),
      "windows2d: a window of 4 elements does not fit axis 2 of the shape (1, 2, 3, 4), which "
      "has 3 with its padding of 0 at both ends; 1 to 3 are needed.");
  EXPECT_EQ(
      shape_error([&] { (void)max_pool2d(image, 0, 1); }),
      "max_pool2d: a window of 0 elements does not fit axis 2 of the shape (1, 2, 3, 4), which "
      "has 3 with its padding of 0 at both ends; 1 to 3 are needed.");
  EXPECT_EQ(shape_error([&] {
              (void)conv2d(image, Array::ones({1, 3, 2, 2}));
            }),
            "conv2d: images of the shape (1, 2, 3, 4) and kernels of the shape (1, 3, 2, 2) do not "
            "fit together; (batch, channels, height, width) and (outputs, channels, rows, columns) "
            "are needed.");
  EXPECT_EQ(shape_error([&] {
              (void)conv2d(image, Array::ones({1, 2, 2, 7}), {.padding = 1});
            }),
            "conv2d: a window of 7 elements does not fit axis 3 of the shape (1, 2, 3, 4), which "
            "has 6 with its padding of 1 at both ends; 1 to 6 are needed.");
  EXPECT_THROW((void)windows2d(image, 1, 1, {.stride = 0}), ad::ParameterError);
  EXPECT_THROW((void)max_pool2d(image, 2, 0), ad::ParameterError);
  const auto minus = static_cast<std::size_t>(-1);
  EXPECT_THROW((void)windows2d(image, 1, 1, {.stride = minus}), ad::ParameterError);
  EXPECT_THROW((void)windows2d(image, 1, 1, {.padding = minus}), ad::ParameterError);
  EXPECT_NE(shape_error([&] { (void)windows2d(image, minus, 1); }).find("a window of -1 elements"),
            std::string::npos);
}

}  // namespace
