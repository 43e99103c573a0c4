// Linear equations, factors and determinants of matrices, each with a rule of its own.
#pragma once

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

/// Compiled for `Array<T>` and `Var<Array<T>>`, T float and double.
template <class V>
struct ArrayLinearAlgebra : CompiledOperation<V, false> {
  static V solve(const V& a, const V& b);
  static V inverse(const V& a);
  static V cholesky(const V& a);
  static scalar_of_t<V> log_abs_determinant(const V& a);
};

extern template struct ArrayLinearAlgebra<Array<float>>;
extern template struct ArrayLinearAlgebra<Array<double>>;
extern template struct ArrayLinearAlgebra<Var<Array<float>>>;
extern template struct ArrayLinearAlgebra<Var<Array<double>>>;

}  // namespace detail

/// The X with A X = B, for a square A of shape (n, n) and B of shape (n) or (n, m), or for each of
/// a batch, (..., n, n) and (..., n) or (..., n, m) with the same batch axes, by an LU
/// factorisation with partial pivoting, which the sweep uses again: B̄ = A⁻ᵀ X̄, Ā = -B̄ Xᵀ (Giles,
/// Collected matrix derivative results, 2008). A singular A gives numbers that are not finite.
/// Throws ShapeError if the shapes do not fit.
///
///     auto x = solve(matmul(transpose(h), h) + penalty, g);
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto solve(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return detail::ArrayLinearAlgebra<V>::solve(V(a), V(b));
}

/// Y = A⁻¹ of a square matrix, or of each of a batch, (..., n, n); Ā = -Yᵀ Ȳ Yᵀ (Giles 2008). To
/// solve equations `solve` is better. A singular A gives numbers that are not finite. Throws
/// ShapeError if A is not square.
template <ArrayOperand A>
auto inverse(const A& a) {
  using V = value_type_t<A>;
  return detail::ArrayLinearAlgebra<V>::inverse(V(a));
}

/// The lower triangular L with a positive diagonal and L Lᵀ = (A + Aᵀ)/2: of a symmetric A its
/// Cholesky factor; of a batch, (..., n, n), that of each. Ā = (S + Sᵀ)/2 with S = L⁻ᵀ P L⁻¹,
/// where P is the lower triangle of Lᵀ L̄ with its diagonal halved (Murray, Differentiation of the
/// Cholesky decomposition, 2016): the derivative by each element of A alone, symmetric. Throws
/// ShapeError if A is not square, ParameterError if (A + Aᵀ)/2 is not positive definite.
///
///     auto sample = matmul(cholesky(covariance), noise);
template <ArrayOperand A>
auto cholesky(const A& a) {
  using V = value_type_t<A>;
  return detail::ArrayLinearAlgebra<V>::cholesky(V(a));
}

/// log |det A| of a square matrix, a scalar, which neither overflows nor underflows where det A
/// does; Ā = ȳ A⁻ᵀ (Giles 2008). 0 for the shape (0, 0), -infinity for a singular A. Throws
/// ShapeError if A is not square.
template <ArrayOperand A>
auto log_abs_determinant(const A& a) {
  using V = value_type_t<A>;
  return detail::ArrayLinearAlgebra<V>::log_abs_determinant(V(a));
}

}  // namespace ad
