// Forward and second derivatives of arrays, and containers of the user's own.
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

template <class A>
struct Layer {
  A weights, bias;
};

template <class A>
struct ad::ArrayTraits<Layer<A>> {
  using element_type = typename A::element_type;
  template <class B>
  using Rebound = Layer<B>;
  template <class B, class F>
  static Layer<B> map(const Layer<A>& layer, F&& f) {
    return {f(layer.weights), f(layer.bias)};
  }
};

namespace {

using Array = ad::Array<double>;
using Numbers = std::vector<double>;

void expect_near(const Array& found, const Numbers& needed) {
  const Numbers numbers = found.to_vector();
  ASSERT_EQ(numbers.size(), needed.size());
  for (std::size_t i = 0; i < needed.size(); ++i) EXPECT_NEAR(numbers[i], needed[i], 1e-13) << i;
}

const Array input({2, 3}, {0.5, -1, 2, 0.25, 3, -0.5});

const Array mix({3, 3}, {1, 2, 3, -1, 0.5, 0, 0.25, 1, -2});

TEST(ArrayHvp, IsTheDerivativeOfTheGradient) {
  const auto f = [](const auto& x) {
    return sum(tanh(matmul(x, mix)) * exp(-square(x))) + sum(relu(x) * x) / 2 +
           sum(logsumexp(x, 1)) + sum(softmax(x, 0) * x);
  };
  const Array direction({2, 3}, {1, -0.5, 0.25, 2, 0, -1});
  const Array product = ad::hvp(f, input, direction);
  constexpr double h = 1e-5;
  const Array right = ad::gradient(f, Array(input + h * direction));
  const Array left = ad::gradient(f, Array(input - h * direction));
  const Numbers slope = Array((right - left) / (2 * h)).to_vector();
  const Numbers found = product.to_vector();
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], slope[i], 1e-7) << i;
}

TEST(ArrayHvp, IsExactWhereTheAnswerIsKnown) {
  const Array v({2}, {1, 3});
  expect_near(ad::hvp([](auto x) { return sum(x * x * x); }, Array({2}, {2, -1}), v), {12, -18});
  expect_near(ad::hvp([](auto x) { return sum(relu(x)); }, Array({2}, {2, -1}), v), {0, 0});
  const auto [of_x, of_y] = ad::hvp([](auto x, auto y) { return sum(x * y); },
                                    std::tuple{Array({2}, {1, 2}), Array({2}, {3, 4})},
                                    std::tuple{v, Array({2}, {5, 6})});
  expect_near(of_x, {5, 6});
  expect_near(of_y, {1, 3});
}

TEST(ArrayHvp, SeesThatACotangentOfOneMayChange) {
  const Array x({2}, {0.6, 0.8});  // Σ x² is 1, which is what the sum is multiplied by
  const Array v({2}, {1, 0});
  const auto half_square = [](const auto& s) { return s * s / 2; };
  expect_near(ad::hvp([&](const auto& u) { return half_square(sum(u * u)); }, x, v), {3.44, 1.92});
  expect_near(ad::hvp([&](const auto& u) { return half_square(norm(u)); }, x, v), {1, 0});
}

TEST(ArrayJvp, IsTheDerivativeAlongADirection) {
  const Array v({2, 3}, {1, 0, 0, 0, 0, 2});
  EXPECT_EQ(ad::jvp([](auto x) { return sum(x * x); }, input, v), 2 * (0.5 - 0.5 * 2));
  expect_near(ad::jvp([](auto x) { return matmul(x, mix); }, input, v), {1, 2, 3, 0.5, 2, -4});
}

TEST(ArrayJvp, TellsWhatDoesNotFit) {
  const auto f = [](auto x) { return sum(x); };
  const auto message_of = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const ad::Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(message_of([&] {
              ad::hvp(f, input, Array::ones({3, 2}));
            }),
            "hvp: array 0 of the direction has the shape (3, 2), but that of the point has (2, 3); "
            "they must be equal.");
  EXPECT_EQ(
      message_of([&] {
        ad::jvp([](auto x) { return sum(x[0]); }, std::vector{input}, std::vector{input, input});
      }),
      "jvp: the direction has 2 arrays, but the point has 1 array; give one for each of "
      "them.");
  const std::string nested = message_of(
      [&] { ad::jvp([&](auto x) { return sum(x) * ad::jvp(f, input, input); }, input, input); });
  EXPECT_EQ(nested.substr(0, 44), "jvp: called while another derivative of arra") << nested;
  EXPECT_EQ(ad::jvp(f, input, Array::ones({2, 3})), 6);  // the error has undone nothing
}

TEST(ArrayTraits, LetAStructStandInATuple) {
  const Array x = Array::normal({2, 2}, 1);
  const Layer<Array> layer{x, Array::normal({2}, 2)};
  const auto f = [](const auto& l, const auto& rows) {
    return sum(tanh(matmul(rows, l.weights) + l.bias));
  };
  const auto point = std::make_tuple(layer, x);
  const auto apart = ad::gradient(f, layer, x);
  const auto together = ad::gradient(f, point);
  EXPECT_EQ(std::get<0>(together).weights.to_vector(), std::get<0>(apart).weights.to_vector());
  EXPECT_EQ(std::get<1>(together).to_vector(), std::get<1>(apart).to_vector());
  const auto& [of_layer, of_x] = together;
  const double length =
      sum(square(of_layer.weights)) + sum(square(of_layer.bias)) + sum(square(of_x));
  EXPECT_NEAR(ad::jvp(f, point, together), length, 1e-12);
}

TEST(ArrayDrivers, TakeExpressionsOfConstantsBesideActiveArrays) {
  const Array x = Array::normal({2, 2}, 1);
  const auto f = [&](const auto& u) {
    return sum(matmul(2 * x, u) + solve(x + 3, u)) + sum(square(concatenate(0, 2 * x, u)));
  };
  const auto named = [&](const auto& u) {
    const Array twice = 2 * x, shifted = x + 3;
    return sum(matmul(twice, u) + solve(shifted, u)) + sum(square(concatenate(0, twice, u)));
  };
  EXPECT_EQ(ad::gradient(f, x).to_vector(), ad::gradient(named, x).to_vector());
  EXPECT_EQ(ad::jvp(f, x, x), ad::jvp(named, x, x));
  EXPECT_EQ(ad::hvp(f, x, x).to_vector(), ad::hvp(named, x, x).to_vector());
}

TEST(ArrayTraits, MakeAStructKnownToTheDrivers) {
  const Layer<Array> layer{Array({2, 1}, {1, 2}), Array({1}, {-1})};
  const Array x({3, 2}, {1, 1, 2, 2, -3, 0});
  const auto f = [&](const auto& l) { return sum(relu(matmul(x, l.weights) + l.bias)); };
  const auto [value, gradient] = ad::value_and_gradient(f, layer);
  EXPECT_EQ(value, 2 + 5);
  expect_near(gradient.weights, {3, 3});
  expect_near(gradient.bias, {2});
  expect_near(ad::hvp(f, layer, layer).bias, {0});
}

}  // namespace
