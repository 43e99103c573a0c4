// Gradients of arrays as one writes them by hand, for the best speed that this machine has: fused
// loops that the compiler vectorises with -ffast-math, and Eigen's matrix products. They give up
// what the engine keeps, such as the digits of tanh' in the tails.
#pragma once

#include <cstddef>
#include <vector>

namespace by_hand {

/// A value and the gradient, one array after the other.
template <class T>
struct Result {
  T value = 0;
  std::vector<T> gradient;
};

/// Σ relu(a x + b) in a, x and b.
template <class T>
void relu_sum(const std::vector<T>& a, const std::vector<T>& x, const std::vector<T>& b,
              Result<T>& result);

/// Σ tanh(x) exp(-x²)
template <class T>
void tanh_exp(const std::vector<T>& x, Result<T>& result);

/// Σ (A B)²/2 of square matrices of n rows.
template <class T>
void matmul(std::size_t n, const std::vector<T>& a, const std::vector<T>& b, Result<T>& result);

/// The mean cross entropy of a network of one hidden layer with ReLU, in its weights and biases.
template <class T>
struct Network {
  std::size_t batch, inputs, hidden, classes;
  std::vector<T> images;
  std::vector<std::size_t> labels;

  void evaluate(const std::vector<T>& w0, const std::vector<T>& b0, const std::vector<T>& w1,
                const std::vector<T>& b1, Result<T>& result) const;
};

/// Σ log(1 + exp(-y_i x_i·w)) of `rows` rows.
template <class T>
void logistic(const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& w,
              Result<T>& result);

}  // namespace by_hand
