#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;
using ad::Tape;

const auto generic_square = [] {
  return ad::custom_vjp(
      "square_rule", [](auto x) { return x * x; },
      [](auto cotangent, auto x, auto) { return 2.0 * x * cotangent; });
};

const auto double_square = [] {
  return ad::custom_vjp(
      "double_square", [](double x) { return x * x; },
      [](double cotangent, double x, double) { return 2.0 * x * cotangent; });
};

TEST(CustomVjp, EvaluatesOnPlainNumbersOfEveryKind) {
  const auto square = generic_square();
  EXPECT_EQ(square(3.0), 9.0);
  EXPECT_EQ(square(3), 9.0);
  static_assert(std::is_same_v<decltype(square(3.0F)), float>);
  EXPECT_EQ(square(ad::Quad(3)).to_double(), 9.0);
  EXPECT_EQ(square(ad::Plain<double>(3.0)).value(), 9.0);
}

TEST(CustomVjp, UsesTheUsersRuleInBothModes) {
  // A rule that is wrong on purpose shows that it is this one which is used.
  const auto wrong = ad::custom_vjp(
      "wrong", [](auto x) { return x * x; },
      [](auto cotangent, auto, auto) { return 100.0 * cotangent; });
  EXPECT_EQ(ad::gradient([&](auto x) { return wrong(x); }, 3.0)[0], 100.0);
  EXPECT_EQ(ad::derivative([&](auto x) { return wrong(x); }, 3.0), 100.0);
  EXPECT_EQ(wrong.pullbacks(), 2U);
}

TEST(CustomVjp, ComposesWithEverythingAround) {
  const auto square = generic_square();
  const auto f = [&](auto x, auto y) { return sin(square(x * y)) + square(square(x)); };
  const auto g = ad::gradient(f, 0.7, 1.3);
  const double p = 0.7 * 1.3;
  EXPECT_NEAR(g[0], std::cos(p * p) * 2 * p * 1.3 + 4 * std::pow(0.7, 3), 1e-14);
  EXPECT_NEAR(g[1], std::cos(p * p) * 2 * p * 0.7, 1e-14);
}

TEST(CustomVjp, GivesSecondDerivativesWhenGeneric) {
  const auto square = generic_square();
  const auto f = [&](auto x) { return square(sin(x)); };  // f'' = 2 cos 2x
  EXPECT_NEAR(ad::hessian(f, 0.4)(0, 0), 2 * std::cos(0.8), 1e-14);
  const auto second = [&](auto x) { return ad::derivative(f, x); };
  EXPECT_NEAR(ad::derivative(second, 0.4), 2 * std::cos(0.8), 1e-14);
  EXPECT_NEAR(ad::gradient(second, 0.4)[0], 2 * std::cos(0.8), 1e-14);
}

TEST(CustomVjp, RefusesASecondDerivativeItDoesNotHave) {
  const auto square = double_square();
  const auto f = [&](auto x) { return square(x); };
  EXPECT_EQ(ad::gradient(f, 3.0)[0], 6.0);
  EXPECT_EQ(ad::derivative(f, 3.0), 6.0);
  try {
    ad::hessian(f, 3.0);
    FAIL() << "a silent zero";
  } catch (const ad::RuleError& error) {
    EXPECT_NE(std::string(error.what()).find("double_square"), std::string::npos) << error.what();
  }
  EXPECT_THROW(ad::derivative([&](auto x) { return ad::derivative(f, x); }, 3.0), ad::RuleError);
}

TEST(CustomVjp, MarksWhatOnlyExistsInDouble) {
  const auto square = double_square();
  const ad::Notes notes;
  EXPECT_EQ(square(ad::Quad(3)).to_double(), 9.0);
  ASSERT_EQ(notes.double_only().size(), 1U);
  EXPECT_EQ(notes.double_only()[0], "double_square");
}

TEST(CustomVjp, TakesSeveralArgumentsAndConstantsAmongThem) {
  const auto product = ad::custom_vjp(
      "product", [](auto x, auto y) { return x * y; },
      [](auto c, auto x, auto y, auto) {
        return std::array{c * y, c * x};
      });
  EXPECT_EQ(ad::gradient([&](auto x, auto y) { return product(x, y); }, 2.0, 5.0)[1], 2.0);
  EXPECT_EQ(ad::gradient([&](auto x) { return product(x, 5.0); }, 2.0)[0], 5.0);
  EXPECT_EQ(ad::derivative([&](auto x) { return product(5.0, x); }, 2.0), 5.0);
}

TEST(CustomVjp, KeepsAResidualForTheSweep) {
  const auto rule = ad::custom_vjp(
      "softplus_rule",
      [](auto x) {
        using T = decltype(x);
        const T e = exp(-x);
        return ad::with_residual(T(log1p(T(1) / e)), e);
      },
      [](auto c, auto, auto, auto e) { return c / (1.0 + e); });
  const auto f = [&](auto x) { return rule(x) * 3.0; };
  const double s = 1 / (1 + std::exp(-0.3));
  EXPECT_NEAR(ad::gradient(f, 0.3)[0], 3 * s, 1e-15);
  EXPECT_NEAR(ad::hessian(f, 0.3)(0, 0), 3 * s * (1 - s), 1e-14);
}

TEST(CustomVjp, ReturnsSeveralOutputsAsATuple) {
  const auto polar = ad::custom_vjp(
      "polar",
      [](auto r, auto t) {
        using T = decltype(r);
        return std::tuple<T, T>(r * cos(t), r * sin(t));
      },
      [](auto c, auto r, auto t, auto) {
        using T = decltype(r);
        const auto& [cx, cy] = c;
        return std::tuple<T, T>(cx * cos(t) + cy * sin(t), r * (cy * cos(t) - cx * sin(t)));
      });
  const auto f = [&](auto r, auto t) {
    auto [x, y] = polar(r, t);
    return x * x * y;
  };
  const auto plain = [](auto r, auto t) { return r * cos(t) * r * cos(t) * r * sin(t); };
  const auto expected = ad::gradient(plain, 1.2, 0.4);
  const auto found = ad::gradient(f, 1.2, 0.4);
  EXPECT_NEAR(found[0], expected[0], 1e-14);
  EXPECT_NEAR(found[1], expected[1], 1e-14);
  const auto h = ad::hessian(f, 1.2, 0.4);
  const auto he = ad::hessian(plain, 1.2, 0.4);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(h.data()[i], he.data()[i], 1e-13);
}

TEST(CustomVjp, SweepsWithOneOfSeveralOutputsUnused) {
  const auto both = ad::custom_vjp(
      "sum_and_difference",
      [](auto x, auto y) {
        using T = decltype(x);
        return std::tuple<T, T>(x + y, x - y);
      },
      [](auto c, auto x, auto, auto) {
        using T = decltype(x);
        const auto& [a, b] = c;
        return std::array<T, 2>{a + b, a - b};
      });
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real y = tape.input(2.0);
  const auto [sum, difference] = both(x, y);
  tape.reverse(sum);
  EXPECT_EQ(tape.adjoint(x), 1.0);
  EXPECT_EQ(tape.adjoint(y), 1.0);
  tape.reverse(difference);
  EXPECT_EQ(tape.adjoint(y), -1.0);
}

TEST(CustomVjp, MayDieBeforeTheSweep) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  Real y;
  {
    const auto residue = std::make_shared<std::vector<double>>(1000, 2.0);
    const auto rule = ad::custom_vjp(
        "temporary", [residue](double v) { return v * v; },
        [residue](double c, double v, double) { return (*residue)[999] * v * c; });
    y = rule(x);
  }
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 6.0);
}

TEST(CustomVjp, SeesTheCotangentOfTheSweep) {
  const auto clipped = ad::custom_vjp(
      "clip_gradient", [](double x) { return x; },
      [](double c, double, double) { return std::clamp(c, -1.0, 1.0); });
  EXPECT_EQ(ad::gradient([&](auto x) { return 100.0 * clipped(x); }, 0.5)[0], 1.0);
}

TEST(CustomVjp, RunsNotAtAllWhenItsResultIsUnused) {
  const auto square = generic_square();
  const auto g = ad::gradient(
      [&](auto x) {
        const auto unused = square(x);
        static_cast<void>(unused);
        return 2.0 * x;
      },
      3.0);
  EXPECT_EQ(g[0], 2.0);
  EXPECT_EQ(square.pullbacks(), 0U);
}

TEST(CustomVjp, RefusesAWrongNumberOfCotangents) {
  const auto rule = ad::custom_vjp(
      "too_many", [](double x, double y) { return x * y; },
      [](double c, double, double, double) { return std::vector<double>(3, c); });
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real y = rule(x, 2.0);
  try {
    tape.reverse(y);
    FAIL();
  } catch (const ad::RuleError& error) {
    EXPECT_STREQ(error.what(),
                 "custom_vjp: the VJP of \"too_many\" returned 3 cotangents, but the rule has 2 "
                 "arguments; return one cotangent per argument.");
  }
  const Real z = x * 2.0;
  tape.reverse(z);
  EXPECT_EQ(tape.adjoint(x), 2.0) << "the tape stays usable";
}

TEST(CustomVjp, LetsAnExceptionOfTheRuleThrough) {
  const auto rule = ad::custom_vjp(
      "throws", [](double x) { return x; },
      [](double, double, double) -> double { throw std::runtime_error("from the rule"); });
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real y = rule(x);
  EXPECT_THROW(tape.reverse(y), std::runtime_error);
  EXPECT_THROW(static_cast<void>(tape.adjoint(x)), ad::TapeError);
  tape.reverse(x);
  EXPECT_EQ(tape.adjoint(x), 1.0);
}

TEST(CustomVjp, IsForgottenByARewind) {
  const auto square = generic_square();
  Tape<double> tape;
  const Real x = tape.input(3.0);
  const auto mark = tape.mark();
  const Real y = square(x);
  EXPECT_EQ(tape.statistics().custom_calls, 1U);
  EXPECT_TRUE(y.is_active());
  tape.rewind(mark);
  EXPECT_EQ(tape.statistics().custom_calls, 0U);
  const Real z = square(x) * x;
  tape.reverse(z);
  EXPECT_EQ(tape.adjoint(x), 27.0);
}

TEST(Registry, FindsBuiltInOperations) {
  const auto p = ad::find_primitive("relu");
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(p->built_in);
  EXPECT_EQ(p->arity, 1U);
  EXPECT_FALSE(p->meta.kink.empty());
  EXPECT_EQ(p->evaluator->apply(std::vector{-2.0}), 0.0);
  Tape<double> tape;
  const std::vector<Real> x{tape.input(2.0)};
  const Real y = p->evaluator->apply(x);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x[0]), 1.0);
  EXPECT_EQ(ad::find_primitive("rleu"), nullptr);
  EXPECT_EQ(ad::nearest_name("rleu", ad::primitive_names()), "relu");
  EXPECT_EQ(ad::nearest_name("sinn", {"sign", "sin", "sinh"}), "sin");
  EXPECT_EQ(ad::nearest_name("qqqqqqqqqq", ad::primitive_names()), "");
}

TEST(Registry, AcceptsACustomRuleOnce) {
  const auto rule = ad::custom_vjp(
      "registered_cube", [](auto x) { return x * x * x; },
      [](auto c, auto x, auto) { return 3.0 * x * x * c; });
  ad::register_primitive(rule);
  const auto p = ad::find_primitive("registered_cube");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->evaluator->apply(std::vector{2.0}), 8.0);
  try {
    ad::register_primitive(rule);
    FAIL();
  } catch (const ad::RegistryError& error) {
    EXPECT_STREQ(
        error.what(),
        "register_primitive: an operation named \"registered_cube\" exists already; choose "
        "another name.");
  }
  EXPECT_THROW(ad::register_primitive(ad::custom_vjp(
                   "relu", [](double x) { return x; }, [](double c, double, double) { return c; })),
               ad::RegistryError);
  EXPECT_THROW(
      ad::register_primitive(ad::custom_vjp(
          "not a name", [](double x) { return x; }, [](double c, double, double) { return c; })),
      ad::RegistryError);
}

}  // namespace
