#include <algorithm>
#include <cstddef>
#include <span>

#include <Eigen/Core>
#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_matmul.hpp>

namespace ad::detail {
namespace {

/// The axes before the last two.
Shape batch_of(const Shape& shape) {
  return Shape(std::span(shape.begin(), std::max<std::size_t>(shape.rank(), 2) - 2));
}

/// The matrices of an array as Eigen sees them: by rows or by columns, whichever lie packed; copied
/// if neither do.
template <class T>
class Factor {
 public:
  explicit Factor(const Array<T>& x) : strides_(x.strides()), data_(x.data()), shape_(x.shape()) {
    const std::size_t row = shape_.rank() - 2;
    by_rows_ = strides_[row + 1] == 1 || shape_[row + 1] == 1;
    const bool by_columns = strides_[row] == 1 || shape_[row] == 1;
    if (!by_rows_ && !by_columns) {
      copy_ = x.packed();
      data_ = copy_.data();
      strides_ = copy_.strides();
      by_rows_ = true;
    }
    outer_ = strides_[by_rows_ ? row : row + 1];
  }

  const Shape& shape() const { return shape_; }
  const Strides& strides() const { return strides_; }

  /// Calls use(map) with the matrix that begins so many elements behind the first.
  template <class Use>
  void with_matrix(std::ptrdiff_t begin, const Use& use) const {
    if (by_rows_) {
      use(map<Eigen::RowMajor>(begin));
    } else {
      use(map<Eigen::ColMajor>(begin));
    }
  }

 private:
  template <int order>
  auto map(std::ptrdiff_t begin) const {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, order>;
    return Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(
        data_ + begin, static_cast<Eigen::Index>(shape_[shape_.rank() - 2]),
        static_cast<Eigen::Index>(shape_[shape_.rank() - 1]), Eigen::OuterStride<>(outer_));
  }

  Strides strides_;
  const T* data_;
  const Shape& shape_;
  Array<T> copy_;
  bool by_rows_;
  std::ptrdiff_t outer_;
};

template <class T>
Array<T> product(const Array<T>& a, const Array<T>& b) {
  const Factor<T> left(a);
  const Factor<T> right(b);
  const MatrixPairs pairs(left.shape(), left.strides(), right.shape(), right.strides());
  Array<T> result = Array<T>::uninitialized(pairs.result());
  using Result = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  pairs.for_each([&](std::size_t k, std::ptrdiff_t from_left, std::ptrdiff_t from_right) {
    Eigen::Map<Result> to(result.mutable_data() + k * pairs.rows() * pairs.columns(),
                          static_cast<Eigen::Index>(pairs.rows()),
                          static_cast<Eigen::Index>(pairs.columns()));
    left.with_matrix(from_left, [&](const auto& x) {
      right.with_matrix(from_right, [&](const auto& y) { to.noalias() = x * y; });
    });
  });
  return result;
}

}  // namespace

MatrixPairs::MatrixPairs(const Shape& a, const Strides& a_strides, const Shape& b,
                         const Strides& b_strides)
    : batch_axes_(std::max(a.rank(), b.rank()) - 2), inner_(a[a.rank() - 1]) {
  const std::size_t rows = a[a.rank() - 2];
  const std::size_t columns = b[b.rank() - 1];
  if (batch_axes_ == 0) {
    result_ = {rows, columns};
    return;
  }
  const Shape of_a = batch_of(a);
  const Shape of_b = batch_of(b);
  const Shape batch = broadcast(of_a, of_b, "matmul");
  count_ = batch.size();
  result_ = batch.with(batch_axes_, rows).with(batch_axes_ + 1, columns);
  a_strides_ = broadcast_strides(of_a, a_strides, batch);
  b_strides_ = broadcast_strides(of_b, b_strides, batch);
}

void require_factors(const Shape& a, const Shape& b) {
  if (a.rank() > 0 && b.rank() > 0) {
    const std::size_t inner = b[b.rank() == 1 ? 0 : b.rank() - 2];
    const bool has_batches = a.rank() > 2 || b.rank() > 2;
    if (a[a.rank() - 1] == inner && (!has_batches || joined(batch_of(a), batch_of(b)))) return;
  }
  const char* needed = "(m, k) and (k, n)";
  if (a.rank() > 2 || b.rank() > 2) {
    needed = "(..., m, k) and (..., k, n), with batch axes that are equal or 1,";
  } else if (a.rank() < 2 || b.rank() < 2) {
    needed = "(m, k) or (k), and (k, n) or (k),";
  }
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
