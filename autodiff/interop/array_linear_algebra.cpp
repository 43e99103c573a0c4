#include <cmath>
#include <cstddef>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/interop/eigen_scalar.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_linear_algebra.hpp>
#include <autodiff/values/format.hpp>

#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Factors = Eigen::PartialPivLU<Matrix<T>>;

void require_square(const char* who, const Shape& shape) {
  if (shape.rank() == 2 && shape[0] == shape[1]) return;
  throw ShapeError(fmt::format(
      "{}: the matrix has the shape {}, but a square one, (n, n), is needed.", who, shape));
}

/// A packed array of one or two axes as a matrix; a vector is a column.
template <class T>
Eigen::Map<const Matrix<T>> as_matrix(const Array<T>& x) {
  const Shape& shape = x.shape();
  return {x.data(), static_cast<Eigen::Index>(shape[0]),
          shape.rank() == 1 ? 1 : static_cast<Eigen::Index>(shape[1])};
}

/// A matrix expression, evaluated.
template <class T, class E>
Array<T> evaluated(const Shape& shape, const E& expression) {
  Array<T> result = Array<T>::uninitialized(shape);
  Eigen::Map<Matrix<T>>(result.mutable_data(), expression.rows(), expression.cols()).noalias() =
      expression;
  return result;
}

/// Tells which row of a symmetric matrix has no positive pivot.
template <class T>
[[noreturn]] void throw_not_positive_definite(Matrix<T> a) {
  Eigen::Index k = 0;
  for (; k + 1 < a.rows() && a(k, k) > 0; ++k) {
    const Eigen::Index rest = a.rows() - k - 1;
    const Matrix<T> column = a.col(k).tail(rest);
    a.bottomRightCorner(rest, rest) -= column * column.transpose() / a(k, k);
  }
  const auto pivot = value_of(a(k, k));
  throw ParameterError(
      fmt::format("cholesky: the matrix is not positive definite: the pivot of row {} is {}, but a "
                  "positive one is needed; add to the diagonal, or use solve.",
                  k, pivot < 0 ? pivot : decltype(pivot)(0)));
}

}  // namespace

template <class V>
V ArrayLinearAlgebra<V>::solve(const V& a, const V& b) {
  using T = typename V::element_type;
  const Shape& shape = b.shape();
  require_square("solve", a.shape());
  if ((shape.rank() != 1 && shape.rank() != 2) || shape[0] != a.shape()[0]) {
    throw ShapeError(fmt::format(
        "solve: the right-hand side has the shape {}, but ({}) or ({}, m) is needed for "
        "the matrix of the shape {}.",
        shape, a.shape()[0], a.shape()[0], a.shape()));
  }
  Factors<T> factors(as_matrix(a.array().packed()));
  const Array<T> x = evaluated<T>(shape, factors.solve(as_matrix(b.array().packed())));
  return record_rule<V>(
      x, sources_of(a, b),
      [x, factors = std::move(factors)](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
        const Array<T> of_b =
            evaluated<T>(x.shape(), factors.transpose().solve(as_matrix(cotangent)));
        if (to[1] != nullptr) to[1]->add(of_b);
        if (to[0] == nullptr) return;
        to[0]->add(evaluated<T>(to[0]->shape(), -as_matrix(of_b) * as_matrix(x).transpose()));
      });
}

template <class V>
V ArrayLinearAlgebra<V>::inverse(const V& a) {
  using T = typename V::element_type;
  require_square("inverse", a.shape());
  const Array<T> y = evaluated<T>(a.shape(), Factors<T>(as_matrix(a.array().packed())).inverse());
  return record_rule<V>(y, sources_of(a),
                        [y](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          const auto transposed = as_matrix(y).transpose();
                          const Matrix<T> left = -transposed * as_matrix(cotangent);
                          to[0]->add(evaluated<T>(y.shape(), left * transposed));
                        });
}

template <class V>
V ArrayLinearAlgebra<V>::cholesky(const V& a) {
  using T = typename V::element_type;
  require_square("cholesky", a.shape());
  const Array<T> numbers = a.array().packed();
  const Matrix<T> symmetric = as_matrix(numbers) / 2 + as_matrix(numbers).transpose() / 2;
  const Eigen::LLT<Matrix<T>> factors(symmetric);
  if (factors.info() != Eigen::Success) throw_not_positive_definite(symmetric);
  const Array<T> l = evaluated<T>(a.shape(), Matrix<T>(factors.matrixL()));
  return record_rule<V>(
      l, sources_of(a), [l](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
        // What stands above the diagonal of L is 0 whatever A is.
        const Matrix<T> lower = as_matrix(cotangent).template triangularView<Eigen::Lower>();
        const auto factor = as_matrix(l).template triangularView<Eigen::Lower>();
        Matrix<T> s = as_matrix(l).transpose() * lower;
        s.template triangularView<Eigen::StrictlyUpper>().setZero();
        s.diagonal() /= 2;
        factor.transpose().solveInPlace(s);                  // L⁻ᵀ P
        factor.template solveInPlace<Eigen::OnTheRight>(s);  // L⁻ᵀ P L⁻¹
        to[0]->add(evaluated<T>(l.shape(), s / 2 + s.transpose() / 2));
      });
}

template <class V>
scalar_of_t<V> ArrayLinearAlgebra<V>::log_abs_determinant(const V& a) {
  using T = typename V::element_type;
  require_square("log_abs_determinant", a.shape());
  Factors<T> factors(as_matrix(a.array().packed()));
  using std::fabs;
  using std::log;
  AccurateSum<T> sum;
  for (Eigen::Index i = 0; i < factors.rows(); ++i) {
    sum.add(T(log(fabs(factors.matrixLU()(i, i)))));
  }
  return record_scalar_rule<V>(
      sum.total(), sources_of(a),
      [factors = std::move(factors)](const auto& to, T cotangent, Adjoints<T>&) {
        const Matrix<T> seed = Matrix<T>::Identity(factors.rows(), factors.rows()) * cotangent;
        to[0]->add(evaluated<T>(to[0]->shape(), factors.transpose().solve(seed)));
      });
}

#define AUTODIFF_INSTANTIATE(T)                 \
  template struct ArrayLinearAlgebra<Array<T>>; \
  template struct ArrayLinearAlgebra<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
template struct ArrayLinearAlgebra<Array<Traced<float>>>;
template struct ArrayLinearAlgebra<Array<Traced<double>>>;

}  // namespace ad::detail
