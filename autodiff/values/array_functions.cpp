#include <Eigen/Core>
#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_functions.hpp>

namespace ad::detail {
namespace {

template <class T, int order>
using MatrixMap = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, order>, 0,
                             Eigen::OuterStride<>>;

/// Calls use(map) with the matrix as Eigen sees it: by rows or by columns, whichever lie packed.
template <class T, class Use>
void as_matrix(const Array<T>& x, Use&& use) {
  const auto rows = static_cast<Eigen::Index>(x.shape()[0]);
  const auto cols = static_cast<Eigen::Index>(x.shape()[1]);
  const Strides& strides = x.strides();
  if (strides[1] == 1 || cols == 1) {
    use(MatrixMap<T, Eigen::RowMajor>(x.data(), rows, cols, Eigen::OuterStride<>(strides[0])));
  } else if (strides[0] == 1 || rows == 1) {
    use(MatrixMap<T, Eigen::ColMajor>(x.data(), rows, cols, Eigen::OuterStride<>(strides[1])));
  } else {
    as_matrix(x.packed(), use);
  }
}

template <class T>
Array<T> product(const Array<T>& a, const Array<T>& b) {
  const Shape shape{a.shape()[0], b.shape()[1]};
  Array<T> result = Array<T>::uninitialized(shape);
  using Result = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Result> to(result.mutable_data(), static_cast<Eigen::Index>(shape[0]),
                        static_cast<Eigen::Index>(shape[1]));
  as_matrix(a, [&](const auto& x) { as_matrix(b, [&](const auto& y) { to.noalias() = x * y; }); });
  return result;
}

}  // namespace

void require_matrices(const Shape& a, const Shape& b) {
  if (a.rank() == 2 && b.rank() == 2 && a[1] == b[0]) return;
  throw ShapeError(
      fmt::format("matmul: the shapes {} and {} cannot be multiplied; (m, k) and (k, n) are "
                  "needed: transpose or reshape one of them.",
                  a, b));
}

Array<float> matrix_product(const Array<float>& a, const Array<float>& b) { return product(a, b); }
Array<double> matrix_product(const Array<double>& a, const Array<double>& b) {
  return product(a, b);
}

}  // namespace ad::detail
