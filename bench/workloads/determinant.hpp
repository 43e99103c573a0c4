// A determinant by expansion in minors: many products of short-lived values (GradBench "det").
#pragma once

#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// Of an n x n matrix; n! work.
struct Determinant {
  explicit Determinant(std::size_t order) : n(order), point(normal_numbers(order * order, 1.0)) {}

  std::size_t n;
  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& matrix) const {
    return minor(matrix, 0, 0);
  }

 private:
  /// Of the rows from `row` on, without the columns in the set `used`.
  template <class T>
  T minor(const std::vector<T>& matrix, std::size_t row, unsigned used) const {
    T sum = 0;
    bool positive = true;
    for (std::size_t column = 0; column < n; ++column) {
      if ((used >> column & 1U) != 0) continue;
      const T& entry = matrix[row * n + column];
      if (row + 1 == n) return entry;
      const T rest = minor(matrix, row + 1, used | 1U << column);
      if (positive) {
        sum += entry * rest;
      } else {
        sum -= entry * rest;
      }
      positive = !positive;
    }
    return sum;
  }
};

}  // namespace workloads
