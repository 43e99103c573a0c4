// Derivatives of arrays, against the same expressions in scalars.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_matmul.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Real;
using ad::Shape;
using ad::Tape;
using array_check::shape_error;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

template <class T>
void expect_same(const std::vector<T>& found, const std::vector<T>& needed,
                 const std::string& what) {
  ASSERT_EQ(found.size(), needed.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(needed[i])) {
      EXPECT_TRUE(std::isnan(found[i])) << what << " " << i;
    } else if (std::isinf(needed[i])) {
      EXPECT_EQ(found[i], needed[i]) << what << " " << i;
    } else {
      EXPECT_NEAR(found[i], needed[i], 1e-13 * (1 + std::fabs(needed[i]))) << what << " " << i;
    }
  }
}

/// Points of an operation's domain, and its kinks and ends among them.
template <class Op>
std::array<Numbers, ad::arity_v<Op>> arguments_of(std::size_t count) {
  std::mt19937_64 random(7);
  std::array<Numbers, ad::arity_v<Op>> result;
  for (std::size_t k = 0; k < result.size(); ++k) {
    std::uniform_real_distribution<double> inside(Op::samples[k].lower, Op::samples[k].upper);
    for (std::size_t i = 0; i < count; ++i) result[k].push_back(inside(random));
    result[k][0] = Op::samples[k].lower;
    result[k][1] = Op::samples[k].upper;
    if (Op::samples[k].lower <= 0 && Op::samples[k].upper >= 0) result[k][2] = 0;
  }
  return result;
}

/// Every operation of the library has the values and derivatives that it has on scalars.
TEST(ArrayOperations, AreThoseOfScalars) {
  constexpr std::size_t count = 37;
  std::size_t operations = 0;
  ad::for_each_operation([&]<class Op>() {
    if constexpr (!ad::is_composite_v<Op>) {
      constexpr std::size_t n = ad::arity_v<Op>;
      const auto x = arguments_of<Op>(count);
      Tape<double> tape;
      std::array<Active, n> arrays;
      for (std::size_t k = 0; k < n; ++k) arrays[k] = tape.input(Array(x[k]));
      const Active y =
          std::apply([](const auto&... a) { return Active(ad::apply(Op{}, a...)); }, arrays);
      tape.reverse(sum(y));
      std::array<Numbers, n> found;
      for (std::size_t k = 0; k < n; ++k) found[k] = tape.adjoint(arrays[k]).to_vector();

      Numbers values;
      std::array<Numbers, n> needed;
      for (std::size_t i = 0; i < count; ++i) {
        tape.clear();
        std::array<Real, n> scalars;
        for (std::size_t k = 0; k < n; ++k) scalars[k] = tape.input(x[k][i]);
        const Real z =
            std::apply([](const auto&... a) { return Real(ad::apply(Op{}, a...)); }, scalars);
        values.push_back(z.value());
        tape.reverse(z);
        for (std::size_t k = 0; k < n; ++k) needed[k].push_back(tape.adjoint(scalars[k]));
      }
      const std::string name(Op::meta.name);
      expect_same(y.value().to_vector(), values, name);
      for (std::size_t k = 0; k < n; ++k) expect_same(found[k], needed[k], name);
      ++operations;
    }
  });
  EXPECT_GT(operations, 70U);
}

/// Elements are evaluated many at a time; what comes out for one depends on no other, to the last
/// bit.
TEST(ArrayOperations, GiveEachElementItsOwnResult) {
  constexpr std::size_t count = 41;
  std::size_t operations = 0;
  ad::for_each_operation([&]<class Op>() {
    if constexpr (ad::vectorizes_v<Op>) {
      constexpr std::size_t n = ad::arity_v<Op>;
      auto x = arguments_of<Op>(count);
      for (std::size_t k = 0; k < n; ++k) x[k][5 + k] = std::numeric_limits<double>::quiet_NaN();
      x[0][9] = std::numeric_limits<double>::infinity();
      const auto run = [&](std::size_t begin, std::size_t end) {
        Tape<double> tape;
        std::array<Active, n> arrays;
        for (std::size_t k = 0; k < n; ++k) {
          arrays[k] = tape.input(Array(x[k]).slice(0, begin, end).packed());
        }
        const Active y =
            std::apply([](const auto&... a) { return Active(ad::apply(Op{}, a...)); }, arrays);
        tape.reverse(sum(y));
        std::vector<Numbers> result{y.value().to_vector()};
        for (const Active& each : arrays) result.push_back(tape.adjoint(each).to_vector());
        return result;
      };
      const auto together = run(0, count);
      for (std::size_t i = 0; i < count; ++i) {
        const auto alone = run(i, i + 1);
        for (std::size_t k = 0; k < together.size(); ++k) {
          if (std::isnan(alone[k][0]) && std::isnan(together[k][i])) continue;
          EXPECT_EQ(alone[k][0], together[k][i]) << Op::meta.name << " " << x[0][i];
          EXPECT_EQ(std::signbit(alone[k][0]), std::signbit(together[k][i])) << Op::meta.name;
        }
      }
      ++operations;
    }
  });
  EXPECT_GT(operations, 45U);
}

/// The gradient of f, once of arrays (summed) and once of their elements.
TEST(ArrayGradient, IsThatOfTheElements) {
  const Numbers a{1, -2, 3, 4, 0, -6};
  const Numbers b{0.5, 1, -2};
  Tape<double> tape;
  const Active x = tape.input(Array({2, 3}, a));
  const Active y = tape.input(Array(b));
  tape.reverse(sum(tanh(x * y) * exp(-x * x) + relu(y) / 3));
  const Numbers of_x = tape.adjoint(x).to_vector();
  const Numbers of_y = tape.adjoint(y).to_vector();

  Tape<double> scalar_tape;
  const std::vector<Real> u = scalar_tape.inputs(a);
  const std::vector<Real> v = scalar_tape.inputs(b);
  Real total = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    total += tanh(u[i] * v[i % 3]) * exp(-u[i] * u[i]) + relu(v[i % 3]) / 3;
  }
  scalar_tape.reverse(total);
  Numbers of_u;
  Numbers of_v;
  for (const Real& each : u) of_u.push_back(scalar_tape.adjoint(each));
  for (const Real& each : v) of_v.push_back(scalar_tape.adjoint(each));
  expect_same(of_x, of_u, "x");
  expect_same(of_y, of_v, "y");
}

TEST(ArrayGradient, GoesBackToBroadcastShapes) {
  const auto adjoint_of = [](const Shape& shape, const Shape& with) {
    Tape<double> tape;
    const Active x = tape.input(Array::ones(shape));
    tape.reverse(sum(x * Array::full(with, 2)));
    const Array adjoint = tape.adjoint(x);
    EXPECT_EQ(adjoint.shape(), shape);
    return adjoint.to_vector();
  };
  EXPECT_EQ(adjoint_of({}, {2, 3}), Numbers{12});
  EXPECT_EQ(adjoint_of({1}, {2, 3}), Numbers{12});
  EXPECT_EQ(adjoint_of({3}, {2, 3}), (Numbers{4, 4, 4}));
  EXPECT_EQ(adjoint_of({2, 1}, {2, 3}), (Numbers{6, 6}));
  EXPECT_EQ(adjoint_of({2, 1, 1}, {1, 3, 2}), (Numbers{12, 12}));
  EXPECT_EQ(adjoint_of({2, 3}, {1}), Numbers(6, 2));
  EXPECT_EQ(adjoint_of({0, 3}, {3}), Numbers{});
  EXPECT_EQ(adjoint_of({3}, {0, 3}), Numbers(3, 0));
}

TEST(ArrayGradient, AddsOverAllUses) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {3, 4}));
  const Active y = x * x;
  const Real s = sum(y) + sum(x * y) + 2 * sum(x);
  tape.reverse(s);  // x^2 + x^3 + 2x
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{6 + 27 + 2, 8 + 48 + 2}));
  EXPECT_EQ(tape.adjoint(y).to_vector(), (Numbers{1 + 3, 1 + 4}));
  tape.reverse(s, -2);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{-70, -116}));
}

TEST(ArrayGradient, KeepsWhatItHasGivenAway) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {3, 4}));
  const Real s = sum(x * x);
  tape.reverse(s);
  const Array first = tape.adjoint(x);
  tape.reverse(s, 10);
  EXPECT_EQ(first.to_vector(), (Numbers{6, 8}));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{60, 80}));
}

TEST(ArrayGradient, OfMatrixProductsAndViews) {
  const Array a = Array::normal({3, 4}, 1);
  const Array b = Array::normal({4, 2}, 2);
  const Array w = Array::normal({2, 3}, 3);
  Tape<double> tape;
  const Active x = tape.input(a);
  const Active y = tape.input(b);
  const Active product = matmul(x, y);
  tape.reverse(sum(transpose(product) * w));
  // d(Σ w_ji (ab)_ij) is wᵀ bᵀ by a and aᵀ wᵀ by b.
  expect_same(tape.adjoint(x).to_vector(), matmul(w.transpose(), b.transpose()).to_vector(),
              "left");
  expect_same(tape.adjoint(y).to_vector(), matmul(a.transpose(), w.transpose()).to_vector(),
              "right");

  tape.clear();
  const Active z = tape.input(a);
  tape.reverse(sum(slice(reshape(z, {2, 6}), 1, 1, 3)) + 10 * sum(slice(z, 0, 2, 3)));
  EXPECT_EQ(tape.adjoint(z).to_vector(), (Numbers{0, 1, 1, 0, 0, 0, 0, 1, 11, 10, 10, 10}));
}

TEST(ArrayGradient, ViewsAreMembersToo) {
  const auto views = [](const auto& x) {
    return sum(x.reshape({2, 6}).slice(1, 1, 3) * x.transpose().slice(0, 0, 2).slice(1, 0, 2)) +
           sum(x.swap_axes(0, 1).slice(0, 3, 4) * 2);
  };
  const auto functions = [](const auto& x) {
    return sum(slice(reshape(x, {2, 6}), 1, 1, 3) * slice(slice(transpose(x), 0, 0, 2), 1, 0, 2)) +
           sum(slice(swap_axes(x, 0, 1), 0, 3, 4) * 2);
  };
  const Array point = Array::normal({3, 4}, 1);
  EXPECT_EQ(Real(views(point)).value(), Real(functions(point)).value());
  Tape<double> tape;
  const Active x = tape.input(point);
  tape.reverse(views(x));
  const Array by_members = tape.adjoint(x);
  tape.reverse(functions(x));
  EXPECT_EQ(by_members.to_vector(), tape.adjoint(x).to_vector());
}

TEST(ArrayGradient, GoesThroughAxesPutInAndLeftOut) {
  const Array point = Array::normal({3, 4}, 1);
  const auto centred = [](const auto& x) { return x - expand_dims(mean(x, 1), 1); };
  const Array residual(centred(point));
  EXPECT_NEAR(sum(residual.slice(0, 1, 2)), 0, 1e-14);
  Tape<double> tape;
  const Active x = tape.input(point);
  tape.reverse(sum(squeeze(reshape(centred(x), {3, 1, 4}), 1) * residual));
  expect_same(tape.adjoint(x).to_vector(), residual.to_vector(), "centred twice is centred once");

  EXPECT_EQ(expand_dims(point * 2, 2).shape(), Shape({3, 4, 1}));
  EXPECT_EQ(shape_error([&] { (void)expand_dims(x, 3); }),
            "expand_dims: there is no axis 3 in the shape (3, 4); axes count from 0.");
  EXPECT_EQ(shape_error([&] { (void)squeeze(x, 2); }),
            "squeeze: there is no axis 2 in the shape (3, 4); axes count from 0.");
  EXPECT_EQ(shape_error([&] { (void)squeeze(x, 1); }),
            "squeeze: axis 1 of the shape (3, 4) has the extent 4; an axis of extent 1 is needed: "
            "sum or slice along it instead.");
}

TEST(ArrayGradient, StartsFromAnArrayWithASeed) {
  Tape<double> tape;
  const Active x = tape.input(Array({2, 2}, {1, 2, 3, 4}));
  const Real scale = tape.input(3.0);
  const Active y = x * x * scale;
  const Array seed({2, 2}, {1, 0, -1, 10});
  tape.reverse(y, seed);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{6, 0, -18, 240}));
  EXPECT_EQ(tape.adjoint(scale), 1 - 9 + 160);
  EXPECT_EQ(tape.adjoint(y).to_vector(), seed.to_vector());
  // Each sweep starts afresh, from what is seen through exchanged axes or computed as well.
  tape.reverse(y, seed.transpose());
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{6, -12, 0, 240}));
  tape.reverse(y, 2 * seed);
  EXPECT_EQ(tape.adjoint(scale), 2 * (1 - 9 + 160));
  // An input, and what does not depend on one.
  tape.reverse(x, seed);
  EXPECT_EQ(tape.adjoint(x).to_vector(), seed.to_vector());
  tape.reverse(Active(seed), seed);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(
      shape_error([&] { tape.reverse(y, Array::ones({4})); }),
      "reverse: the output has the shape (2, 2), but the seed has (4); give a seed of the output's "
      "shape.");
  tape.reverse(y, seed);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{6, 0, -18, 240}));
}

TEST(ArrayGradient, StartsFromSeveralArraysAndExpressions) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {1, 2}));
  const Active y = x * x;
  const Active z = 3 * x;
  tape.reverse(std::vector{y, z, y}, {Array({2}, {1, 0}), Array({2}, {1, 1}), Array({2}, {0, 5})});
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{2 + 3, 20 + 3}));
  tape.reverse(x * z, Array({2}, {1, -1}));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{6, -12}));
  EXPECT_EQ(shape_error([&] {
              tape.reverse(std::vector{y, z}, {Array(1.0)});
            }),
            "reverse: 2 outputs came with 1 seed; give one seed per output.");
}

TEST(ArrayGradient, BelongsToOneTape) {
  Tape<double> outer;
  const Active x = outer.input(Array({2}, {1, 2}));
  outer.reverse(sum(x * x));
  {
    Tape<double> inner;
    const Active y = inner.input(Array({2}, {3, 4}));
    inner.reverse(sum(y));
    EXPECT_THROW((void)outer.adjoint(y), ad::TapeError);
    EXPECT_THROW((void)inner.adjoint(x), ad::TapeError);
    EXPECT_EQ(outer.adjoint(x).to_vector(), (Numbers{2, 4}));
    EXPECT_EQ(inner.adjoint(y).to_vector(), (Numbers{1, 1}));
  }
  EXPECT_EQ(outer.adjoint(x).to_vector(), (Numbers{2, 4}));
}

TEST(ArrayGradient, TellsAZeroTimesInfinityInASum) {
  const auto indeterminate = [](const auto& f, const Array& point) {
    Tape<double> tape;
    const Active x = tape.input(point);
    tape.reverse(f(x));
    EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0}));
    std::vector<std::string> names;
    for (const ad::Indeterminate& form : tape.flags().indeterminate)
      names.push_back(form.operation);
    return names;
  };
  const Array zeros = Array::zeros({2});
  const auto scaled = [](const auto& x) { return 0.0 * sum(sqrt(x)); };
  EXPECT_EQ(indeterminate(scaled, zeros), std::vector<std::string>{"sqrt"});
  // A sum that nothing uses is no computed zero.
  const auto unused = [](const auto& x) {
    const Real root = sum(sqrt(x));
    return 0.0 * sum(x) + (root > 1e9 ? root : Real(0));
  };
  EXPECT_TRUE(indeterminate(unused, zeros).empty());
  // Each sweep tells what it met itself, not what one before it saw in numbers that it mended.
  const auto mended = [](const auto& x) {
    const Real positive = sum(relu(x));
    const Real nothing = positive * Real(0);
    return Real(sqrt(nothing)) + 0.0 * nothing;
  };
  for (const std::string& name : indeterminate(mended, Array({2}, {-1, -2}))) {
    EXPECT_NE(name, "relu");
  }
}

TEST(ArrayGradient, GivesTheSeedToACarefulSweepAsWell) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {0, 4}));
  const Active y = sqrt(x) * Array({2}, {0, 1});  // 0 * inf at the first
  tape.reverse(y, Array({2}, {1, 2}));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0.5}));
  EXPECT_FALSE(tape.flags().indeterminate.empty());
  const Active z = sqrt(x);
  tape.reverse(z, Array({2}, {1, 2}));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{std::numeric_limits<double>::infinity(), 0.5}));
}

TEST(ArrayGradient, MixesWithScalarsOnOneTape) {
  Tape<double> tape;
  const Active x = tape.input(Array({3}, {1, 2, 3}));
  const Real scale = tape.input(2.0);
  const Real length = sqrt(sum(x * x));
  const Real y = scale * length * length;
  tape.reverse(y);
  EXPECT_DOUBLE_EQ(tape.adjoint(scale), 14);
  expect_same(tape.adjoint(x).to_vector(), Numbers{4, 8, 12}, "x");
}

TEST(ArrayGradient, InFloat) {
  Tape<float> tape;
  const auto x = tape.input(ad::Array<float>({2}, {0.5F, 2}));
  tape.reverse(sum(exp(x) * x));
  expect_same<float>(tape.adjoint(x).to_vector(), {std::exp(0.5F) * 1.5F, std::exp(2.0F) * 3}, "x");
}

TEST(ArrayGradient, OfConstantsIsZero) {
  Tape<double> tape;
  const Active passive = Array({2}, {1, 2});
  const Active x = tape.input(Array({2}, {1, 2}));
  const Real s = sum(passive * passive);
  tape.reverse(s);
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0}));
  EXPECT_EQ(tape.adjoint(passive).to_vector(), (Numbers{0, 0}));
}

TEST(ArrayGradient, GivesIndeterminateFormsTheValueZeroAndTellsThem) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {0, 4}));
  tape.reverse(sum(0 * Active(sqrt(x))));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0}));
  ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
  EXPECT_EQ(std::string(tape.flags().indeterminate[0].operation), "sqrt");
  tape.reverse(sum(sqrt(x)));
  EXPECT_TRUE(tape.flags().nonfinite);
  EXPECT_EQ(tape.adjoint(x)(0), std::numeric_limits<double>::infinity());
}

/// The slope 0 of relu times the infinite one of sqrt, inside one expression.
TEST(ArrayGradient, GivesThemTheValueZeroInsideAnExpressionToo) {
  Tape<double> tape;
  const Active x = tape.input(Array({3}, {0, 4, 9}));
  for (const Real& y : {sum(relu(-sqrt(x))), sum(Active(relu(-sqrt(x))))}) {
    tape.reverse(y);
    EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{0, 0, 0}));
    ASSERT_EQ(tape.flags().indeterminate.size(), 1U);
    EXPECT_EQ(std::string(tape.flags().indeterminate[0].operation), "sqrt");
  }
  const Real passive = tape.input(0.0);
  tape.reverse(relu(-sqrt(passive)));
  EXPECT_EQ(tape.adjoint(passive), 0);  // as scalars have it
}

TEST(ArrayTape, RefusesValuesThatAreRetired) {
  Tape<double> tape;
  const Active x = tape.input(Array({2}, {1, 2}));
  const auto mark = tape.mark();
  const Active y = x * x;
  tape.rewind(mark);
  EXPECT_THROW((void)Active(y * x), ad::TapeError);
  EXPECT_THROW((void)sum(y), ad::TapeError);
  EXPECT_THROW((void)matmul(y, y), ad::TapeError);
  EXPECT_THROW((void)tape.adjoint(x), ad::TapeError);
  tape.reverse(sum(x));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{1, 1}));
  tape.clear();
  EXPECT_THROW((void)sum(x), ad::TapeError);
}

TEST(ArrayTape, AllocatesNothingAfterTheFirstStep) {
  const Array data = Array::normal({32, 16}, 1);
  const Array weights = Array::normal({16, 8}, 2);
  Tape<double> tape;
  const auto step = [&] {
    tape.clear();
    const Active w = tape.input(weights);
    const Active hidden = relu(matmul(data, w));
    tape.reverse(sum(hidden * hidden) / 32);
    return tape.adjoint(w)(0, 0);
  };
  const double first = step();
  step();
  const std::size_t before = ad::detail::blocks_from_system();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(step(), first);
  EXPECT_EQ(ad::detail::blocks_from_system(), before);
}

TEST(ArrayVar, CountsTowardsTheMemoryLimit) {
  const Array x = Array::full({1000}, 0.5);
  ad::Tape<double> tape;
  tape.memory_limit(110'000);
  const ad::Var<Array> input = tape.input(x);
  ad::Var<Array> y = input;
  int steps = 0;
  try {
    for (; steps < 1000; ++steps) y = sin(y);
    FAIL();
  } catch (const ad::TapeError& error) {
    EXPECT_NE(std::string(error.what()).find("memory limit is 110000 bytes"), std::string::npos)
        << error.what();
  }
  // Of 8000 bytes each: the input's value and adjoint; value, adjoint and partials of every step.
  EXPECT_EQ(steps, 3);
  EXPECT_GE(tape.statistics().bytes_used, 16'000U + 3 * 24'000U);
  EXPECT_LE(tape.statistics().bytes_reserved, 110'000U);
  tape.reverse(sum(y));
  EXPECT_NEAR(tape.adjoint(input).data()[0],
              std::cos(0.5) * std::cos(std::sin(0.5)) * std::cos(std::sin(std::sin(0.5))), 1e-15);
  tape.clear();
  EXPECT_LT(tape.statistics().bytes_used, 8000U);
}

/// Bytes that the recording of f(x, number) adds.
template <class F>
std::size_t bytes_recorded(const F& f) {
  Tape<double> tape;
  const Active x = tape.input(Array::full({1000}, 0.5));
  const Real number = tape.input(3.0);
  const Active b = ad::array_of(number);
  const std::size_t before = tape.statistics().bytes_used;
  [[maybe_unused]] const auto y = f(x, b);
  return tape.statistics().bytes_used - before;
}

/// 1000 numbers take 8000 bytes; a statement of the tape beside them a few.
TEST(ArrayVar, KeepsNoPartialsButThoseThatDiffer) {
  const auto arrays = [](const auto& f) { return (bytes_recorded(f) + 100) / 8000; };
  EXPECT_EQ(arrays([](auto x, auto b) { return Active(x * b); }), 4U) << "value, adjoint, partials";
  EXPECT_EQ(arrays([](auto x, auto b) { return Active(x - b); }), 2U);
  EXPECT_EQ(arrays([](auto x, auto b) { return Active(b + -(b - x)); }), 3U) << "b occurs twice";
  EXPECT_EQ(arrays([](auto x, auto) { return sum(x); }), 0U);
  EXPECT_EQ(arrays([](auto x, auto b) { return sum(square(x.value() - b)); }), 0U);
  EXPECT_EQ(arrays([](auto x, auto b) { return sum(square(x - b)); }), 1U);
}

TEST(ArrayVar, AddsUpThePartialsOfRepeatedNumbersAndUnits) {
  const Numbers a{1, -2, 0.5};
  const Numbers c{3, 0.25};
  Tape<double> tape;
  const Active x = tape.input(Array({3}, a));
  const Active column = tape.input(Array({2, 1}, c));
  const Real s = tape.input(2.0);
  const auto expect = [&](const Real& y, const Numbers& of_x, const Numbers& of_c, double of_s,
                          const std::string& what) {
    tape.reverse(y);
    expect_same(tape.adjoint(x).to_vector(), of_x, what + ", x");
    expect_same(tape.adjoint(column).to_vector(), of_c, what + ", column");
    EXPECT_NEAR(tape.adjoint(s), of_s, 1e-13) << what;
  };
  expect(sum(s - x - column), {-2, -2, -2}, {-3, -3}, 6, "s - x - column");
  expect(sum(-(x - s)), {-1, -1, -1}, {0, 0}, 3, "-(x - s)");
  expect(sum(x - s * x), {-1, -1, -1}, {0, 0}, 0.5, "x - s x");
  expect(sum(x - x), {0, 0, 0}, {0, 0}, 0, "x - x");
  expect(sum(square(s * x)), {8, -16, 4}, {0, 0}, 2 * 2 * 5.25, "(s x)^2");
  const Active difference = -x - column;
  expect(sum(difference * difference), {10.5, -1.5, 8.5}, {2 * (9 - 0.5), 2 * (0.75 - 0.5)}, 0,
         "(-x - column)^2");
  const Active kept = s - x;
  expect(sum(kept * column), {-3.25, -3.25, -3.25}, {6.5, 6.5}, 9.75, "(s - x) column");
}

/// An adjoint that is known to be finite is not looked at again; what overflows later must be.
TEST(ArrayVar, ReportsAdjointsThatAreNotFiniteWhateverTheirWay) {
  const auto is_reported = [](const auto& f) {
    Tape<double> tape;
    const Active x = tape.input(Array({3}, {1, 2, 3}));
    tape.reverse(f(x));
    const Numbers adjoint = tape.adjoint(x).to_vector();
    const bool is_finite = std::all_of(adjoint.begin(), adjoint.end(),
                                       [](double each) { return std::isfinite(each); });
    EXPECT_NE(tape.flags().nonfinite, is_finite);
    return tape.flags().nonfinite;
  };
  EXPECT_FALSE(is_reported([](auto x) { return sum(1e308 * x); }));
  EXPECT_TRUE(is_reported([](auto x) { return sum(1e308 * x) + sum(1e308 * x); })) << "added up";
  EXPECT_TRUE(is_reported([](auto x) { return 1e200 * sum(1e200 * x); })) << "multiplied";
  EXPECT_TRUE(is_reported([](auto x) { return sum(1e200 * Active(1e200 * x)); }));
  EXPECT_TRUE(is_reported([](auto x) { return sum(1e200 * (1e200 * x)); })) << "a partial";
  EXPECT_TRUE(is_reported([](auto x) { return 1e300 * (1e300 * sum(x)); })) << "everywhere";
  EXPECT_TRUE(is_reported([](auto x) {
    return 1e308 * sum(x + Array::zeros({4, 1}));
  })) << "and repeated";
  EXPECT_TRUE(is_reported([](auto x) { return sum(1e200 * Active(1e200 * Active(x + 1))); }));
  EXPECT_TRUE(is_reported([](auto x) {
    const Active y = x - 1;
    return sum(1e308 * y) + sum(1e308 * y);
  })) << "shared after it was added up";
}

TEST(ActiveArray, IsPassiveAfterAMove) {
  Tape<double> tape;
  const Active x = tape.input(Array({3}, {1, 2, 3}));
  Active from = x * x;
  const Active to = std::move(from);
  EXPECT_FALSE(from.is_active());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(from.shape(), Shape{});
  tape.reverse(Real(sum(to) + sum(exp(from))));
  EXPECT_EQ(tape.adjoint(x).to_vector(), (Numbers{2, 4, 6}));
  Active assigned = x;
  assigned = std::move(from);
  EXPECT_FALSE(assigned.is_active());
}

TEST(ActiveArray, IsChangedInPlace) {
  const auto f = [](const auto& x) {
    using V = ad::value_type_t<decltype(x)>;
    V y = x;
    y += x * x;
    y -= 1;
    y *= x;
    y /= 2;
    return y;
  };
  const Array x({2}, {1, 3});
  EXPECT_EQ(f(x).to_vector(), (Numbers{0.5, 16.5}));
  Tape<double> tape;
  const Active active = tape.input(x);
  tape.reverse(sum(f(active)));  // (x² + x³ - x) / 2
  EXPECT_EQ(tape.adjoint(active).to_vector(), (Numbers{2, 16}));
}

TEST(ActiveArray, CountsWhatRulesHoldOfTheirOwn) {
  Tape<double> tape;
  const Active x = tape.input(Array::ones({100000}));
  const std::size_t before = tape.statistics().bytes_used;
  const Real length = norm(x);
  EXPECT_GE(tape.statistics().bytes_used, before + 100000 * sizeof(double));
  tape.memory_limit(tape.statistics().bytes_reserved + 100000);
  EXPECT_THROW((void)(norm(x) + length), ad::TapeError);
}

}  // namespace
