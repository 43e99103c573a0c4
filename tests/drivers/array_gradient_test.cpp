#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/drivers/all.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_extrema.hpp>
#include <autodiff/values/array_indexing.hpp>
#include <autodiff/values/array_linear_algebra.hpp>
#include <autodiff/values/array_losses.hpp>
#include <autodiff/values/array_matmul.hpp>

#include "tests/values/array_check.hpp"

namespace {

using array_check::shape_error;

using Array = ad::Array<double>;
using Numbers = std::vector<double>;

const Array x({2, 3}, {1, -2, 3, 4, 5, -6});

TEST(ArrayDrivers, TakeOneArray) {
  const auto [value, gradient] = ad::value_and_gradient([](auto a) { return sum(a * a); }, x);
  EXPECT_EQ(value, 91);
  EXPECT_EQ(gradient.shape(), x.shape());
  EXPECT_EQ(gradient.to_vector(), (Numbers{2, -4, 6, 8, 10, -12}));
  EXPECT_EQ(ad::gradient([](const auto& a) { return mean(relu(a)); }, x).to_vector(),
            (Numbers{1.0 / 6, 0, 1.0 / 6, 1.0 / 6, 1.0 / 6, 0}));
}

TEST(ArrayDrivers, TakeTuplesMemberByMemberOrWhole) {
  const Array w = Array::ones({3, 2});
  const Array b({2}, {0.5, -100});
  const auto by_member = [](const auto& weights, const auto& bias) {
    return sum(relu(matmul(x, weights) + bias));
  };
  const auto [value, g] = ad::value_and_gradient(by_member, std::tuple{w, b});
  EXPECT_EQ(value, 2.5 + 3.5);
  EXPECT_EQ(std::get<0>(g).to_vector(), (Numbers{5, 0, 3, 0, -3, 0}));
  EXPECT_EQ(std::get<1>(g).to_vector(), (Numbers{2, 0}));
  const auto whole = [&](const auto& p) { return by_member(std::get<0>(p), std::get<1>(p)); };
  EXPECT_EQ(std::get<1>(ad::gradient(whole, std::tuple{w, b})).to_vector(), (Numbers{2, 0}));
}

TEST(ArrayDrivers, PullACotangentBack) {
  const Array cotangent({2, 2}, {1, 0, -1, 2});
  const Array w({3, 2}, {1, 2, 3, 4, 5, 6});
  const auto f = [](const auto& a, const auto& b) { return matmul(relu(a), b); };
  const auto [of_x, of_w] = ad::vjp(f, std::tuple{x, w}, cotangent);
  const auto needed = ad::gradient(
      [&](const auto& a, const auto& b) { return sum(f(a, b) * cotangent); }, std::tuple{x, w});
  EXPECT_EQ(of_x.to_vector(), std::get<0>(needed).to_vector());
  EXPECT_EQ(of_w.to_vector(), std::get<1>(needed).to_vector());
  EXPECT_EQ(ad::vjp([](const auto& a) { return 2 * a; }, x, -x).to_vector(),
            Array(-2 * x).to_vector());
  EXPECT_THROW((void)ad::vjp(f, std::tuple{x, w}, x), ad::ShapeError);
}

TEST(ArrayDrivers, PullACotangentOfANumberBack) {
  const auto f = [](const auto& a) { return sum(a * a); };
  EXPECT_EQ(ad::vjp(f, x, 3.0).to_vector(), Array(6 * x).to_vector());
  EXPECT_EQ(ad::vjp(f, 2 * x, 1).to_vector(), Array(4 * x).to_vector());
  const auto same = [](const auto& a) { return 2 * a; };
  EXPECT_EQ(shape_error([&] { (void)ad::vjp(same, x, Array(1.0)); }),
            "vjp: the output has the shape (2, 3), but the cotangent has (); give a cotangent of "
            "the output's shape.");
}

TEST(ArrayDrivers, EvaluateExpressionsInThePoint) {
  const auto f = [](const auto& a, const auto& b) { return sum(a * a * b); };
  const Array b({3}, {1, 2, 3});
  const auto needed = ad::gradient(f, Array(x / 2), b);
  const auto several = ad::gradient(f, x / 2, b);
  const auto tuple = ad::gradient(f, std::tuple{x / 2, b});
  const auto [value, nested] = ad::value_and_gradient(
      [&](const auto& pair, const auto& c) {
        return f(std::get<0>(pair), std::get<1>(pair)) + sum(c);
      },
      std::tuple{x / 2, b}, -b);
  static_assert(std::is_same_v<decltype(tuple), const std::tuple<Array, Array>>);
  EXPECT_EQ(std::get<0>(several).to_vector(), std::get<0>(needed).to_vector());
  EXPECT_EQ(std::get<1>(tuple).to_vector(), std::get<1>(needed).to_vector());
  EXPECT_EQ(std::get<0>(std::get<0>(nested)).to_vector(), std::get<0>(needed).to_vector());
  EXPECT_EQ(value, f(x / 2, b) - 6);
}

TEST(ArrayDrivers, TakeVectorsAndNestedContainers) {
  const std::vector<Array> layers{Array::ones({2}), Array::full({3}, 2)};
  const auto f = [](const auto& all) {
    auto total = sum(all[0]);
    for (std::size_t i = 1; i < all.size(); ++i) total += sum(all[i] * all[i]);
    return total;
  };
  const std::vector<Array> g = ad::gradient(f, layers);
  EXPECT_EQ(g[1].to_vector(), (Numbers{4, 4, 4}));
  const std::tuple nested{layers, x};
  const auto h = ad::gradient([&](const auto& l, const auto& a) { return f(l) * sum(a); }, nested);
  EXPECT_EQ(std::get<0>(h)[0].to_vector(), (Numbers{5, 5}));
  EXPECT_EQ(std::get<1>(h)(0, 0), 14);
}

TEST(ArrayDrivers, KeepTheElementType) {
  const ad::Array<float> a({2}, {1, 2});
  const auto result = ad::value_and_gradient([](auto v) { return sum(v * v * 0.5); }, a);
  static_assert(std::is_same_v<decltype(result.gradient), ad::Array<float>>);
  static_assert(std::is_same_v<decltype(result.value), float>);
  EXPECT_EQ(result.gradient.to_vector(), (std::vector<float>{1, 2}));
}

TEST(ArrayDrivers, AcceptAnArrayOfOneElementAsScalar) {
  EXPECT_EQ(ad::gradient([](auto a) { return reshape(a, {1}) * 3; }, Array(2.0)).item(), 3);
  try {
    ad::gradient([](auto a) { return a * 2; }, x);
    ADD_FAILURE();
  } catch (const ad::ShapeError& error) {
    EXPECT_NE(std::string(error.what()).find("shape (2, 3), but a scalar is needed"),
              std::string::npos)
        << error.what();
  }
}

/// A layer of weights gathered by rows, a loss, and a penalty in scalars.
TEST(ArrayDrivers, GoThroughStructuredPrimitives) {
  const std::vector<std::size_t> rows{1, 0, 1};
  const std::vector<std::size_t> labels{1, 0};
  const auto f = [&](const auto& w, const auto& a) {
    const auto logits = matmul(x, gather(w, rows));
    const auto corner = element(w, 0, 0);
    return cross_entropy(logits, labels) + corner * corner + log_abs_determinant(a) +
           sum(cholesky(a)) + max(w);
  };
  const Array w({2, 2}, {0.3, -0.2, 0.1, 0.4});
  const Array a({2, 2}, {2, 0.5, 0.5, 1});
  const auto [value, g] = ad::value_and_gradient(f, std::tuple{w, a});
  EXPECT_EQ(value, f(w, a));
  const auto moved = [&](bool of_w, std::size_t i, double step) {
    Numbers numbers = (of_w ? w : a).to_vector();
    numbers[i] += step;
    return of_w ? f(Array({2, 2}, numbers), a) : f(w, Array({2, 2}, numbers));
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const double h = 1e-5;
    EXPECT_NEAR(std::get<0>(g).data()[i], (moved(true, i, h) - moved(true, i, -h)) / (2 * h), 1e-8);
    EXPECT_NEAR(std::get<1>(g).data()[i], (moved(false, i, h) - moved(false, i, -h)) / (2 * h),
                1e-8);
  }
}

TEST(ArrayDrivers, LeaveTheThreadUsableWhenTheFunctionThrows) {
  EXPECT_THROW(ad::gradient([](auto a) { return sum(matmul(a, a)); }, x), ad::ShapeError);
  EXPECT_EQ(ad::gradient([](auto a) { return sum(a); }, x)(0, 0), 1);
}

TEST(ArrayGradient, OfSeveralArraysAndOfExpressions) {
  const Array a({2}, {1, 2});
  const Array b({2}, {3, 5});
  const auto product = [](const auto& u, const auto& v) { return sum(u * v * v); };
  const auto [value, gradient] = ad::value_and_gradient(product, a, b);
  EXPECT_EQ(value, 59);
  EXPECT_EQ(std::get<0>(gradient).to_vector(), (Numbers{9, 25}));
  EXPECT_EQ(std::get<1>(ad::gradient(product, a, b)).to_vector(), (Numbers{6, 20}));
  EXPECT_EQ(ad::gradient([](const auto& v) { return sum(v * v); }, a + b).to_vector(),
            (Numbers{8, 14}));
}

/// Constant arrays in functions of numbers.
TEST(ArrayGradient, OfNumbersAmongArrays) {
  const Array data({2, 2}, {1, 2, 3, 4});
  const auto f = [&](const auto& t) {
    return sum(exp(data * t / 4) - data) + mean(matmul(data, data) * t);
  };
  const double slope = ad::gradient(f, 0.5)[0];
  EXPECT_DOUBLE_EQ(ad::derivative(f, 0.5), slope);
  EXPECT_DOUBLE_EQ(ad::derivative([&](const auto& t) { return ad::derivative(f, t); }, 0.5),
                   sum(data * data / 16 * exp(data / 8)));
  const auto g = [&](const auto& t) { return sum(data * t[0] * t[1] * t[1]); };
  const auto hessian = ad::hessian(g, std::array{1.0, 2.0});
  EXPECT_EQ(hessian(0, 1), 40);
  EXPECT_EQ(hessian(1, 1), 20);
  const auto jacobian = ad::jacobian(
      [&](const auto& t) {
        return std::array{sum(data * t[0]), sum(data + t[1])};
      },
      std::array{1.0, 2.0});
  EXPECT_EQ(jacobian(0, 0), 10);
  EXPECT_EQ(jacobian(1, 1), 4);
}

}  // namespace
