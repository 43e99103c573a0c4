// An ordinary differential equation by the classical Runge-Kutta method (GradBench "ode"):
// y_1' = x_1, y_i' = x_i y_{i-1}, y(0) = 0 on [0, 2].
#pragma once

#include <cstddef>
#include <vector>

namespace workloads {

/// n equations, s steps; the result is the last component at the end.
struct Ode {
  Ode(std::size_t equations, std::size_t time_steps) : steps(time_steps), point(equations) {
    for (std::size_t i = 0; i < equations; ++i) {
      point[i] = 1.0 + static_cast<double>(i + 1) / static_cast<double>(equations);
    }
  }

  std::size_t steps;
  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    const std::size_t n = x.size();
    const double h = 2.0 / static_cast<double>(steps);
    std::vector<T> y(n, T(0));
    std::vector<T> stage(n);
    std::vector<T> k1(n), k2(n), k3(n), k4(n);
    const auto slope = [&](const std::vector<T>& at, std::vector<T>& result) {
      result[0] = x[0];
      for (std::size_t i = 1; i < n; ++i) result[i] = x[i] * at[i - 1];
    };
    const auto advance = [&](double step, const std::vector<T>& k) {
      for (std::size_t i = 0; i < n; ++i) stage[i] = y[i] + step * k[i];
    };
    for (std::size_t s = 0; s < steps; ++s) {
      slope(y, k1);
      advance(h / 2, k1);
      slope(stage, k2);
      advance(h / 2, k2);
      slope(stage, k3);
      advance(h, k3);
      slope(stage, k4);
      for (std::size_t i = 0; i < n; ++i) {
        y[i] += h / 6 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
      }
    }
    return y[n - 1];
  }
};

}  // namespace workloads
