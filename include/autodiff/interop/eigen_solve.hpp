// Linear algebra with derivative rules of its own. A.partialPivLu().solve(b) can be differentiated
// as well, operation by operation; these record one statement and reuse the factorisation.
#pragma once

#include <type_traits>

#include <Eigen/Core>

#include <autodiff/interop/eigen_factorisation.hpp>
#include <autodiff/interop/eigen_scalar.hpp>
#include <autodiff/interop/error.hpp>

namespace ad {

namespace detail {

template <class V, class Derived>
DynamicMatrix<V> as_dynamic(const Eigen::MatrixBase<Derived>& x) {
  if constexpr (std::is_same_v<V, typename Derived::Scalar>) {
    return x;
  } else {
    return x.template cast<V>();
  }
}

}  // namespace detail

/// The X with A X = B, for a square A and one or more right-hand sides, by an LU factorisation with
/// partial pivoting. dX = A⁻¹ (dB - dA X); in reverse B̄ = A⁻ᵀ X̄, Ā = -B̄ Xᵀ (Giles, Collected
/// matrix derivative results, 2008). A and B may be of plain, dual, tape or nested numbers. A
/// singular A gives numbers that are not finite. Throws ShapeError if the sizes do not fit.
///
///     const Eigen::VectorX<ad::Real> x = ad::solve(a, b);
template <class A, class B>
requires Compatible<typename A::Scalar, typename B::Scalar>
auto solve(const Eigen::MatrixBase<A>& a, const Eigen::MatrixBase<B>& b) {
  using V = common_value_t<typename A::Scalar, typename B::Scalar>;
  detail::require_square("solve", a.rows(), a.cols());
  detail::require_rows("solve", b.rows(), a.rows());
  return Eigen::Matrix<V, A::ColsAtCompileTime, B::ColsAtCompileTime>(
      detail::Factorisation<V>(detail::as_dynamic<V>(a)).solve(detail::as_dynamic<V>(b)));
}

/// A⁻¹, with d(A⁻¹) = -A⁻¹ dA A⁻¹. Throws ShapeError if A is not square.
template <class A>
requires Operand<typename A::Scalar>
auto inverse(const Eigen::MatrixBase<A>& a) {
  using V = common_value_t<typename A::Scalar>;
  detail::require_square("inverse", a.rows(), a.cols());
  return Eigen::Matrix<V, A::RowsAtCompileTime, A::ColsAtCompileTime>(
      detail::Factorisation<V>(detail::as_dynamic<V>(a))
          .solve(detail::DynamicMatrix<V>::Identity(a.rows(), a.cols())));
}

/// log |det A|, which neither overflows nor underflows where det A does; its derivative is
/// tr(A⁻¹ dA). -infinity for a singular A. Throws ShapeError if A is not square.
template <class A>
requires Operand<typename A::Scalar>
auto log_abs_determinant(const Eigen::MatrixBase<A>& a) {
  using V = common_value_t<typename A::Scalar>;
  detail::require_square("log_abs_determinant", a.rows(), a.cols());
  return detail::Factorisation<V>(detail::as_dynamic<V>(a)).log_abs_determinant();
}

}  // namespace ad
