// Compares the derivatives of a function of a matrix, by tape and by dual numbers, with a
// difference in quad precision.
#pragma once

#include <cmath>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/interop/eigen.hpp>

#include "tests/interop/linear_algebra.hpp"

namespace interop_test {

/// A direction without pattern, so that no wrong derivative hides in a sum.
inline Eigen::MatrixXd direction() {
  Eigen::MatrixXd d(order, order);
  for (Eigen::Index i = 0; i < d.size(); ++i) {
    d.data()[i] = std::sin(1.0 + 2.3 * static_cast<double>(i));
  }
  return d;
}

template <class F>
void expect_derivatives(const char* name, const F& f) {
  using ad::Quad;
  const Eigen::MatrixXd a = sample_matrix();
  const Eigen::MatrixXd d = direction();
  const double value = f(a);
  const auto quad = [&](const Quad& step) {
    return Quad(f((a.cast<Quad>() + step * d.cast<Quad>()).eval()));
  };
  const Quad h = 1e-9;  // the difference is right to about 1e-18
  const double expected = ((quad(h) - quad(-h)) / (2 * h)).to_double();
  const double bound = 1e-12 * (1 + std::fabs(expected));

  const auto [y, gradient] = ad::value_and_gradient(f, a);
  EXPECT_NEAR(y, value, 1e-13 * (1 + std::fabs(value))) << name;
  EXPECT_NEAR(gradient.cwiseProduct(d).sum(), expected, bound) << name;
  EXPECT_NEAR(quad(0).to_double(), value, 1e-13 * (1 + std::fabs(value))) << name;

  using V = ad::Dual<double, 1>;
  Eigen::MatrixX<V> x(order, order);
  for (Eigen::Index i = 0; i < x.size(); ++i) x.data()[i] = V(a.data()[i], {d.data()[i]});
  EXPECT_NEAR(V(f(x)).tangent(0), expected, bound) << name;
}

}  // namespace interop_test
