// What operations declare at kinks, and what the list of operations promises.
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/all.hpp>

#include "at_point.hpp"
#include "reference_table.hpp"

using ad::Real;
using namespace at_point;

namespace {

void expect_same(double a, double b, const std::string& where) {
  if (std::isnan(a) || std::isnan(b)) {
    EXPECT_EQ(std::isnan(a), std::isnan(b)) << where;
  } else {
    EXPECT_EQ(a, b) << where;
    EXPECT_EQ(std::signbit(a), std::signbit(b)) << where;
  }
}

}  // namespace

TEST(Relu, HasTheDeclaredSlopeAtZeroAndOnlyThere) {
  for (const double s : {0.0, 0.5, 1.0}) {
    for (const double x : {-inf, -1.0, -tiny}) {
      EXPECT_EQ(derivatives(ad::Relu{s}, x).value, 0);
      EXPECT_EQ(slope(ad::Relu{s}, x), 0);
    }
    for (const double x : {-0.0, 0.0}) {
      EXPECT_EQ(derivatives(ad::Relu{s}, x).value, 0);
      EXPECT_EQ(slope(ad::Relu{s}, x), s);
    }
    for (const double x : {tiny, 1e-12, 1.0, inf}) {
      EXPECT_EQ(derivatives(ad::Relu{s}, x).value, x);
      EXPECT_EQ(slope(ad::Relu{s}, x), 1);
    }
    EXPECT_TRUE(std::isnan(derivatives(ad::Relu{s}, not_a_number).value));
    EXPECT_TRUE(std::isnan(slope(ad::Relu{s}, not_a_number)));
  }
}

TEST(Relu, SelectsItsCotangent) {
  EXPECT_EQ(ad::Relu{}.vjp(inf, -1.0, 0.0), 0);
  EXPECT_EQ(ad::Relu{}.vjp(inf, 0.0, 0.0), 0);
  EXPECT_EQ(ad::Relu{}.vjp(inf, 1.0, 1.0), inf);
  EXPECT_EQ(ad::Relu{}.vjp(not_a_number, -1.0, 0.0), 0);
}

TEST(Relu, KeepsTheType) {
  static_assert(std::is_same_v<decltype(ad::relu(1.0F)), float>);
  static_assert(std::is_same_v<decltype(ad::relu(1)), double>);
  static_assert(std::is_same_v<ad::value_type_t<decltype(relu(ad::Real32(1)))>, ad::Real32>);
  static_assert(std::is_same_v<decltype(relu(ad::Quad(1))), ad::Quad>);
  static_assert(std::is_same_v<decltype(ad::Relu{}.vjp(1.0F, 1.0F, 1.0F)), float>);
}

TEST(SlopeAtZero, IsANumberFromZeroToOne) {
  EXPECT_NO_THROW(ad::SlopeAtZero{0.0});
  EXPECT_NO_THROW(ad::SlopeAtZero{1.0});
  for (const double bad : {-1e-300, 1.0000000000000002, inf, not_a_number}) {
    EXPECT_THROW(ad::SlopeAtZero{bad}, ad::ParameterError);
  }
  try {
    ad::SlopeAtZero{1.5};
  } catch (const ad::ParameterError& error) {
    EXPECT_STREQ(error.what(),
                 "SlopeAtZero: the slope is 1.5, but at 0 relu has the one-sided slopes 0 and 1; "
                 "choose a number in [0, 1].");
  }
}

TEST(LeakyRelu, WithLeakZeroIsReluEverywhere) {
  for (const double s : {0.0, 0.25, 1.0}) {
    for (const double x :
         {-inf, -1e300, -1.0, -tiny, -0.0, 0.0, tiny, 1.0, 1e300, inf, not_a_number}) {
      const auto leaky = derivatives(ad::LeakyRelu{s}, x, 0.0);
      const auto relu = derivatives(ad::Relu{s}, x);
      const std::string where = "x = " + std::to_string(x);
      expect_same(leaky.value, relu.value, where);
      expect_same(leaky.first[0], relu.first[0], where);
      expect_same(ad::leaky_relu(x, 0.0), ad::relu(x), where);
    }
  }
  EXPECT_EQ((ad::LeakyRelu{}.vjp(inf, -1.0, 0.0, 0.0)[0]), 0);
}

TEST(LeakyRelu, DeclaresItsLeakAtZero) {
  EXPECT_EQ(slope(ad::LeakyRelu{}, 0.0, 0.1), 0.1);
  EXPECT_EQ(slope(ad::LeakyRelu{}, -0.0, -0.5), -0.5);
  EXPECT_EQ(slope(ad::LeakyRelu{1.0}, 0.0, 0.1), 0.1);  // the slope at 0 is for a leak of 0 only
}

TEST(LeakyRelu, DifferentiatesItsLeak) {
  const auto at = derivatives(ad::LeakyRelu{}, -2.0, 0.0);
  EXPECT_EQ(at.first[1], -2);
  EXPECT_EQ(at.second[1], 1);  // a leak that is 0 but active is no structural zero
  EXPECT_EQ(derivatives(ad::LeakyRelu{}, 2.0, 0.0).first[1], 0);
}

TEST(LeakyRelu, HasALeakOfAHundredthByDefault) {
  EXPECT_EQ(ad::leaky_relu(-1.0), -0.01);
  EXPECT_EQ(ad::leaky_relu(-1.0F), -0.01F);
  static_assert(std::is_same_v<decltype(ad::leaky_relu(1.0F)), float>);
  static_assert(std::is_same_v<decltype(ad::elu(1.0F)), float>);
  static_assert(std::is_same_v<decltype(ad::elu(1)), double>);
  EXPECT_EQ(ad::elu(-1.0), std::expm1(-1.0));
}

TEST(Kinks, TellTheSignedDistance) {
  EXPECT_EQ(ad::Relu::kinks(-0.5)[0], -0.5);
  EXPECT_EQ(ad::Max::kinks(3.0, 1.0)[0], 2);
  EXPECT_EQ((ad::Clamp::kinks(0.5, 0.0, 2.0)), (std::array{0.5, -1.5}));
  EXPECT_EQ((ad::Relu6::kinks(5.0)), (std::array{5.0, -1.0}));
  EXPECT_EQ(ad::Elu::kinks(0.5, 2.0)[0], 0.5);
  EXPECT_EQ(ad::Elu::kinks(0.5, 1.0)[0], inf);  // smooth: no kink there
  EXPECT_EQ(ad::LeakyRelu::kinks(0.5, 1.0)[0], inf);
  EXPECT_EQ(ad::Hypot::kinks(3.0, 4.0)[0], 5);
}

TEST(Abs, DeclaresZeroAtZero) {
  for (const double x : {-0.0, 0.0}) {
    EXPECT_FALSE(std::signbit(ad::abs(x)));
    EXPECT_EQ(slope(ad::Abs{}, x), 0);
  }
  EXPECT_EQ(ad::fabs(-2.0), 2);
}

TEST(MaxAndMin, ShareATie) {
  for (const double x : {-0.0, 0.0, 3.14, -1e300, tiny, inf}) {
    EXPECT_EQ(derivatives(ad::Max{}, x, x).first, (std::array{0.5, 0.5}));
    EXPECT_EQ(derivatives(ad::Min{}, x, x).first, (std::array{0.5, 0.5}));
    EXPECT_EQ(ad::max(x, x), x);
    EXPECT_EQ(ad::min(x, x), x);
  }
  EXPECT_FALSE(std::signbit(ad::max(-0.0, 0.0)));
  EXPECT_FALSE(std::signbit(ad::max(0.0, -0.0)));
  EXPECT_TRUE(std::signbit(ad::max(-0.0, -0.0)));
  EXPECT_TRUE(std::signbit(ad::min(-0.0, 0.0)));
}

TEST(MaxAndMin, PassNaNOn) {
  for (const auto& [x, y] : {std::pair{1.0, not_a_number},
                             {not_a_number, 1.0},
                             {not_a_number, not_a_number},
                             {not_a_number, inf}}) {
    for (const auto& result : {on_tape(ad::Max{}, x, y), on_tape(ad::Min{}, x, y)}) {
      EXPECT_TRUE(std::isnan(result.value));
      EXPECT_TRUE(std::isnan(result.first[0]));
      EXPECT_TRUE(std::isnan(result.first[1]));
    }
  }
}

TEST(FmaxAndFmin, TakeTheOtherNumberForNaN) {
  for (const auto& result :
       {on_tape(ad::Fmax{}, 2.0, not_a_number), on_tape(ad::Fmin{}, 2.0, not_a_number)}) {
    EXPECT_EQ(result.value, 2);
    EXPECT_EQ(result.first, (std::array{1.0, 0.0}));
  }
  for (const auto& result :
       {on_tape(ad::Fmax{}, not_a_number, 2.0), on_tape(ad::Fmin{}, not_a_number, 2.0)}) {
    EXPECT_EQ(result.value, 2);
    EXPECT_EQ(result.first, (std::array{0.0, 1.0}));
  }
  EXPECT_TRUE(std::isnan(ad::fmax(not_a_number, not_a_number)));
}

TEST(FmaxAndFmin, ShareATie) {
  EXPECT_EQ(on_tape(ad::Fmax{}, 3.0, 3.0).first, (std::array{0.5, 0.5}));
  EXPECT_EQ(on_tape(ad::Fmin{}, 3.0, 3.0).first, (std::array{0.5, 0.5}));
  EXPECT_EQ(ad::Fmin::kinks(3.0, 1.0)[0], 2);
  EXPECT_EQ(ad::Fmax::kinks(3.0, not_a_number)[0], inf);  // the one number: no kink
}

TEST(MaxAndMin, AreFoundWithTheStandardOnesInScope) {
  using std::clamp, std::max, std::min;
  const ad::Dual<double, 1> x(2.0, {1.0}), y(2.0, {3.0});
  EXPECT_EQ(max(x, y).tangent(0), 2);  // half of each: the standard's would take one
  EXPECT_EQ(min(x, y).tangent(0), 2);
  EXPECT_EQ(clamp(x, y, y).value(), 2);
  EXPECT_EQ(max(1.0, 2.0), 2.0);
}

TEST(Clamp, GivesTheEndToItsBound) {
  EXPECT_EQ(derivatives(ad::Clamp{}, 0.5, 0.0, 1.0).first, (std::array{1.0, 0.0, 0.0}));
  EXPECT_EQ(derivatives(ad::Clamp{}, 0.0, 0.0, 1.0).first, (std::array{0.0, 1.0, 0.0}));
  EXPECT_EQ(derivatives(ad::Clamp{}, 1.0, 0.0, 1.0).first, (std::array{0.0, 0.0, 1.0}));
  EXPECT_EQ(derivatives(ad::Clamp{}, -1.0, 0.0, 0.0).first, (std::array{0.0, 0.5, 0.5}));
  EXPECT_EQ(derivatives(ad::Clamp{}, 1.0, 0.0, 0.0).first, (std::array{0.0, 0.0, 1.0}));
  EXPECT_EQ(ad::clamp(0.5, 2.0, 1.0), 1);  // bounds in the wrong order: the upper one
  EXPECT_TRUE(std::isnan(ad::clamp(0.5, not_a_number, 1.0)));
  EXPECT_TRUE(std::isnan(ad::clamp(not_a_number, 0.0, 1.0)));
}

TEST(HardTanhAndRelu6, DeclareZeroAtTheirEnds) {
  for (const double x : {-1.0, 1.0}) EXPECT_EQ(slope(ad::HardTanh{}, x), 0);
  for (const double x : {-0.0, 0.0, 6.0}) EXPECT_EQ(slope(ad::Relu6{}, x), 0);
}

TEST(HardSigmoid, DeclaresZeroAtItsEnds) {
  for (const double x : {-3.0, 3.0}) EXPECT_EQ(slope(ad::HardSigmoid{}, x), 0);
  EXPECT_EQ(ad::hard_sigmoid(0.0), 0.5);
}

TEST(Steps, DeclareTheSlopeOfTheirPiecesAtJumps) {
  for (const double x : {-2.0, -0.5, -0.0, 0.0, 0.5, 3.0}) {
    EXPECT_EQ(slope(ad::Sign{}, x), 0);
    EXPECT_EQ(slope(ad::Floor{}, x), 0);
    EXPECT_EQ(slope(ad::Ceil{}, x), 0);
    EXPECT_EQ(slope(ad::Round{}, x), 0);
    EXPECT_EQ(slope(ad::Trunc{}, x), 0);
  }
  EXPECT_EQ(on_tape(ad::Fmod{}, -6.0, 2.0).first, (std::array{1.0, 3.0}));
  EXPECT_EQ(on_tape(ad::FloorMod{}, -7.0, 2.0).value, 1);
  EXPECT_EQ(on_tape(ad::FloorMod{}, -7.0, 2.0).first, (std::array{1.0, 4.0}));
  EXPECT_EQ(on_tape(ad::Remainder{}, 5.0, 2.0).first, (std::array{1.0, -2.0}));  // halves to even
}

TEST(Steps, KeepTheSignOfAZero) {
  for (const double zero : {-0.0, 0.0}) {
    expect_same(ad::sign(zero), zero, "sign");
    expect_same(ad::floor(zero), zero, "floor");
    expect_same(ad::trunc(zero), zero, "trunc");
    expect_same(ad::fmod(zero, 2.0), zero, "fmod");
    expect_same(ad::floormod(zero, -2.0), -0.0, "floormod has the sign of y");
  }
}

TEST(Celu, HasAScaleOfOneByDefaultAndNoKink) {
  EXPECT_EQ(ad::celu(-1.0), std::expm1(-1.0));
  static_assert(std::is_same_v<decltype(ad::celu(1.0F)), float>);
  for (const double scale : {0.5, 1.0, 2.0}) EXPECT_EQ(slope(ad::Celu{}, 0.0, scale), 1);
}

TEST(Celu, KeepsWhatItsParametersWouldLose) {
  EXPECT_EQ(ad::celu(-1e-10, 1e300), -1e-10);  // x / y underflows
  EXPECT_EQ(ad::celu(-inf, 2.0), -2);          // saturated
  EXPECT_EQ(on_tape(ad::Celu{}, -inf, 2.0).first, (std::array{0.0, -1.0}));
  EXPECT_EQ(curvature(ad::Celu{}, -1e10, 1e-300), 0);  // x / y overflows
  // e^(x/y) underflows, the second derivative e^(x/y) / y does not.
  EXPECT_DOUBLE_EQ(curvature(ad::Celu{}, -7.5e-298, 1e-300), 1.9016849634750664e-26);
}

TEST(Xlogy, IsZeroWithoutAWeight) {
  for (const double y : {-1.0, 0.0, 2.0, inf}) {
    EXPECT_EQ(ad::xlogy(0.0, y), 0);
    EXPECT_EQ(on_tape(ad::Xlogy{}, 0.0, y).first[1], 0);
  }
  EXPECT_EQ(slope(ad::Xlogy{}, 0.0, 0.0), -inf);
  EXPECT_EQ(slope(ad::Xlogy{}, 0.0, 2.0), std::log(2.0));
  EXPECT_EQ(derivatives(ad::Xlogy{}, 0.0, 2.0).second, (std::array{0.0, 0.5, 0.0}));
  EXPECT_TRUE(std::isnan(slope(ad::Xlogy{}, 0.0, -1.0)));
  EXPECT_TRUE(std::isnan(ad::xlogy(0.0, not_a_number)));
}

TEST(Sinc, IsZeroAtEveryOtherInteger) {
  EXPECT_EQ(ad::sinc(0.0), 1);
  for (const double x : {1.0, -2.0, 1e6, 1e300, inf}) EXPECT_EQ(ad::sinc(x), 0);
  EXPECT_EQ(slope(ad::Sinc{}, 0.0), 0);
  EXPECT_DOUBLE_EQ(curvature(ad::Sinc{}, 0.0), -3.289868133696453);
  EXPECT_DOUBLE_EQ(slope(ad::Sinc{}, 1e300), 1e-300);
  EXPECT_EQ(slope(ad::Sinc{}, -inf), 0);
}

TEST(Elu, DeclaresItsLeftSlope) {
  EXPECT_EQ(slope(ad::Elu{}, 0.0, 2.0), 2);
  EXPECT_EQ(slope(ad::Elu{}, 0.0, 1.0), 1);
  EXPECT_EQ(on_tape(ad::Elu{}, inf, 1.0).first[0], 1);
  EXPECT_EQ(on_tape(ad::Elu{}, -inf, 1.0).value, -1);
  EXPECT_EQ(on_tape(ad::Elu{}, -inf, 1.0).first[0], 0);
}

TEST(Where, TakesAnyMixAndReturnsAValue) {
  ad::Tape<double> tape;
  const Real x = tape.input(2.0);
  static_assert(std::is_same_v<decltype(where(true, x * x, 1)), Real>);
  static_assert(std::is_same_v<decltype(where(true, x * x, x)), Real>);
  static_assert(std::is_same_v<decltype(ad::where(true, 1.0F, 2.0F)), float>);
  EXPECT_EQ(where(x > 1, x * x, 1.0).value(), 4);
  EXPECT_EQ(where(x > 3, x * x, 1.0).value(), 1);
}

TEST(Where, LetsNothingOfTheOtherBranchThrough) {
  ad::Tape<double> tape;
  const Real x = tape.input(-4.0);
  const auto before = tape.statistics().statements;
  const Real y = where(x > 0, sqrt(x), x * 1.0);
  EXPECT_EQ(tape.statistics().statements, before + 1);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 1);
  EXPECT_EQ(on_tape(ad::Where{}, 1.0, 2.0, not_a_number).first, (std::array{0.0, 1.0, 0.0}));
  EXPECT_EQ(on_tape(ad::Where{}, 0.0, not_a_number, 2.0).first, (std::array{0.0, 0.0, 1.0}));
}

TEST(CopySign, FollowsTheSignOfAZero) {
  EXPECT_EQ(on_tape(ad::CopySign{}, 2.0, -0.0).value, -2);
  EXPECT_EQ(on_tape(ad::CopySign{}, 2.0, -0.0).first, (std::array{-1.0, 0.0}));
  EXPECT_EQ(on_tape(ad::CopySign{}, -2.0, 0.0).first, (std::array{-1.0, 0.0}));
  EXPECT_EQ(on_tape(ad::CopySign{}, 0.0, 1.0).first[0], 0);
}

namespace {

/// Has a table nowhere.
struct Unlisted : ad::Sin {
  static constexpr ad::Meta meta{.name = "unlisted", .oracle = "sin(x)"};
};

}  // namespace

TEST(ReferenceTable, SaysHowToWriteItWhenItIsMissing) {
  try {
    reference::read<Unlisted>();
    FAIL() << "a missing table is an error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "tests/reference/unlisted.txt is missing; write it with "
                 "tests/reference/generate.py unlisted");
  }
}

TEST(OperationList, HoldsEveryFamilyOnce) {
  std::size_t count = 0;
  ad::for_each_operation([&]<class Op>() {
    ++count;
    EXPECT_FALSE(Op::meta.formula.empty()) << Op::meta.name;
    EXPECT_FALSE(Op::meta.derivative.empty()) << Op::meta.name;
    EXPECT_FALSE(Op::meta.domain.empty()) << Op::meta.name;
    EXPECT_FALSE(Op::meta.source.empty()) << Op::meta.name;
    EXPECT_EQ(Op::meta.kink.empty(), Op::meta.convention.empty()) << Op::meta.name;
    EXPECT_EQ(Op::meta.kink.empty(), (!ad::has_kinks_v<Op>)) << Op::meta.name;
  });
  EXPECT_EQ(count, ad::Operations::size);
}
