// Linear systems with a rule of their own.
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/interop/eigen.hpp>

#include "tests/interop/linear_algebra.hpp"

namespace {

using ad::Real;

const auto by_rule = [](const auto& a) {
  const auto x = ad::solve(a, interop_test::sample_vector());
  return x.squaredNorm() + ad::log_abs_determinant(a) * x(0);
};
const auto by_operations = [](const auto& a) {
  using T = typename std::remove_cvref_t<decltype(a)>::Scalar;
  const Eigen::Matrix<T, 4, 1> b = interop_test::sample_vector().template cast<T>();
  const Eigen::Matrix<T, 4, 1> x = a.partialPivLu().solve(b);
  using std::abs;
  using std::log;
  const T determinant = a.determinant();
  const T logarithm = log(abs(determinant));
  const T y = x.squaredNorm() + logarithm * x(0);
  return y;
};

TEST(Solve, HasTheDerivativesOfTheOperationsItStandsFor) {
  const Eigen::Matrix4d a = interop_test::sample_matrix();
  EXPECT_NEAR(by_rule(a), by_operations(a), 1e-13);
  EXPECT_TRUE(ad::gradient(by_rule, a).isApprox(ad::gradient(by_operations, a), 1e-13));
  EXPECT_TRUE(ad::hessian(by_rule, a).isApprox(ad::hessian(by_operations, a), 1e-12));
}

TEST(Solve, NestsTapesInTapes) {
  const Eigen::Matrix4d a = interop_test::sample_matrix();
  const Eigen::MatrixXd h = ad::hessian(by_rule, a);
  const Eigen::MatrixXd nested =
      ad::jacobian([](const Eigen::Matrix<Real, 4, 4>& x) { return ad::gradient(by_rule, x); }, a);
  EXPECT_TRUE(nested.isApprox(h, 1e-12));
}

TEST(Solve, DifferentiatesBothSidesAndSeveralColumns) {
  const Eigen::Matrix2d a{{2.0, 1.0}, {1.0, 3.0}};
  const Eigen::Matrix<double, 2, 3> b{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
  const Eigen::Matrix<double, 2, 3> weights{{1.0, -1.0, 2.0}, {0.5, 3.0, 1.0}};
  const auto f = [&](const auto& m, const auto& right) {
    return ad::solve(m, right).cwiseProduct(weights).sum();
  };
  const auto g = ad::gradient(f, std::tuple{a, b});
  const Eigen::MatrixXd of_b = a.transpose().inverse() * weights;
  EXPECT_TRUE(std::get<1>(g).isApprox(of_b, 1e-14));
  EXPECT_TRUE(std::get<0>(g).isApprox(-of_b * (a.inverse() * b).transpose(), 1e-14));
}

TEST(Solve, RecordsOneStatementForEachNumberOfTheSolution) {
  ad::Tape<double> tape;
  Eigen::Matrix<Real, 4, 4> a;
  for (Eigen::Index i = 0; i < a.size(); ++i) {
    a.data()[i] = tape.input(interop_test::sample_matrix().data()[i]);
  }
  const auto before = tape.statistics().statements;
  const auto x = ad::solve(a, interop_test::sample_vector());
  static_assert(std::is_same_v<decltype(x), const Eigen::Vector4<Real>>);
  EXPECT_EQ(tape.statistics().statements - before, 4U);
}

TEST(Solve, OfPlainNumbersIsPlain) {
  static_assert(
      std::is_same_v<decltype(ad::solve(Eigen::Matrix2d(), Eigen::Vector2d())), Eigen::Vector2d>);
  EXPECT_TRUE(ad::inverse(Eigen::Matrix2d{{2.0, 0.0}, {0.0, 4.0}})
                  .isApprox(Eigen::Matrix2d{{0.5, 0.0}, {0.0, 0.25}}));
  EXPECT_EQ(ad::log_abs_determinant(Eigen::Matrix2d::Zero()),
            -std::numeric_limits<double>::infinity());
}

TEST(Solve, RefusesShapesThatDoNotFit) {
  const Eigen::MatrixXd tall(3, 2);
  try {
    ad::solve(tall, Eigen::VectorXd(3));
    FAIL();
  } catch (const ad::ShapeError& error) {
    EXPECT_STREQ(
        error.what(),
        "solve: the matrix has shape (3, 2), but a square one is needed; for least squares "
        "use one of Eigen's QR decompositions.");
  }
  const Eigen::MatrixXd square = Eigen::MatrixXd::Identity(2, 2);
  EXPECT_THROW(ad::solve(square, Eigen::VectorXd(3)), ad::ShapeError);
  EXPECT_THROW(ad::inverse(tall), ad::ShapeError);
  EXPECT_THROW(ad::log_abs_determinant(tall), ad::ShapeError);
}

TEST(Solve, RefusesAValueThatOutlivedItsTape) {
  Eigen::Matrix<Real, 1, 1> a;
  {
    ad::Tape<double> tape;
    a(0) = tape.input(2.0);
  }
  EXPECT_THROW(ad::solve(a, a), ad::TapeError);
}

}  // namespace
