// Largest and smallest elements.
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_extrema.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Axis;
using ad::Real;
using ad::Shape;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

const Array six({2, 3}, {1, 5, 3, 4, 2, 4});

TEST(ArrayMax, IsTheLargestAlongAnAxisOrOfAll) {
  EXPECT_EQ(max(six, Axis{0}).to_vector(), (Numbers{4, 5, 4}));
  EXPECT_EQ(max(six.transpose(), Axis{0}).to_vector(), (Numbers{5, 4}));
  EXPECT_EQ(min(six, Axis{1}).to_vector(), (Numbers{1, 2}));
  EXPECT_EQ(max(six), 5);
  EXPECT_EQ(min(-six), -5);
  EXPECT_EQ(max(Array(-3.0)), -3);
  EXPECT_EQ(max(Array::zeros({0, 3}), Axis{1}).shape(), Shape({0}));
  EXPECT_EQ(max(Array::ones({2, 1, 4}), Axis{1}).shape(), Shape({2, 4}));
}

TEST(ArrayMax, WithANumberComparesEachElement) {
  EXPECT_EQ(Array(max(six, 3)).to_vector(), (Numbers{3, 5, 3, 4, 3, 4}));
  EXPECT_EQ(sum(six, Axis{1}).to_vector(), (Numbers{9, 10}));
}

TEST(ArrayMax, SharesTheDerivativeOfATieEqually) {
  Tape<double> tape;
  const Active x = tape.input(six);
  tape.reverse(sum(max(x, Axis{1}) * Array({2}, {3, 5})));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 3, 0, 2.5, 0, 2.5}));
  tape.reverse(min(x * x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{2, 0, 0, 0, 0, 0}));
  const Active zeros = tape.input(Array({4}, {0.0, -1, -0.0, -0.0}));
  const Real y = max(zeros);
  EXPECT_FALSE(std::signbit(y.value()));
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(zeros).to_vector(), (Numbers{1.0 / 3, 0, 1.0 / 3, 1.0 / 3}));
}

TEST(ArrayMax, OfNaNIsNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  Tape<double> tape;
  const Active x = tape.input(Array({2, 2}, {1, nan, infinity, -infinity}));
  const Active y = max(x, Axis{1});
  EXPECT_TRUE(std::isnan(y.value()(0)));
  EXPECT_EQ(y.value()(1), infinity);
  tape.reverse(sum(y));
  const Array g = tape.adjoint(x);
  EXPECT_TRUE(std::isnan(g(0, 0)) && std::isnan(g(0, 1)));
  EXPECT_EQ(g(1, 0), 1);
  EXPECT_EQ(g(1, 1), 0);
  EXPECT_EQ(max(Array({2}, {-infinity, -infinity})), -infinity);
}

TEST(ArrayMax, GivesIndeterminateFormsTheValueZeroAndTellsThem) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {0, -1}));
  tape.reverse(sqrt(max(x)));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{HUGE_VAL, 0}));
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(std::string(tape.flags().indeterminate[0].operation), "max");
}

TEST(ArrayMax, NeedsElements) {
  EXPECT_EQ(shape_error([] {
              (void)max(Array::zeros({2, 0}), Axis{1});
            }),
            "max: axis 1 of the shape (2, 0) has no elements, but one at least is needed.");
  EXPECT_EQ(shape_error([] {
              (void)min(Array::zeros({2, 0}));
            }),
            "min: an array of the shape (2, 0) has no elements, but one at least is needed.");
  EXPECT_EQ(shape_error([] { (void)max(six, Axis{2}); }),
            "max: there is no axis 2 in the shape (2, 3); axes count from 0.");
}

template <class T>
class ArrayExtrema : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayExtrema, Floats);

TYPED_TEST(ArrayExtrema, HaveTheDerivativesOfScalars) {
  using T = TypeParam;
  const auto x = ad::Array<T>::normal({2, 3, 2}, 3);
  expect_as_scalars<T>(
      {x}, [](const auto& a) { return max(a[0], Axis{1}); },
      [](const auto& v) {
        array_check::Scalars<T> y;
        for (std::size_t o = 0; o < 2; ++o) {
          for (std::size_t i = 0; i < 2; ++i) {
            const auto at = [&](std::size_t k) { return v[0][(o * 3 + k) * 2 + i]; };
            y.push_back(ad::Var<T>(max(ad::Var<T>(max(at(0), at(1))), at(2))));
          }
        }
        return y;
      });
  expect_as_scalars<T>(
      {x}, [](const auto& a) { return min(a[0]); },
      [](const auto& v) {
        ad::Var<T> least = v[0][0];
        for (const auto& each : v[0]) least = min(least, each);
        return array_check::Scalars<T>{least};
      });
}

}  // namespace
