// Reductions along an axis, against the reductions of scalars.
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/values/array_reductions.hpp>

#include "tests/values/array_check.hpp"

namespace {

using ad::Real;
using ad::Shape;
using ad::Tape;
using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;

const Array six({2, 3}, {1, 2, 3, 4, 5, 7});

TEST(ArrayReductions, GoAlongAnAxis) {
  EXPECT_EQ(sum(six, 0).to_vector(), (Numbers{5, 7, 10}));
  EXPECT_EQ(sum(six, 1).to_vector(), (Numbers{6, 16}));
  EXPECT_EQ(mean(six.transpose(), 0).to_vector(), (Numbers{2, 16.0 / 3}));
  EXPECT_EQ(prod(six, 1).to_vector(), (Numbers{6, 140}));
  EXPECT_EQ(prod(six), 840);
  EXPECT_EQ(median(six), 3.5);
  EXPECT_EQ(norminf(six, 0).shape(), Shape({3}));
  EXPECT_EQ(sum(Array::zeros({2, 0}), 1).to_vector(), (Numbers{0, 0}));
  EXPECT_EQ(sum(Array::ones({2, 3, 4}), 1).shape(), Shape({2, 4}));
  EXPECT_THROW((void)sum(six, 2), ad::ShapeError);
}

/// Σ of the squares of the results, so that every line has a cotangent of its own.
TEST(ArrayReductions, HaveTheDerivativesOfScalars) {
  std::size_t reductions = 0;
  ad::for_each_operation(
      [&]<class Op>() {
        if (Op::arguments.group > 1) return;
        Tape<double> tape;
        const Active x = tape.input(six);
        const Active y = ad::reduce(Op{}, x, 1);
        tape.reverse(sum(y * y));
        const Numbers found = tape.adjoint(x).to_vector();

        tape.clear();
        const Numbers numbers = six.to_vector();
        const std::vector<Real> v = tape.inputs(numbers);
        Real total = 0;
        for (std::size_t row = 0; row < 2; ++row) {
          const Real each = ad::apply(Op{}, std::span<const Real>(v).subspan(3 * row, 3));
          total += each * each;
        }
        tape.reverse(total);
        for (std::size_t i = 0; i < v.size(); ++i) {
          const double needed = tape.adjoint(v[i]);
          EXPECT_NEAR(found[i], needed, 1e-13 * (1 + std::fabs(needed))) << Op::meta.name << i;
        }
        ++reductions;
      },
      ad::ReductionOperations{});
  EXPECT_GT(reductions, 9U);
}

template <class Op, class T>
void expect_as_of_scalars(const std::vector<T>& numbers, const std::string& what) {
  Tape<T> tape;
  const auto x = tape.input(ad::Array<T>(numbers));
  const ad::Var<T> y = ad::reduce(Op{}, x);
  tape.reverse(y);
  const std::vector<T> found = tape.adjoint(x).to_vector();
  array_check::expect_near<T>(array_check::as_vector(ad::reduce(Op{}, ad::Array<T>(numbers))),
                              array_check::as_vector(y), what, 0);

  tape.clear();
  const std::vector<ad::Var<T>> v = tape.inputs(numbers);
  const ad::Var<T> needed = ad::apply(Op{}, std::span<const ad::Var<T>>(v));
  tape.reverse(needed);
  std::vector<T> gradient;
  for (const auto& each : v) gradient.push_back(tape.adjoint(each));
  array_check::expect_near<T>(array_check::as_vector(y), {needed.value()}, what);
  array_check::expect_near<T>(found, gradient, what);
}

TEST(ArrayReductions, OfManyElementsAreThoseOfScalars) {
  ad::for_each_operation(
      []<class Op>() {
        if (Op::arguments.group > 1) return;
        const std::string name(Op::meta.name);
        for (const std::size_t n : {1, 2, 7, 8, 9, 31, 64, 203}) {
          const auto what = name + " of " + std::to_string(n);
          expect_as_of_scalars<Op>(ad::Array<double>::normal({n}, 1).to_vector(), what);
          expect_as_of_scalars<Op>(ad::Array<float>::normal({n}, 2).to_vector(), what);
        }
      },
      ad::ReductionOperations{});
}

TEST(ArrayReductions, OfManyElementsAreThoseOfScalarsNearTheEndsOfTheRange) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](const Numbers& special, double others = 1.5) {
    Numbers numbers(91, others);  // several blocks for each chain, and some left
    for (std::size_t i = 0; i < special.size(); ++i) numbers[29 * i + 1] = special[i];
    return numbers;
  };
  for (const Numbers& numbers : {with({0}),
                                 with({0, 0}),
                                 with({-0.0}),
                                 with({nan}),
                                 with({infinity}),
                                 with({-infinity}),
                                 with({infinity, -infinity}),
                                 with({infinity, 0}),
                                 with({infinity, infinity}),
                                 with({}, -infinity),
                                 with({1e200, 1e200, 1e-200, 1e-200}),
                                 with({1e-310, 1e305}),
                                 with({}, 1e-100),
                                 with({}, 1e100),
                                 with({1e308, 1e308, -1e308}),
                                 with({-745, -800}, 0),
                                 with({}, -1e5),
                                 with({0, 0, 0, nan}),
                                 with({0, 0, 0, infinity}),
                                 with({1, 2, 3, 4})}) {
    const std::string what = fmt::format("{}", fmt::join(numbers, " "));
    expect_as_of_scalars<ad::Prod>(numbers, "prod " + what);
    expect_as_of_scalars<ad::LogSumExp>(numbers, "logsumexp " + what);
  }
}

TEST(ArrayReductions, SoftmaxAddsUpToOneHoweverLargeItsArguments) {
  const Array x({2, 3}, {1000, 1001, 1002, -1000, 0, 1});
  const Array p = softmax(x, 1);
  EXPECT_NEAR(sum(p), 2, 1e-15);
  EXPECT_NEAR(log_softmax(x, 1)(0, 0), std::log(p(0, 0)), 1e-15);
  EXPECT_NEAR(p(0, 2), 1 / (1 + std::exp(-1.0) + std::exp(-2.0)), 1e-15);
  EXPECT_EQ(p(1, 0), 0);
  Tape<double> tape;
  const Active logits = tape.input(x);
  tape.reverse(-sum(slice(log_softmax(logits, 1), 1, 2, 3)));  // the cross entropy of class 2
  const Array g = tape.adjoint(logits);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(g(i, k), p(i, k) - (k == 2 ? 1 : 0), 1e-15) << i << k;
    }
  }
  for (const std::string who : {"softmax", "log_softmax"}) {
    EXPECT_EQ(
        array_check::shape_error([&] { who == "softmax" ? softmax(x, 2) : log_softmax(x, 2); }),
        who + ": there is no axis 2 in the shape (2, 3); axes count from 0.");
  }
}

}  // namespace
