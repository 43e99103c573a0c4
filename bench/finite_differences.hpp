// The independent check of a gradient before it is timed.
#pragma once

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "workloads/random_numbers.hpp"

namespace bench {

/// Throws if `gradient` is not that of f at x: central differences in long double, along random
/// directions.
template <class F>
void require_gradient(const F& f, const std::vector<double>& x,
                      const std::vector<double>& gradient) {
  constexpr long double h = 1e-6L;
  for (unsigned seed = 11; seed < 15; ++seed) {
    const std::vector<double> direction = workloads::normal_numbers(x.size(), 1.0, seed);
    std::vector<long double> above(x.size());
    std::vector<long double> below(x.size());
    double claimed = 0;
    double scale = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      above[i] = x[i] + h * direction[i];
      below[i] = x[i] - h * direction[i];
      claimed += gradient[i] * direction[i];
      scale += std::abs(gradient[i] * direction[i]);
    }
    const auto difference = static_cast<double>((f(above) - f(below)) / (2 * h));
    if (!(std::abs(claimed - difference) <= 1e-7 * scale)) {
      throw std::runtime_error("the gradient differs from central differences");
    }
  }
}

}  // namespace bench
