// Monte Carlo value of an Asian call: the discounted mean of max(average price - strike, 0) over
// paths of geometric Brownian motion.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// The variables are spot, volatility, rate, strike and maturity. The value is a sum over paths, so
/// that each may have a tape of its own.
struct AsianOption {
  AsianOption(std::size_t paths, std::size_t dates)
      : terms(paths), steps(dates), noise(normal_numbers(paths * dates, 1.0)) {}

  std::size_t terms;
  std::size_t steps;
  std::vector<double> noise;
  std::vector<double> point{100.0, 0.2, 0.03, 100.0, 1.0};

  template <class T>
  T term(const std::vector<T>& x, std::size_t path) const {
    using std::exp, std::sqrt;
    const T& volatility = x[1];
    const T& rate = x[2];
    const T step = x[4] / static_cast<double>(steps);
    const T drift = (rate - 0.5 * volatility * volatility) * step;
    const T spread = volatility * sqrt(step);
    T price = x[0];
    T sum = 0;
    for (std::size_t i = 0; i < steps; ++i) {
      price *= exp(drift + spread * noise[path * steps + i]);
      sum += price;
    }
    const T gain = sum / static_cast<double>(steps) - x[3];
    if (!(gain > 0)) return T(0);
    return exp(-rate * x[4]) * gain / static_cast<double>(terms);
  }

  template <class T>
  T operator()(const std::vector<T>& x) const {
    T value = 0;
    for (std::size_t path = 0; path < terms; ++path) value += term(x, path);
    return value;
  }
};

}  // namespace workloads
