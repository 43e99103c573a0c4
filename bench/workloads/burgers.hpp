// The coupled Burgers equations in two dimensions, first order upwind in space, explicit in time:
// u_t + u u_x + v u_y = (u_xx + u_yy) / R and the same for v.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// n x n cells; the variables are the initial u and v, the result the energy at the end. The
/// boundary keeps its initial values.
struct Burgers {
  Burgers(std::size_t cells, std::size_t time_steps)
      : n(cells), steps(time_steps), point(normal_numbers(2 * cells * cells, 0.1)) {
    for (double& v : point) v += 0.5;
  }

  std::size_t n;
  std::size_t steps;
  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& initial) const {
    const auto middle = initial.begin() + static_cast<std::ptrdiff_t>(n * n);
    std::vector<T> u(initial.begin(), middle);
    std::vector<T> v(middle, initial.end());
    std::vector<T> next_u = u;
    std::vector<T> next_v = v;
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::size_t i = 1; i + 1 < n; ++i) {
        for (std::size_t j = 1; j + 1 < n; ++j) {
          const std::size_t k = i * n + j;
          next_u[k] = advanced(u, u, v, k);
          next_v[k] = advanced(v, u, v, k);
        }
      }
      std::swap(u, next_u);
      std::swap(v, next_v);
    }
    T energy = 0;
    for (std::size_t k = 0; k < n * n; ++k) energy += u[k] * u[k] + v[k] * v[k];
    return energy;
  }

 private:
  /// The value of w, which is u or v, in cell k after a step.
  template <class T>
  T advanced(const std::vector<T>& w, const std::vector<T>& u, const std::vector<T>& v,
             std::size_t k) const {
    const double transport = 0.1;  // time step over cell width
    const double diffusion = 0.01;
    return w[k] - transport * (u[k] * (w[k] - w[k - n]) + v[k] * (w[k] - w[k - 1])) +
           diffusion * (w[k + n] + w[k - n] + w[k + 1] + w[k - 1] - 4.0 * w[k]);
  }
};

}  // namespace workloads
