// Running sums and products.
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_reductions.hpp>
#include <autodiff/values/array_scans.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Shape;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

const Array six({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(ArrayScan, RunsAlongAnAxis) {
  EXPECT_EQ(cumsum(six, 0).to_vector(), (Numbers{1, 2, 3, 5, 7, 9}));
  EXPECT_EQ(cumsum(six, 1).to_vector(), (Numbers{1, 3, 6, 4, 9, 15}));
  EXPECT_EQ(cumprod(six.transpose(), 0).to_vector(), (Numbers{1, 4, 2, 20, 6, 120}));
  EXPECT_EQ(cumprod(-six, 0).to_vector(), (Numbers{-1, -2, -3, 4, 10, 18}));
  EXPECT_EQ(cumsum(Array::zeros({2, 0}), 1).shape(), Shape({2, 0}));
  EXPECT_EQ(cumprod(Array::zeros({0, 2}), 1).shape(), Shape({0, 2}));
  EXPECT_EQ(cumprod(Array::full({2, 1}, 3), 1).to_vector(), (Numbers{3, 3}));
  EXPECT_EQ(shape_error([] { (void)cumsum(six, 2); }),
            "cumsum: there is no axis 2 in the shape (2, 3); axes count from 0.");
  EXPECT_EQ(shape_error([] { (void)cumprod(Array(2.0), 0); }),
            "cumprod: there is no axis 0 in the shape (); axes count from 0.");
}

TEST(ArrayScan, SumsAccurately) {
  const Array x({4}, {1, 1e100, 1, -1e100});
  EXPECT_EQ(cumsum(x, 0)(3), 2);
  const Array tenths = cumsum(Array::full({1000}, 0.1), 0);
  EXPECT_NEAR(tenths(999), 100, 2e-14);
}

template <class T>
class ArrayScans : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayScans, Floats);

TYPED_TEST(ArrayScans, HaveTheDerivativesOfScalars) {
  using T = TypeParam;
  using V = ad::Var<T>;
  const auto running = [](const auto& v, auto&& join) {
    array_check::Scalars<T> y(v.size());
    for (std::size_t o = 0; o < 2; ++o) {
      for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
          const std::size_t at = (o * 4 + k) * 2 + i;
          y[at] = k == 0 ? v[at] : V(join(y[at - 2], v[at]));
        }
      }
    }
    return y;
  };
  const auto x = ad::Array<T>::normal({2, 4, 2}, 3);
  expect_as_scalars<T>(
      {x}, [](const auto& a) { return cumsum(a[0], 1); },
      [&](const auto& v) {
        return running(v[0], [](const V& a, const V& b) -> V { return a + b; });
      });
  const auto product = [&](const auto& v) {
    return running(v[0], [](const V& a, const V& b) -> V { return a * b; });
  };
  expect_as_scalars<T>(
      {x}, [](const auto& a) { return cumprod(a[0], 1); }, product);
  // A zero in one line, two in another.
  std::vector<T> with_zeros = x.to_vector();
  for (const std::size_t i : {2U, 9U, 13U}) with_zeros[i] = 0;
  expect_as_scalars<T>(
      {ad::Array<T>({2, 4, 2}, with_zeros)}, [](const auto& a) { return cumprod(a[0], 1); },
      product);
}

TEST(Cumprod, DoesNotDivideByZero) {
  Tape<double> tape;
  const Active x = tape.input(Array({4}, {2, 0, 3, 0}));
  tape.reverse(sum(cumprod(x, 0) * Array({4}, {1, 10, 100, 1000})));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{1, 620, 0, 0}));
}

TEST(Cumprod, StaysInRangeWhereTheResultDoes) {
  Tape<double> tape;
  const Active x = tape.input(Array({4}, {1e200, 1e200, 1e-200, 1e-100}));
  const Active y = cumprod(x, 0);
  EXPECT_EQ(y.value()(1), std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(y.value()(2), 1e200);
  EXPECT_DOUBLE_EQ(y.value()(3), 1e100);
  tape.reverse(sum(y * Array({4}, {0, 0, 0, 1})));
  array_check::expect_near(Array(tape.adjoint(x) * x.value()).to_vector(), Numbers(4, 1e100), "x");
}

TEST(Cumprod, GivesIndeterminateFormsTheValueZeroAndTellsThem) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {0, 0}));
  tape.reverse(sum(sqrt(cumprod(x, 0))));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{HUGE_VAL, 0}));
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(std::string(tape.flags().indeterminate[0].operation), "cumprod");
}

}  // namespace
