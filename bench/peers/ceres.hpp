// The dual numbers of Ceres, whose number of directions is fixed.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <ceres/jet.h>

namespace peers {

struct Ceres {
  static constexpr const char* name = "Ceres";

  template <class F>
  static std::vector<double> jacobians(const F& f) {
    std::vector<double> jacobians;
    jacobians.reserve(f.terms * F::outputs * F::variables);
    using Number = ceres::Jet<double, static_cast<int>(F::variables)>;
    std::array<Number, F::variables> x;
    for (std::size_t k = 0; k < f.terms; ++k) {
      for (std::size_t i = 0; i < F::variables; ++i) {
        x[i] = Number(f.points[k * F::variables + i], static_cast<int>(i));
      }
      for (const Number& output : f(x, k)) {
        jacobians.insert(jacobians.end(), output.v.begin(), output.v.end());
      }
    }
    return jacobians;
  }

  template <class F>
  static std::vector<double> jacobian(const F& f) {
    using Number = ceres::Jet<double, static_cast<int>(F::variables)>;
    std::array<Number, F::variables> x;
    for (std::size_t i = 0; i < F::variables; ++i) x[i] = Number(f.point[i], static_cast<int>(i));
    const std::vector<Number> y = f(x);
    std::vector<double> jacobian;
    jacobian.reserve(y.size() * F::variables);
    for (const Number& output : y) {
      jacobian.insert(jacobian.end(), output.v.begin(), output.v.end());
    }
    return jacobian;
  }
};

}  // namespace peers
