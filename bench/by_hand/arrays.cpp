#include "arrays.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace by_hand {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Row = Eigen::Matrix<T, 1, Eigen::Dynamic>;

template <class T>
Eigen::Map<const Matrix<T>> matrix(const std::vector<T>& x, std::size_t rows, std::size_t cols) {
  return {x.data(), static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(cols)};
}
template <class T>
Eigen::Map<Matrix<T>> matrix(T* x, std::size_t rows, std::size_t cols) {
  return {x, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(cols)};
}

}  // namespace

template <class T>
void relu_sum(const std::vector<T>& a, const std::vector<T>& x, const std::vector<T>& b,
              Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(3 * n);
  const T* __restrict pa = a.data();
  const T* __restrict px = x.data();
  const T* __restrict pb = b.data();
  T* __restrict of_a = result.gradient.data();
  T* __restrict of_x = of_a + n;
  T* __restrict of_b = of_x + n;
  T sum = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const T z = pa[i] * px[i] + pb[i];
    const T slope = z > 0 ? T(1) : T(0);
    sum += slope * z;
    of_a[i] = slope * px[i];
    of_x[i] = slope * pa[i];
    of_b[i] = slope;
  }
  result.value = sum;
}

template <class T>
void tanh_exp(const std::vector<T>& x, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  T sum = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const T t = std::tanh(px[i]);
    const T e = std::exp(-px[i] * px[i]);
    sum += t * e;
    of_x[i] = e * (1 - t * t - 2 * px[i] * t);
  }
  result.value = sum;
}

template <class T>
void matmul(std::size_t n, const std::vector<T>& a, const std::vector<T>& b, Result<T>& result) {
  result.gradient.resize(2 * n * n);
  const auto left = matrix(a, n, n);
  const auto right = matrix(b, n, n);
  thread_local Matrix<T> product;
  product.noalias() = left * right;
  result.value = product.squaredNorm() / 2;
  matrix(result.gradient.data(), n, n).noalias() = product * right.transpose();
  matrix(result.gradient.data() + n * n, n, n).noalias() = left.transpose() * product;
}

template <class T>
void Network<T>::evaluate(const std::vector<T>& w0, const std::vector<T>& b0,
                          const std::vector<T>& w1, const std::vector<T>& b1,
                          Result<T>& result) const {
  result.gradient.resize(w0.size() + b0.size() + w1.size() + b1.size());
  const auto x = matrix(images, batch, inputs);
  const auto first = matrix(w0, inputs, hidden);
  const auto second = matrix(w1, hidden, classes);
  thread_local Matrix<T> h;
  thread_local Matrix<T> z;
  thread_local Matrix<T> back;
  h.noalias() = x * first;
  h.rowwise() += Eigen::Map<const Row<T>>(b0.data(), static_cast<Eigen::Index>(hidden));
  h = h.cwiseMax(T(0));
  z.noalias() = h * second;
  z.rowwise() += Eigen::Map<const Row<T>>(b1.data(), static_cast<Eigen::Index>(classes));
  T loss = 0;
  for (std::size_t i = 0; i < batch; ++i) {
    auto row = z.row(static_cast<Eigen::Index>(i));
    const auto label = static_cast<Eigen::Index>(labels[i]);
    const T largest = row.maxCoeff();
    const T score = row[label] - largest;
    row = (row.array() - largest).exp();
    const T total = row.sum();
    loss += std::log(total) - score;
    row /= total;
    row[label] -= 1;
  }
  z /= static_cast<T>(batch);
  result.value = loss / static_cast<T>(batch);
  T* const of_w0 = result.gradient.data();
  T* const of_b0 = of_w0 + w0.size();
  T* const of_w1 = of_b0 + b0.size();
  T* const of_b1 = of_w1 + w1.size();
  matrix(of_w1, hidden, classes).noalias() = h.transpose() * z;
  matrix(of_b1, 1, classes) = z.colwise().sum();
  back.noalias() = z * second.transpose();
  back = (h.array() > 0).select(back, T(0));
  matrix(of_w0, inputs, hidden).noalias() = x.transpose() * back;
  matrix(of_b0, 1, hidden) = back.colwise().sum();
}

template <class T>
void logistic(const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& w,
              Result<T>& result) {
  const std::size_t rows = y.size();
  result.gradient.resize(w.size());
  const auto data = matrix(x, rows, w.size());
  thread_local std::vector<T> margins;
  margins.resize(rows);
  matrix(margins.data(), rows, 1).noalias() = data * matrix(w, w.size(), 1);
  T loss = 0;
  T* __restrict margin = margins.data();
  const T* __restrict sign = y.data();
#pragma GCC ivdep
  for (std::size_t i = 0; i < rows; ++i) {
    const T m = -sign[i] * margin[i];
    const T e = std::exp(-std::fabs(m));
    loss += std::log1p(e) + (m > 0 ? m : T(0));
    margin[i] = -sign[i] * (m > 0 ? T(1) : e) / (1 + e);
  }
  result.value = loss;
  matrix(result.gradient.data(), w.size(), 1).noalias() =
      data.transpose() * matrix(margins.data(), rows, 1);
}

#define BY_HAND_INSTANTIATE(T)                                                                 \
  template void relu_sum(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&,  \
                         Result<T>&);                                                          \
  template void tanh_exp(const std::vector<T>&, Result<T>&);                                   \
  template void matmul(std::size_t, const std::vector<T>&, const std::vector<T>&, Result<T>&); \
  template struct Network<T>;                                                                  \
  template void logistic(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&,  \
                         Result<T>&);
BY_HAND_INSTANTIATE(float)
BY_HAND_INSTANTIATE(double)
#undef BY_HAND_INSTANTIATE

}  // namespace by_hand
