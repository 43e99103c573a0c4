// Reductions at their kinks: the derivative in every direction, and elements of the generalised
// gradient. The reference is quad precision a very short way beside the point.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Quad;

constexpr int shortness = -60;
constexpr std::uint64_t seed = 20261122;

/// Calls visit(f) for every reduction.
template <class Visitor>
void for_each_reduction(Visitor&& visitor) {
  ad::for_each_operation(
      [&]<class Op>() { visitor(Op::meta, [](const auto& x) { return ad::apply(Op{}, x); }); },
      ad::ReductionOperations{});
}

/// Lists of small whole numbers: most of them hold ties, and some of them nothing else.
std::vector<std::vector<double>> points_with_ties(std::mt19937_64& random) {
  std::vector<std::vector<double>> points;
  for (const std::size_t n : {2, 4, 6}) {
    points.emplace_back(n, 0.0);
    points.emplace_back(n, 1.0);
    points.emplace_back(n, -0.1);
    for (int i = 0; i < 20; ++i) {
      points.emplace_back(n);
      for (double& x : points.back()) x = std::uniform_int_distribution(-1, 1)(random);
    }
  }
  return points;
}

std::vector<Quad> beside(const std::vector<double>& x, const std::vector<double>& d) {
  std::vector<Quad> result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    result.push_back(Quad(x[i]) + ldexp(Quad(d[i]), shortness));
  }
  return result;
}

template <class F>
double one_sided_quotient(const F& f, const std::vector<double>& x, const std::vector<double>& d) {
  const std::vector<Quad> at(x.begin(), x.end());
  return ldexp(f(beside(x, d)) - f(at), -shortness).to_double();
}

TEST(DirectionalDerivative, OfReductionsIsThatOfTheOneSidedQuotient) {
  std::mt19937_64 random(seed);
  for (const auto& x : points_with_ties(random)) {
    for (int k = 0; k < 6; ++k) {
      // Whole steps leave some of the ties as they are.
      std::vector<double> d(x.size());
      for (double& each : d) {
        each = k < 3 ? std::uniform_int_distribution(-1, 1)(random)
                     : std::normal_distribution<double>()(random);
      }
      for_each_reduction([&](const ad::Meta& meta, const auto& f) {
        EXPECT_NEAR(ad::directional_derivative(f, x, d), one_sided_quotient(f, x, d), 1e-12)
            << fmt::format("{}({}) along {}, seed {}", meta.name, fmt::join(x, ", "),
                           fmt::join(d, ", "), seed);
      });
    }
  }
}

TEST(DirectionalDerivative, OfReductionsInFloatIsInFloat) {
  const std::vector<float> x{1, 1, 1}, d{1, 2, 4};
  const auto slope = [&](const auto& f) { return ad::directional_derivative(f, x, d); };
  static_assert(std::is_same_v<decltype(slope([](auto v) { return median(v); })), float>);
  EXPECT_EQ(slope([](auto v) { return median(v); }), 2);
  EXPECT_EQ(slope([](auto v) { return norminf(v); }), 4);
  EXPECT_FLOAT_EQ(slope([](auto v) { return stddev(v); }), ad::stddev(d));
}

/// No direction but the probing one is needed: then it is the limit of the gradients along it.
TEST(GeneralizedGradient, OfReductionsIsALimitOfGradientsNearby) {
  std::mt19937_64 random(seed);
  for (const auto& x : points_with_ties(random)) {
    ad::detail::ProbingDirection probing(0);
    std::vector<double> d(x.size());
    for (double& each : d) each = probing.next<double>();
    for_each_reduction([&](const ad::Meta& meta, const auto& f) {
      const std::vector<double> g = ad::generalized_gradient(f, x);
      const std::vector<Quad> nearby = ad::gradient(f, beside(x, d));
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(g[i], nearby[i].to_double(), 1e-12)
            << fmt::format("{}({}): {}", meta.name, fmt::join(x, ", "), i);
      }
    });
  }
}

TEST(GeneralizedGradient, FitsReductionsTogether) {
  // Each of these is smooth, though its parts have kinks at the point.
  const std::vector<double> x{2, 2, -2};
  EXPECT_EQ(ad::generalized_gradient(
                [](auto v) {
                  return median(v) + max(max(v[0], v[1]), v[2]) + min(min(v[0], v[1]), v[2]);
                },
                x),
            (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(ad::generalized_gradient(
                [](auto v) { return norminf(v) - max(max(abs(v[0]), abs(v[1])), abs(v[2])); }, x),
            (std::vector<double>{0, 0, 0}));
  const auto g = ad::generalized_gradient([](auto v) { return norm(v) - hypot(v[0], v[1]) + v[0]; },
                                          std::vector<double>{0, 0});
  EXPECT_NEAR(g[0], 1, 1e-15);
  EXPECT_NEAR(g[1], 0, 1e-15);
}

TEST(GeneralizedGradient, ResolvesTheTiesOfReductionsWithOneDirection) {
  const ad::Notes notes;
  using D = ad::Directed<double>;
  ad::Tape<D> tape;
  std::vector<ad::Var<D>> x;
  for (const double d : {3.0, 1.0, 2.0}) x.push_back(tape.input(D(1.0, {d})));
  tape.reverse(median(x) + norminf(x));
  EXPECT_EQ(tape.adjoint(x[2]).value(), 1);
  EXPECT_EQ(tape.adjoint(x[0]).value(), 1);
  EXPECT_GT(notes.ties(), 0U);
  EXPECT_EQ(notes.unresolved_ties(), 0U);
}

}  // namespace
