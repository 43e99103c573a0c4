// Losses, against their definitions in scalars.
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_losses.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Real;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;
using Labels = std::vector<std::size_t>;

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
class ArrayLosses : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayLosses, Floats);

TYPED_TEST(ArrayLosses, HaveTheDerivativesOfScalars) {
  using T = TypeParam;
  using V = ad::Var<T>;
  const auto z = ad::Array<T>::normal({2, 2, 3}, 1);
  const Labels labels{2, 0, 1, 2};
  const auto log_total = [](const auto& v, std::size_t row) {
    return V(log(exp(v[3 * row]) + exp(v[3 * row + 1]) + exp(v[3 * row + 2])));
  };
  expect_as_scalars<T>(
      {z}, [&](const auto& a) { return cross_entropy(a[0], labels); },
      [&](const auto& v) {
        V loss = 0;
        for (std::size_t row = 0; row < 4; ++row) {
          loss += (log_total(v[0], row) - v[0][3 * row + labels[row]]) / 4;
        }
        return array_check::Scalars<T>{loss};
      });
  const ad::Array<T> p = softmax(ad::Array<T>(2 * ad::Array<T>::normal({2, 2, 3}, 2)), 2);
  expect_as_scalars<T>(
      {z, p}, [&](const auto& a) { return cross_entropy(a[0], a[1]); },
      [&](const auto& v) {
        V loss = 0;
        for (std::size_t i = 0; i < 12; ++i) {
          loss += v[1][i] * (log_total(v[0], i / 3) - v[0][i]) / 4;
        }
        return array_check::Scalars<T>{loss};
      });
  expect_as_scalars<T>(
      {z, p}, [&](const auto& a) { return mean_squared_error(a[0], a[1]); },
      [&](const auto& v) {
        V loss = 0;
        for (std::size_t i = 0; i < 12; ++i) {
          loss += (v[0][i] - v[1][i]) * (v[0][i] - v[1][i]) / 12;
        }
        return array_check::Scalars<T>{loss};
      });
}

TEST(CrossEntropy, IsExactWhereAProbabilityIsNearlyOne) {
  Tape<double> tape;
  const Active z = tape.input(Array({1, 3}, {0, 50, -10}));
  const double others = std::exp(-50.0) + std::exp(-60.0);
  for (const Real& loss :
       {cross_entropy(z, Labels{1}), cross_entropy(z, Array({1, 3}, {0, 1, 0}))}) {
    EXPECT_DOUBLE_EQ(loss.value(), others);
    tape.reverse(loss);
    const Array g = tape.adjoint(z);
    EXPECT_DOUBLE_EQ(g(0, 0), std::exp(-50.0));
    EXPECT_DOUBLE_EQ(g(0, 1), -others);
    EXPECT_DOUBLE_EQ(g(0, 2), std::exp(-60.0));
  }
}

TEST(CrossEntropy, NeitherOverflowsNorMindsMaskedClasses) {
  Tape<double> tape;
  const Active z = tape.input(Array({2, 3}, {1000, -1000, -infinity, 3, 3, 3}));
  const Real loss = cross_entropy(z, Labels{1, 0});
  EXPECT_DOUBLE_EQ(loss.value(), (2000 + std::log(3)) / 2);
  tape.reverse(loss);
  array_check::expect_near(tape.adjoint(z).to_vector(),
                           Numbers{0.5, -0.5, 0, -1.0 / 3, 1.0 / 6, 1.0 / 6}, "z");
  EXPECT_TRUE(tape.flags().indeterminate.empty());
  EXPECT_EQ(cross_entropy(z, Labels{2, 0}).value(), infinity);
  EXPECT_DOUBLE_EQ(cross_entropy(z.value(), Array({2, 3}, {0, 1, 0, 1, 0, 0})), loss.value());
}

TEST(CrossEntropy, OfNumbersThatAreNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(cross_entropy(Array({1, 2}, {nan, 1}), Labels{1})));
  EXPECT_TRUE(std::isnan(cross_entropy(Array({1, 2}, {1, nan}), Labels{0})));
  EXPECT_TRUE(std::isnan(cross_entropy(Array::full({1, 2}, -infinity), Labels{0})));
  EXPECT_EQ(cross_entropy(Array({1, 2}, {infinity, 1}), Labels{1}), infinity);
  EXPECT_EQ(cross_entropy(Array({1, 2}, {infinity, 1}), Labels{0}), 0);
  Tape<double> tape;
  const Active z = tape.input(Array({1, 2}, {infinity, 1}));
  tape.reverse(cross_entropy(z, Labels{1}));
  EXPECT_EQ(tape.adjoint(z).to_vector(), (Numbers{1, -1}));
  EXPECT_TRUE(std::isnan(cross_entropy(Array::zeros({0, 2}), Labels{})));
  EXPECT_TRUE(std::isnan(mean_squared_error(Array::zeros({0}), Array::zeros({0}))));
  EXPECT_DOUBLE_EQ(cross_entropy(Array({3}, {0, 0, 0}), Labels{1}), std::log(3.0));
  EXPECT_EQ(cross_entropy(Array({2, 1}, {5, -7}), Labels{0, 0}), 0);
}

TEST(CrossEntropy, TellsWhatDoesNotFit) {
  const Array z = Array::zeros({2, 3});
  EXPECT_EQ(shape_error([&] {
              (void)cross_entropy(z, Labels{1, 3});
            }),
            "cross_entropy: the label 3 of row 1 is not below the number of classes, 3; labels "
            "count from 0.");
  EXPECT_EQ(shape_error([&] { (void)cross_entropy(z, Labels{1}); }),
            "cross_entropy: the logits have the shape (2, 3), but 1 label is given; give one label "
            "for each of the 2 rows.");
  EXPECT_EQ(shape_error([&] { (void)cross_entropy(z, Array::zeros({3})); }),
            "cross_entropy: arrays of the shapes (2, 3) and (3) do not fit together; they must be "
            "equal: reshape one of them.");
  EXPECT_EQ(
      shape_error([&] { (void)cross_entropy(Array(1.0), Labels{0}); }),
      "cross_entropy: the logits have the shape (), but an axis of classes is needed; reshape "
      "them.");
  EXPECT_EQ(shape_error([&] {
              (void)mean_squared_error(z, Array::zeros({2, 1}));
            }),
            "mean_squared_error: arrays of the shapes (2, 3) and (2, 1) do not fit together; they "
            "must be equal: reshape one of them.");
  EXPECT_NE(shape_error([&] {
              (void)cross_entropy(Array::zeros({2, 0}), Labels{0, 0});
            }),
            "no error");
}

TEST(CrossEntropy, RefusesRetiredValues) {
  Tape<double> tape;
  const auto mark = tape.mark();
  const Active z = tape.input(Array::zeros({2, 3}));
  tape.rewind(mark);
  EXPECT_THROW((void)cross_entropy(z, Labels{0, 0}), ad::TapeError);
}

TEST(CrossEntropy, TakesMemoryFromThePool) {
  Tape<double> tape;
  const Labels labels(32, 3);
  const auto step = [&] {
    tape.clear();
    const Active z = tape.input(Array::normal({32, 10}, 1));
    tape.reverse(cross_entropy(z, labels));
    return tape.adjoint(z)(1, 2);
  };
  array_check::expect_no_new_blocks(step);
}

}  // namespace
