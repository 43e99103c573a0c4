// Products of matrices, and of batches of them, against products of scalars.
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_comparison.hpp>
#include <autodiff/values/array_matmul.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Shape;
using array_check::expect_as_scalars;
using array_check::Scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Numbers = std::vector<double>;

/// Where the matrix for this place of the result's batch begins: by the indices of the batch, of
/// which those of repeated axes do not count.
std::size_t begin_of(std::size_t place, const Shape& batch, const Shape& shape, std::size_t size) {
  std::size_t begin = 0;
  std::size_t step = size;
  for (std::size_t i = 1; i <= batch.rank(); ++i) {
    const std::size_t extent = batch[batch.rank() - i];
    const std::size_t index = place % extent;
    place /= extent;
    if (i > shape.rank() - 2) continue;
    const std::size_t own = shape[shape.rank() - 2 - i];
    begin += own == 1 ? 0 : index * step;
    step *= own;
  }
  return begin;
}

/// The products of matrices of shapes (..., m, k) and (..., k, n), term by term.
template <class T>
Scalars<T> products(const Scalars<T>& a, const Shape& of_a, const Scalars<T>& b, const Shape& of_b,
                    const Shape& batch) {
  const std::size_t m = of_a[of_a.rank() - 2];
  const std::size_t k = of_a[of_a.rank() - 1];
  const std::size_t n = of_b[of_b.rank() - 1];
  Scalars<T> y(batch.size() * m * n);
  for (std::size_t p = 0; p < y.size(); ++p) {
    const std::size_t pair = p / (m * n);
    const std::size_t from_a = begin_of(pair, batch, of_a, m * k) + p / n % m * k;
    const std::size_t from_b = begin_of(pair, batch, of_b, k * n) + p % n;
    for (std::size_t l = 0; l < k; ++l) y[p] += a[from_a + l] * b[from_b + l * n];
  }
  return y;
}

struct Factors {
  Shape a, b, batch, result;
};

template <class T>
class Matmul : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(Matmul, Floats);

TYPED_TEST(Matmul, OfBatchesBroadcasts) {
  using T = TypeParam;
  const std::array<Factors, 9> all{{
      {{2, 4}, {4, 3}, {}, {2, 3}},
      {{3, 2, 4}, {3, 4, 5}, {3}, {3, 2, 5}},
      {{3, 2, 4}, {4, 5}, {3}, {3, 2, 5}},                          // one matrix for all
      {{2, 4}, {3, 4, 5}, {3}, {3, 2, 5}},                          // on the left
      {{1, 2, 4}, {3, 4, 1}, {3}, {3, 2, 1}},                       // a batch of one
      {{2, 3, 2, 4}, {2, 3, 4, 2}, {2, 3}, {2, 3, 2, 2}},           // two axes
      {{2, 1, 2, 4}, {3, 4, 2}, {2, 3}, {2, 3, 2, 2}},              // each repeated along one
      {{2, 1, 2, 1, 3}, {3, 1, 3, 2}, {2, 3, 2}, {2, 3, 2, 1, 2}},  // and three
      {{2, 3, 1, 1}, {1, 1}, {2, 3}, {2, 3, 1, 1}},
  }};
  for (const Factors& each : all) {
    SCOPED_TRACE(fmt::format("{} {}", each.a, each.b));
    const auto a = ad::Array<T>::normal(each.a, 1);
    const auto b = ad::Array<T>::normal(each.b, 2);
    EXPECT_EQ(matmul(a, b).shape(), each.result);
    expect_as_scalars<T>(
        {a, b}, [](const auto& x) { return matmul(x[0], x[1]); },
        [&](const auto& v) { return products<T>(v[0], each.a, v[1], each.b, each.batch); });
  }
}

TYPED_TEST(Matmul, TakesVectorsAsRowsAndColumns) {
  using T = TypeParam;
  const std::array<Factors, 5> all{{
      {{3, 4}, {4}, {}, {3}},
      {{4}, {4, 3}, {}, {3}},
      {{2, 3, 4}, {4}, {2}, {2, 3}},
      {{4}, {2, 4, 3}, {2}, {2, 3}},
      {{4}, {4}, {}, {}},
  }};
  for (const Factors& each : all) {
    SCOPED_TRACE(fmt::format("{} {}", each.a, each.b));
    const auto a = ad::Array<T>::normal(each.a, 1);
    const auto b = ad::Array<T>::normal(each.b, 2);
    EXPECT_EQ(matmul(a, b).shape(), each.result);
    const Shape row = each.a.rank() == 1 ? Shape{1, 4} : each.a;
    const Shape column = each.b.rank() == 1 ? Shape{4, 1} : each.b;
    expect_as_scalars<T>(
        {a, b}, [](const auto& x) { return matmul(x[0], x[1]); },
        [&](const auto& v) { return products<T>(v[0], row, v[1], column, each.batch); });
  }
}

TYPED_TEST(Matmul, ReadsExchangedAxesInPlace) {
  using T = TypeParam;
  // One matrix of each batch is seen through exchanged axes, row by row in memory or not.
  expect_as_scalars<T>(
      {ad::Array<T>::normal({2, 4, 3}, 1), ad::Array<T>::normal({2, 4, 2}, 2)},
      [](const auto& a) { return matmul(swap_axes(a[0], 1, 2), a[1]); },
      [](const auto& v) {
        Scalars<T> y(12);
        for (std::size_t i = 0; i < 48; ++i) {
          const std::size_t batch = i / 24, row = i / 8 % 3, column = i / 4 % 2, k = i % 4;
          y[(batch * 3 + row) * 2 + column] +=
              v[0][(batch * 4 + k) * 3 + row] * v[1][(batch * 4 + k) * 2 + column];
        }
        return y;
      });
}

TEST(MatmulAtInfinity, DropsFormsZeroTimesInfinityAndTellsThem) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Array w({2, 2}, {1, infinity, 3, 4});
  const Array x({2, 2}, {1, 2, 3, 4});
  ad::Tape<double> tape;
  const auto v = tape.input(x);
  const Array mask({2, 2}, {1, 0, 0, 1});
  tape.reverse(sum(where(mask, matmul(v, w), 0)));
  // (x w)(0, 0) has the slopes 1 and 3; (x w)(1, 1) an infinite one and 4.
  EXPECT_EQ(tape.adjoint(v).to_vector(), (Numbers{1, 3, infinity, 4}));
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(tape.flags().indeterminate[0].operation, "matmul");
}

TEST(MatmulShapes, OfEmptyAndOneSizedAxes) {
  EXPECT_EQ(matmul(Array::ones({0, 2, 3}), Array::ones({0, 3, 4})).shape(), Shape({0, 2, 4}));
  EXPECT_EQ(matmul(Array::ones({0, 2, 3}), Array::ones({1, 3, 4})).shape(), Shape({0, 2, 4}));
  EXPECT_EQ(matmul(Array::ones({0, 2, 3}), Array::ones({3, 4})).shape(), Shape({0, 2, 4}));
  EXPECT_EQ(matmul(Array::ones({2, 1, 0}), Array::ones({0, 2})).to_vector(), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(matmul(Array::ones({2, 1, 0}), Array::ones({2, 0, 1})).to_vector(), (Numbers{0, 0}));
  EXPECT_EQ(matmul(Array::ones({2, 0}), Array::ones({0})).to_vector(), (Numbers{0, 0}));
  EXPECT_EQ(matmul(Array({2, 1, 1}, {2, 3}), Array({2, 1, 1}, {5, 7})).to_vector(),
            (Numbers{10, 21}));
}

TEST(MatmulShapes, ThatDoNotFitAreErrors) {
  const auto error_of = [](const Shape& a, const Shape& b) {
    return shape_error([&] { (void)matmul(Array::ones(a), Array::ones(b)); });
  };
  EXPECT_EQ(error_of({2, 3}, {2, 3}),
            "matmul: the shapes (2, 3) and (2, 3) cannot be multiplied; (m, k) and (k, n) are "
            "needed: transpose or reshape one of them.");
  EXPECT_EQ(error_of({2, 3}, {2}),
            "matmul: the shapes (2, 3) and (2) cannot be multiplied; (m, k) or (k), and (k, n) or "
            "(k), are needed: transpose or reshape one of them.");
  EXPECT_EQ(error_of({2, 1, 3}, {3, 3, 2}),
            "matmul: the shapes (2, 1, 3) and (3, 3, 2) cannot be multiplied; (..., m, k) and "
            "(..., k, n), with batch axes that are equal or 1, are needed: transpose or reshape "
            "one of them.");
  for (const auto& [a, b] : {std::pair<Shape, Shape>{{2, 3}, {2}},
                             {{2}, {3, 2}},
                             {{2}, {3}},
                             {{}, {1}},
                             {{1}, {}},
                             {{2, 2, 3}, {2, 3}},
                             {{2, 3, 1, 2}, {2, 2, 1}}}) {
    EXPECT_NE(error_of(a, b).find(fmt::format("{} and {}", a, b)), std::string::npos);
  }
}

}  // namespace
