// What people do with matrices, as functions of the numbers of a 4 × 4 matrix: the tests evaluate
// them on every number type and differentiate them in every way.
#pragma once

#include <type_traits>

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <Eigen/LU>
#include <Eigen/QR>

#include <autodiff/interop/eigen.hpp>

namespace interop_test {

constexpr int order = 4;

/// A well-conditioned matrix without ties or zeros.
inline Eigen::Matrix4d sample_matrix() {
  Eigen::Matrix4d a;
  a << 4.0, 1.5, -0.5, 0.75,  //
      -1.0, 3.0, 0.25, 0.5,   //
      0.5, -0.75, 5.0, 1.25,  //
      1.0, 0.3, -0.6, 2.5;
  return a;
}

inline Eigen::Vector4d sample_vector() { return {1.0, -2.0, 0.5, 3.0}; }

/// Calls visit(name, f) for products, reductions and coefficient-wise functions; f takes a dynamic
/// matrix of any number type and returns one number.
template <class Visitor>
void for_each_expression(Visitor&& visit) {
  const auto b = sample_vector();
  visit("sum", [](const auto& a) { return a.sum(); });
  visit("prod", [](const auto& a) { return a.prod(); });
  visit("mean", [](const auto& a) { return a.mean(); });
  visit("trace", [](const auto& a) { return a.trace(); });
  visit("squaredNorm", [](const auto& a) { return a.squaredNorm(); });
  visit("norm", [](const auto& a) { return a.norm(); });
  visit("stableNorm", [](const auto& a) { return a.col(1).stableNorm(); });
  visit("lpNorm", [](const auto& a) { return a.template lpNorm<1>(); });
  visit("maximum norm", [](const auto& a) { return a.template lpNorm<Eigen::Infinity>(); });
  visit("normalized", [](const auto& a) { return a.col(0).normalized()(1); });
  visit("minCoeff", [](const auto& a) { return a.minCoeff(); });
  visit("maxCoeff", [](const auto& a) { return a.maxCoeff(); });
  visit("maxCoeff with its place", [](const auto& a) {
    Eigen::Index i = 0;
    Eigen::Index j = 0;
    return a.maxCoeff(&i, &j);
  });
  visit("dot", [](const auto& a) { return a.col(0).dot(a.col(2)); });
  visit("cross", [](const auto& a) {
    return a.col(0).template head<3>().cross(a.col(1).template head<3>())(1);
  });
  visit("product", [](const auto& a) { return (a * a)(1, 2); });
  visit("product with numbers", [b](const auto& a) { return (a * b).eval().squaredNorm(); });
  visit("numbers times product", [b](const auto& a) { return (b.transpose() * a * a)(1); });
  visit("quadratic form", [b](const auto& a) { return (b.transpose() * a * b)(0); });
  visit("scaled", [](const auto& a) { return (2 * a / 3.0 + a * a(0, 0) * a(1, 1)).sum(); });
  visit("outer product", [](const auto& a) { return (a.col(0) * a.row(1)).squaredNorm(); });
  visit("in place", [](const auto& a) {
    auto c = a;
    c = c * c;
    c.noalias() += a.transpose() * a;
    c.col(0) -= 2.0 * a.col(1);
    c *= a(0, 0);
    return c.squaredNorm();
  });
  visit("coefficient-wise", [](const auto& a) {
    const auto x = a.array();
    return (x.exp() + x.sin() * x.square() / (x.abs() + 1.0) - x.tanh() + x.abs().sqrt() +
            x.abs().log() + x.cube() + x.inverse() + x.cos())
        .sum();
  });
  visit("powers", [](const auto& a) { return a.array().abs().pow(1.5).sum(); });
  visit("min and max",
        [](const auto& a) { return (a.cwiseMin(a.transpose()) * 2.0 + a.cwiseMax(1.25)).sum(); });
  visit("select", [](const auto& a) { return (a.array() > 0).select(a, a * 0.125).squaredNorm(); });
  visit("rows and columns",
        [](const auto& a) { return (a.colwise().sum() * a.rowwise().norm())(0); });
}

/// The same for determinants, inverses and solutions of linear systems.
template <class Visitor>
void for_each_factorisation(Visitor&& visit) {
  const auto b = sample_vector();
  visit("determinant", [](const auto& a) { return a.determinant(); });
  visit("determinant 2",
        [](const auto& a) { return a.template topLeftCorner<2, 2>().determinant(); });
  visit("determinant 3",
        [](const auto& a) { return a.template topLeftCorner<3, 3>().determinant(); });
  visit("determinant 4",
        [](const auto& a) { return a.template topLeftCorner<4, 4>().determinant(); });
  visit("inverse", [](const auto& a) { return a.inverse()(1, 2); });
  visit("inverse 2",
        [](const auto& a) { return a.template topLeftCorner<2, 2>().inverse().eval()(0, 1); });
  visit("inverse 3",
        [](const auto& a) { return a.template topLeftCorner<3, 3>().inverse().eval()(0, 2); });
  visit("inverse 4",
        [](const auto& a) { return a.template topLeftCorner<4, 4>().inverse().eval()(3, 2); });
  visit("triangular solve", [b](const auto& a) {
    using V = std::remove_cvref_t<decltype(a.col(0).eval())>;
    const V right = b.template cast<typename V::Scalar>();
    return a.template triangularView<Eigen::Lower>().solve(right).eval()(3);
  });
  const auto solves = [&](const char* name, auto decompose) {
    visit(name, [b, decompose](const auto& a) {
      using V = std::remove_cvref_t<decltype(a.col(0).eval())>;
      const V right = b.template cast<typename V::Scalar>();
      const V x = decompose(a).solve(right);
      return x.squaredNorm();
    });
  };
  solves("PartialPivLU", [](const auto& a) { return a.partialPivLu(); });
  solves("FullPivLU", [](const auto& a) { return a.fullPivLu(); });
  solves("HouseholderQR", [](const auto& a) { return a.householderQr(); });
  solves("ColPivHouseholderQR", [](const auto& a) { return a.colPivHouseholderQr(); });
  solves("LLT", [](const auto& a) { return (a * a.transpose()).eval().llt(); });
  solves("LDLT", [](const auto& a) { return (a * a.transpose()).eval().ldlt(); });
  visit("ad::solve", [b](const auto& a) { return ad::solve(a, b).squaredNorm(); });
  visit("ad::inverse", [](const auto& a) { return ad::inverse(a)(1, 2); });
  visit("ad::log_abs_determinant", [](const auto& a) { return ad::log_abs_determinant(a); });
}

}  // namespace interop_test
