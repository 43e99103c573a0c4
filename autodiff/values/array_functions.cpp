#include <Eigen/Core>
#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_functions.hpp>

namespace ad::detail {
namespace {

template <class T, int order>
using MatrixMap = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, order>, 0,
                             Eigen::OuterStride<>>;

/// Calls use(map) with a matrix, the `batch`-th of an array of them, as Eigen sees it: by rows or
/// by columns, whichever lie packed.
template <class T, class Use>
void as_matrix(const Array<T>& x, std::size_t batch, Use&& use) {
  const std::size_t row = x.rank() - 2;
  const auto rows = static_cast<Eigen::Index>(x.shape()[row]);
  const auto cols = static_cast<Eigen::Index>(x.shape()[row + 1]);
  const Strides strides = x.strides();
  const T* const data = x.data() + static_cast<std::ptrdiff_t>(batch) * strides[0];
  if (strides[row + 1] == 1 || cols == 1) {
    use(MatrixMap<T, Eigen::RowMajor>(data, rows, cols, Eigen::OuterStride<>(strides[row])));
  } else {
    use(MatrixMap<T, Eigen::ColMajor>(data, rows, cols, Eigen::OuterStride<>(strides[row + 1])));
  }
}

/// The same numbers so that `as_matrix` can read them.
template <class T>
Array<T> readable(const Array<T>& x) {
  const std::size_t row = x.rank() - 2;
  const Strides strides = x.strides();
  const bool by_rows = strides[row + 1] == 1 || x.shape()[row + 1] == 1;
  const bool by_columns = strides[row] == 1 || x.shape()[row] == 1;
  return by_rows || by_columns ? x : x.packed();
}

template <class T>
Array<T> product(const Array<T>& a, const Array<T>& b) {
  const std::size_t row = a.rank() - 2;
  const std::size_t batches = row == 0 ? 1 : a.shape()[0];
  const std::size_t rows = a.shape()[row];
  const std::size_t cols = b.shape()[row + 1];
  Array<T> result =
      Array<T>::uninitialized(row == 0 ? Shape{rows, cols} : Shape{batches, rows, cols});
  const Array<T> left = readable(a);
  const Array<T> right = readable(b);
  using Result = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    Eigen::Map<Result> to(result.mutable_data() + batch * rows * cols,
                          static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(cols));
    as_matrix(left, batch, [&](const auto& x) {
      as_matrix(right, batch, [&](const auto& y) { to.noalias() = x * y; });
    });
  }
  return result;
}

}  // namespace

AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis) {
  if (axis >= shape.rank()) throw_axis(who, shape, axis);
  AxisLayout layout{1, shape[axis], 1};
  for (std::size_t i = 0; i < axis; ++i) layout.outer *= shape[i];
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) layout.inner *= shape[i];
  return layout;
}

void require_matrices(const Shape& a, const Shape& b) {
  if (a.rank() == 2 && b.rank() == 2 && a[1] == b[0]) return;
  if (a.rank() == 3 && b.rank() == 3 && a[0] == b[0] && a[2] == b[1]) return;
  const char* const needed =
      a.rank() == 3 || b.rank() == 3 ? "(batch, m, k) and (batch, k, n)" : "(m, k) and (k, n)";
  throw ShapeError(
      fmt::format("matmul: the shapes {} and {} cannot be multiplied; {} are needed: transpose or "
                  "reshape one of them.",
                  a, b, needed));
}

Array<float> matrix_product(const Array<float>& a, const Array<float>& b) { return product(a, b); }
Array<double> matrix_product(const Array<double>& a, const Array<double>& b) {
  return product(a, b);
}

}  // namespace ad::detail
