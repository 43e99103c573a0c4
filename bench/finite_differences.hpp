// The independent check of a gradient before it is timed.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "workloads/random_numbers.hpp"

namespace bench {

/// Throws if `jacobian`, row by row, is not that of f at x: central differences in long double,
/// along random directions. f returns a container.
template <class F>
void require_jacobian(const F& f, const std::vector<double>& x,
                      const std::vector<double>& jacobian) {
  constexpr long double h = 1e-6L;
  for (unsigned seed = 11; seed < 15; ++seed) {
    const std::vector<double> direction = workloads::normal_numbers(x.size(), 1.0, seed);
    std::vector<long double> above(x.size());
    std::vector<long double> below(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      above[i] = x[i] + h * direction[i];
      below[i] = x[i] - h * direction[i];
    }
    const auto value_above = f(above);
    const auto value_below = f(below);
    if (jacobian.size() != value_above.size() * x.size()) {
      throw std::runtime_error("the Jacobian has another number of entries");
    }
    for (std::size_t row = 0; row < value_above.size(); ++row) {
      double claimed = 0;
      double scale = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double term = jacobian[row * x.size() + i] * direction[i];
        claimed += term;
        scale += std::abs(term);
      }
      const auto difference = static_cast<double>((value_above[row] - value_below[row]) / (2 * h));
      if (!(std::abs(claimed - difference) <= 1e-7 * scale)) {
        throw std::runtime_error("the derivative differs from central differences");
      }
    }
  }
}

/// The same for the gradient of a function that returns one number.
template <class F>
void require_gradient(const F& f, const std::vector<double>& x,
                      const std::vector<double>& gradient) {
  require_jacobian([&](const auto& at) { return std::array{f(at)}; }, x, gradient);
}

}  // namespace bench
