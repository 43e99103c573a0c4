// Every structured operation on arrays under the check of rules: in float, double and quad,
// forwards and in reverse, with second derivatives, from views and in shapes that are easily
// forgotten.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using ad::Shape;
using ad::Verdict;

/// Shapes are small: each element is checked by itself.
template <class F, std::size_t N>
void expect_rule(const char* name, const F& f, const std::array<Shape, N>& shapes,
                 std::vector<ad::Interval> domain = {}) {
  ad::CheckOptions options;
  options.points = 1;  // and the special ones
  options.domain = std::move(domain);
  const ad::Report report = ad::check_rule(f, shapes, options);
  EXPECT_EQ(report.verdict, Verdict::verified) << name << "\n" << report.to_text();
  EXPECT_GT(report.properties.size(), 3U) << name;
}

template <class F>
void expect_rule(const char* name, const F& f, const Shape& shape,
                 std::vector<ad::Interval> domain = {}) {
  expect_rule(name, f, std::array{shape}, std::move(domain));
}

#define RULE(expression) [](const auto& x) { return expression; }
#define RULE2(expression) [](const auto& x, const auto& y) { return expression; }

TEST(ArrayRules, OfReductionsAreRight) {
  expect_rule("sum", RULE(sum(x)), Shape{2, 2});
  expect_rule("mean", RULE(mean(x, 1)), Shape{2, 3});
  expect_rule("prod", RULE(prod(x, 0)), Shape{3, 1});
  expect_rule("norm", RULE(norm(x, 0)), Shape{2, 2});
  expect_rule("logsumexp", RULE(logsumexp(x, 1)), Shape{1, 3});
  expect_rule("stddev", RULE(stddev(x, 0)), Shape{3, 1});
  expect_rule("max", RULE(max(x, ad::Axis{0})), Shape{3, 1});
  expect_rule("min", RULE(min(x)), Shape{3});
}

TEST(ArrayRules, OfNormalisationsAreRight) {
  expect_rule("softmax", RULE(softmax(x, 1)), Shape{1, 3});
  expect_rule("log_softmax", RULE(log_softmax(x, 0)), Shape{3, 1});
  expect_rule("cumsum", RULE(cumsum(x, 0)), Shape{3});
  expect_rule("cumprod", RULE(cumprod(x, 0)), Shape{3});
}

TEST(ArrayRules, OfProductsAreRight) {
  expect_rule("matmul", RULE2(matmul(x, y)), std::array{Shape{2, 2}, Shape{2, 1}});
  expect_rule("matmul of views", RULE2(matmul(transpose(x), slice(y, 1, 1, 2))),
              std::array{Shape{2, 2}, Shape{2, 2}});
  expect_rule("matmul of batches", RULE2(matmul(x, y)), std::array{Shape{2, 1, 2}, Shape{2, 2, 1}});
  expect_rule("matmul of batches that broadcast", RULE2(matmul(x, y)),
              std::array{Shape{2, 1, 1, 2}, Shape{2, 2, 1}});
  expect_rule("matmul of a batch and a matrix", RULE2(matmul(x, y)),
              std::array{Shape{2, 1, 2}, Shape{2, 1}});
  expect_rule("matmul of vectors", RULE2(matmul(x, y)), std::array{Shape{3}, Shape{3}});
  expect_rule("dot", RULE2(dot(x, y)), std::array{Shape{3}, Shape{3}});
}

TEST(ArrayRules, OfMatricesAreRight) {
  const std::vector<ad::Interval> far_from_singular{{6, 8}, {-1, 1}, {-1, 1}, {6, 8}};
  std::vector<ad::Interval> with_a_side = far_from_singular;
  with_a_side.insert(with_a_side.end(), 2, {-4, 4});
  expect_rule("solve", RULE2(solve(x, y)), std::array{Shape{2, 2}, Shape{2}}, with_a_side);
  expect_rule("inverse", RULE(inverse(x)), Shape{2, 2}, far_from_singular);
  expect_rule("solve of batches", RULE2(solve(x, y)), std::array{Shape{2, 1, 1}, Shape{2, 1, 2}},
              {{6, 8}, {-8, -6}, {-4, 4}, {-4, 4}, {-4, 4}, {-4, 4}});
  expect_rule("solve of batches with two axes", RULE2(solve(x, y)),
              std::array{Shape{2, 1, 1, 1}, Shape{2, 1, 1}}, {{6, 8}, {-8, -6}, {-4, 4}, {-4, 4}});
  expect_rule("log_abs_determinant", RULE(log_abs_determinant(x)), Shape{2, 2}, far_from_singular);
}

/// It throws at a matrix that is not positive definite, which the check would try.
TEST(ArrayRules, OfCholeskyIsRight) {
  const ad::Array<double> weights({3, 3}, {1, 2, -1, 0.5, 3, 2, -2, 1, 0.25});
  EXPECT_GRADIENT([&](const auto& a) { return sum(cholesky(a) * weights); },
                  (ad::Array<double>({3, 3}, {4, 1, 0.5, 0.25, 5, -1, 1, 0.5, 6})));
}

TEST(ArrayRules, OfShapesAreRight) {
  const std::vector<std::size_t> indices{2, 0, 2};
  expect_rule("transpose", RULE(transpose(x)), Shape{2, 2});
  expect_rule("reshape", RULE(reshape(transpose(x), {4})), Shape{2, 2});
  expect_rule("slice", RULE(slice(x, 1, 1, 3)), Shape{1, 3});
  expect_rule("expand_dims", RULE(expand_dims(x, 1)), Shape{2, 3});
  expect_rule("squeeze", RULE(squeeze(x, 1)), Shape{2, 1, 3});
  expect_rule("concatenate", RULE2(concatenate(0, x, y)), std::array{Shape{1, 2}, Shape{2, 2}});
  expect_rule("stack", RULE2(stack(1, x, y)), std::array{Shape{2}, Shape{2}});
  expect_rule(
      "gather", [&](const auto& x) { return gather(x, indices); }, Shape{3, 1});
  expect_rule(
      "scatter_add", [&](const auto& x, const auto& y) { return scatter_add(x, indices, y); },
      std::array{Shape{3}, Shape{3}});
  expect_rule("element", RULE(element(x, 1, 0) * element(x, 0, 1)), Shape{2, 2});
}

TEST(ArrayRules, OfWindowsAreRight) {
  expect_rule("windows2d", RULE(windows2d(x, 1, 2, {.stride = 2, .padding = 1})),
              Shape{1, 1, 1, 3});
  expect_rule("conv2d", RULE2(conv2d(x, y, {.stride = 1, .padding = 1})),
              std::array{Shape{1, 1, 1, 2}, Shape{1, 1, 2, 2}});
  expect_rule("max_pool2d", RULE(max_pool2d(x, 2, 1)), Shape{1, 1, 2, 2});
}

TEST(ArrayRules, OfLossesAndChoicesAreRight) {
  const std::vector<std::size_t> labels{1, 0};
  expect_rule(
      "cross_entropy", [&](const auto& x) { return cross_entropy(x, labels); }, Shape{2, 2});
  expect_rule("cross_entropy of probabilities", RULE2(cross_entropy(x, y)),
              std::array{Shape{1, 2}, Shape{1, 2}});
  expect_rule("mean_squared_error", RULE2(mean_squared_error(x, y)),
              std::array{Shape{2}, Shape{2}});
  expect_rule("where", RULE(where(x > -5, x * x, sqrt(x))), Shape{3});
}

TEST(ArrayRules, BroadcastAndReadViews) {
  expect_rule("rows and columns", RULE2(x * tanh(y)), std::array{Shape{2, 1}, Shape{2}});
  expect_rule("one element", RULE2(x / (2 + y * y)), std::array{Shape{2}, Shape{}});
  expect_rule("views", RULE(transpose(slice(x, 0, 1, 2)) * x), Shape{2, 2});
  expect_rule("of one element", RULE(softmax(x, 0) + matmul(x, x)), Shape{1, 1});
}

#undef RULE
#undef RULE2

TEST(ArrayRules, OfNothingAreNothing) {
  const ad::Array<double> none = ad::Array<double>::zeros({0, 3});
  const auto f = [](const auto& x) {
    return sum(x) + sum(matmul(transpose(x), x)) + sum(cumsum(x, 0)) + sum(x * x);
  };
  const auto [value, gradient] = ad::value_and_gradient(f, none);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(gradient.shape(), (Shape{0, 3}));
}

TEST(ArrayRules, ThatAreWrongAreRefuted) {
  const auto planted = [](double error, bool swap) {
    return ad::custom_vjp<ad::OnArrays>(
        "product", [](const auto& a, const auto& b) { return matmul(a, b); },
        [=](const auto& cotangent, const auto& a, const auto& b, const auto&) {
          using A = std::decay_t<decltype(a)>;
          const A of_a = matmul(cotangent, transpose(b));
          const A of_b = matmul(transpose(a), cotangent) * (1 + error);
          return swap ? std::tuple{of_b, of_a} : std::tuple{of_a, of_b};
        });
  };
  const std::array shapes{Shape{2, 2}, Shape{2, 2}};
  ad::CheckOptions options;
  options.points = 4;
  EXPECT_EQ(ad::check_rule(planted(0, false), shapes, options).verdict, Verdict::verified);
  EXPECT_EQ(ad::check_rule(planted(1e-14, false), shapes, options).verdict, Verdict::refuted);
  const ad::Report report = ad::check_rule(planted(-2, false), shapes, options);
  EXPECT_EQ(report.verdict, Verdict::refuted);
  ASSERT_TRUE(report.counterexample.has_value());
  EXPECT_EQ(report.counterexample->test.find(
                "EXPECT_RULE(rule, (std::array{ad::Shape{2, 2}, ad::Shape{2, 2}}), (ad::Check"),
            0U)
      << report.counterexample->test;
  EXPECT_EQ(ad::check_rule(planted(0, true), shapes, options).verdict, Verdict::refuted);
}

TEST(ArrayRules, WithAMemoryAreRefuted) {
  const auto clipped = ad::custom_vjp<ad::OnArrays>(
      "clipped", [](const auto& a) { return a * a; },
      [](const auto& cotangent, const auto& a, const auto&) {
        return min(2 * a * cotangent, 6);  // gradient clipping is no derivative
      });
  ad::CheckOptions options;
  options.points = 4;
  options.domain.assign(2, ad::Interval{-1, 1});
  const ad::Report report = ad::check_rule(clipped, std::array{Shape{2}}, options);
  EXPECT_EQ(report.verdict, Verdict::refuted) << report.to_text();
}

}  // namespace
