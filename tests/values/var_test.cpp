#include <array>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;
using ad::Real32;
using ad::Tape;

template <class T, class X>
concept AssignableFrom = requires(T t, const X& x) {
  t = x;
};

using Product = decltype(std::declval<Real>() * std::declval<Real>());
using Sum = decltype(std::declval<Real>() + std::declval<Real>());

static_assert(sizeof(Real) == 16 && std::is_trivially_copyable_v<Real>);
static_assert(ad::Expression<Product> && !ad::Expression<Real>);
static_assert(std::is_same_v<ad::value_type_t<Product>, Real>);
static_assert(std::is_convertible_v<Product, Real>);
static_assert(!std::is_convertible_v<Real, double> && !std::is_convertible_v<Product, double>);
static_assert(!std::is_constructible_v<double, Real>, "value_of() is the way to a number");
static_assert(!AssignableFrom<Product, Product>, "a node is immutable: declare T y, not auto y");
static_assert(!AssignableFrom<Product, Sum>);
static_assert(AssignableFrom<Real, Product> && AssignableFrom<Real, int> &&
              AssignableFrom<Real, float>);
static_assert(!ad::Compatible<Real, ad::Dual<double, 1>>, "neither is a constant of the other");
static_assert(!ad::Compatible<ad::Dual<double, 1, int>, ad::Dual<double, 1, char>>,
              "dual numbers of different functions never mix");
static_assert(std::is_same_v<ad::common_value_t<Real32, double>, Real32>, "no silent widening");
static_assert(std::is_same_v<ad::common_value_t<ad::Var<Real>, Real>, ad::Var<Real>>);
static_assert(std::is_same_v<ad::common_value_t<int, int>, double>);

TEST(Var, IsPassiveZeroByDefaultAndConstantFromNumbers) {
  const Real zero;
  EXPECT_EQ(zero.value(), 0.0);
  EXPECT_FALSE(zero.is_active());
  const Real three = 3;
  EXPECT_EQ(three.value(), 3.0);
  const Real sum = three + 2.5F;
  EXPECT_EQ(sum.value(), 5.5);
}

TEST(Var, AutoKeepsANodeThatStaysValidAfterItsOperandsAreGone) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const auto node = [&] {
    const Real local = x * 3.0;
    return local * local + sin(local);
  }();
  const Real y = node;
  tape.reverse(y);
  EXPECT_DOUBLE_EQ(tape.adjoint(x), 3.0 * (12.0 + std::cos(6.0)));
}

TEST(Var, RecordsOneStatementPerAssignment) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real y = exp(x) * sin(x) + x * x / 3.0;
  EXPECT_TRUE(y.is_active());
  EXPECT_EQ(tape.statistics().statements, 2U);
}

TEST(Var, AccumulatesWithCompoundOperators) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  Real y = 1.0;
  y += x;      // 3
  y *= x;      // 6
  y -= 1;      // 5
  y /= x + x;  // 1.25
  tape.reverse(y);
  EXPECT_EQ(y.value(), 1.25);
  // ((1 + x) x - 1) / (2 x) = (x + 1 - 1/x) / 2, its derivative (1 + 1/x²) / 2
  EXPECT_DOUBLE_EQ(tape.adjoint(x), 0.625);
}

TEST(Var, MayAppearOnBothSidesOfAnAssignment) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  Real y = x;
  y = y * y + y;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 7.0);
}

TEST(Var, ComparesByValueAlsoInExpressions) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  EXPECT_TRUE(x < 3);
  EXPECT_TRUE(x * x > x + 1.0);
  EXPECT_TRUE(2.0 == x);
  EXPECT_TRUE(x != x + 1);
  EXPECT_TRUE(x >= 2 && x <= 2);
  EXPECT_EQ(std::max(x, Real(5.0)).value(), 5.0);
}

TEST(Var, GivesItsNumberAndAConstantOfItself) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  EXPECT_EQ(ad::value_of(x * x), 4.0);
  EXPECT_EQ(ad::value_of(7.0), 7.0);
  const Real y = x * ad::detach(x * x);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 4.0) << "nothing flows through the detached square";
}

TEST(Var, ClassifiesNumbers) {
  const Real x = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(isinf(x));
  EXPECT_FALSE(isfinite(x));
  EXPECT_TRUE(isnan(x - x));
  EXPECT_TRUE(signbit(-x));
  EXPECT_EQ(std::numeric_limits<Real>::epsilon(), std::numeric_limits<double>::epsilon());
}

TEST(Var, FormatsAsItsNumber) {
  Tape<double> tape;
  const Real x = tape.input(2.5);
  EXPECT_EQ(fmt::format("{:.3f}", x), "2.500");
  EXPECT_EQ(fmt::format("{}", x + 1.0), "3.5");
}

TEST(Var, KeepsFloat) {
  Tape<float> tape;
  const Real32 x = tape.input(2.0F);
  const Real32 y = x * x * 0.5;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 2.0F);
  static_assert(std::is_same_v<decltype(tape.adjoint(x)), float>);
}

/// (x ⊕ 4 arguments), an operation wider than an expression node.
struct WeightedSum {
  static constexpr ad::Meta meta{.name = "weighted_sum"};
  static constexpr std::array samples{ad::Interval{-1, 1}, ad::Interval{-1, 1}, ad::Interval{-1, 1},
                                      ad::Interval{-1, 1}};
  static constexpr ad::Reads reads = ad::Reads::none;
  template <class T>
  T value(const T& a, const T& b, const T& c, const T& d) const {
    return a + T(2) * b + T(3) * c + T(4) * d;
  }
  template <class T>
  std::array<T, 4> vjp(const T& ct, const T&, const T&, const T&, const T&, const T&) const {
    return {ct, T(2) * ct, T(3) * ct, T(4) * ct};
  }
};

TEST(Apply, AcceptsUserOperationsOfAnyArity) {
  Tape<double> tape;
  const std::vector<Real> x = tape.inputs(std::vector{1.0, 2.0, 3.0});
  const Real y = ad::apply<WeightedSum>(x[0] * x[0], x[1], 5.0, x[2]);
  tape.reverse(y);
  EXPECT_EQ(y.value(), 1.0 + 4.0 + 15.0 + 12.0);
  EXPECT_EQ(tape.adjoint(x[0]), 2.0);
  EXPECT_EQ(tape.adjoint(x[2]), 4.0);
  EXPECT_EQ(ad::apply<WeightedSum>(1.0, 1.0, 1.0, 1.0), 10.0);
}

TEST(Dual, CarriesSeveralTangents) {
  using D = ad::Dual<double, 2>;
  const D x = D::variable(2.0, 0);
  const D y = D::variable(3.0, 1);
  const D z = x * y + sin(x);
  EXPECT_DOUBLE_EQ(z.tangent(0), 3.0 + std::cos(2.0));
  EXPECT_DOUBLE_EQ(z.tangent(1), 2.0);
}

TEST(Dual, GivesZeroTimesInfinityItsMeaningAndNotesIt) {
  using D = ad::Dual<double, 1>;
  const D x = D::variable(0.0, 0);
  const ad::Notes notes;
  const D y = sqrt(x * x) + x;
  EXPECT_EQ(y.tangent(0), 1.0);
  ASSERT_EQ(notes.indeterminate().size(), 1U);
  EXPECT_EQ(notes.indeterminate()[0].operation, "sqrt");
}

TEST(Dual, NestsForSecondDerivatives) {
  using D = ad::Dual<double, 1>;
  using D2 = ad::Dual<D, 1>;
  const D2 x(D::variable(0.5, 0), {D(1.0)});
  const D2 y = exp(x) * x;
  EXPECT_DOUBLE_EQ(y.tangent(0).tangent(0), std::exp(0.5) * 2.5);
}

TEST(Dual, IsAPlainNumberWithoutTangents) {
  using P = ad::Plain<double>;
  static_assert(sizeof(P) == sizeof(double));
  const P x = 2.0;
  const P y = relu(x) * x;
  EXPECT_EQ(y.value(), 4.0);
}

TEST(Var, CountsUpAndDown) {
  const auto f = [](auto x) {
    auto y = x++;
    ++x;
    y *= --x;
    return y * x--;
  };
  EXPECT_EQ(ad::derivative(f, 2.0), 21);  // x (x + 1)²
  Tape<double> tape;
  const Real x = tape.input(2.0);
  tape.reverse(f(x));
  EXPECT_EQ(tape.adjoint(x), 21);
}

}  // namespace
