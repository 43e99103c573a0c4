#include "products.hpp"

#include <cmath>
#include <numbers>

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
template <class T>
Eigen::Map<const Row<T>> row(const std::vector<T>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.size())};
}

/// The mean cross entropy of the logits z, which its derivatives replace.
template <class T>
T cross_entropy(const std::vector<std::size_t>& labels, Matrix<T>& z) {
  T loss = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto logits = z.row(static_cast<Eigen::Index>(i));
    const auto label = static_cast<Eigen::Index>(labels[i]);
    const T largest = logits.maxCoeff();
    const T score = logits[label] - largest;
    logits = (logits.array() - largest).exp();
    const T total = logits.sum();
    loss += std::log(total) - score;
    logits /= total;
    logits[label] -= 1;
  }
  const T batch = static_cast<T>(labels.size());
  z /= batch;
  return loss / batch;
}

}  // namespace

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
void Network<T>::evaluate(const std::vector<std::vector<T>>& parameters, Result<T>& result) const {
  const std::size_t layers = units.size() - 1;
  const std::size_t batch = inputs.size() / units.front();
  std::size_t size = 0;
  for (const auto& each : parameters) size += each.size();
  result.gradient.resize(size);
  thread_local std::vector<Matrix<T>> outputs;  // of each layer; the last one's derivatives
  thread_local Matrix<T> back;
  outputs.resize(layers);
  const auto weights = [&](std::size_t layer) {
    return matrix(parameters[2 * layer], units[layer], units[layer + 1]);
  };
  for (std::size_t layer = 0; layer < layers; ++layer) {
    Matrix<T>& z = outputs[layer];
    if (layer == 0) {
      z.noalias() = matrix(inputs, batch, units[0]) * weights(0);
    } else {
      z.noalias() = outputs[layer - 1] * weights(layer);
    }
    z.rowwise() += row(parameters[2 * layer + 1]);
    if (layer + 1 < layers) z = z.cwiseMax(T(0));
  }
  back = outputs.back();
  if (labels.empty()) {
    back -= matrix(targets, batch, units.back());
    result.value = back.squaredNorm() / 2;
  } else {
    result.value = cross_entropy(labels, back);
  }
  T* end = result.gradient.data() + size;
  for (std::size_t layer = layers; layer-- > 0;) {
    end -= units[layer + 1];
    matrix(end, 1, units[layer + 1]) = back.colwise().sum();
    end -= units[layer] * units[layer + 1];
    auto of_weights = matrix(end, units[layer], units[layer + 1]);
    if (layer == 0) {
      of_weights.noalias() = matrix(inputs, batch, units[0]).transpose() * back;
    } else {
      Matrix<T>& h = outputs[layer - 1];
      of_weights.noalias() = h.transpose() * back;
      thread_local Matrix<T> further;
      further.noalias() = back * weights(layer).transpose();
      back = (h.array() > 0).select(further, T(0));
    }
  }
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

template <class T>
void linear(const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& w, T b, T sigma,
            Result<T>& result) {
  const std::size_t rows = y.size();
  const std::size_t columns = w.size();
  result.gradient.resize(columns + 2);
  const auto data = matrix(x, rows, columns);
  const auto weights = matrix(w, columns, 1);
  thread_local Matrix<T> residual;
  residual = matrix(y, rows, 1);
  residual.noalias() -= data * weights;
  residual.array() -= b;
  const T precision = 1 / (sigma * sigma);
  const T squares = residual.squaredNorm() * precision;
  const T count = static_cast<T>(rows);
  result.value = -(squares + weights.squaredNorm() + b * b) / 2 - count * std::log(sigma) -
                 (count + static_cast<T>(columns) + 1) * std::log(2 * std::numbers::pi_v<T>) / 2;
  T* const of_w = result.gradient.data();
  auto slopes = matrix(of_w, columns, 1);
  slopes.noalias() = data.transpose() * residual;
  slopes = slopes * precision - weights;
  of_w[columns] = residual.sum() * precision - b;
  of_w[columns + 1] = (squares - count) / sigma;
}

#define BY_HAND_INSTANTIATE(T)                                                                    \
  template void matmul(std::size_t, const std::vector<T>&, const std::vector<T>&, Result<T>&);    \
  template struct Network<T>;                                                                     \
  template void logistic(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&,     \
                         Result<T>&);                                                             \
  template void linear(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&, T, T, \
                       Result<T>&);
BY_HAND_INSTANTIATE(float)
BY_HAND_INSTANTIATE(double)
#undef BY_HAND_INSTANTIATE

}  // namespace by_hand
