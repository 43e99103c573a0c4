// Every value type as the scalar type of Eigen: traits, mixed operations, printing, comparisons.
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/interop/eigen.hpp>

namespace {

using ad::Dual;
using ad::Quad;
using ad::Real;
using ad::Var;

template <class T>
class EigenScalar : public ::testing::Test {};
using Scalars = ::testing::Types<Real, ad::Real32, Dual<double, 3>, Var<Dual<double, 1>>,
                                 Var<Var<double>>, Dual<Dual<double, 1>, 2>, Quad>;
TYPED_TEST_SUITE(EigenScalar, Scalars);

template <class T>
double plain(const T& x) {
  return ad::detail::to_double(ad::value_type_t<T>(x));
}

TYPED_TEST(EigenScalar, MixesWithNumbersAndExpressions) {
  using T = TypeParam;
  const Eigen::Matrix<T, 2, 1> x(T(2.0), T(3.0));
  const Eigen::Matrix2d m{{1.0, 2.0}, {3.0, 4.0}};
  const Eigen::Matrix<T, 2, 1> product = m * x;
  EXPECT_EQ(plain(product(1)), 18.0);
  const T factor = 0.5;
  const Eigen::Matrix<T, 2, 2> scaled = m * factor + m * (factor * factor) + 2 * (factor * m);
  EXPECT_EQ(plain(scaled(1, 1)), 7.0);
  const Eigen::Matrix<T, 2, 1> shifted = x * (factor + factor) + x / 2 - x * 2.0F;
  EXPECT_EQ(plain(shifted(0)), -1.0);
  const Eigen::Array<T, 2, 1> added = x.array() + 1 + x(0) * x(1);
  EXPECT_EQ(plain(added(1)), 10.0);
}

TYPED_TEST(EigenScalar, HasTraitsOfTheNumberInside) {
  using T = TypeParam;
  using Number = ad::innermost_t<T>;
  using Traits = Eigen::NumTraits<T>;
  EXPECT_EQ(ad::value_of(Traits::epsilon()), std::numeric_limits<Number>::epsilon());
  EXPECT_EQ(ad::value_of(Traits::highest()), std::numeric_limits<Number>::max());
  EXPECT_EQ(ad::value_of(Traits::lowest()), std::numeric_limits<Number>::lowest());
  EXPECT_EQ(int(Traits::digits10()), int(std::numeric_limits<Number>::digits10));
  EXPECT_GT(ad::value_of(Traits::dummy_precision()), ad::value_of(Traits::epsilon()));
  static_assert(Traits::RequireInitialization == 1 && !Traits::IsComplex && Traits::IsSigned);
}

TYPED_TEST(EigenScalar, ComparesAndPrintsValues) {
  using T = TypeParam;
  using Vector = Eigen::Matrix<T, 2, 1>;
  const Vector x(T(1.0), T(2.5));
  const Vector y = x + Vector::Constant(T(4) * Eigen::NumTraits<T>::epsilon());
  EXPECT_TRUE(x.isApprox(y));
  EXPECT_FALSE(x.isApprox(Vector::Zero()));
  EXPECT_TRUE(x == Vector(x));
  EXPECT_TRUE(Vector::Zero().isZero() && Vector::Ones().isOnes());
  EXPECT_TRUE(x.allFinite() && !x.hasNaN());
  EXPECT_TRUE((x.array() > 0.5).all());
  std::ostringstream text;
  text << x.transpose();
  EXPECT_EQ(text.str(), "  1 2.5");
}

TYPED_TEST(EigenScalar, TakesSpecialMatrices) {
  using T = TypeParam;
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  EXPECT_EQ(plain(Matrix::Identity(3, 3).sum()), 3.0);
  EXPECT_EQ(plain(Matrix::Constant(2, 2, 0.5).sum()), 2.0);
  const Eigen::Matrix<T, Eigen::Dynamic, 1> steps =
      Eigen::Matrix<T, Eigen::Dynamic, 1>::LinSpaced(5, T(0), T(1));
  EXPECT_EQ(plain(steps(3)), 0.75);
  const Matrix random = Matrix::Random(3, 3);
  EXPECT_LE(plain(random.cwiseAbs().maxCoeff()), 1.0);
  Matrix grown(1, 1);
  grown(0, 0) = 5;
  grown.conservativeResize(200, 200);
  EXPECT_EQ(plain(grown(0, 0)), 5.0);
  Matrix made(50, 50);  // the memory holds passive zeros, not garbage
  EXPECT_EQ(plain(made.sum()), 0.0);
}

TEST(EigenValueOf, TakesValuesOutOfMatrices) {
  ad::Tape<double> tape;
  Eigen::Matrix<Real, 2, 1> x(tape.input(2.0), tape.input(3.0));
  static_assert(std::is_same_v<decltype(ad::value_of(x)), Eigen::Vector2d>);
  EXPECT_EQ(ad::value_of(2.0 * x), Eigen::Vector2d(4.0, 6.0));
  const Real y = x.dot(ad::detach(x));
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x(0)), 2.0);
  EXPECT_EQ(tape.adjoint(x(1)), 3.0);
}

TEST(EigenMinimum, SharesTheDerivativeAtATieAsMinDoes) {
  const auto f = [](const auto& x) { return x.minCoeff() + 3.0 * x.cwiseMax(x(0)).sum(); };
  const Eigen::Vector2d g = ad::gradient(f, Eigen::Vector2d(1.0, 1.0));
  const auto same = ad::gradient(
      [](auto a, auto b) { return min(a, b) + 3.0 * (max(a, a) + max(b, a)); }, 1.0, 1.0);
  EXPECT_EQ(g(0), same[0]);
  EXPECT_EQ(g(1), same[1]);
}

}  // namespace
