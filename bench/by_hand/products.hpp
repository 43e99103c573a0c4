// Gradients that are products of matrices, which are Eigen's.
#pragma once

#include <cstddef>
#include <vector>

#include "result.hpp"

namespace by_hand {

/// Σ (A B)²/2 of square matrices of n rows.
template <class T>
void matmul(std::size_t n, const std::vector<T>& a, const std::vector<T>& b, Result<T>& result);

/// A network of layers with ReLU between them, in its weights and biases. Its loss is the mean
/// cross entropy if there are labels, else half the sum of the squared distances from the targets.
template <class T>
struct Network {
  std::vector<std::size_t> units;  ///< of the input, of each hidden layer, of the output
  std::vector<T> inputs;
  std::vector<std::size_t> labels;
  std::vector<T> targets;

  /// Of weights and biases in turn.
  void evaluate(const std::vector<std::vector<T>>& parameters, Result<T>& result) const;
};

/// Σ log(1 + exp(-y_i x_i·w)) of `rows` rows.
template <class T>
void logistic(const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& w,
              Result<T>& result);

/// Linear regression, as in workloads/arrays/regression.hpp, in w, b and σ.
template <class T>
void linear(const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& w, T b, T sigma,
            Result<T>& result);

}  // namespace by_hand
