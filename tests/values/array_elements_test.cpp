// Scalars out of arrays and arrays out of scalars.
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Real;
using ad::Shape;
using ad::Tape;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

const Array six({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(ArrayElement, IsAScalarOfTheTape) {
  Tape<double> tape;
  const Active x = tape.input(six);
  const Real y = element(x, 1, 0) * exp(element(x, 0, 1));
  EXPECT_DOUBLE_EQ(y.value(), 4 * std::exp(2.0));
  tape.reverse(y);
  const Array g = tape.adjoint(x);
  EXPECT_DOUBLE_EQ(g(1, 0), std::exp(2.0));
  EXPECT_DOUBLE_EQ(g(0, 1), 4 * std::exp(2.0));
  EXPECT_EQ(g(0, 0), 0);
  tape.reverse(element(x, 0, 1) + 2 * element(x, 0, 1) + sum(x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{1, 4, 1, 1, 1, 1}));
  tape.reverse(element(2 * transpose(x), 2, 1) + sum(x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{1, 1, 1, 1, 1, 3}));
}

TEST(ArrayElement, OfAPlainArrayIsANumber) {
  static_assert(std::is_same_v<decltype(element(ad::Array<float>(), 0)), float>);
  EXPECT_EQ(element(six + 1, 1, 2), 7);
  EXPECT_EQ(element(Active(six), 1, 2).value(), 6);
  EXPECT_FALSE(element(Active(six), 1, 2).is_active());
  EXPECT_EQ(element(Array(3.0)), 3);
}

TEST(ArrayElement, TellsWhatIsMissing) {
  Tape<double> tape;
  const Active x = tape.input(six);
  const std::string needed = "; give one index per axis, each below its extent.";
  EXPECT_EQ(shape_error([&] { (void)element(x, 0, 3); }),
            "Array: there is no element (0, 3) in the shape (2, 3)" + needed);
  EXPECT_EQ(shape_error([&] { (void)element(x, 0); }),
            "Array: there is no element (0) in the shape (2, 3)" + needed);
  EXPECT_EQ(shape_error([&] { (void)element(six, 2, 0); }),
            "Array: there is no element (2, 0) in the shape (2, 3)" + needed);
}

TEST(ArrayElements, AreAllOfThemInOrder) {
  Tape<double> tape;
  const Active x = tape.input(six);
  const std::vector<Real> all = elements(transpose(x));
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[1].value(), 4);
  const std::vector<Real> again = elements(x);
  tape.reverse(again[0] + again[5] + sum(x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{2, 1, 1, 1, 1, 2}));
  tape.reverse(all[1] * all[1] + 3 * all[4] + 0 * all[5]);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0, 3, 8, 0, 0}));
  EXPECT_EQ(elements(six), six.to_vector());
  EXPECT_TRUE(elements(Active(Array::zeros({0}))).empty());
  EXPECT_TRUE(elements(tape.input(Array::zeros({0}))).empty());
}

template <class T>
class ArrayOfScalars : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayOfScalars, Floats);

/// Elements through scalar code and back into an array.
TYPED_TEST(ArrayOfScalars, GoesBackAndForthOnOneTape) {
  using T = TypeParam;
  using V = ad::Var<T>;
  const auto start = ad::Array<T>::normal({2, 3}, 5);
  Tape<T> tape;
  const auto x = tape.input(start);
  const V scale = tape.input(T(2));
  std::vector<V> scalars = elements(x);
  for (V& each : scalars) each = each * each + scale;
  const ad::Var<ad::Array<T>> y = array_of(scalars, {3, 2});
  EXPECT_EQ(y.shape(), Shape({3, 2}));
  const auto w = ad::Array<T>::normal({3, 2}, 6);
  tape.reverse(sum(y * w));
  T of_scale = 0;
  std::vector<T> needed;
  for (std::size_t i = 0; i < 6; ++i) {
    needed.push_back(2 * start.data()[i] * w.data()[i]);
    of_scale += w.data()[i];
  }
  array_check::expect_near(tape.adjoint(x).to_vector(), needed, "x");
  EXPECT_NEAR(tape.adjoint(scale), of_scale, 1e-6);
}

TEST(ArrayOf, LetsAScalarScaleAnArray) {
  Tape<double> tape;
  const Active x = tape.input(six);
  const Real a = tape.input(3.0);
  const Active y = array_of(a) * x + array_of(a * a);
  tape.reverse(sum(y));
  EXPECT_EQ(tape.adjoint(a), 21 + 6 * 6);
  EXPECT_EQ(tape.adjoint(x).to_vector(), Numbers(6, 3));
}

TEST(ArrayOf, OfScalarsThatArePassiveOrPlain) {
  Tape<double> tape;
  const Real a = tape.input(3.0);
  const std::array<Real, 3> some{Real(1), a, Real(2)};
  const Active y = array_of(some);
  EXPECT_EQ(y.value().to_vector(), (Numbers{1, 3, 2}));
  tape.reverse(sum(y * y));
  EXPECT_EQ(tape.adjoint(a), 6);
  EXPECT_FALSE(array_of(std::vector<Real>{1, 2}).is_active());
  EXPECT_FALSE(array_of(Real(1)).is_active());
  static_assert(std::is_same_v<decltype(ad::array_of(2)), Array>);
  static_assert(std::is_same_v<decltype(ad::array_of(2.0F)), ad::Array<float>>);
  static_assert(std::is_same_v<decltype(ad::array_of(std::vector<float>{})), ad::Array<float>>);
  EXPECT_EQ(ad::array_of(six.to_vector(), {2, 3})(1, 1), 5);
  EXPECT_EQ(ad::array_of(std::vector<int>{1, 2})(1), 2);
  EXPECT_EQ(array_of(std::vector<Real>{}, {0, 2}).shape(), Shape({0, 2}));
  EXPECT_EQ(shape_error([&] { (void)array_of(some, {2}); }),
            "Array: the shape (2) has 2 elements, but 3 values are given; give one per element.");
}

TEST(ArrayOf, RefusesRetiredValues) {
  Tape<double> tape;
  const auto mark = tape.mark();
  const Real a = tape.input(3.0);
  const Active x = tape.input(six);
  tape.rewind(mark);
  EXPECT_THROW((void)array_of(a), ad::TapeError);
  EXPECT_THROW((void)element(x, 0, 0), ad::TapeError);
  EXPECT_THROW((void)elements(x), ad::TapeError);
}

/// A scalar of the tape, or an expression of some, stands in expressions of arrays by itself.
TEST(ArrayOf, IsNotNeededForScalarsAmongArrays) {
  ad::Tape<double> tape;
  const ad::Real scale = tape.input(3.0);
  const ad::Array<double> numbers({2}, {1, -2});
  const ad::Var<ad::Array<double>> x = tape.input(numbers);
  const ad::Real y = sum(relu(x * scale + scale * scale)) + sum(numbers * scale) + sum(x - mean(x));
  EXPECT_EQ(y.value(), 12 + 3 - 3);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(scale), (1 + 6) + (-2 + 6) + (1 - 2));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (std::vector<double>{3, 3}));
}

}  // namespace
