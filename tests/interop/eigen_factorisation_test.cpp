// Derivatives through determinants, inverses and linear systems of Eigen.
#include <gtest/gtest.h>

#include "tests/interop/expect_derivatives.hpp"

namespace {

TEST(EigenFactorisations, HaveTheDerivativesOfDifferencesInQuadPrecision) {
  interop_test::for_each_factorisation(
      [](const char* name, const auto& f) { interop_test::expect_derivatives(name, f); });
}

TEST(EigenFactorisations, HaveTheDerivativesOfMatrixCalculus) {
  const Eigen::Matrix4d a = interop_test::sample_matrix();
  const Eigen::Matrix4d inverse = a.inverse();
  const Eigen::Matrix4d of_determinant =
      ad::gradient([](const auto& x) { return x.determinant(); }, a);
  EXPECT_TRUE(of_determinant.isApprox(a.determinant() * inverse.transpose(), 1e-14));
  const Eigen::Matrix4d of_logarithm =
      ad::gradient([](const auto& x) { return ad::log_abs_determinant(x); }, a);
  EXPECT_TRUE(of_logarithm.isApprox(inverse.transpose(), 1e-14));
  const Eigen::Matrix4d of_inverse =
      ad::gradient([](const auto& x) { return ad::inverse(x)(1, 2); }, a);
  EXPECT_TRUE(of_inverse.isApprox(-inverse.row(1).transpose() * inverse.col(2).transpose(), 1e-14));
}

TEST(EigenFactorisations, DifferentiateTheDeterminantOfASingularMatrix) {
  Eigen::Matrix3d a;
  a << 1, 2, 3, 4, 5, 6, 7, 8, 9;
  const Eigen::Matrix3d g = ad::gradient([](const auto& x) { return x.determinant(); }, a);
  Eigen::Matrix3d cofactors;
  cofactors << -3, 6, -3, 6, -12, 6, -3, 6, -3;
  EXPECT_TRUE(g.isApprox(cofactors));
}

}  // namespace
