#include <array>
#include <cmath>
#include <span>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;

// A step of a nonlinear recurrence that mixes its state.
const auto advance = [](auto state) {
  using T = std::remove_cvref_t<decltype(state[0])>;
  for (int i = 0; i < 10; ++i) {
    const T u = state[0] + 0.01 * sin(state[1]);
    const T v = state[1] - 0.01 * u * state[0];
    state[0] = u;
    state[1] = v;
  }
  return state;
};

template <bool keeps_segments>
struct Segments {
  int segments;

  template <class X>
  auto operator()(const X& x) const {
    X state = x;
    for (int s = 0; s < segments; ++s) {
      if constexpr (keeps_segments) {
        state = advance(state);
      } else {
        state = ad::checkpoint(advance, state);
      }
    }
    return state[0] * state[1];
  }
};

const std::vector<double> start{0.8, 1.3};

TEST(Checkpoint, GivesTheSameGradient) {
  const auto [value, gradient] = ad::value_and_gradient(Segments<true>{50}, start);
  const auto checkpointed = ad::value_and_gradient(Segments<false>{50}, start);
  EXPECT_EQ(checkpointed.value, value);
  EXPECT_EQ(checkpointed.gradient, gradient);
}

TEST(Checkpoint, KeepsStatesOnly) {
  ad::Tape<double> tape;
  std::vector<Real> x = tape.inputs(start);
  const Real y = Segments<false>{50}(x);
  EXPECT_EQ(tape.statistics().statements, 2U + 50U * 2U + 1U);
  tape.reverse(y);
  EXPECT_EQ(std::vector({tape.adjoint(x[0]), tape.adjoint(x[1])}),
            ad::gradient(Segments<true>{50}, start));
  EXPECT_EQ(tape.statistics().statements, 2U + 50U * 2U + 1U) << "the sweep leaves no trace";
}

TEST(Checkpoint, FitsWhereTheWholeDoesNot) {
  ad::Tape<double> tape;
  tape.memory_limit(200'000);
  const std::vector<Real> x = tape.inputs(start);
  const auto mark = tape.mark();
  EXPECT_THROW(Segments<true>{2000}(x), ad::TapeError);
  tape.rewind(mark);
  const Real y = Segments<false>{500}(x);
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x[0]), ad::gradient(Segments<true>{500}, start)[0]);

  tape.rewind(mark);
  const auto long_part = [](const auto& state) { return Segments<true>{2000}(state); };
  const Real z = ad::checkpoint(long_part, x);
  EXPECT_THROW(tape.reverse(z), ad::TapeError) << "the part is recorded during the sweep";
}

TEST(Checkpoint, Nests) {
  const auto nested = [](const auto& x) {
    auto state = x;
    for (int s = 0; s < 5; ++s) {
      state = ad::checkpoint(
          [](auto inner) {
            for (int t = 0; t < 10; ++t) inner = ad::checkpoint(advance, inner);
            return inner;
          },
          state);
    }
    return state[0] * state[1];
  };
  EXPECT_EQ(ad::gradient(nested, start), ad::gradient(Segments<true>{50}, start));
}

TEST(Checkpoint, HasSecondDerivatives) {
  const ad::Matrix<double> expected = ad::hessian(Segments<true>{5}, start);
  const ad::Matrix<double> found = ad::hessian(Segments<false>{5}, start);
  const auto by_reverse = [](const auto& x) {
    return ad::gradient(Segments<false>{5}, x)[0];  // reverse over reverse
  };
  const auto row = ad::gradient(by_reverse, start);
  for (std::size_t j = 0; j < 2; ++j) {
    EXPECT_NEAR(row[j], expected(0, j), 1e-14);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(found(i, j), expected(i, j), 1e-14);
  }
}

TEST(Checkpoint, TakesEveryKindOfPoint) {
  ad::Tape<double> tape;
  const Real a = tape.input(2.0), b = tape.input(3.0);

  const Real product = ad::checkpoint([](auto x, auto y) { return x * y; }, a, b);
  tape.reverse(product);
  EXPECT_EQ(tape.adjoint(a), 3.0);

  const auto pair = ad::checkpoint([](auto x, auto y) { return std::tuple{y, x * x}; }, a, 5);
  EXPECT_EQ(std::get<0>(pair).value(), 5.0);
  tape.reverse(std::get<1>(pair));
  EXPECT_EQ(tape.adjoint(a), 4.0);
  tape.reverse(std::get<0>(pair));
  EXPECT_EQ(tape.adjoint(a), 0.0);

  const std::array<Real, 2> array{a, b};
  const auto swapped = ad::checkpoint([](auto x) { return std::array{x[1], x[0]}; }, array);
  tape.reverse(swapped[0]);
  EXPECT_EQ(tape.adjoint(b), 1.0);

  const std::vector<Real> vector{a, b};
  const auto first = []<class T>(std::span<const T> x) { return x[0] * x[0]; };
  tape.reverse(ad::checkpoint(first, std::span<const Real>(vector)));
  EXPECT_EQ(tape.adjoint(a), 4.0);

  const std::tuple<Real, std::vector<Real>> tuple{a, vector};
  tape.reverse(ad::checkpoint([](auto x, const auto& y) { return x * y[1]; }, tuple));
  EXPECT_EQ(tape.adjoint(b), 2.0);
}

TEST(Checkpoint, OfPlainNumbersIsTheFunction) {
  EXPECT_EQ(ad::checkpoint([](auto x) { return relu(x) * 2; }, 3.0), 6.0);
  EXPECT_EQ(ad::checkpoint([](const auto& x) { return relu(x[0]) * 2; }, std::vector{3.0}), 6.0);
  EXPECT_EQ(
      ad::derivative([](auto t) { return ad::checkpoint([](auto x) { return x * x; }, t); }, 3.0),
      6.0);
}

TEST(Checkpoint, RecordsNothingForConstants) {
  ad::Tape<double> tape;
  const Real y = ad::checkpoint([](auto x) { return x * x; }, Real(3.0));
  EXPECT_EQ(y.value(), 9.0);
  EXPECT_FALSE(y.is_active());
  EXPECT_EQ(tape.statistics().custom_calls, 0U);
}

TEST(Checkpoint, RefusesValuesOfAFinishedTape) {
  Real x;
  {
    ad::Tape<double> tape;
    x = tape.input(2.0);
  }
  const auto square = [](auto v) { return v * v; };
  EXPECT_THROW(ad::checkpoint(square, x), ad::TapeError);
}

TEST(Checkpoint, RefusesAFunctionThatChanges) {
  int calls = 0;
  const auto growing = [&calls](auto x) {
    ++calls;
    return std::vector<decltype(x)>(static_cast<std::size_t>(calls), x);
  };
  ad::Tape<double> tape;
  const Real x = tape.input(2.0);
  const std::vector<Real> y = ad::checkpoint(growing, x);
  try {
    tape.reverse(y[0]);
    FAIL();
  } catch (const ad::ShapeError& error) {
    EXPECT_STREQ(
        error.what(),
        "checkpoint: the function returned 1 number when it was called, and 2 numbers when "
        "the sweep called it again; it must return the same for the same numbers.");
  }
  const Real z = x * x;  // the tape is as usable as before
  tape.reverse(z);
  EXPECT_EQ(tape.adjoint(x), 4.0);
}

TEST(Checkpoint, TellsWhatItsSweepMet) {
  const auto root = [](auto x) { return sqrt(x * x); };
  const auto result = ad::value_and_gradient([&](auto x) { return ad::checkpoint(root, x); }, 0.0);
  EXPECT_EQ(result.gradient[0], 0.0);
  ASSERT_EQ(result.flags.indeterminate.size(), 1U);
  EXPECT_EQ(result.flags.indeterminate[0].operation, "mul");
}

TEST(Checkpoint, LeavesAloneWhatNothingUses) {
  const auto two = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    return std::array<T, 2>{x[0] * x[0], sqrt(x[0] * x[0])};
  };
  const auto result = ad::value_and_gradient(
      [&](const auto& x) { return ad::checkpoint(two, x)[0]; }, std::array{0.0});
  EXPECT_EQ(result.gradient[0], 0.0);
  EXPECT_TRUE(result.flags.indeterminate.empty());
}

}  // namespace
