// Arrays put together and taken apart by indices.
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_indexing.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Shape;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;
using Indices = std::vector<std::size_t>;

const Array six({2, 3}, {1, 2, 3, 4, 5, 6});

template <class T>
class ArrayIndexing : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayIndexing, Floats);

TEST(Concatenate, PutsArraysOneAfterTheOther) {
  const Array more({2, 1}, {7, 8});
  const Array both = concatenate(1, six, more, six.slice(1, 0, 1));
  EXPECT_EQ(both.shape(), Shape({2, 5}));
  EXPECT_EQ(both.to_vector(), (Numbers{1, 2, 3, 7, 1, 4, 5, 6, 8, 4}));
  EXPECT_EQ(concatenate(0, 2 * six, six.slice(0, 1, 2)).to_vector(),
            (Numbers{2, 4, 6, 8, 10, 12, 4, 5, 6}));
  EXPECT_EQ(concatenate(0, std::vector<Array>{six}).to_vector(), six.to_vector());
  EXPECT_EQ(concatenate(0, Array::zeros({0, 3}), six, Array::zeros({0, 3})).to_vector(),
            six.to_vector());
  EXPECT_EQ(concatenate(1, Array::zeros({0, 3}), Array::zeros({0, 2})).shape(), Shape({0, 5}));
}

TEST(Concatenate, TellsWhatDoesNotFit) {
  EXPECT_EQ(shape_error([] {
              (void)concatenate(0, six, Array::ones({2, 2}));
            }),
            "concatenate: arrays of the shapes (2, 3) and (2, 2) do not fit together along axis 0; "
            "all other extents must be equal.");
  EXPECT_EQ(shape_error([] { (void)concatenate(1, six, Array::ones({2})); }),
            "concatenate: arrays of the shapes (2, 3) and (2) do not fit together along axis 1; "
            "all other extents must be equal.");
  EXPECT_EQ(shape_error([] { (void)concatenate(2, six, six); }),
            "concatenate: there is no axis 2 in the shape (2, 3); axes count from 0.");
  EXPECT_EQ(shape_error([] { (void)concatenate(0, std::vector<Array>{}); }),
            "concatenate: there is no array to concatenate; give one at least.");
}

TEST(Stack, MakesANewAxis) {
  const Array a({2}, {1, 2});
  const Array b({2}, {3, 4});
  EXPECT_EQ(stack(0, a, b, a).shape(), Shape({3, 2}));
  EXPECT_EQ(stack(1, a, b).to_vector(), (Numbers{1, 3, 2, 4}));
  EXPECT_EQ(stack(0, Array(1.0), Array(2.0)).shape(), Shape({2}));
  EXPECT_EQ(stack(0, std::vector<Array>(4, six)).shape(), Shape({4, 2, 3}));
  EXPECT_EQ(shape_error([&] { (void)stack(0, a, six); }),
            "stack: arrays of the shapes (2) and (2, 3) do not fit together; all shapes must be "
            "equal.");
  EXPECT_EQ(shape_error([&] { (void)stack(2, a, b); }),
            "stack: there is no axis 2 in the shape (2); axes count from 0.");
  EXPECT_EQ(shape_error([] { (void)stack(0, std::vector<Array>{}); }),
            "stack: there is no array to stack; give one at least.");
}

TYPED_TEST(ArrayIndexing, OfConcatenatedArraysHasTheDerivativesOfTheParts) {
  using T = TypeParam;
  const auto a = ad::Array<T>::normal({2, 3}, 1);
  const auto b = ad::Array<T>::normal({2, 1}, 2);
  expect_as_scalars<T>(
      {a, b}, [](const auto& x) { return concatenate(1, x[0], x[1], x[0]); },
      [](const auto& v) {
        array_check::Scalars<T> y;
        for (std::size_t row = 0; row < 2; ++row) {
          for (const std::size_t part : {0U, 1U, 0U}) {
            const std::size_t columns = part == 0 ? 3 : 1;
            for (std::size_t k = 0; k < columns; ++k) y.push_back(v[part][row * columns + k]);
          }
        }
        return y;
      });
  expect_as_scalars<T>(
      {a, a}, [](const auto& x) { return stack(2, x); },
      [](const auto& v) {
        array_check::Scalars<T> y;
        for (std::size_t i = 0; i < 6; ++i) y.insert(y.end(), {v[0][i], v[1][i]});
        return y;
      });
}

TEST(Gather, TakesWhatStandsAtIndices) {
  EXPECT_EQ(gather(six, Indices{1, 0, 1}).to_vector(), (Numbers{4, 5, 6, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(gather(six.transpose(), Indices{1, 1}, 1).to_vector(), (Numbers{4, 4, 5, 5, 6, 6}));
  EXPECT_EQ(gather(six + 1, std::array<std::size_t, 1>{2}, 1).shape(), Shape({2, 1}));
  EXPECT_EQ(gather(six, Indices{}, 1).shape(), Shape({2, 0}));
  EXPECT_EQ(gather(Array::zeros({0, 3}), Indices{2, 2}, 1).shape(), Shape({0, 2}));
  EXPECT_EQ(shape_error([] {
              (void)gather(six, Indices{0, 2});
            }),
            "gather: the index 2 at position 1 is not below the extent 2 of axis 0 of the shape "
            "(2, 3); indices count from 0.");
  EXPECT_EQ(shape_error([] { (void)gather(six, std::vector<int>{-1}); }),
            "gather: the index -1 at position 0 is not below the extent 2 of axis 0 of the shape "
            "(2, 3); indices count from 0.");
  EXPECT_EQ(shape_error([] { (void)gather(Array(1.0), Indices{0}); }),
            "gather: there is no axis 0 in the shape (); axes count from 0.");
}

TEST(ScatterAdd, AddsAtIndices) {
  const Array base({3}, {10, 20, 30});
  EXPECT_EQ(scatter_add(base, Indices{2, 0, 2}, Array({3}, {1, 2, 3})).to_vector(),
            (Numbers{12, 20, 34}));
  EXPECT_EQ(base.to_vector(), (Numbers{10, 20, 30}));
  EXPECT_EQ(scatter_add(Shape{2, 2}, Indices{1}, Array({2, 1}, {5, 6}), 1).to_vector(),
            (Numbers{0, 5, 0, 6}));
  EXPECT_EQ(scatter_add(base, Indices{}, Array::zeros({0})).to_vector(), base.to_vector());
  EXPECT_EQ(
      shape_error([&] { (void)scatter_add(six, Indices{0}, six); }),
      "scatter_add: the array to be added has the shape (2, 3), but (1, 3) is needed: that of "
      "the base, (2, 3), with one element along axis 0 for each index.");
  EXPECT_EQ(shape_error([&] { (void)scatter_add(base, Indices{3}, Array({1}, {1})); }),
            "scatter_add: the index 3 at position 0 is not below the extent 3 of axis 0 of the "
            "shape (3); indices count from 0.");
}

TYPED_TEST(ArrayIndexing, AddsTheAdjointsOfARepeatedIndex) {
  using T = TypeParam;
  const auto x = ad::Array<T>::normal({2, 3, 2}, 1);
  const Indices indices{2, 0, 2, 2};
  expect_as_scalars<T>(
      {x}, [&](const auto& a) { return gather(a[0], indices, 1); },
      [&](const auto& v) {
        array_check::Scalars<T> y;
        for (std::size_t o = 0; o < 2; ++o) {
          for (const std::size_t k : indices) {
            for (std::size_t i = 0; i < 2; ++i) y.push_back(v[0][(o * 3 + k) * 2 + i]);
          }
        }
        return y;
      });
  const auto more = ad::Array<T>::normal({2, 4, 2}, 2);
  expect_as_scalars<T>(
      {x, more}, [&](const auto& a) { return scatter_add(a[0], indices, a[1], 1); },
      [&](const auto& v) {
        array_check::Scalars<T> y = v[0];
        for (std::size_t o = 0; o < 2; ++o) {
          for (std::size_t k = 0; k < 4; ++k) {
            for (std::size_t i = 0; i < 2; ++i) {
              y[(o * 3 + indices[k]) * 2 + i] += v[1][(o * 4 + k) * 2 + i];
            }
          }
        }
        return y;
      });
}

TEST(Gather, DoesNotMultiplyWithZero) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {0, 4}));
  tape.reverse(sum(sqrt(gather(x, Indices{0}))));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{HUGE_VAL, 0}));
  EXPECT_TRUE(tape.flags().nonfinite);
  EXPECT_TRUE(tape.flags().indeterminate.empty());
}

TEST(Gather, RefusesRetiredValues) {
  Tape<double> tape;
  const auto mark = tape.mark();
  const Active x = tape.input(six);
  tape.rewind(mark);
  EXPECT_THROW((void)gather(x, Indices{0}), ad::TapeError);
  EXPECT_THROW((void)concatenate(0, x, six), ad::TapeError);
}

TEST(Gather, TakesMemoryFromThePool) {
  Tape<double> tape;
  const Indices indices{1, 1, 0};
  const auto step = [&] {
    tape.clear();
    const Active x = tape.input(six);
    tape.reverse(sum(square(concatenate(0, gather(x, indices), x))));
    return tape.adjoint(x)(1, 2);
  };
  array_check::expect_no_new_blocks(step);
}

}  // namespace
