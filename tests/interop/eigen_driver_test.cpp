// Eigen objects as points of the drivers, and as what functions return.
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/interop/eigen.hpp>

namespace {

using ad::Real;

const auto squared_norm = [](const auto& x) { return x.squaredNorm(); };
const auto cube = [](const auto& x) { return x.array().cube().sum(); };

TEST(EigenGradient, KeepsTheKindOfTheContainer) {
  static_assert(
      std::is_same_v<decltype(ad::gradient(squared_norm, Eigen::VectorXd())), Eigen::VectorXd>);
  static_assert(
      std::is_same_v<decltype(ad::gradient(squared_norm, Eigen::Vector3f())), Eigen::Vector3f>);
  static_assert(std::is_same_v<decltype(ad::gradient(squared_norm, Eigen::RowVector2d())),
                               Eigen::RowVector2d>);
  static_assert(std::is_same_v<decltype(ad::gradient([](const auto& x) { return x.sum(); },
                                                     Eigen::ArrayXXd())),
                               Eigen::ArrayXXd>);
  EXPECT_EQ(ad::gradient(squared_norm, Eigen::Vector2d(1.0, 2.0)), Eigen::Vector2d(2.0, 4.0));
  EXPECT_EQ(ad::gradient(squared_norm, Eigen::VectorXi{{1, 2}}), Eigen::VectorXd({{2.0, 4.0}}));
}

TEST(EigenGradient, TakesMapsBlocksAndExpressions) {
  const std::vector<double> numbers{1.0, 2.0, 3.0};
  const Eigen::VectorXd expected{{2.0, 4.0, 6.0}};
  EXPECT_EQ(ad::gradient(squared_norm, Eigen::Map<const Eigen::VectorXd>(numbers.data(), 3)),
            expected);
  const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(numbers.data(), 3);
  EXPECT_EQ(ad::gradient(squared_norm, x.head(2)), expected.head(2));
  EXPECT_EQ(ad::gradient(squared_norm, x + x), 2.0 * expected);
  const Eigen::Ref<const Eigen::VectorXd> reference = x;
  EXPECT_EQ(ad::gradient(squared_norm, reference), expected);
}

TEST(EigenGradient, OfAMatrixHasItsShapeWhateverItsStorageOrder) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd x{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
  const auto f = [](const auto& m) { return m(0, 2) * m(1, 0); };
  const Eigen::MatrixXd expected{{0.0, 0.0, 4.0}, {3.0, 0.0, 0.0}};
  EXPECT_EQ(ad::gradient(f, x), expected);
  EXPECT_EQ(ad::gradient(f, RowMajor(x)), expected);
}

TEST(EigenGradient, TakesFunctionsOfRealAndMembersOfATuple) {
  const auto tape_only = [](const Eigen::Ref<const Eigen::VectorX<Real>>& x) -> Real {
    return x.dot(x);
  };
  EXPECT_EQ(ad::gradient(tape_only, Eigen::VectorXd{{1.0, 2.0}}), Eigen::VectorXd({{2.0, 4.0}}));
  const auto residual = [](const auto& a, const auto& x, auto c) { return (a * x).sum() * c; };
  const auto point =
      std::tuple{Eigen::Matrix2d{{1.0, 2.0}, {3.0, 4.0}}, Eigen::Vector2d(5.0, 6.0), 2.0};
  const auto g = ad::gradient(residual, point);
  EXPECT_EQ(std::get<0>(g), (Eigen::Matrix2d{{10.0, 12.0}, {10.0, 12.0}}));
  EXPECT_EQ(std::get<1>(g), Eigen::Vector2d(8.0, 12.0));
  EXPECT_EQ(std::get<2>(g), 56.0);
}

TEST(EigenJacobian, IsAnEigenMatrixAlsoOfAFunctionThatReturnsAnExpression) {
  const Eigen::MatrixXd a{{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}};
  // The product that this returns refers to its argument, which is gone when the function returns.
  const auto f = [&](const auto& x) { return a * x; };
  const Eigen::Vector2d x(1.0, -1.0);
  const auto j = ad::jacobian(f, x);
  static_assert(decltype(j)::ColsAtCompileTime == 2);
  EXPECT_EQ(j, a);
  EXPECT_EQ(ad::jvp(f, x, x), a * x);
  EXPECT_EQ(ad::vjp(f, x, Eigen::Vector3d(1.0, 0.0, 2.0)), Eigen::Vector2d(11.0, 14.0));
  const auto large = [](const auto& v) { return (2.0 * v).head(1); };  // in reverse mode
  const Eigen::MatrixXd wide = ad::jacobian(large, Eigen::VectorXd::Ones(60).eval());
  EXPECT_EQ(wide.rows(), 1);
  EXPECT_EQ(wide.sum(), 2.0);
}

TEST(EigenHessian, SolvesANewtonStep) {
  const Eigen::Vector3d x(1.0, 2.0, 3.0);
  const auto h = ad::hessian(cube, x);
  EXPECT_EQ(h, Eigen::Matrix3d((6.0 * x).asDiagonal()));
  const Eigen::Vector3d step = h.ldlt().solve(ad::gradient(cube, x));
  EXPECT_TRUE(step.isApprox(0.5 * x));
  EXPECT_EQ(ad::hvp(cube, x, x), (6.0 * x.array().square()).matrix());
  const auto one = ad::hessian(cube, Eigen::Matrix<double, 1, 1>(2.0));
  EXPECT_EQ(one(0, 0), 12.0);
}

TEST(EigenPoint, OfASpanResultOwnsItsNumbers) {
  const std::vector<double> x{1.0, 2.0};
  const auto j = ad::jacobian([](auto v) { return v; }, std::span<const double>(x));
  EXPECT_EQ(j(0, 0) + j(1, 1), 2.0);
}

}  // namespace
