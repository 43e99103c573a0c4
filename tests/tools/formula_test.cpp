// What expressions mean.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/ops/registry.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/tools/formula.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace {

using ad::Formula;
using ad::Quad;

double value(const std::string& text, const std::vector<double>& at = {}) {
  return Formula::parse(text).evaluate(at);
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(FormulaValue, FollowsThePrecedenceOfOperators) {
  EXPECT_EQ(value("1 + 2*3"), 7);
  EXPECT_EQ(value("(1 + 2)*3"), 9);
  EXPECT_EQ(value("8 - 4 - 2"), 2);
  EXPECT_EQ(value("8/4/2"), 1);
  EXPECT_EQ(value("2*3^2"), 18);
  EXPECT_EQ(value("2 - 3*4 + 5"), -5);
  EXPECT_EQ(value("where(2 + 3 == 5, 1, 0)"), 1);
}

TEST(FormulaValue, LetsPowersBindTighterThanMinusAndGroupToTheRight) {
  EXPECT_EQ(value("-x^2", {3}), -9);
  EXPECT_EQ(value("(-x)^2", {3}), 9);
  EXPECT_EQ(value("2^3^2"), 512);
  EXPECT_EQ(value("(2^3)^2"), 64);
  EXPECT_EQ(value("2^-1"), 0.5);
  EXPECT_EQ(value("2^-2^2"), 1.0 / 16);
  EXPECT_EQ(value("2^-x*3", {1}), 1.5);
}

TEST(FormulaValue, TakesAMinusAfterAnyOperator) {
  EXPECT_EQ(value("2*-3"), -6);
  EXPECT_EQ(value("2--3"), 5);
  EXPECT_EQ(value("---x", {4}), -4);
  EXPECT_EQ(value("6/-2*3"), -9);
  EXPECT_EQ(value("2*-x+1", {3}), -5);
  EXPECT_EQ(value("+x - +2", {3}), 1);
}

TEST(FormulaValue, ReadsDecimalsCorrectlyRounded) {
  EXPECT_EQ(value("0.1"), 0.1);
  EXPECT_EQ(value(".5"), 0.5);
  EXPECT_EQ(value("5."), 5);
  EXPECT_EQ(value("1e-3"), 1e-3);
  EXPECT_EQ(value("1.5E+2"), 150);
  EXPECT_EQ(value("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(value("2.4703282292062328e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(value("2.4703282292062327e-324"), 0);
  EXPECT_EQ(value("1e-5000"), 0);
  EXPECT_EQ(value("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(value("9007199254740993"), 9007199254740992);
}

TEST(FormulaValue, KnowsPiAndE) {
  EXPECT_EQ(value("pi"), std::numbers::pi);
  EXPECT_EQ(value("e"), std::numbers::e);
  EXPECT_EQ(value("e^x", {1}), std::numbers::e);
  EXPECT_TRUE(Formula::parse("pi + e + 1e3").variables().empty());
}

TEST(FormulaValue, ConvertsLiteralsToQuadFromTheirText) {
  const Quad tenth = Formula::parse("0.1").evaluate(std::vector<Quad>{});
  EXPECT_TRUE(tenth == Quad(1) / Quad(10));
  EXPECT_FALSE(tenth == Quad(0.1));
  const Quad sine = Formula::parse("sin(pi)").evaluate(std::vector<Quad>{});
  EXPECT_LT(std::fabs(sine.to_double()), 1e-33);
}

TEST(FormulaValue, CallsEveryRegisteredOperation) {
  for (const std::string& name : ad::primitive_names()) {
    const auto operation = ad::find_primitive(name);
    std::string call = name + "(";
    std::vector<double> at;
    for (std::size_t i = 0; i < operation->arity; ++i) {
      call += (i == 0 ? "x" : ", x") + std::to_string(i);
      at.push_back((operation->samples[i].lower + 3 * operation->samples[i].upper) / 4);
    }
    const double expected = operation->evaluator->apply(std::span<const double>(at));
    EXPECT_EQ(value(call + ")", at), expected) << call;
  }
}

TEST(FormulaValue, CallsReductionsWithAnyNumberOfArguments) {
  EXPECT_EQ(value("norm(x, y)", {3, 4}), 5);
  EXPECT_EQ(value("sum(x)", {3}), 3);
  EXPECT_EQ(value("prod(x, y, z, w)", {1, 2, 3, 4}), 24);
  EXPECT_EQ(value("prod(x, y) + prod(x, y, x) * prod(y, x)", {2, 3}), 6 + 12 * 6);
  EXPECT_EQ(value("dot(x, y, 3, 4)", {1, 2}), 11);
  EXPECT_EQ(value("median(max(x, y), -x, sum(x, y, 2^2))", {1, 2}), 2);
  EXPECT_EQ(value("logsumexp(x, x)", {0}), std::log(2.0));
  EXPECT_EQ(value("std(x, y)", {1, 3}), std::sqrt(2.0));
  EXPECT_EQ(value("pstd(x, y)", {1, 3}), 1);
  EXPECT_EQ(value("cumprod_sum(x, y, 4)", {2, 3}), 2 + 6 + 24);
  std::string many = "sum(x";
  for (int i = 1; i < 1000; ++i) many += ", x";
  EXPECT_EQ(value(many + ")", {2}), 2000);
}

TEST(FormulaValue, FillsInArgumentsThatHaveADefault) {
  EXPECT_EQ(value("leaky_relu(x)", {-2}), value("leaky_relu(x, 0.01)", {-2}));
  EXPECT_EQ(value("leaky_relu(x, 0.5)", {-2}), -1);
}

TEST(FormulaWhere, TakesOneBranchByAComparison) {
  const std::string branches = ", 10, 20)";
  EXPECT_EQ(value("where(x < 3" + branches, {2}), 10);
  EXPECT_EQ(value("where(x < 3" + branches, {3}), 20);
  EXPECT_EQ(value("where(x <= 3" + branches, {3}), 10);
  EXPECT_EQ(value("where(x > 3" + branches, {3}), 20);
  EXPECT_EQ(value("where(x >= 3" + branches, {3}), 10);
  EXPECT_EQ(value("where(x == 3" + branches, {3}), 10);
  EXPECT_EQ(value("where(x != 3" + branches, {3}), 20);
  EXPECT_EQ(value("where((x + 1 < 2*y)" + branches, {1, 2}), 10);
  EXPECT_EQ(value("where(x < 3" + branches, {std::nan("")}), 20);
}

TEST(FormulaWhere, NestsInEveryArgument) {
  EXPECT_EQ(value("where(where(x < 3, 1, 5) > 2, where(x > 1, 7, 8), -x) + 1", {2}), -1);
  EXPECT_EQ(value("where(where(x < 3, 1, 5) > 2, where(x > 1, 7, 8), -x) + 1", {4}), 8);
  EXPECT_EQ(value("2*where(x < 0, 1, where(x < 1, 2, 3))^2", {0.5}), 8);
}

TEST(FormulaWhere, TakesANumberForTrueUnlessItIsZero) {
  EXPECT_EQ(value("where(x, 10, 20)", {0.5}), 10);
  EXPECT_EQ(value("where(x - 1, 10, 20)", {1}), 20);
}

TEST(FormulaWhere, KeepsTheOtherBranchOutOfTheDerivativeAndOfTheLog) {
  const Formula f = Formula::parse("where(x < 1, x, sqrt(x - 1)*abs(x))");
  ad::Tape<double> tape;
  const std::vector<ad::Real> at{tape.input(0.0)};
  tape.reverse(f.evaluate<ad::Real>(at));
  EXPECT_EQ(tape.adjoint(at[0]), 1);
  EXPECT_TRUE(tape.flags().indeterminate.empty());
  const ad::BranchLog log;
  f.evaluate(std::vector<Quad>{0.0});
  ASSERT_EQ(log.entries().size(), 1U);
  EXPECT_STREQ(log.entries()[0].operation, "where");
}

TEST(FormulaVariables, AppearInTheOrderOfTheirFirstUse) {
  EXPECT_EQ(Formula::parse("relu(w*x + b)^2 + w").variables(),
            (std::vector<std::string>{"w", "x", "b"}));
}

TEST(FormulaVariables, FollowTheOptionsIfThoseNameThem) {
  const Formula f = Formula::parse("y", {.variables = std::vector<std::string>{"x", "y"}});
  EXPECT_EQ(f.variables().size(), 2U);
  EXPECT_EQ(f.evaluate(std::vector<double>{1, 2}), 2);
}

TEST(FormulaVariables, MustHaveOneValueEach) {
  EXPECT_THROW(Formula::parse("x + y").evaluate(std::vector<double>{1}), ad::ShapeError);
}

TEST(FormulaDerivative, AgreesOnEveryCarrier) {
  const Formula f = Formula::parse("relu(w*x + b)^2");
  const std::array<double, 3> at{0.5, 2.0, -0.25};
  ad::Tape<double> tape;
  const std::vector<ad::Real> inputs = tape.inputs(at);
  tape.reverse(f.evaluate<ad::Real>(inputs));
  EXPECT_EQ(tape.adjoint(inputs[0]), 3);
  EXPECT_EQ(tape.adjoint(inputs[1]), 0.75);
  EXPECT_EQ(tape.adjoint(inputs[2]), 1.5);

  const std::vector<ad::Dual<double, 1>> dual{ad::Dual<double, 1>::variable(0.5, 0), 2.0, -0.25};
  EXPECT_EQ(f.evaluate(dual).tangent(0), 3);
  const std::vector<ad::Dual<Quad, 1>> quad{ad::Dual<Quad, 1>::variable(0.5, 0), 2.0, -0.25};
  EXPECT_EQ(f.evaluate(quad).tangent(0).to_double(), 3);

  using Nested = ad::Dual<double, 1>;
  ad::Tape<Nested> nested;
  const std::vector<ad::Var<Nested>> x{nested.input(Nested::variable(0.5, 0)), nested.input(2.0),
                                       nested.input(-0.25)};
  nested.reverse(f.evaluate<ad::Var<Nested>>(x));
  EXPECT_EQ(nested.adjoint(x[0]).tangent(0), 8);    // 2 x^2
  EXPECT_EQ(nested.adjoint(x[1]).tangent(0), 3.5);  // 2 w x + 2 (w x + b)
}

TEST(FormulaDerivative, UsesTheSlopeAtZeroOfTheOptions) {
  const auto slope = [](const std::string& text, double s) {
    const Formula f = Formula::parse(text, {.slope_at_zero = s});
    return f.evaluate(std::vector{ad::Dual<double, 1>::variable(0, 0)}).tangent(0);
  };
  EXPECT_EQ(slope("relu(x)", 0.5), 0.5);
  EXPECT_EQ(slope("leaky_relu(x, 0)", 0.5), 0.5);
  EXPECT_EQ(slope("leaky_relu(x, 0.25)", 0.5), 0.25);
  EXPECT_THROW(slope("relu(x)", 1.001), ad::ParameterError);
  EXPECT_THROW(slope("x", std::nan("")), ad::ParameterError);
}

TEST(FormulaDepth, HasNoBound) {
  constexpr std::size_t deep = 1'000'000;
  EXPECT_EQ(value(repeated("(", deep) + "x" + repeated(")", deep), {7}), 7);
  EXPECT_EQ(value(repeated("relu(", deep) + "x" + repeated(")", deep), {7}), 7);
  EXPECT_EQ(value(repeated("-", deep) + "x", {7}), 7);
  EXPECT_EQ(value(repeated("1^", deep) + "x", {7}), 1);
  EXPECT_EQ(value(repeated("where(x < 0, 1, ", deep) + "x" + repeated(")", deep), {7}), 7);
  EXPECT_EQ(value(repeated("x+", deep) + "x", {1}), 1'000'001);
}

TEST(FormulaDepth, HoldsOnTheTape) {
  constexpr std::size_t deep = 100'000;
  const Formula f = Formula::parse(repeated("relu(", deep) + "2*x" + repeated(")", deep));
  ad::Tape<double> tape;
  const std::vector<ad::Real> at{tape.input(1.0)};
  tape.reverse(f.evaluate<ad::Real>(at));
  EXPECT_EQ(tape.adjoint(at[0]), 2);
}

}  // namespace
