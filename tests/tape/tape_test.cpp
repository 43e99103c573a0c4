#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;
using ad::Tape;

/// Runs `action` and returns the message of the TapeError it throws.
template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const ad::TapeError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no TapeError was thrown";
  return {};
}

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
}

TEST(ReverseSweep, MultipliesAlongAPath) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  const Real y = x * relu(x);
  tape.reverse(y);
  EXPECT_EQ(y.value(), 9.0);
  EXPECT_EQ(tape.adjoint(x), 6.0);
}

TEST(ReverseSweep, AddsBothPathsWhenAnInputIsUsedTwice) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real a = x * x;
  const Real b = sin(x);
  const Real y = a + b;
  tape.reverse(y);
  EXPECT_DOUBLE_EQ(tape.adjoint(x), 4.0 + std::cos(2.0));
}

TEST(ReverseSweep, TakesSeedsOfSeveralOutputs) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const std::vector<Real> y{x * x, 3.0 * x};
  tape.reverse(y, std::vector{10.0, 1.0});
  EXPECT_EQ(tape.adjoint(x), 43.0);
  tape.reverse(y[1], 2.0);
  EXPECT_EQ(tape.adjoint(x), 6.0) << "each sweep starts afresh";
}

TEST(ReverseSweep, RefusesSeedsThatDoNotFit) {
  Tape<double> tape;
  const std::vector<Real> y{tape.input(2.0)};
  EXPECT_THROW(tape.reverse(y, std::vector{1.0, 2.0}), ad::ShapeError);
}

TEST(ReverseSweep, GivesZeroForAPassiveOutputAndForConstants) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real constant = 5.0;
  tape.reverse(constant);
  EXPECT_EQ(tape.adjoint(x), 0.0);
  EXPECT_EQ(tape.adjoint(constant), 0.0);
}

TEST(ReverseSweep, GivesTheAdjointsOfTheFirstInputsTogether) {
  Tape<double> tape;
  EXPECT_THROW(static_cast<void>(tape.leading_adjoints()), ad::TapeError) << "nothing was swept";
  const std::vector<Real> x = tape.inputs(std::vector{2.0, 3.0, 5.0});
  const auto all = [&] {
    const auto adjoints = tape.leading_adjoints();
    return std::vector<double>(adjoints.begin(), adjoints.end());
  };
  tape.reverse(x[0]);
  EXPECT_EQ(all(), (std::vector{1.0, 0.0, 0.0})) << "of inputs behind the output, too";
  tape.reverse(Real(7.0));
  EXPECT_EQ(all(), (std::vector{0.0, 0.0, 0.0}));
  const Real y = x[0] * x[2];
  const Real later = tape.input(1.0);
  tape.reverse(y * later);
  EXPECT_EQ(all(), (std::vector{5.0, 0.0, 2.0})) << "but not of later inputs";
}

TEST(Recording, GoesOnWhereAnInnerTapeHasEnded) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real y = x * x;
  {
    const auto inner = std::make_unique<Tape<double>>();
    const Real z = inner->input(3.0) * 2.0;
    inner->reverse(z);
    EXPECT_THROW(static_cast<void>(Real(y * z)), ad::TapeError);
  }
  tape.reverse(y * x);
  EXPECT_EQ(tape.adjoint(x), 12.0);
}

TEST(Recording, IsRefusedWhereNoTapeIsLeft) {
  Real x, constant = 2.0;
  {
    Tape<double> tape;
    x = tape.input(2.0);
  }
  EXPECT_THROW(static_cast<void>(Real(x * x)), ad::TapeError);
  EXPECT_THROW(static_cast<void>(Real(x * constant)), ad::TapeError);
  EXPECT_EQ(Real(constant * constant + exp(constant) * 0.0).value(), 4.0) << "constants need none";
}

TEST(ReverseSweep, HandlesExpressionsWiderThanAHeaderCanCount) {
  Tape<double> tape;
  const std::vector<Real> x = tape.inputs(std::vector<double>(4, 1.5));
  const Real s = x[0] + x[1] + x[2] + x[3];
  const Real y = x[0] * x[1] * x[2] * x[3] * x[0] * x[1] * x[2] * x[3] * x[0] * x[1] * x[2] * x[3] *
                     x[0] * x[1] * x[2] * x[3] * x[0] +
                 s;
  const Real z = y * 2.0;
  tape.reverse(z);
  EXPECT_NEAR(tape.adjoint(x[0]), 2.0 * (5.0 * std::pow(1.5, 16) + 1.0), 1e-9);
  EXPECT_NEAR(tape.adjoint(x[3]), 2.0 * (4.0 * std::pow(1.5, 16) + 1.0), 1e-9);
}

/// A number with the arguments it is made of and their coefficients, for a sweep in plain loops.
template <class T>
struct Linear {
  ad::Var<T> value;
  std::vector<std::pair<std::size_t, double>> terms;
};

/// Random sums of what is there already; a coefficient 0 makes adjoints that are zero, in runs of
/// any length.
template <class T>
std::vector<Linear<T>> random_program(Tape<T>& tape, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return random() % n; };
  std::vector<Linear<T>> program;
  for (int i = 0; i < 5; ++i) program.push_back({tape.input(T(i)), {}});
  for (int n = 0; n < 60; ++n) {
    const auto any = [&] { return below(program.size()); };
    const std::size_t a = any(), b = any(), c = any();
    const double p = static_cast<double>(below(3)), q = static_cast<double>(below(3)) - 1;
    const ad::Var<T>&x = program[a].value, &y = program[b].value, &z = program[c].value;
    switch (below(5)) {
      case 0:
        program.push_back({p * x, {{a, p}}});
        break;
      case 1:
        program.push_back({x + y, {{a, 1}, {b, 1}}});
        break;
      case 2:
        program.push_back({p * x + q * y + z, {{a, p}, {b, q}, {c, 1}}});
        break;
      case 3:
        program.push_back({p * (x - y) * 2 + z, {{a, 2 * p}, {b, -2 * p}, {c, 1}}});
        break;
      default: {  // of more arguments than a header can count, or nearly
        std::vector<ad::Var<T>> many;
        std::vector<std::pair<std::size_t, double>> terms;
        for (std::size_t k = 12 + below(6); k > 0; --k) {
          terms.emplace_back(any(), 1);
          many.push_back(program[terms.back().first].value);
        }
        program.push_back({ad::sum(many), terms});
      }
    }
  }
  return program;
}

template <class T>
void expect_sweeps_as_plain_loops() {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Tape<T> tape;
    const auto program = random_program(tape, random);
    std::vector<double> adjoints(program.size());
    const std::size_t last = random() % program.size();
    adjoints[last] = 1;
    for (std::size_t i = last + 1; i-- > 0;) {
      for (const auto& [argument, coefficient] : program[i].terms) {
        adjoints[argument] += coefficient * adjoints[i];
      }
    }
    if (!std::all_of(adjoints.begin(), adjoints.end(),
                     [](double a) { return std::fabs(a) < 0x1p24; })) {
      continue;  // not exact in float
    }
    tape.reverse(program[last].value);
    for (std::size_t i = 0; i < program.size(); ++i) {
      ASSERT_EQ(tape.adjoint(program[i].value), T(adjoints[i])) << round << ": " << i;
    }
  }
}

TEST(ReverseSweep, SkipsRunsOfZerosWhateverTheArities) {
  expect_sweeps_as_plain_loops<double>();
  expect_sweeps_as_plain_loops<float>();
}

TEST(ReverseSweep, FindsAnInfinitePartialInAnyPlaceOfASkippedRun) {
  for (int place = 0; place < 40; ++place) {
    Tape<double> tape;
    const Real x = tape.input(0.0);
    Real y = x;
    for (int i = 0; i < 40; ++i) y = i == place ? Real(sqrt(y)) : Real(2 * y);
    tape.reverse(0.0 * y);
    EXPECT_EQ(tape.adjoint(x), 0) << place;
    ASSERT_EQ(tape.flags().indeterminate.size(), 1U) << place;
    expect_contains(tape.flags().indeterminate[0].operation, "sqrt");
    EXPECT_FALSE(tape.flags().nonfinite);
  }
}

TEST(ReverseSweep, AddsTheCotangentToEveryTermOfASum) {
  Tape<double> tape;
  const std::vector<Real> x = tape.inputs(std::vector{1.0, 2.0, 3.0, 4.0, 5.0});
  const Real c = 7.0;
  const Real sum = x[0] + (c + x[1]) + x[2] + x[3] * x[3] + x[4] + x[0];
  tape.reverse(sum, 3.0);
  EXPECT_EQ(tape.adjoint(x[0]), 6.0);
  EXPECT_EQ(tape.adjoint(x[1]), 3.0);
  EXPECT_EQ(tape.adjoint(x[2]), 3.0);
  EXPECT_EQ(tape.adjoint(x[3]), 24.0);
  EXPECT_EQ(tape.adjoint(x[4]), 3.0);
}

/// Running sums in which the last term is the result before, whatever that is.
TEST(ReverseSweep, GoesOnWithTheResultBeforeWhateverItIs) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  const auto wide = [](const Real& v) {
    return v * v * 2.0 * v * v * v * v * v * v * v * v * v * v * v * v * v * v * v;  // 17 products
  };
  const std::array<std::function<Real(const Real&)>, 7> terms{
      [&](const Real&) { return tape.input(5.0); }, [](const Real& v) { return Real(v * v); },
      [](const Real& v) { return Real(v + 1.0); },  [&](const Real& v) { return Real(wide(v)); },
      [](const Real& v) { return Real(v + v); },    [](const Real& v) { return Real(2.0 * v + v); },
      [](const Real& v) { return Real(0.0 * v); },
  };
  const std::array<double, 7> slopes{0.0, 6.0, 1.0, 2.0 * 17 * std::pow(3.0, 16), 2.0, 3.0, 0.0};
  for (std::size_t a = 0; a < terms.size(); ++a) {
    for (std::size_t b = 0; b < terms.size(); ++b) {
      const auto start = tape.mark();
      const Real other = 4.0 * x;
      const Real first = terms[a](x);
      Real sum = other + first;
      sum = terms[b](x) - sum;
      const Real last = 7.0 * x + sum;
      tape.reverse(last);
      EXPECT_EQ(tape.adjoint(x), 7.0 + slopes[b] - 4.0 - slopes[a]) << a << ", " << b;
      EXPECT_EQ(tape.adjoint(first), -1.0) << a << ", " << b;
      // The order of the terms is another.
      const Real second = terms[b](x);
      tape.reverse(Real(other + second));
      EXPECT_EQ(tape.adjoint(x), 4.0 + slopes[b]) << a << ", " << b;
      EXPECT_EQ(tape.adjoint(second), 1.0) << a << ", " << b;
      tape.rewind(start);
    }
  }
}

TEST(ReverseSweep, FlagsAZeroThatARunningSumHandsOn) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real a = tape.input(2.0);
  const Real root = sqrt(x);
  const Real sum = a + root;
  tape.reverse(Real(sum - root));
  EXPECT_EQ(tape.adjoint(root), 0);
  EXPECT_EQ(tape.adjoint(x), 0);
  EXPECT_EQ(tape.adjoint(a), 1);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  expect_contains(tape.flags().indeterminate[0].operation, "sqrt");
  EXPECT_FALSE(tape.flags().nonfinite);
}

TEST(ReverseSweep, WalksAChainOfTenMillionOperationsWithoutRecursion) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  Real y = x;
  for (int i = 0; i < 10'000'000; ++i) y = y + 1e-7 * sin(y);
  tape.reverse(y);
  const double h = 1e-6;
  const auto plain = [](double v) {
    for (int i = 0; i < 10'000'000; ++i) v = v + 1e-7 * std::sin(v);
    return v;
  };
  EXPECT_NEAR(tape.adjoint(x), (plain(1 + h) - plain(1 - h)) / (2 * h), 1e-6);
  EXPECT_GT(tape.statistics().statements, 10'000'000U);
}

TEST(ReverseSweep, DoesNotLetAnUnusedSingularValuePoisonTheGradient) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  static_cast<void>(Real(sqrt(x)));  // recorded, but not used
  const Real y = 3.0 * x;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 3.0);
  EXPECT_TRUE(tape.flags().indeterminate.empty()) << "the unused root is a structural zero";
}

TEST(ReverseSweep, FlagsAComputedZeroTimesAnInfinitePartial) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real root = sqrt(x);
  const Real y = root * root;  // cotangent of root is 2 * 0
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 0.0);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  expect_contains(tape.flags().indeterminate[0].operation, "sqrt");
}

TEST(ReverseSweep, FlagsAnIndeterminateFormInsideOneStatement) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real y = sqrt(x) * x + 5.0 * x;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 5.0);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(tape.flags().indeterminate[0].operation, "sqrt");
}

TEST(ReverseSweep, FlagsAnInfiniteCotangentTimesAZeroPartial) {
  Tape<double> tape;
  const Real x = tape.input(-1.0);
  const Real inactive = relu(x);
  tape.reverse(inactive, std::numeric_limits<double>::infinity());
  EXPECT_EQ(tape.adjoint(x), 0.0);
  EXPECT_EQ(tape.flags().indeterminate.size(), 1U);
}

// A partial that is 0 has to stay on the tape, also where it stands beside a constant.
TEST(ReverseSweep, FlagsANormAtZeroThatIsSummedUpFromAConstant) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real y = tape.input(0.0);
  Real sum = 0.0;
  sum += x * x;
  sum += y * y;
  tape.reverse(sqrt(sum));
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  expect_contains(tape.flags().indeterminate[0].operation, "mul");
}

TEST(ReverseSweep, ReportsNonFiniteAdjoints) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real y = sqrt(x);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(tape.flags().nonfinite);
}

TEST(ReverseSweep, LooksAtEveryInputWhereverItWasRecorded) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Tape<double> tape;
  const Real first = tape.input(0.0);
  const Real second = tape.input(1.0);
  const Real between = first + second;
  const Real late = tape.input(0.0);
  tape.reverse(second, inf);
  EXPECT_TRUE(tape.flags().nonfinite);
  tape.reverse(between + 2.0 * late);
  EXPECT_FALSE(tape.flags().nonfinite);
  tape.reverse(late, inf);
  EXPECT_TRUE(tape.flags().nonfinite);
}

TEST(Recording, CostsNothingForPassiveValues) {
  Tape<double> tape;
  Real a = 2.0;
  a = a * a + sin(a);
  EXPECT_EQ(tape.statistics().statements, 0U);
  EXPECT_FALSE(a.is_active());
}

TEST(Recording, StoresOnlyActiveArguments) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real c = 3.0;
  const Real y = x * c + c;
  EXPECT_EQ(tape.statistics().arguments, 1U);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 3.0);
}

TEST(Recording, LeavesOutWhateverLeavesArePassive) {
  for (unsigned active = 0; active < 8; ++active) {
    Tape<double> tape;
    const auto number = [&](unsigned k, double value) {
      return (active >> k & 1U) != 0 ? tape.input(value) : Real(value);
    };
    const Real s = number(0, 5.0);
    const Real w = number(1, 3.0);
    const Real x = number(2, 2.0);
    const std::size_t before = tape.statistics().arguments;
    const Real y = s - w * x;
    EXPECT_EQ(y.is_active(), active != 0);
    EXPECT_EQ(tape.statistics().arguments - before,
              static_cast<std::size_t>(std::popcount(active)));
    tape.reverse(y);
    EXPECT_EQ(tape.adjoint(s), s.is_active() ? 1.0 : 0.0) << active;
    EXPECT_EQ(tape.adjoint(w), w.is_active() ? -2.0 : 0.0) << active;
    EXPECT_EQ(tape.adjoint(x), x.is_active() ? -3.0 : 0.0) << active;
  }
}

TEST(Recording, LooksForIndeterminateFormsBehindAConstant) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  const Real constant = 1.0;
  const Real y = constant + sqrt(x) * x;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 0.0);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(tape.flags().indeterminate[0].operation, "sqrt");
}

TEST(Recording, StoresNoPartialThatIsAlwaysOne) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real y = tape.input(2.0);
  const std::size_t before = tape.statistics().bytes_used;
  const Real sum = x + y;
  EXPECT_TRUE(sum.is_active());
  EXPECT_EQ(tape.statistics().arguments, 2U);
  EXPECT_EQ(tape.statistics().bytes_used - before, 2 + 2 * 4U);
}

TEST(Recording, StoresAValueThatOccursAgainOnce) {
  Tape<double> tape;
  const Real x = tape.input(3.0);
  const Real u = tape.input(5.0);
  const Real v = tape.input(7.0);
  const auto derivatives = [&](const Real& y) {
    tape.reverse(y);
    return std::array{tape.adjoint(x), tape.adjoint(u), tape.adjoint(v)};
  };
  // How many arguments there are depends on what the compiler sees; what they give does not.
  auto arguments_since = [&, before = tape.statistics().arguments]() mutable {
    return tape.statistics().arguments - std::exchange(before, tape.statistics().arguments);
  };
  const Real square = x * x;
  const std::size_t of_square = arguments_since();
  const Real stencil = x - u * (x - v) + v * (x - u) - x;
  const std::size_t of_stencil = arguments_since();
  EXPECT_LE(of_square, 2U);
  EXPECT_LE(of_stencil, 8U);
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_EQ(of_square, 1U);
  EXPECT_EQ(of_stencil, 3U);
#endif

  EXPECT_EQ(derivatives(square), (std::array{6.0, 0.0, 0.0}));
  EXPECT_EQ(derivatives(stencil), (std::array{2.0, -3.0, 3.0}));
  EXPECT_EQ(derivatives(x + x), (std::array{2.0, 0.0, 0.0}));
  EXPECT_EQ(derivatives(x - x), (std::array{0.0, 0.0, 0.0}));
  EXPECT_EQ(derivatives(x / x), (std::array{0.0, 0.0, 0.0}));
  EXPECT_EQ(derivatives(x + x * u), (std::array{6.0, 3.0, 0.0}));
  EXPECT_EQ(derivatives(x * u + x + u), (std::array{6.0, 4.0, 0.0}));
  EXPECT_EQ(derivatives(u + x + v + x + u * x + x), (std::array{8.0, 4.0, 1.0}));
  EXPECT_EQ(derivatives(x * u * x * v * x), (std::array{945.0, 189.0, 135.0}));
  const Real copy = x;
  EXPECT_EQ(derivatives(copy * x + u * copy), (std::array{11.0, 3.0, 0.0}));
}

TEST(Recording, GivesTheSameBitsWhereItGrowsAsWhereItNeedNot) {
  // Sums of partials round differently from sums of products; which are taken must not depend on
  // what memory there is.
  const auto gradient = [] {
    return ad::gradient(
        [](const std::vector<Real>& x) {
          Real position = x[0];
          Real velocity = x[1];
          for (int i = 0; i < 5000; ++i) {
            velocity += 0.01 * (position - position * position * position);
            position += 0.01 * velocity;
          }
          return position;
        },
        std::vector{0.3, 0.7});
  };
  std::vector<double> first;
  std::vector<double> second;
  std::thread([&] {
    first = gradient();
    second = gradient();
  }).join();
  EXPECT_EQ(first, second);
}

TEST(Recording, LooksForIndeterminateFormsInValuesThatOccurAgain) {
  Tape<double> tape;
  const Real x = tape.input(0.0);
  tape.reverse(x + x * sqrt(x));
  EXPECT_EQ(tape.adjoint(x), 1.0);
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(tape.flags().indeterminate[0].operation, "sqrt");
}

TEST(Recording, NestsAndResumes) {
  Tape<double> outer;
  const Real x = outer.input(2.0);
  {
    Tape<double> inner;
    const Real u = inner.input(5.0);
    const Real v = u * u;
    inner.reverse(v);
    EXPECT_EQ(inner.adjoint(u), 10.0);
  }
  const Real y = x * x;
  outer.reverse(y);
  EXPECT_EQ(outer.adjoint(x), 4.0);
}

TEST(Recording, SurvivesTapesEndingOutOfOrder) {
  auto first = std::make_unique<Tape<double>>();
  auto second = std::make_unique<Tape<double>>();
  first.reset();
  const Real x = second->input(1.0);
  second->reverse(x);
  EXPECT_EQ(second->adjoint(x), 1.0);
  second.reset();
  EXPECT_EQ(Tape<double>::recording(), nullptr);
}

TEST(Rewind, KeepsValuesFromBeforeTheMark) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real shared = x * x;
  const auto mark = tape.mark();
  for (int path = 1; path <= 3; ++path) {
    const Real y = shared * static_cast<double>(path);
    tape.reverse(y);
    EXPECT_EQ(tape.adjoint(x), 4.0 * path);
    tape.rewind(mark);
  }
  EXPECT_EQ(tape.statistics().statements, 2U);
}

TEST(Rewind, LeavesRoomForMoreStatementsThanBefore) {
  Tape<double> tape;
  const std::vector<Real> x = tape.inputs(std::vector(11, 1.01));
  const auto start = tape.mark();
  for (int i = 0; i < 1000; ++i) {  // few statements of many arguments
    Real product = x[0] * x[1] * x[2] * x[3] * x[4] * x[5] * x[6] * x[7] * x[8] * x[9] * x[10];
    EXPECT_TRUE(product.is_active());
  }
  for (const int count : {100'000, 1000, 300'000}) {  // many of one
    tape.rewind(start);
    Real y = x[0];
    for (int i = 0; i < count; ++i) y = -y;
    tape.reverse(y);
    EXPECT_EQ(tape.adjoint(x[0]), 1.0);
  }
}

/// Statements of all sizes, inputs, marks and rewinds in any order. What every value's derivative
/// with respect to the first input is, +1 or -1, is known.
void record_at_random(unsigned seed) {
  struct Value {
    Real number;
    double slope;
  };
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Tape<double> tape;
  std::vector<Value> values{{tape.input(2.0), 1.0}};
  const Real x = values[0].number;
  std::vector<std::pair<Tape<double>::Mark, std::size_t>> marks;
  for (int step = 0; step < 100; ++step) {
    const Value v = values[below(values.size())];
    const Real w = values[below(values.size())].number;
    Real y = v.number;
    switch (below(7)) {
      case 0:
        marks.emplace_back(tape.mark(), values.size());
        continue;
      case 1:
        if (marks.empty()) continue;
        tape.rewind(marks.back().first);
        values.resize(marks.back().second);
        if (below(2) == 0) marks.pop_back();
        continue;
      case 2:
        if (below(20) == 0) (void)tape.inputs(std::vector(below(1000), 1.0));
        continue;
      case 3: {  // one statement of many arguments, which cancel
        std::vector<Real> terms(2 * below(500), w);
        for (std::size_t i = 0; i < terms.size(); i += 2) terms[i] = -w;
        terms.push_back(y);
        y = sum(terms);
        break;
      }
      case 4:
        for (std::size_t n = 2 * below(2000); n > 0; --n) y = -y;
        break;
      default:
        for (std::size_t n = below(100); n > 0; --n) {
          y = y + w - w + 2.0 * w - 2.0 * w + 3.0 * w - 3.0 * w + 4.0 * w - 4.0 * w;
        }
    }
    values.push_back({y, v.slope});
    values.push_back({-y, -v.slope});
  }
  for (const Value& v : values) {
    tape.reverse(v.number);
    ASSERT_EQ(tape.adjoint(x), v.slope) << "seed " << seed;
  }
}

TEST(Rewind, KeepsTheRecordingWholeInAnyOrder) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    // A thread's first tape has no memory yet, and grows.
    std::thread([seed] { record_at_random(seed); }).join();
  }
}

TEST(Rewind, WorksThroughNestedMarks) {
  Tape<double> tape;
  const auto start = tape.mark();
  const Real x = tape.input(2.0);
  const auto first = tape.mark();
  const Real a = x * 3.0;
  const auto second = tape.mark();
  Real b = a * a;
  tape.rewind(second);
  b = a * 2.0;
  tape.reverse(b);
  EXPECT_EQ(tape.adjoint(x), 6.0);
  tape.rewind(first);
  expect_contains(message_of([&] { static_cast<void>(Real(a * 2.0)); }), "retired");
  expect_contains(message_of([&] { tape.rewind(second); }), "mark");
  const Real c = x * 7.0;
  tape.reverse(c);
  EXPECT_EQ(tape.adjoint(x), 7.0);
  tape.rewind(start);
  tape.rewind(start);
  EXPECT_EQ(tape.statistics().statements, 0U);
}

TEST(Misuse, AValueAfterItsTapeIsGone) {
  Real stale;
  {
    Tape<double> tape;
    stale = tape.input(1.0);
  }
  expect_contains(message_of([&] { static_cast<void>(Real(stale * 2.0)); }), "no tape records");
  Tape<double> other;
  expect_contains(message_of([&] { static_cast<void>(Real(stale * 2.0)); }), "gone");
  EXPECT_EQ(other.statistics().statements, 0U);
}

TEST(Misuse, AValueThatARewindOrClearRetired) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const auto mark = tape.mark();
  const Real y = x * 2.0;
  tape.rewind(mark);
  expect_contains(message_of([&] { static_cast<void>(Real(y + x)); }), "retired by a rewind");
  expect_contains(message_of([&] { tape.reverse(y); }), "retired by a rewind");
  const Real z = x + x;
  EXPECT_TRUE(z.is_active()) << "the tape stays usable";
  tape.clear();
  expect_contains(message_of([&] { static_cast<void>(Real(x * 2.0)); }), "retired");
}

TEST(Misuse, MixingTwoTapes) {
  Tape<double> outer;
  const Real x = outer.input(1.0);
  Tape<double> inner;
  const Real u = inner.input(1.0);
  expect_contains(message_of([&] { static_cast<void>(Real(x * u)); }), "two tapes are mixed");
  expect_contains(message_of([&] { outer.input(1.0); }), "does not record on this thread now");
}

TEST(Misuse, RecordingFromASecondThread) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  std::string without_tape;
  std::string with_tape;
  std::string input;
  std::thread([&] {
    without_tape = message_of([&] { static_cast<void>(Real(x * x)); });
    input = message_of([&] { tape.input(1.0); });
    Tape<double> own;
    with_tape = message_of([&] { static_cast<void>(Real(x * x)); });
  }).join();
  expect_contains(without_tape, "no tape records on this thread");
  expect_contains(with_tape, "another thread");
  expect_contains(input, "made by another thread");
  EXPECT_EQ(tape.statistics().statements, 1U);
}

TEST(Misuse, ClearingFromASecondThread) {
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const auto mark = tape.mark();
  std::string clear;
  std::string rewind;
  std::thread([&] {
    clear = message_of([&] { tape.clear(); });
    rewind = message_of([&] { tape.rewind(mark); });
  }).join();
  expect_contains(clear, "clear: the tape does not record on this thread now");
  expect_contains(rewind, "rewind: the tape does not record on this thread now");
  tape.reverse(x * x);
  EXPECT_EQ(tape.adjoint(x), 4);
  {
    Tape<double> inner;
    tape.clear();  // paused, but of this thread
  }
  EXPECT_EQ(tape.statistics().statements, 0U);
}

TEST(Misuse, AnAdjointBeforeAnySweep) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  expect_contains(message_of([&] { static_cast<void>(tape.adjoint(x)); }), "call reverse(y) first");
}

TEST(MemoryLimit, StopsRecordingWithAClearErrorAndKeepsTheTapeUsable) {
  Tape<double> tape;
  tape.memory_limit(100'000);
  const Real x = tape.input(1.0);
  Real y = x;
  const std::string message = message_of([&] {
    for (int i = 0; i < 1'000'000; ++i) y = y * 1.0000001;
  });
  expect_contains(message, "memory limit is 100000 bytes");
  EXPECT_LE(tape.statistics().bytes_reserved, 100'000U);
  EXPECT_GT(tape.statistics().statements, 3'000U);
  tape.memory_limit(1'000'000);
  tape.reverse(y);
  EXPECT_NEAR(tape.adjoint(x), y.value(), 1e-9);
}

TEST(MemoryLimit, HoldsForWhatAnEarlierTapeLeft) {
  {
    Tape<double> tape;
    Real y = tape.input(1.0);
    for (int i = 0; i < 100'000; ++i) y = y * 1.0000001;
  }
  Tape<double> tape;
  const Real x = tape.input(2.0);
  const Real y = x * x;
  tape.memory_limit(50'000);
  EXPECT_LE(tape.statistics().bytes_reserved, 50'000U);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), 4.0) << "what was recorded stays";
  Real z = x;
  expect_contains(message_of([&] {
                    for (int i = 0; i < 100'000; ++i) z = z * 1.0000001;
                  }),
                  "memory limit is 50000 bytes");
}

TEST(MemoryLimit, MayBeLessThanATapeBeginsWith) {
  Tape<double> tape;
  tape.memory_limit(100);
  EXPECT_LE(tape.statistics().bytes_reserved, 100U);
  expect_contains(message_of([&] { static_cast<void>(tape.input(1.0)); }),
                  "memory limit is 100 bytes");
  EXPECT_EQ(tape.statistics().statements, 0U);
  tape.memory_limit(100'000);
  const Real x = tape.input(3.0);
  const Real y = x * sin(x);
  tape.memory_limit(60);
  expect_contains(message_of([&] { static_cast<void>(Real(y * y)); }), "memory limit is 60 bytes");
  tape.memory_limit(100'000);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x), std::sin(3.0) + 3.0 * std::cos(3.0)) << "what was recorded stays";
}

TEST(Buffer, KeepsItsCapacityWhenItsContentsAreDiscarded) {
  ad::detail::Buffer<double> buffer;
  constexpr std::size_t size = std::size_t{1} << 20;
  buffer.resize(size);
  buffer[size - 1] = 1.0;
  buffer.discard();
  if (buffer.capacity() == 0) buffer.resize(size);  // where the system cannot be told
  EXPECT_EQ(buffer.capacity(), size);
  for (std::size_t i = 0; i < size; ++i) buffer[i] = static_cast<double>(i);
  EXPECT_EQ(buffer[size - 1], static_cast<double>(size - 1));
}

TEST(Statistics, CountWhatWasRecorded) {
  Tape<double> tape;
  const Real x = tape.input(1.0);
  const Real y = tape.input(2.0);
  const Real z = tape.input(3.0);
  const Real w = x * y + sin(z);
  EXPECT_TRUE(w.is_active());
  const ad::TapeStatistics s = tape.statistics();
  EXPECT_EQ(s.inputs, 3U);
  EXPECT_EQ(s.statements, 4U);
  EXPECT_EQ(s.arguments, 3U);
  EXPECT_EQ(s.bytes_used, 4 * 2 + 3 * 12U);
}

TEST(NestedTapes, GiveSecondDerivativesInReverseOverReverse) {
  Tape<double> outer;
  const Real x = outer.input(0.7);
  Real first;
  {
    Tape<Real> inner;
    const ad::Var<Real> u = inner.input(x);
    const ad::Var<Real> v = sin(u) * u;
    inner.reverse(v);
    first = inner.adjoint(u);
  }
  EXPECT_DOUBLE_EQ(first.value(), std::cos(0.7) * 0.7 + std::sin(0.7));
  outer.reverse(first);
  EXPECT_DOUBLE_EQ(outer.adjoint(x), 2 * std::cos(0.7) - 0.7 * std::sin(0.7));
}

/// Destroyed after what the thread keeps for the next tape, which holds memory of the one below.
Tape<double>& tape_of_the_program() {
  static Tape<double> tape;
  return tape;
}

TEST(TapeLifetime, MayOutliveItsThreadsStorage) {
  EXPECT_EXIT(
      {
        Tape<double>& tape = tape_of_the_program();
        {
          Tape<double> first;
          const Real x = first.input(2.0);
          first.reverse(x * x);
        }
        Real y = tape.input(2.0);
        for (int i = 0; i < 100000; ++i) y += y * 1e-9;
        tape.reverse(y);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(TapeMemoryLimit, TellsWhereItIsTheSweepThatNeedsMore) {
  Tape<double> tape;
  tape.memory_limit(std::size_t{1} << 20);
  const Real x = tape.input(2.0);
  Real sum = 0;
  EXPECT_THROW(
      {
        for (;;) sum += x * sin(x);
      },
      ad::TapeError);
  try {
    tape.reverse(sum);
    ADD_FAILURE();
  } catch (const ad::TapeError& error) {
    EXPECT_EQ(std::string(error.what()).find("reverse: with the adjoints of "), 0U) << error.what();
  }
}

}  // namespace
