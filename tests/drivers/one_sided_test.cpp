#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::directional_derivative;
using ad::generalized_gradient;

TEST(DirectionalDerivative, TakesTheBranchOfEveryKinkInTheDirection) {
  const auto along = [](const auto& f, double d) {
    return directional_derivative([&](auto x) { return f(x[0]); }, std::array{0.0}, std::array{d});
  };
  for (const double d : {-2.0, 3.0}) {
    EXPECT_EQ(along([](auto x) { return abs(x); }, d), std::fabs(d));
    EXPECT_EQ(along([](auto x) { return relu(x); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return leaky_relu(x, 0.5); }, d), d > 0 ? d : 0.5 * d);
    EXPECT_EQ(along([](auto x) { return max(x, -x); }, d), std::fabs(d));
    EXPECT_EQ(along([](auto x) { return min(2 * x, x); }, d), std::fmin(2 * d, d));
    EXPECT_EQ(along([](auto x) { return clamp(x, 0.0, 1.0); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return relu6(x + 6); }, d), std::fmin(d, 0));
    EXPECT_EQ(along([](auto x) { return hard_tanh(x - 1); }, d), std::fmax(d, 0));
    EXPECT_EQ(along([](auto x) { return hypot(3 * x, 4 * x); }, d), 5 * std::fabs(d));
    EXPECT_EQ(along([](auto x) { return where(x < 0, -x, 2 * x); }, d), d < 0 ? -d : 2 * d);
    EXPECT_EQ(along([](auto x) { return where(x == 0, 0.0, x); }, d), d);
    EXPECT_EQ(along([](auto x) { return relu(x) - relu(-x); }, d), d);
    EXPECT_EQ(along([](auto x) { return relu(abs(x)) * 2; }, d), 2 * std::fabs(d));
  }
}

TEST(DirectionalDerivative, IsTheJvpWhereTheFunctionIsSmooth) {
  const auto f = [](auto x) { return std::array{sin(x[0]) * x[1], exp(x[0] - x[1])}; };
  const std::vector x{0.5, 2.0}, d{1.0, -3.0};
  const auto one_sided = directional_derivative(f, x, d);
  const auto smooth = ad::jvp(f, x, d);
  EXPECT_EQ(one_sided, smooth);
  EXPECT_THROW(directional_derivative(f, x, std::vector{1.0}), ad::ShapeError);
}

TEST(GeneralizedGradient, FitsThePartsTogetherWhereConventionsDoNot) {
  EXPECT_EQ(generalized_gradient([](auto x) { return relu(x) - relu(-x); }, 0.0)[0], 1);
  EXPECT_EQ(generalized_gradient([](auto x) { return abs(x) - 2 * relu(x) + x; }, 0.0)[0], 0);
  const auto sum = [](auto x, auto y) { return max(x, y) + min(x, y); };
  EXPECT_EQ(generalized_gradient(sum, 2.0, 2.0), (std::array{1.0, 1.0}));
  EXPECT_EQ(generalized_gradient([](auto x) { return where(x == 0, 0.0, x); }, 0.0)[0], 1);
  EXPECT_EQ(generalized_gradient([](auto x) { return relu(x - x) + x; }, 0.0)[0], 1);
}

TEST(GeneralizedGradient, SeesTheFunctionsOwnBranches) {
  const auto f = [](auto x) -> ad::value_type_t<decltype(x)> {
    if (x > 0) return 2 * x;
    return 3 * x;
  };
  const double g = generalized_gradient(f, 0.0)[0];
  EXPECT_TRUE(g == 2 || g == 3) << g;
}

TEST(GeneralizedGradient, IsAUnitVectorAtTheApexOfANorm) {
  const auto g = generalized_gradient([](auto x, auto y) { return hypot(x, y); }, 0.0, 0.0);
  EXPECT_NEAR(std::hypot(g[0], g[1]), 1, 1e-15);
}

TEST(GeneralizedGradient, IsTheGradientWhereTheFunctionIsSmooth) {
  const auto f = [](auto x) { return sin(x[0]) * relu(x[1]) + exp(x[0] * x[1]); };
  const std::vector x{0.5, 2.0};
  EXPECT_EQ(generalized_gradient(f, x), ad::gradient(f, x));
  const std::array<float, 2> in_float{0.5F, 2.0F};
  EXPECT_EQ(generalized_gradient(f, in_float), ad::gradient(f, in_float));
}

/// A random program: each step applies an operation to earlier results. Small whole numbers make
/// its kinks meet the point exactly, many of them at once.
class Program {
 public:
  static constexpr std::size_t variables = 3;

  explicit Program(std::mt19937_64& random)
      : steps_(static_cast<std::size_t>(pick(random, 6, 16))) {
    std::size_t results = variables;
    for (Step& step : steps_) {
      step = {pick(random, 0, 14),
              static_cast<std::size_t>(pick(random, 0, static_cast<int>(results) - 1)),
              static_cast<std::size_t>(pick(random, 0, static_cast<int>(results) - 1)),
              {pick(random, -2, 2), pick(random, -2, 2), pick(random, -1, 1)}};
      ++results;
    }
    for (double& x : point_) x = pick(random, -1, 1);
  }

  const std::array<double, variables>& point() const { return point_; }

  template <class T>
  T operator()(const std::array<T, variables>& x) const {
    std::vector<T> results(x.begin(), x.end());
    for (const Step& step : steps_) {
      results.push_back(apply(step, results[step.first], results[step.second]));
    }
    T sum = 0;
    for (std::size_t i = variables; i < results.size(); ++i) sum += results[i];
    return sum;
  }

 private:
  struct Step {
    int operation;
    std::size_t first, second;
    std::array<int, 3> coefficients;
  };

  static int pick(std::mt19937_64& random, int low, int high) {
    return std::uniform_int_distribution(low, high)(random);
  }

  template <class T>
  static T apply(const Step& step, const T& u, const T& v) {
    const auto& c = step.coefficients;
    switch (step.operation) {
      case 0:
        return relu(u);
      case 1:
        return abs(u);
      case 2:
        return max(u, v);
      case 3:
        return min(u, v);
      case 4:
        return clamp(u, -1.0, 1.0);
      case 5:
        return leaky_relu(u, 0.25);
      case 6:
        return sin(u);
      case 7:
        return 0.5 * u * v;
      case 8:
        return T(u - v) / (1 + u * u);
      case 9:
        return norm(3 * u, 4 * u);  // irrational numbers would meet kinks by rounding only
      case 10:
        return norminf(u, v, 1.0);
      case 11:
        return median(u, v, 0.0);
      case 12:
        return stddev(u, v, u + v);
      default:
        return c[0] * u + c[1] * v + c[2];
    }
  }

  std::vector<Step> steps_;
  std::array<double, variables> point_{};
};

template <class T, std::size_t N>
std::array<double, N> plain(const std::array<T, N>& x) {
  std::array<double, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = ad::value_of(x[i]).to_double();
  return result;
}

bool agree(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(std::fabs(a[i] - b[i]) <= 1e-9 * (1 + std::fabs(a[i]) + std::fabs(b[i])))) return false;
  }
  return true;
}

/// The gradient at x + 2^-80 d, in quad precision: beside all kinks, near enough to be its limit.
std::array<double, 3> gradient_beside(const Program& f, const std::array<double, 3>& d) {
  std::array<ad::Quad, 3> x;
  for (std::size_t i = 0; i < 3; ++i) {
    x[i] = ad::Quad(f.point()[i]) + ldexp(ad::Quad(d[i]), -80);
  }
  return plain(ad::gradient(f, x));
}

/// Random programs: AUTODIFF_RANDOM_PROGRAMS of them, 1000 if it is not set.
TEST(GeneralizedGradient, IsALimitOfGradientsNearbyInRandomPrograms) {
  const char* wanted = std::getenv("AUTODIFF_RANDOM_PROGRAMS");
  const int count = wanted == nullptr ? 1000 : std::atoi(wanted);
  constexpr std::uint64_t seed = 20261121;
  std::mt19937_64 random(seed);
  ad::detail::ProbingDirection probing(0);
  std::array<double, 3> d;
  for (double& each : d) each = probing.next<double>();
  int at_kinks = 0, conventions_wrong = 0;
  for (int i = 0; i < count; ++i) {
    const Program f(random);
    const auto g = generalized_gradient(f, f.point());
    EXPECT_TRUE(agree(g, gradient_beside(f, d)))
        << fmt::format("program {}, seed {}: {} {} {}", i, seed, g[0], g[1], g[2]);
    std::normal_distribution<double> normal;
    std::vector<std::array<double, 3>> nearby;
    for (int k = 0; k < 50; ++k) {
      nearby.push_back(gradient_beside(f, {normal(random), normal(random), normal(random)}));
    }
    bool same = true;
    for (const auto& each : nearby) same = same && agree(each, nearby[0]);
    at_kinks += same ? 0 : 1;
    // Outside the hull of the gradients nearby, seen from one of some directions.
    const auto ordinary = ad::gradient(f, f.point());
    bool outside = false;
    for (int k = 0; k < 50; ++k) {
      const std::array<double, 3> v{normal(random), normal(random), normal(random)};
      const auto project = [&](const auto& a) { return a[0] * v[0] + a[1] * v[1] + a[2] * v[2]; };
      double largest = project(nearby[0]);
      for (const auto& each : nearby) largest = std::fmax(largest, project(each));
      outside = outside || project(ordinary) > largest + 1e-6 * (1 + std::fabs(largest));
    }
    conventions_wrong += outside ? 1 : 0;
  }
  fmt::print(
      "{} random programs, seed {}: {} at kinks; ordinary gradient outside the generalised "
      "one: {}\n",
      count, seed, at_kinks, conventions_wrong);
  EXPECT_GT(at_kinks, count / 4);
  EXPECT_GT(conventions_wrong, count / 50);
}

}  // namespace
