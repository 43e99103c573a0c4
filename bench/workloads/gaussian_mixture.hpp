// The logarithm of the posterior of a Gaussian mixture model with a Wishart prior (ADBench "GMM").
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "log_sum_exp.hpp"
#include "random_numbers.hpp"

namespace workloads {

/// d dimensions, K components, n points. The variables are K weights α, K means μ, and for each
/// component the inverse Cholesky factor Q of its covariance: d logarithms of the diagonal, then
/// the columns below it.
struct GaussianMixture {
  GaussianMixture(std::size_t dimensions, std::size_t components, std::size_t points)
      : d(dimensions),
        k(components),
        n(points),
        data(normal_numbers(n * d, 1.0)),
        point(normal_numbers(k * (1 + d + factor_size()), 0.3, 2)) {}

  std::size_t d;
  std::size_t k;
  std::size_t n;
  std::vector<double> data;
  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    using std::exp;
    const T* const alpha = x.data();
    const T* const mean = alpha + k;
    const T* const factor = mean + k * d;

    std::vector<T> diagonal(k * d);
    std::vector<T> log_determinant(k);
    for (std::size_t c = 0; c < k; ++c) {
      T sum = 0;
      for (std::size_t i = 0; i < d; ++i) {
        sum += factor[c * factor_size() + i];
        diagonal[c * d + i] = exp(factor[c * factor_size() + i]);
      }
      log_determinant[c] = sum;
    }

    T total = 0;
    std::vector<T> terms(k);
    std::vector<T> centered(d);
    std::vector<T> product(d);
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t c = 0; c < k; ++c) {
        for (std::size_t i = 0; i < d; ++i) centered[i] = data[p * d + i] - mean[c * d + i];
        multiply(&diagonal[c * d], factor + c * factor_size() + d, centered, product);
        terms[c] = alpha[c] + log_determinant[c] - 0.5 * squared_norm(product.data(), d);
      }
      total += log_sum_exp(terms);
    }
    total -= static_cast<double>(n) * log_sum_exp(std::vector<T>(alpha, alpha + k));
    return total + log_prior(diagonal, log_determinant, factor);
  }

 private:
  std::size_t factor_size() const { return d * (d + 1) / 2; }

  template <class T>
  static T squared_norm(const T* x, std::size_t size) {
    T sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += x[i] * x[i];
    return sum;
  }

  /// Q x, the factor given by its diagonal and the columns below it.
  template <class T>
  void multiply(const T* diagonal, const T* below, const std::vector<T>& x,
                std::vector<T>& result) const {
    for (std::size_t i = 0; i < d; ++i) result[i] = diagonal[i] * x[i];
    for (std::size_t column = 0; column < d; ++column) {
      for (std::size_t row = column + 1; row < d; ++row) result[row] += *below++ * x[column];
    }
  }

  template <class T>
  T log_prior(const std::vector<T>& diagonal, const std::vector<T>& log_determinant,
              const T* factor) const {
    const double gamma = 1.0;
    const double m = 0.0;
    T sum = 0;
    for (std::size_t c = 0; c < k; ++c) {
      const T norm = squared_norm(&diagonal[c * d], d) +
                     squared_norm(factor + c * factor_size() + d, factor_size() - d);
      sum += 0.5 * gamma * gamma * norm - m * log_determinant[c];
    }
    return sum;
  }
};

}  // namespace workloads
