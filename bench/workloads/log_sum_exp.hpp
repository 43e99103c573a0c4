// log Σ exp(x_i), shifted by the largest x_i (GradBench "lse").
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// The logarithm of the sum of exponentials of a range.
template <class T>
T log_sum_exp(const std::vector<T>& x) {
  using std::exp, std::log;
  const T largest = *std::max_element(x.begin(), x.end());
  T sum = 0;
  for (const T& v : x) sum += exp(v - largest);
  return log(sum) + largest;
}

struct LogSumExp {
  explicit LogSumExp(std::size_t n) : point(normal_numbers(n, 1.0)) {}

  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    return log_sum_exp(x);
  }
};

}  // namespace workloads
