// Products, factors and solutions, against elimination in scalars.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_indexing.hpp>
#include <autodiff/values/array_linear_algebra.hpp>
#include <autodiff/values/array_matmul.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Real;
using ad::Shape;
using ad::Tape;
using array_check::expect_as_scalars;
using array_check::Scalars;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

/// The solution of A X = B by elimination without pivoting; leaves the pivots in `pivots`.
template <class T>
Scalars<T> eliminate(Scalars<T> a, Scalars<T> b, std::size_t n, Scalars<T>& pivots) {
  const std::size_t m = n == 0 ? 0 : b.size() / n;
  for (std::size_t k = 0; k < n; ++k) {
    pivots.push_back(a[k * n + k]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const ad::Var<T> factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = 0; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      for (std::size_t j = 0; j < m; ++j) b[i * m + j] -= factor * b[k * m + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < m; ++j) b[i * m + j] /= pivots[i];
  }
  return b;
}

/// L Lᵀ = (A + Aᵀ)/2, column by column.
template <class T>
Scalars<T> cholesky_of(const Scalars<T>& a, std::size_t n) {
  Scalars<T> l(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      ad::Var<T> sum = (a[i * n + j] + a[j * n + i]) / 2;
      for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? ad::Var<T>(sqrt(sum)) : ad::Var<T>(sum / l[j * n + j]);
    }
  }
  return l;
}

/// Random numbers with a heavy diagonal.
template <class T>
ad::Array<T> well_conditioned(std::size_t n, std::uint64_t seed) {
  std::vector<T> numbers = ad::Array<T>::normal({n, n}, seed).to_vector();
  for (std::size_t i = 0; i < n; ++i) numbers[i * n + i] += static_cast<T>(2 * n);
  return {{n, n}, numbers};
}

template <class T>
class ArrayLinearAlgebra : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(ArrayLinearAlgebra, Floats);

TYPED_TEST(ArrayLinearAlgebra, HasTheDerivativesOfScalars) {
  using T = TypeParam;
  const auto a = well_conditioned<T>(4, 1);
  const auto of_arrays = [](const auto& x) { return solve(x[0], x[1]); };
  const auto of_scalars = [](const auto& v) {
    Scalars<T> pivots;
    return eliminate<T>(v[0], v[1], 4, pivots);
  };
  expect_as_scalars<T>({a, ad::Array<T>::normal({4, 3}, 2)}, of_arrays, of_scalars);
  expect_as_scalars<T>({a, ad::Array<T>::normal({4}, 2)}, of_arrays, of_scalars);
  expect_as_scalars<T>(
      {a}, [](const auto& x) { return inverse(x[0]); },
      [](const auto& v) {
        Scalars<T> identity(16), pivots;
        for (std::size_t i = 0; i < 4; ++i) identity[5 * i] = 1;
        return eliminate<T>(v[0], identity, 4, pivots);
      });
  for (const T sign : {T(1), T(-1)}) {
    expect_as_scalars<T>(
        {ad::Array<T>(sign * a)}, [](const auto& x) { return log_abs_determinant(x[0]); },
        [](const auto& v) {
          Scalars<T> pivots;
          eliminate<T>(v[0], {}, 4, pivots);
          ad::Var<T> sum = 0;
          for (const auto& each : pivots) sum += log(abs(each));
          return Scalars<T>{sum};
        });
  }
  const auto lower = [](const auto& x) { return cholesky(x[0]); };
  expect_as_scalars<T>({a}, lower, [](const auto& v) { return cholesky_of<T>(v[0], 4); });
  expect_as_scalars<T>({ad::Array<T>(a + a.transpose())}, lower,
                       [](const auto& v) { return cholesky_of<T>(v[0], 4); });
}

/// A batch, one after the other.
template <class T, class EachMatrix>
Scalars<T> one_by_one(std::size_t batches, EachMatrix&& of_matrix) {
  Scalars<T> all;
  for (std::size_t k = 0; k < batches; ++k) {
    const Scalars<T> one = of_matrix(k);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

/// The k-th of the parts of so many numbers each.
template <class T>
Scalars<T> part(const Scalars<T>& all, std::size_t k, std::size_t size) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(k * size);
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

TYPED_TEST(ArrayLinearAlgebra, TreatsEachMatrixOfABatch) {
  using T = TypeParam;
  const auto a = ad::stack(0, well_conditioned<T>(3, 1), well_conditioned<T>(3, 2));
  const auto solved = [](const auto& x) { return solve(x[0], x[1]); };
  for (const Shape& right : {Shape{2, 3}, Shape{2, 3, 4}}) {
    const std::size_t size = right.size() / 2;
    expect_as_scalars<T>({a, ad::Array<T>::normal(right, 3)}, solved, [&](const auto& v) {
      return one_by_one<T>(2, [&](std::size_t k) {
        Scalars<T> pivots;
        return eliminate<T>(part<T>(v[0], k, 9), part<T>(v[1], k, size), 3, pivots);
      });
    });
  }
  expect_as_scalars<T>(
      {a}, [](const auto& x) { return inverse(x[0]); },
      [](const auto& v) {
        return one_by_one<T>(2, [&](std::size_t k) {
          Scalars<T> identity(9), pivots;
          for (std::size_t i = 0; i < 3; ++i) identity[4 * i] = 1;
          return eliminate<T>(part<T>(v[0], k, 9), identity, 3, pivots);
        });
      });
  expect_as_scalars<T>(
      {a}, [](const auto& x) { return cholesky(x[0]); },
      [](const auto& v) {
        return one_by_one<T>(2,
                             [&](std::size_t k) { return cholesky_of<T>(part<T>(v[0], k, 9), 3); });
      });
}

TEST(Cholesky, IsLowerTriangularWithASymmetricDerivative) {
  const Array a({2, 2}, {4, 2, 2, 10});
  EXPECT_EQ(cholesky(a).to_vector(), (Numbers{2, 0, 1, 3}));
  EXPECT_EQ(cholesky(Array({2, 2}, {4, 1, 3, 10})).to_vector(), (Numbers{2, 0, 1, 3}));
  Tape<double> tape;
  const Active x = tape.input(a);
  tape.reverse(sum(cholesky(x)));
  const Array g = tape.adjoint(x);
  EXPECT_EQ(g(0, 1), g(1, 0));
  const double infinity = std::numeric_limits<double>::infinity();
  // Above the diagonal of L there is nothing to differentiate.
  tape.reverse(sum(cholesky(x) * Array({2, 2}, {1, infinity, 1, 1})));
  EXPECT_EQ(tape.adjoint(x).to_vector(), g.to_vector());
}

TEST(Cholesky, NeedsAPositiveDefiniteMatrix) {
  try {
    (void)cholesky(Array({2, 2}, {1, 2, 2, 1}));
    ADD_FAILURE();
  } catch (const ad::ParameterError& error) {
    EXPECT_EQ(std::string(error.what()),
              "cholesky: the matrix is not positive definite: the pivot of row 1 is -3, but a "
              "positive one is needed; add to the diagonal, or use solve.");
  }
  try {
    (void)cholesky(Array({2, 1, 1}, {1, -2}));
    ADD_FAILURE();
  } catch (const ad::ParameterError& error) {
    EXPECT_EQ(std::string(error.what()).find("cholesky: the matrix 1 of the batch is not"), 0U);
  }
  EXPECT_THROW((void)cholesky(Array::zeros({1, 1})), ad::ParameterError);
  EXPECT_THROW((void)cholesky(-Array::ones({3, 3})), ad::ParameterError);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(cholesky(Array({1, 1}, {nan})).item()));
}

TEST(Cholesky, OfManyRowsGivesTheMatrixBack) {
  const Array a = well_conditioned<double>(70, 1);
  const Array symmetric = (a + a.transpose()) / 2;
  const Array l = cholesky(a);
  array_check::expect_near(matmul(l, l.transpose()).to_vector(), symmetric.to_vector(), "L Lᵀ");
  array_check::expect_near(solve(symmetric, symmetric).to_vector(),
                           matmul(symmetric, inverse(symmetric)).to_vector(), "identity");
  EXPECT_NEAR(log_abs_determinant(symmetric), 2 * log_abs_determinant(l), 1e-11);
}

TEST(Solve, OfEmptyOneSizedAndSingularMatrices) {
  EXPECT_EQ(solve(Array::zeros({0, 0}), Array::zeros({0})).shape(), Shape({0}));
  EXPECT_EQ(solve(Array::ones({2, 2}) + Array({2, 2}, {1, 0, 0, 1}), Array::zeros({2, 0})).shape(),
            Shape({2, 0}));
  EXPECT_EQ(solve(Array({1, 1}, {4}), Array({1}, {2})).item(), 0.5);
  EXPECT_EQ(inverse(Array::zeros({0, 0})).shape(), Shape({0, 0}));
  EXPECT_EQ(inverse(Array::zeros({0, 3, 3})).shape(), Shape({0, 3, 3}));
  EXPECT_EQ(cholesky(Array::zeros({2, 0, 0})).shape(), Shape({2, 0, 0}));
  EXPECT_EQ(solve(Array::zeros({2, 0, 0}), Array::zeros({2, 0, 5})).shape(), Shape({2, 0, 5}));
  EXPECT_EQ(solve(Array::zeros({0, 3, 3}), Array::zeros({0, 3})).shape(), Shape({0, 3}));
  EXPECT_EQ(cholesky(Array::zeros({0, 0})).shape(), Shape({0, 0}));
  EXPECT_EQ(log_abs_determinant(Array::zeros({0, 0})), 0);
  EXPECT_EQ(log_abs_determinant(Array::zeros({2, 2})), -HUGE_VAL);
  EXPECT_FALSE(std::isfinite(solve(Array::zeros({1, 1}), Array::ones({1})).item()));
  EXPECT_FALSE(std::isfinite(inverse(Array::zeros({1, 1})).item()));
  Tape<double> tape;
  const Active empty = tape.input(Array::zeros({0, 0}));
  tape.reverse(log_abs_determinant(empty) + sum(cholesky(empty)) + sum(inverse(empty)) +
               sum(solve(empty, empty)));
  EXPECT_EQ(tape.adjoint(empty).shape(), Shape({0, 0}));
}

TEST(LogAbsDeterminant, DoesNotOverflow) {
  const Array large = 1e200 * Array({3, 3}, {2, 0, 0, 0, -2, 0, 0, 0, 2});
  EXPECT_DOUBLE_EQ(log_abs_determinant(large), 3 * std::log(2e200));
}

TEST(Solve, PivotsWhereItMust) {
  const Array a({3, 3}, {0, 2, 0, 0, 0, 4, 1, 0, 0});
  EXPECT_EQ(solve(a, Array({3}, {2, 4, 8})).to_vector(), (Numbers{8, 1, 1}));
  Tape<double> tape;
  const Active x = tape.input(a);
  tape.reverse(log_abs_determinant(x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), inverse(a).transpose().to_vector());
}

TEST(Solve, TellsWhatDoesNotFit) {
  const Array a = Array::ones({2, 2});
  const Array b = Array::ones({2, 3});
  for (const std::string who : {"inverse", "cholesky", "log_abs_determinant"}) {
    EXPECT_EQ(shape_error([&] {
                if (who == "inverse") (void)inverse(b);
                if (who == "cholesky") (void)cholesky(b);
                if (who == "log_abs_determinant") (void)log_abs_determinant(b);
              }),
              who + ": the matrix has the shape (2, 3), but a square one, (n, n)" +
                  (who == "log_abs_determinant" ? "" : ", or a batch of them, (..., n, n)") +
                  ", is needed.");
  }
  EXPECT_EQ(shape_error([&] { (void)solve(Array::ones({4}), b); }),
            "solve: the matrix has the shape (4), but a square one, (n, n), or a batch of them, "
            "(..., n, n), is needed.");
  EXPECT_EQ(shape_error([&] { (void)solve(a, Array::ones({3})); }),
            "solve: the right-hand side has the shape (3), but (2) or (2, m) is needed for the "
            "matrix of the shape (2, 2).");
  EXPECT_NE(shape_error([&] { (void)solve(a, Array(1.0)); }), "no error");
  const Array batch = Array::ones({3, 2, 2});
  EXPECT_EQ(shape_error([&] { (void)solve(batch, Array::ones({2})); }),
            "solve: the right-hand side has the shape (2), but (3, 2) or (3, 2, m) is needed for "
            "the matrix of the shape (3, 2, 2).");
  EXPECT_NE(shape_error([&] { (void)solve(batch, Array::ones({2, 2})); }), "no error");
  EXPECT_NE(shape_error([&] { (void)solve(a, batch); }), "no error");
  EXPECT_NE(shape_error([&] { (void)log_abs_determinant(batch); }), "no error");
}

TEST(Solve, RefusesRetiredValues) {
  Tape<double> tape;
  const auto mark = tape.mark();
  const Active a = tape.input(Array::ones({2, 2}));
  tape.rewind(mark);
  EXPECT_THROW((void)solve(a, Array::ones({2})), ad::TapeError);
  EXPECT_THROW((void)inverse(a), ad::TapeError);
}

}  // namespace
