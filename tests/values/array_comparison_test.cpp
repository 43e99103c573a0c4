// Comparisons of arrays and the choice between arrays.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(ArrayComparison, IsOneWhereItHolds) {
  const Array x({4}, {1, 2, 3, nan});
  EXPECT_EQ(Array(x < 2).to_vector(), (Numbers{1, 0, 0, 0}));
  EXPECT_EQ(Array(x <= 2).to_vector(), (Numbers{1, 1, 0, 0}));
  EXPECT_EQ(Array(x > 2).to_vector(), (Numbers{0, 0, 1, 0}));
  EXPECT_EQ(Array(2 >= x).to_vector(), (Numbers{1, 1, 0, 0}));
  EXPECT_EQ(Array(x == 2).to_vector(), (Numbers{0, 1, 0, 0}));
  EXPECT_EQ(Array(x != 2).to_vector(), (Numbers{1, 0, 1, 1}));
  EXPECT_EQ(Array(Array({2, 1}, {1, 2}) < Array({2}, {1, 2})).to_vector(), (Numbers{0, 1, 0, 0}));
  EXPECT_EQ(sum(x * 2 > x + 1), 2);
}

TEST(ArrayComparison, HasNoDerivative) {
  ad::Tape<double> tape;
  const Active x = tape.input(Array({3}, {-1, 2, 3}));
  const ad::Real y = sum((x * x > 2) * x);
  EXPECT_EQ(y.value(), 5);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 1, 1}));
}

TEST(Where, TakesItsBranchElementByElement) {
  const auto f = [](const auto& x) { return sum(where(x > 0, sqrt(x), -square(x)) * 3); };
  const Array x({5}, {-2, 0, 4, -1, 9});
  EXPECT_EQ(f(x), 3 * (-4 + 0 + 2 - 1 + 3));
  const auto result = ad::value_and_gradient(f, x);
  EXPECT_EQ(result.gradient.to_vector(), (Numbers{12, 0, 0.75, 6, 0.5}));
  EXPECT_TRUE(result.flags.indeterminate.empty());
  EXPECT_FALSE(result.flags.nonfinite);
}

TEST(Where, LetsNothingIntoTheOtherBranch) {
  const auto f = [](const auto& x) {
    return sum(where(x == 0, 0, x * log(x))) + sum(where(x != 0, 1 / x, 0 * x));
  };
  const auto result = ad::value_and_gradient(f, Array({2}, {0, 1}));
  EXPECT_EQ(result.value, 1);
  EXPECT_EQ(result.gradient.to_vector(), (Numbers{0, 0}));
  EXPECT_TRUE(result.flags.indeterminate.empty());
}

TEST(Where, BroadcastsAllThree) {
  ad::Tape<double> tape;
  const Active a = tape.input(Array({2, 1}, {1, 2}));
  const Active b = tape.input(Array({3}, {10, 20, 30}));
  const Active y = where(Array({3}, {1, 0, 1}), a, b);
  EXPECT_EQ(y.value().to_vector(), (Numbers{1, 20, 1, 2, 20, 2}));
  tape.reverse(sum(y));
  EXPECT_EQ(tape.adjoint(a).to_vector(), (Numbers{2, 2}));
  EXPECT_EQ(tape.adjoint(b).to_vector(), (Numbers{0, 2, 0}));
  EXPECT_THROW(Active(where(Array::ones({2}), a, b)), ad::ShapeError);
}

TEST(ArrayComparison, JoinsAndNegates) {
  const Array x({4}, {0, 1, 2, 3});
  EXPECT_EQ(Array(x > 0 && x < 3).to_vector(), (Numbers{0, 1, 1, 0}));
  EXPECT_EQ(Array(x < 1 || x > 2).to_vector(), (Numbers{1, 0, 0, 1}));
  EXPECT_EQ(Array(!(x > 1)).to_vector(), (Numbers{1, 1, 0, 0}));
  EXPECT_EQ(ad::gradient([](const auto& v) { return sum(where(v > 0 && !(v > 2), v * v, 0)); }, x)
                .to_vector(),
            (Numbers{0, 2, 4, 0}));
}

TEST(ArrayDetach, StopsWhatFlowsBack) {
  const Array x({3}, {1, 2, 3});
  const auto f = [](const auto& v) { return sum(v * detach(2 * v)); };
  EXPECT_EQ(ad::gradient(f, x).to_vector(), (Numbers{2, 4, 6}));
  EXPECT_EQ(ad::jvp(f, x, Array::ones({3})), 12);
  const auto g = [](const auto& v) { return sum(v * value_of(2 * v)); };
  EXPECT_EQ(ad::gradient(g, x).to_vector(), (Numbers{2, 4, 6}));
  EXPECT_EQ(ad::jvp(g, x, Array::ones({3})), 12);
  EXPECT_EQ(value_of(x).to_vector(), x.to_vector());
}

TEST(ArrayDetach, StopsDerivativesOfEveryOrder) {
  const Array x({3}, {1, 2, 3}), ones = Array::ones({3});
  const auto f = [](const auto& v) { return sum(v * detach(v * v)); };
  EXPECT_EQ(ad::hvp(f, x, ones).to_vector(), (Numbers{0, 0, 0}));
  const auto straight_through = [](const auto& v) { return sum((v + detach(round(v) - v)) * v); };
  EXPECT_EQ(ad::hvp(straight_through, x, ones).to_vector(), (Numbers{2, 2, 2}));
}

TEST(ArrayComparison, StandsInsideEveryFunctionOfOneArgument) {
  const Array x({2}, {0.5, -1});
  const auto expect_same = [&](const auto& f) {
    const Array inner = where(x > 0, x, 0.25);
    EXPECT_EQ(Array(f(where(x > 0, x, 0.25))).to_vector(), Array(f(inner)).to_vector());
    const auto loss = [&](const auto& v) { return sum(f(where(v > 0, v, 0.25))); };
    EXPECT_EQ(ad::gradient(loss, x).to_vector()[1], 0);
  };
  const auto all = [&](const auto&... f) { (expect_same(f), ...); };
#define F(name) [](const auto& v) { return name(v); }
  all(F(sin), F(cos), F(tan), F(asin), F(acos), F(atan), F(sinh), F(cosh), F(tanh), F(asinh),
      F(atanh), F(exp), F(exp2), F(expm1), F(log), F(log2), F(log10), F(log1p), F(sqrt), F(cbrt));
  all(F(abs), F(floor), F(ceil), F(round), F(trunc), F(sign), F(square), F(-), F(erf), F(erfc),
      F(erfinv), F(lgamma), F(digamma), F(i0), F(normal_cdf), F(normal_pdf), F(log_ndtr), F(logit),
      F(sinc), F(rsqrt));
  all(F(relu), F(sigmoid), F(log_sigmoid), F(softplus), F(softsign), F(silu), F(gelu), F(mish),
      F(celu), F(leaky_relu), F(elu), F(selu));
#undef F
  EXPECT_EQ(Array(max(x > 0, x < 0)).to_vector(), (Numbers{1, 1}));
  EXPECT_EQ(Array(min(x > 0, x > 0)).to_vector(), (Numbers{1, 0}));
}

}  // namespace
