#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/interop/eigen_scalar.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_linear_algebra.hpp>
#include <autodiff/values/array_matmul.hpp>
#include <autodiff/values/format.hpp>

#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using View = Eigen::Map<const Matrix<T>>;

/// One square matrix, (n, n), or a batch of them, (..., n, n).
void require_square(const char* who, const Shape& shape, bool takes_batches = true) {
  const std::size_t rank = shape.rank();
  const bool has_rank = rank == 2 || (rank > 2 && takes_batches);
  if (has_rank && shape[rank - 2] == shape[rank - 1]) return;
  throw ShapeError(
      fmt::format("{}: the matrix has the shape {}, but a square one, (n, n){}, is needed.", who,
                  shape, takes_batches ? ", or a batch of them, (..., n, n)" : ""));
}

/// For each matrix a right-hand side: a vector or a matrix.
void require_right_hand_side(const Shape& a, const Shape& b) {
  const std::size_t batch_axes = a.rank() - 2;
  const bool has_rank = b.rank() == batch_axes + 1 || b.rank() == batch_axes + 2;
  if (has_rank && std::equal(a.begin(), a.begin() + batch_axes + 1, b.begin())) return;
  std::string batch;
  for (std::size_t axis = 0; axis < batch_axes; ++axis) batch += fmt::format("{}, ", a[axis]);
  throw ShapeError(fmt::format(
      "solve: the right-hand side has the shape {}, but ({}{}) or ({}{}, m) is needed for the "
      "matrix of the shape {}.",
      b, batch, a[batch_axes], batch, a[batch_axes], a));
}

/// The k-th of the matrices that a packed array holds, all of so many rows.
template <class T>
View<T> matrix_of(const Array<T>& x, std::size_t k, std::size_t rows, std::size_t columns) {
  return {x.data() + k * rows * columns, static_cast<Eigen::Index>(rows),
          static_cast<Eigen::Index>(columns)};
}

template <class T>
Eigen::Map<Matrix<T>> result_of(Array<T>& x, std::size_t k, std::size_t rows, std::size_t columns) {
  return {x.mutable_data() + k * rows * columns, static_cast<Eigen::Index>(rows),
          static_cast<Eigen::Index>(columns)};
}

// What follows is compiled once for each number, and not in each rule that needs it: these
// instances of Eigen's templates take a compiler longest.

/// The factors P A = L U of each matrix.
template <class T>
class LuFactors {
 public:
  [[gnu::noinline]] explicit LuFactors(const Array<T>& a) : shape_(a.shape()) {
    const Array<T> packed = a.packed();
    const std::size_t n = rows();
    factors_.reserve(batches());
    for (std::size_t k = 0; k < batches(); ++k) factors_.emplace_back(matrix_of(packed, k, n, n));
  }

  /// A⁻¹ B, or A⁻ᵀ B, for the right-hand side of each.
  [[gnu::noinline]] Array<T> solve(const Array<T>& b, bool transposes) const {
    const Array<T> right = b.packed();
    const std::size_t n = rows();
    const std::size_t columns = batches() * n == 0 ? 0 : b.size() / (batches() * n);
    Array<T> result = Array<T>::uninitialized(b.shape());
    for (std::size_t k = 0; k < factors_.size(); ++k) {
      const View<T> from = matrix_of(right, k, n, columns);
      auto to = result_of(result, k, n, columns);
      if (transposes) {
        to = factors_[k].transpose().solve(from);
      } else {
        to = factors_[k].solve(from);
      }
    }
    return result;
  }

  /// A⁻¹, or A⁻ᵀ, of each.
  Array<T> inverse(bool transposes) const {
    const std::size_t n = rows();
    Array<T> identity = Array<T>::uninitialized(shape_);
    for (std::size_t k = 0; k < batches(); ++k) result_of(identity, k, n, n).setIdentity();
    return solve(identity, transposes);
  }

  [[gnu::noinline]] T log_abs_determinant() const {
    using std::fabs;
    using std::log;
    AccurateSum<T> sum;
    for (Eigen::Index i = 0; i < factors_[0].rows(); ++i) {
      sum.add(T(log(fabs(factors_[0].matrixLU()(i, i)))));
    }
    return sum.total();
  }

 private:
  std::size_t batches() const {
    return std::accumulate(shape_.begin(), shape_.end() - 2, std::size_t{1}, std::multiplies<>());
  }
  std::size_t rows() const { return shape_[shape_.rank() - 1]; }

  Shape shape_;
  std::vector<Eigen::PartialPivLU<Matrix<T>>> factors_;
};

/// Tells which row of a symmetric matrix has no positive pivot.
template <class T>
[[noreturn, gnu::noinline]] void throw_not_positive_definite(Matrix<T> a,
                                                             const std::string& place) {
  Eigen::Index k = 0;
  for (; k + 1 < a.rows() && a(k, k) > 0; ++k) {
    const Eigen::Index rest = a.rows() - k - 1;
    const Matrix<T> column = a.col(k).tail(rest);
    a.bottomRightCorner(rest, rest) -= column * column.transpose() / a(k, k);
  }
  const auto pivot = value_of(a(k, k));
  throw ParameterError(fmt::format(
      "cholesky: the matrix{} is not positive definite: the pivot of row {} is {}, but a "
      "positive one is needed; add to the diagonal, or use solve.",
      place, k, pivot < 0 ? pivot : decltype(pivot)(0)));
}

/// The lower factor of each matrix.
template <class T>
[[gnu::noinline]] Array<T> cholesky_factors(const Array<T>& a) {
  const Array<T> packed = a.packed();
  const std::size_t n = a.shape()[a.rank() - 1];
  Array<T> result = Array<T>::uninitialized(a.shape());
  for (std::size_t k = 0; k * n * n < a.size(); ++k) {
    const View<T> matrix = matrix_of(packed, k, n, n);
    const Matrix<T> symmetric = matrix / 2 + matrix.transpose() / 2;
    const Eigen::LLT<Matrix<T>> factors(symmetric);
    if (factors.info() != Eigen::Success) {
      throw_not_positive_definite(symmetric,
                                  a.rank() == 2 ? "" : fmt::format(" {} of the batch", k));
    }
    result_of(result, k, n, n) = factors.matrixL();
  }
  return result;
}

template <class T>
[[gnu::noinline]] Array<T> pull_back_cholesky(const Array<T>& l, const Array<T>& cotangent) {
  const std::size_t n = l.shape()[l.rank() - 1];
  Array<T> result = Array<T>::uninitialized(l.shape());
  for (std::size_t k = 0; k * n * n < l.size(); ++k) {
    const View<T> factor_numbers = matrix_of(l, k, n, n);
    // What stands above the diagonal of L is 0 whatever A is.
    const Matrix<T> lower = matrix_of(cotangent, k, n, n).template triangularView<Eigen::Lower>();
    const auto factor = factor_numbers.template triangularView<Eigen::Lower>();
    Matrix<T> s = factor_numbers.transpose() * lower;
    s.template triangularView<Eigen::StrictlyUpper>().setZero();
    s.diagonal() /= 2;
    factor.transpose().solveInPlace(s);                  // L⁻ᵀ P
    factor.template solveInPlace<Eigen::OnTheRight>(s);  // L⁻ᵀ P L⁻¹
    result_of(result, k, n, n) = s / 2 + s.transpose() / 2;
  }
  return result;
}

}  // namespace

template <class V>
V ArrayLinearAlgebra<V>::solve(const V& a, const V& b) {
  using T = typename V::element_type;
  require_square("solve", a.shape());
  require_right_hand_side(a.shape(), b.shape());
  LuFactors<T> factors(a.array());
  const Array<T> x = factors.solve(b.array(), false);
  return record_rule<V>(
      x, sources_of(a, b),
      [x, factors = std::move(factors)](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
        const Array<T> of_b = factors.solve(cotangent, true);
        if (to[1] != nullptr) to[1]->add(of_b);
        if (to[0] == nullptr) return;
        // A vector as a matrix of one column.
        const Shape& of_a = to[0]->shape();
        const Shape columns = x.rank() == of_a.rank() ? x.shape() : x.shape().with(x.rank(), 1);
        to[0]->add(
            Array<T>(-matrix_product(of_b.reshape(columns), transposed(x.reshape(columns)))));
      },
      a.size());
}

template <class V>
V ArrayLinearAlgebra<V>::inverse(const V& a) {
  using T = typename V::element_type;
  require_square("inverse", a.shape());
  const Array<T> y = LuFactors<T>(a.array()).inverse(false);
  return record_rule<V>(y, sources_of(a),
                        [y](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          const Array<T> left = matrix_product(transposed(y), cotangent);
                          to[0]->add(Array<T>(-matrix_product(left, transposed(y))));
                        });
}

template <class V>
V ArrayLinearAlgebra<V>::cholesky(const V& a) {
  using T = typename V::element_type;
  require_square("cholesky", a.shape());
  const Array<T> l = cholesky_factors(a.array());
  return record_rule<V>(l, sources_of(a),
                        [l](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          to[0]->add(pull_back_cholesky(l, cotangent));
                        });
}

template <class V>
scalar_of_t<V> ArrayLinearAlgebra<V>::log_abs_determinant(const V& a) {
  using T = typename V::element_type;
  require_square("log_abs_determinant", a.shape(), false);
  LuFactors<T> factors(a.array());
  const T value = factors.log_abs_determinant();
  return record_scalar_rule<V>(
      value, sources_of(a),
      [factors = std::move(factors)](const auto& to, T cotangent, Adjoints<T>&) {
        to[0]->add(Array<T>(cotangent * factors.inverse(true)));
      },
      a.size());
}

#define AUTODIFF_INSTANTIATE(T)                 \
  template struct ArrayLinearAlgebra<Array<T>>; \
  template struct ArrayLinearAlgebra<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
#define AUTODIFF_INSTANTIATE(T) template struct ArrayLinearAlgebra<Array<T>>;
AUTODIFF_FOR_EACH_TRACED_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
