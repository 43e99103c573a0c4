// The matrices that drivers return.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <autodiff/drivers/point.hpp>

namespace ad {

/// A dense rows × cols matrix, row-major.
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols), data_(rows * cols) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }

  T& operator()(std::size_t i, std::size_t j) { return data_[i * cols_ + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return data_[i * cols_ + j]; }

  /// rows() * cols() numbers, row after row.
  T* data() { return data_.data(); }
  const T* data() const { return data_.data(); }

  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::vector<T> data_;
};

namespace detail {

/// Derivatives with respect to a point C, in the kind of matrix that goes with C.
template <class C, class T>
auto matrix_for(Matrix<T>&& m) {
  if constexpr (requires { PointTraits<C>::matrix(m); }) {
    return PointTraits<C>::matrix(m);
  } else {
    return std::move(m);
  }
}

}  // namespace detail
}  // namespace ad
