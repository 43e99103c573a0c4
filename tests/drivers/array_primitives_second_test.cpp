// Forward and second derivatives through the structured primitives of arrays.
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using Array = ad::Array<double>;
using Numbers = std::vector<double>;
using Indices = std::vector<std::size_t>;

const Array point({3, 3}, {2, 0.5, -0.25, 0.75, 3, 0.125, -1, 0.5, 4});
const Array direction({3, 3}, {1, -0.5, 0.25, 2, 0, -1, 0.5, 1.5, -2});

void expect_near(const Numbers& found, const Numbers& needed) {
  ASSERT_EQ(found.size(), needed.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], needed[i], 1e-7 * (1 + std::fabs(needed[i]))) << i;
  }
}

/// Along a line, against differences: first derivatives in forward mode of those in reverse, and
/// second ones.
template <class F>
void expect_second(const F& f) {
  constexpr double h = 1e-5;
  const Array after = point + h * direction;
  const Array before = point - h * direction;
  EXPECT_NEAR(ad::jvp(f, point, direction), sum(ad::gradient(f, point) * direction), 1e-12);
  const Array slope = (ad::gradient(f, after) - ad::gradient(f, before)) / (2 * h);
  expect_near(ad::hvp(f, point, direction).to_vector(), slope.to_vector());
}

TEST(ArrayPrimitives, OfIndicesHaveSecondDerivatives) {
  const Indices indices{2, 0, 2};
  expect_second([&](const auto& x) { return sum(exp(gather(x, indices)) * x); });
  expect_second([&](const auto& x) { return sum(square(scatter_add(x, indices, x * x, 1))); });
  expect_second([](const auto& x) { return sum(sin(concatenate(0, x, x * x)) * point(0, 1)); });
  expect_second([](const auto& x) { return sum(square(stack(1, x, x * x))); });
  expect_second([](const auto& x) { return sum(exp(matmul(swap_axes(x, 0, 1), x) / 10)); });
}

TEST(ArrayPrimitives, OfWindowsHaveSecondDerivatives) {
  expect_second([](const auto& x) {
    const auto image = reshape(x * x, {1, 1, 3, 3});
    const auto y = conv2d(image, image, {.stride = 1, .padding = 1});
    return sum(exp(max_pool2d(y, 2) / 10));
  });
}

TEST(ArrayPrimitives, OfScalarsHaveSecondDerivatives) {
  expect_second([](const auto& x) { return element(x, 0, 1) * exp(element(x, 1, 2)); });
  expect_second([](const auto& x) {
    const auto corner = element(x, 2, 2);
    return sum(ad::array_of(corner * corner) * x * x);
  });
  expect_second([](const auto& x) {
    auto all = elements(x);
    for (auto& each : all) each = each * each * all[0];
    return sum(exp(ad::array_of(all, {3, 3}) / 100));
  });
}

TEST(ArrayPrimitives, AlongAnAxisHaveSecondDerivatives) {
  expect_second([](const auto& x) { return sum(square(max(x, ad::Axis{0}))) * max(x) * min(x); });
  expect_second([](const auto& x) { return sum(sin(cumsum(x, 0)) * x); });
  expect_second([](const auto& x) { return sum(square(cumprod(x, 1))); });
}

TEST(ArrayPrimitives, ThatAreLossesHaveSecondDerivatives) {
  const Indices labels{2, 0, 1};
  expect_second([&](const auto& x) { return cross_entropy(x, labels); });
  expect_second([](const auto& x) { return cross_entropy(x, exp(x / 4)); });
  expect_second([](const auto& x) { return mean_squared_error(x * x, point); });
  // A probability that is 0 has a derivative all the same.
  const auto of_probabilities = [](const auto& p) { return cross_entropy(point, p); };
  const Array zeros = Array::zeros({3, 3});
  EXPECT_NEAR(ad::jvp(of_probabilities, zeros, direction),
              sum(ad::gradient(of_probabilities, zeros) * direction), 1e-13);
}

TEST(ArrayPrimitives, OfLinearAlgebraHaveSecondDerivatives) {
  expect_second([](const auto& x) { return sum(square(solve(x, exp(x / 4)))); });
  expect_second([](const auto& x) { return sum(square(solve(x, slice(x, 0, 0, 1) * x))); });
  expect_second([](const auto& x) { return sum(square(inverse(x))); });
  expect_second([](const auto& x) { return log_abs_determinant(x) * log_abs_determinant(-x); });
  expect_second(
      [](const auto& x) { return sum(square(cholesky(matmul(x, transpose(x))) * point)); });
}

/// What is checked in quad numbers, whose factors are not those of Eigen.
TEST(ArrayPrimitives, AreVerified) {
  const Indices labels{2, 0, 1};
  const auto f = [&](const auto& x) {
    const auto logits = concatenate(1, gather(x, labels), cumsum(x, 1), cumprod(x, 0));
    const auto corner = element(x, 0, 0);
    return cross_entropy(logits, labels) + mean_squared_error(x * x, point) +
           sum(ad::array_of(corner) * max(x, ad::Axis{1})) + log_abs_determinant(x) +
           sum(solve(x, point) * inverse(x)) + sum(cholesky(matmul(x, transpose(x))) * point);
  };
  const auto report = ad::check_gradient(f, point);
  EXPECT_EQ(report.verdict, ad::Verdict::verified) << fmt::format("{}", report);
}

}  // namespace
