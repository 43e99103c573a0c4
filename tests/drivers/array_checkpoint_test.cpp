#include <cstddef>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

const Array state0 = Array::normal({4, 3}, 1);
const Array weights0 = Array::normal({3, 3}, 2);

// A step of a recurrent network, and what it makes of its state in ten of them.
const auto step = [](const auto& state, const auto& weights) {
  return tanh(matmul(state, weights) + state / 2);
};
const auto ten_steps = [](auto state, const auto& weights) {
  for (int i = 0; i < 10; ++i) state = step(state, weights);
  return state;
};

const auto kept = [](auto state, const auto& weights) {
  for (int s = 0; s < 5; ++s) state = ten_steps(state, weights);
  return sum(square(state));
};
const auto checkpointed = [](auto state, const auto& weights) {
  for (int s = 0; s < 5; ++s) state = ad::checkpoint(ten_steps, state, weights);
  return sum(square(state));
};
const std::tuple point{state0, weights0};

TEST(ArrayCheckpoint, GivesTheSameGradient) {
  const auto needed = ad::value_and_gradient(kept, point);
  const auto found = ad::value_and_gradient(checkpointed, point);
  EXPECT_EQ(found.value, needed.value);
  EXPECT_EQ(std::get<0>(found.gradient).to_vector(), std::get<0>(needed.gradient).to_vector());
  const Numbers expected = std::get<1>(needed.gradient).to_vector();
  const Numbers slopes = std::get<1>(found.gradient).to_vector();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(slopes[i], expected[i], 1e-13);
  EXPECT_GRADIENT([](const auto& s) { return sum(ad::checkpoint(step, s, weights0)); }, state0);
}

TEST(ArrayCheckpoint, KeepsStatesOnly) {
  ad::Tape<double> tape;
  Active state = tape.input(state0);
  const Active weights = tape.input(weights0);
  const std::size_t before = tape.statistics().custom_calls;
  for (int s = 0; s < 5; ++s) state = ad::checkpoint(ten_steps, state, weights);
  EXPECT_EQ(tape.statistics().custom_calls, before + 10U);  // the call and its result
  tape.reverse(sum(square(state)));
  EXPECT_EQ(tape.adjoint(weights).shape(), weights0.shape());
}

TEST(ArrayCheckpoint, FitsWhereTheWholeDoesNot) {
  const auto run = [](const auto& f) {
    ad::Tape<double> tape;
    tape.memory_limit(25'000);
    Active state = tape.input(state0);
    const Active weights = tape.input(weights0);
    for (int s = 0; s < 20; ++s) state = f(state, weights);
    tape.reverse(sum(square(state)));
    return tape.adjoint(weights).to_vector();
  };
  EXPECT_THROW(run([](const auto& s, const auto& w) { return ten_steps(s, w); }), ad::TapeError);
  EXPECT_EQ(
      run([](const auto& s, const auto& w) { return ad::checkpoint(ten_steps, s, w); }).size(), 9U);
  const auto all_at_once = [](auto s, const auto& w) {
    for (int i = 0; i < 100; ++i) s = ten_steps(s, w);
    return s;
  };
  EXPECT_THROW(run([&](const auto& s, const auto& w) { return ad::checkpoint(all_at_once, s, w); }),
               ad::TapeError)
      << "the part is recorded during the sweep";
}

TEST(ArrayCheckpoint, Nests) {
  const auto nested = [](const auto& state, const auto& weights) {
    const auto outer = [](auto s, const auto& w) {
      for (int i = 0; i < 5; ++i) s = ad::checkpoint(ten_steps, s, w);
      return s;
    };
    return sum(square(ad::checkpoint(outer, state, weights)));
  };
  EXPECT_EQ(std::get<0>(ad::gradient(nested, point)).to_vector(),
            std::get<0>(ad::gradient(kept, point)).to_vector());
}

TEST(ArrayCheckpoint, HasSecondDerivatives) {
  const std::tuple direction{Array::normal({4, 3}, 3), Array::normal({3, 3}, 4)};
  const auto needed = ad::hvp(kept, point, direction);
  const auto found = ad::hvp(checkpointed, point, direction);
  const Numbers expected = std::get<1>(needed).to_vector();
  const Numbers products = std::get<1>(found).to_vector();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(products[i], expected[i], 1e-11);
  EXPECT_EQ(ad::jvp(checkpointed, point, direction), ad::jvp(kept, point, direction));
}

TEST(ArrayCheckpoint, TakesEveryKindOfPointAndResult) {
  ad::Tape<double> tape;
  const Active x = tape.input(Array({2}, {2, 3}));
  const Active y = tape.input(Array({2}, {5, 7}));

  const ad::Real scalar = ad::checkpoint([](auto v) { return sum(v * v); }, x);
  tape.reverse(2 * scalar);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{8, 12}));

  const auto [twice, product] = ad::checkpoint(
      [](auto a, auto b) {
        return std::tuple{2 * a, a * b};
      },
      x, y);
  tape.reverse(sum(product));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{5, 7}));
  EXPECT_EQ(tape.adjoint(y).to_vector(), (Numbers{2, 3}));
  tape.reverse(sum(twice) + sum(product));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{7, 9}));

  const std::vector<Active> both{x, y};
  const auto swapped = ad::checkpoint([](const auto& v) { return std::vector{v[1], v[0]}; }, both);
  tape.reverse(sum(swapped[0] * swapped[0]));
  EXPECT_EQ(tape.adjoint(y).to_vector(), (Numbers{10, 14}));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0}));

  const Array constant({2}, {10, 20});  // and an expression that is not yet evaluated
  tape.reverse(sum(ad::checkpoint([](auto a, auto b) { return a * b; }, x + y, constant)));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{10, 20}));
  tape.reverse(sum(ad::checkpoint([](auto a) { return a * a; }, x * y)));
  EXPECT_EQ(tape.adjoint(y).to_vector(), (Numbers{40, 126}));
}

TEST(ArrayCheckpoint, OfPlainArraysIsTheFunction) {
  const Array x({2}, {-1, 2});
  EXPECT_EQ(Array(ad::checkpoint([](auto v) { return relu(v); }, x)).to_vector(), (Numbers{0, 2}));
  ad::Tape<double> tape;
  const Active y = ad::checkpoint([](auto v) { return relu(v); }, Active(x));
  EXPECT_FALSE(y.is_active());
  EXPECT_EQ(tape.statistics().custom_calls, 0U);
}

TEST(ArrayCheckpoint, RefusesAFunctionThatChanges) {
  std::size_t calls = 0;
  const auto growing = [&calls](const auto& x) {
    ++calls;
    return ad::concatenate(0, std::vector(calls, x));
  };
  ad::Tape<double> tape;
  const Active x = tape.input(Array({2}, {1, 2}));
  const Active y = ad::checkpoint(growing, x);
  try {
    tape.reverse(sum(y));
    FAIL();
  } catch (const ad::ShapeError& error) {
    EXPECT_STREQ(error.what(),
                 "checkpoint: the function returned an array of shape (2) when it was called, and "
                 "one of shape (4) when the sweep called it again; it must return the same for the "
                 "same numbers.");
  }
  tape.reverse(sum(x * x));  // the tape is as usable as before
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{2, 4}));
}

TEST(ArrayCheckpoint, TellsWhatItsSweepMet) {
  const auto root = [](const auto& x) { return sum(sqrt(x * x)); };
  const auto result = ad::value_and_gradient([&](const auto& x) { return ad::checkpoint(root, x); },
                                             Array({2}, {0, 3}));
  EXPECT_EQ(result.gradient.to_vector(), (Numbers{0, 1}));
  EXPECT_FALSE(result.flags.indeterminate.empty());
}

TEST(ArrayCheckpoint, LeavesAloneWhatNothingUses) {
  const auto two = [](const auto& x) { return std::tuple{x * x, sqrt(x)}; };
  const auto result = ad::value_and_gradient(
      [&](const auto& x) { return sum(std::get<0>(ad::checkpoint(two, x))); }, Array({2}, {0, 3}));
  EXPECT_EQ(result.gradient.to_vector(), (Numbers{0, 6}));
  EXPECT_TRUE(result.flags.indeterminate.empty());
}

}  // namespace
