// The functions of reductions: what they take, what a tape records of them, and misuse.
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <list>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/notes.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace {

using ad::Quad;
using ad::Real;
using ad::Tape;

constexpr double inf = std::numeric_limits<double>::infinity();

template <class Function>
std::string message_of(Function&& function) {
  try {
    function();
  } catch (const ad::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Reductions, TakeAnyRange) {
  const double array[] = {3, 4};
  EXPECT_EQ(ad::norm(array), 5);
  EXPECT_EQ(ad::norm(std::array{3, 4}), 5);
  EXPECT_EQ(ad::norm(std::list<double>{3, 4}), 5);
  EXPECT_EQ(ad::norm(std::span<const double>(array)), 5);
  EXPECT_EQ(ad::norm(std::vector<float>{3, 4}), 5);
  static_assert(std::is_same_v<decltype(ad::norm(std::vector<float>{})), float>);
  static_assert(std::is_same_v<decltype(ad::mean(std::vector<int>{})), double>);
  static_assert(std::is_same_v<decltype(ad::norm(std::vector<Real>{})), Real>);
  static_assert(std::is_same_v<decltype(sum(Quad(1), 2)), Quad>);
}

TEST(Reductions, AreFoundByTheirArguments) {
  Tape<double> tape;
  const std::array x{tape.input(3.0), tape.input(4.0)};
  const std::vector<Real> v(x.begin(), x.end());
  const Real c[] = {x[0], x[1]};
  EXPECT_EQ(norm(x).value(), 5);
  EXPECT_EQ(norm(v).value(), 5);
  EXPECT_EQ(norm(c).value(), 5);
  EXPECT_EQ(norm(std::span(v)).value(), 5);
  EXPECT_EQ(sum(v).value() + mean(v).value() + prod(v).value(), 7 + 3.5 + 12);
}

TEST(Reductions, TakeExpressionsValuesAndConstantsInAnyMix) {
  Tape<double> tape;
  const Real x = tape.input(3.0), y = tape.input(4.0);
  const Real z = sum(x * y, 2.0, x, 1);
  EXPECT_EQ(z.value(), 18);
  tape.reverse(z);
  EXPECT_EQ(tape.adjoint(x), 5);
  EXPECT_EQ(tape.adjoint(y), 3);
  EXPECT_FALSE(ad::Real(sum(Real(1), 2.0)).is_active());
}

TEST(Reductions, OfNothingAreWhatTheMathematicsSays) {
  const std::vector<double> none;
  EXPECT_EQ(ad::sum(none), 0);
  EXPECT_EQ(ad::prod(none), 1);
  EXPECT_EQ(ad::cumprod_sum(none), 0);
  EXPECT_EQ(ad::dot(none, none), 0);
  EXPECT_EQ(ad::norm(none), 0);
  EXPECT_EQ(ad::norm1(none), 0);
  EXPECT_EQ(ad::norminf(none), 0);
  EXPECT_EQ(ad::logsumexp(none), -inf);
  EXPECT_TRUE(std::isnan(ad::mean(none)));
  EXPECT_TRUE(std::isnan(ad::median(none)));
  EXPECT_TRUE(std::isnan(ad::stddev(none)));
  EXPECT_TRUE(std::isnan(ad::pstddev(none)));
  EXPECT_TRUE(std::isnan(ad::stddev(std::vector{1.0})));
  EXPECT_EQ(ad::pstddev(std::vector{1.0}), 0);
  EXPECT_FALSE(sum(std::vector<Real>{}).is_active()) << "without any tape";
}

TEST(Dot, TakesActiveAndPassiveRanges) {
  Tape<double> tape;
  const std::vector<Real> x = tape.inputs(std::array{1.0, 2.0, 3.0});
  const std::vector<double> weights{4, 5, 6};
  const Real y = dot(x, weights);
  EXPECT_EQ(y.value(), 32);
  EXPECT_EQ(tape.statistics().statements, 4U);
  EXPECT_EQ(tape.statistics().arguments, 3U) << "passive arguments take no room";
  tape.reverse(y);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(tape.adjoint(x[i]), weights[i]);
  tape.reverse(dot(x, x));
  EXPECT_EQ(tape.adjoint(x[2]), 6);
}

TEST(Dot, WantsRangesOfOneLength) {
  EXPECT_EQ(message_of([] { ad::dot(std::vector<double>(2), std::array<double, 3>{}); }),
            "dot: the ranges have 2 and 3 elements; give two of the same length.");
}

TEST(Sums, AreAccurateWhereTheyCancel) {
  EXPECT_EQ(ad::sum(1e16, 1.0, -1e16), 1);
  EXPECT_EQ(ad::sum(1e308, 1e308, -1e308), 1e308);
  EXPECT_EQ(ad::dot(std::array{1e16, 1.0, -1e16}, std::array{1.0, 1.0, 1.0}), 1);
  EXPECT_EQ(ad::dot(std::array{1e200, 1e200}, std::array{1e200, -1e200}), 0);
  EXPECT_EQ(ad::mean(1.5e308, 1.5e308), 1.5e308);
  EXPECT_DOUBLE_EQ(ad::stddev(1e15 + 1, 1e15 + 2, 1e15 + 3), 1);
}

TEST(Prod, IsRightWithZerosAtSecondOrder) {
  using Inner = ad::Dual<double, 1>;
  Tape<Inner> tape;
  const std::vector<Inner> at{Inner(2), Inner(3), Inner::variable(0, 0), Inner(0)};
  const auto x = tape.inputs(at);
  tape.reverse(prod(x));
  EXPECT_EQ(tape.adjoint(x[3]).tangent(0), 6);
  for (const auto& v : x) EXPECT_EQ(tape.adjoint(v).value(), 0);
}

TEST(NormInf, SharesTies) {
  Tape<double> tape;
  const auto x = tape.inputs(std::array{2.0, -2.0, 1.0, 2.0});
  tape.reverse(norminf(x));
  EXPECT_EQ(tape.adjoint(x[0]), 1.0 / 3);
  EXPECT_EQ(tape.adjoint(x[1]), -1.0 / 3);
  EXPECT_EQ(tape.adjoint(x[2]), 0);
}

TEST(Median, SharesTiesAmongTheMiddle) {
  Tape<double> tape;
  const auto slopes = [&](const std::vector<double>& at) {
    tape.clear();
    const auto x = tape.inputs(at);
    tape.reverse(median(x));
    std::vector<double> result;
    for (const Real& v : x) result.push_back(tape.adjoint(v));
    return result;
  };
  EXPECT_EQ(slopes({5, 1, 3}), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(slopes({5, 1, 3, 4}), (std::vector<double>{0, 0, 0.5, 0.5}));
  EXPECT_EQ(slopes({1, 1, 3}), (std::vector<double>{0.5, 0.5, 0}));
  EXPECT_EQ(slopes({1, 2, 2, 3}), (std::vector<double>{0, 0.5, 0.5, 0}));
  EXPECT_EQ(slopes({1, 1, 2, 3}), (std::vector<double>{0.25, 0.25, 0.5, 0}));
  EXPECT_EQ(slopes({2, 2, 2}), (std::vector<double>(3, 1.0 / 3)));
}

TEST(LogSumExp, GivesNoWeightToMinusInfinity) {
  Tape<double> tape;
  const auto x = tape.inputs(std::array{-inf, 1000.0, 1000.0});
  tape.reverse(logsumexp(x));
  EXPECT_EQ(tape.adjoint(x[0]), 0);
  EXPECT_EQ(tape.adjoint(x[1]), 0.5);
  const auto all = tape.inputs(std::array{-inf, -inf});
  const Real y = logsumexp(all);
  EXPECT_EQ(y.value(), -inf);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(all[0]), 0);
  EXPECT_TRUE(tape.flags().indeterminate.empty());
}

TEST(WideStatement, HoldsAThousandArguments) {
  Tape<double> tape;
  std::vector<double> at(1000);
  std::iota(at.begin(), at.end(), 1.0);
  const auto x = tape.inputs(at);
  const Real before = x[0] * x[1];
  const auto statements = tape.statistics().statements;
  const Real y = norm(x);
  EXPECT_EQ(tape.statistics().statements, statements + 1);
  const Real z = y * before;
  tape.reverse(z);
  for (std::size_t i = 2; i < x.size(); ++i) {
    EXPECT_DOUBLE_EQ(tape.adjoint(x[i]), before.value() * at[i] / y.value());
  }
  EXPECT_DOUBLE_EQ(tape.adjoint(x[0]), before.value() * at[0] / y.value() + y.value() * at[1]);
}

TEST(WideStatement, ClosesUpPassiveArguments) {
  Tape<double> tape;
  std::vector<Real> x;
  for (int i = 1; i <= 40; ++i) x.push_back(i % 2 == 0 ? tape.input(i) : Real(i));
  const auto arguments = tape.statistics().arguments;
  const Real y = dot(x, std::vector<double>(40, 3.0));
  EXPECT_EQ(tape.statistics().arguments, arguments + 20 + 1) << "and one slot for their number";
  tape.reverse(y);
  for (int i = 1; i <= 40; ++i) {
    EXPECT_EQ(tape.adjoint(x[static_cast<std::size_t>(i - 1)]), i % 2 == 0 ? 3 : 0);
  }
}

TEST(WideStatement, AddsBothPathsOfARepeatedArgument) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  tape.reverse(prod(x, x, x));
  EXPECT_EQ(tape.adjoint(x), 27);
}

TEST(WideStatement, KeepsTheTapeUsableBeyondTheMemoryLimit) {
  Tape<double> tape;
  tape.memory_limit(100'000);
  const auto x = tape.inputs(std::vector<double>(1000, 1.0));
  const auto before = tape.statistics();
  const std::vector<Real> many(20'000, x[0]);
  expect_contains(message_of([&] { sum(many); }), "memory limit is 100000 bytes");
  EXPECT_EQ(tape.statistics().statements, before.statements);
  EXPECT_EQ(tape.statistics().arguments, before.arguments);
  tape.memory_limit(10'000'000);
  tape.reverse(sum(many));
  EXPECT_EQ(tape.adjoint(x[0]), 20'000);
}

TEST(WideStatement, RefusesValuesThatAreNotOfTheTape) {
  std::vector<Real> gone;
  {
    Tape<double> tape;
    gone = tape.inputs(std::array{1.0, 2.0});
  }
  expect_contains(message_of([&] { sum(gone); }), "no tape records on this thread");
  Tape<double> outer;
  const Real x = outer.input(1.0);
  const auto mark = outer.mark();
  const Real retired = outer.input(2.0);
  outer.rewind(mark);
  expect_contains(message_of([&] { sum(x, retired); }), "retired by a rewind");
  EXPECT_EQ(sum(x, x).value(), 2) << "what a mark protects stays valid";
  Tape<double> inner;
  const Real u = inner.input(1.0);
  expect_contains(message_of([&] { norm(x, u); }), "two tapes are mixed");
}

TEST(WideStatement, GivesZeroTimesInfinityItsMeaning) {
  Tape<double> tape;
  const Real x = tape.input(2.0), y = tape.input(inf);
  tape.reverse(prod(x * 0.0, y, 1.0));
  EXPECT_EQ(tape.adjoint(x), 0);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  tape.reverse(prod(x, Real(inf)) * 0.0);
  EXPECT_EQ(tape.adjoint(x), 0);
  EXPECT_EQ(tape.flags().indeterminate.front().operation, "prod(...)");
}

TEST(ForwardMode, GivesZeroTimesInfinityItsMeaning) {
  using Dual = ad::Dual<double, 1>;
  ad::Notes notes;
  const Dual y = prod(Dual(2.0, {0.0}), Dual(inf, {1.0}));
  EXPECT_EQ(y.tangent(0), 2);
  ASSERT_EQ(notes.indeterminate().size(), 1U);
  EXPECT_EQ(notes.indeterminate().front().operation, "prod");
}

/// A user's own: the sum of squares.
struct SumOfSquares {
  static constexpr ad::Meta meta{.name = "sum_of_squares"};
  static constexpr ad::Interval sample{-4, 4};
  static constexpr ad::Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    T sum(0);
    for (const T& a : x) sum = sum + a * a;
    return sum;
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = T(2) * x[i];
  }
};

TEST(Reductions, MayBeAUsersOwn) {
  Tape<double> tape;
  const auto x = tape.inputs(std::array{1.0, 2.0});
  tape.reverse(ad::apply<SumOfSquares>(x));
  EXPECT_EQ(tape.adjoint(x[1]), 4);
  EXPECT_EQ(ad::apply<SumOfSquares>(3, 4.0), 25);
}

}  // namespace

// With all names of ad in scope, namespace std must still be found.
namespace users_code {
using namespace ad;
double f() { return std::sqrt(stddev(1.0, 3.0)) + std::norm(std::complex<double>(3, 4)); }
TEST(Reductions, LeaveNamespaceStdAlone) { EXPECT_DOUBLE_EQ(f(), std::pow(2.0, 0.25) + 25); }
}  // namespace users_code
