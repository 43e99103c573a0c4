#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

using ad::Real;

const auto rosenbrock = [](const auto& x) {
  using T = std::remove_cvref_t<decltype(x[0])>;
  T sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const T a = x[i + 1] - x[i] * x[i];
    const T b = 1.0 - x[i];
    sum += 100.0 * a * a + b * b;
  }
  return sum;
};

TEST(Gradient, KeepsTheContainerKindAndTheFloatingType) {
  const auto f = [](const auto& x) { return x[0] * x[1]; };
  static_assert(
      std::is_same_v<decltype(ad::gradient(f, std::array{1.0, 2.0})), std::array<double, 2>>);
  static_assert(
      std::is_same_v<decltype(ad::gradient(f, std::vector{1.0F, 2.0F})), std::vector<float>>);
  static_assert(std::is_same_v<decltype(ad::gradient(f, std::array{1, 2})), std::array<double, 2>>);
  const std::vector<double> x{3.0, 4.0};
  static_assert(std::is_same_v<decltype(ad::gradient(f, std::span(x))), std::vector<double>>);
  EXPECT_EQ(ad::gradient(f, std::span(x)), (std::vector{4.0, 3.0}));
  const double raw[] = {3.0, 4.0};
  EXPECT_EQ(ad::gradient(f, raw), (std::vector{4.0, 3.0}));
  EXPECT_EQ(ad::gradient(f, std::vector{3.0F, 4.0F}), (std::vector{4.0F, 3.0F}));
}

TEST(Gradient, TakesSeveralNumbers) {
  const auto g = ad::gradient([](auto x, auto y, auto z) { return x * y + z; }, 2.0, 3, 1.0F);
  EXPECT_EQ(g, (std::array{3.0, 2.0, 1.0}));
}

TEST(Hessian, LeavesOutWhatIsDetached) {
  const auto hessian =
      ad::hessian([](const auto& x, const auto& y) { return x * detach(y); }, 1.3, 2.0);
  EXPECT_EQ(hessian(0, 1), 0);
  EXPECT_EQ(hessian(1, 0), 0);
  const auto square = [](auto u) { return u * detach(u); };
  EXPECT_EQ(ad::derivative([&](auto x) { return ad::derivative(square, x); }, 1.3), 0);
}

TEST(Gradient, TakesATupleMemberByMember) {
  const auto f = [](const auto& w, auto b, const auto& v) { return w[0] * w[1] + b * b * v[0]; };
  const auto x = std::tuple{std::array{2.0, 3.0}, 5.0, std::vector{7.0}};
  const auto [value, gradient] = ad::value_and_gradient(f, x);
  EXPECT_EQ(value, 6.0 + 175.0);
  EXPECT_EQ(std::get<0>(gradient), (std::array{3.0, 2.0}));
  EXPECT_EQ(std::get<1>(gradient), 70.0);
  EXPECT_EQ(std::get<2>(gradient), (std::vector{25.0}));
}

TEST(Gradient, AcceptsNodesValuesConstantsAndSmallContainers) {
  EXPECT_EQ(ad::gradient([](auto x) { return x * x; }, 3.0)[0], 6.0);
  EXPECT_EQ(ad::gradient([](auto) { return 5.0; }, 3.0)[0], 0.0);
  EXPECT_EQ(ad::gradient([](auto) { return 5; }, 3.0)[0], 0.0);
  EXPECT_EQ(ad::gradient([](auto x) { return std::vector{x}; }, 3.0)[0], 1.0);
  EXPECT_EQ(ad::gradient([](const auto&) { return 1.0; }, std::vector<double>{}).size(), 0U);
}

TEST(Gradient, RefusesSeveralOutputsWithTheWayOut) {
  try {
    ad::gradient([](auto x) { return std::vector{x, x, x}; }, 1.0);
    FAIL();
  } catch (const ad::ShapeError& error) {
    EXPECT_STREQ(
        error.what(),
        "gradient: the output has shape (3), but a scalar is needed; use jacobian() or sum "
        "the output.");
  }
}

Real tape_only(const std::vector<Real>& x) { return x[0] * x[0]; }

TEST(Gradient, TakesFunctionsWrittenForTheTape) {
  EXPECT_EQ(ad::gradient(tape_only, std::vector{3.0})[0], 6.0);
  EXPECT_EQ(ad::derivative([](Real x) -> Real { return x * x; }, 3.0), 6.0);
  EXPECT_EQ(ad::jacobian(tape_only, std::vector{3.0})(0, 0), 6.0);
}

TEST(Gradient, OfAMillionInputs) {
  std::vector<double> x(1'000'000);
  std::iota(x.begin(), x.end(), 0.0);
  const auto g = ad::gradient(
      [](const auto& v) {
        auto sum = v[0] * 0.0 + 0.0;
        ad::value_type_t<decltype(v[0])> total = sum;
        for (const auto& e : v) total += e * e;
        return total;
      },
      x);
  for (const std::size_t i : {0U, 1U, 999'999U}) EXPECT_EQ(g[i], 2.0 * x[i]);
}

TEST(Gradient, AtAKinkFollowsTheDeclaredConvention) {
  EXPECT_EQ(ad::gradient([](auto x) { return relu(x); }, 0.0)[0], 0.0);
  EXPECT_EQ(ad::gradient([](auto x) { return relu(x, ad::SlopeAtZero{0.25}); }, 0.0)[0], 0.25);
  EXPECT_EQ(ad::derivative([](auto x) { return relu(x, ad::SlopeAtZero{1.0}); }, 0.0), 1.0);
}

TEST(Gradient, TellsIndeterminateForms) {
  const auto result = ad::value_and_gradient([](auto x) { return sqrt(x * x); }, 0.0);
  EXPECT_EQ(result.gradient[0], 0.0);
  ASSERT_EQ(result.flags.indeterminate.size(), 1U);
  EXPECT_EQ(result.flags.indeterminate[0].operation, "mul") << "it met inf * 0";
}

TEST(Derivative, OfAConstantIsZero) {
  EXPECT_EQ(ad::derivative([](auto) { return 2.0; }, 1.0), 0.0);
  EXPECT_EQ(ad::derivative([](auto x) { return exp(2.0 * x); }, 0.0), 2.0);
  static_assert(std::is_same_v<decltype(ad::derivative([](auto x) { return x; }, 1.0F)), float>);
}

TEST(Jacobian, IsRightInBothModes) {
  // 3 outputs of 40 inputs go in reverse, 40 outputs of 3 inputs forward.
  const auto f = [](const auto& x, std::size_t m) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    std::vector<T> y(m);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) {
        y[i] += sin(x[j] * static_cast<double>(i + 1)) * static_cast<double>(j + 1);
      }
    }
    return y;
  };
  for (const auto& [m, n] : {std::pair{3U, 40U}, {40U, 3U}, {1U, 1U}, {5U, 2U}, {20U, 20U}}) {
    std::vector<double> x(n);
    for (std::size_t j = 0; j < n; ++j) x[j] = 0.1 * static_cast<double>(j);
    const auto jacobian =
        ad::jacobian([&, outputs = m](const auto& v) { return f(v, outputs); }, x);
    ASSERT_EQ(jacobian.rows(), m);
    ASSERT_EQ(jacobian.cols(), n);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double k = static_cast<double>(i + 1);
        EXPECT_NEAR(jacobian(i, j), k * static_cast<double>(j + 1) * std::cos(k * x[j]), 1e-12);
      }
    }
  }
}

TEST(Jacobian, TakesNothingFromZeroTimesInfinityInForwardMode) {
  const auto f = [](const auto& x) { return std::array{sqrt(x[0]) + x[1] * x[2] + x[3]}; };
  const std::vector<double> expected{INFINITY, 3.0, 2.0, 1.0};
  const ad::Notes notes;
  const auto known_size = ad::jacobian(f, std::array{0.0, 2.0, 3.0, 4.0});
  EXPECT_EQ(std::vector(known_size.data(), known_size.data() + 4), expected);
  ASSERT_EQ(notes.indeterminate().size(), 1U);
  EXPECT_EQ(notes.indeterminate()[0].operation, "sqrt");
  const auto any_size = ad::jacobian(f, std::vector{0.0, 2.0, 3.0, 4.0});
  EXPECT_EQ(std::vector(any_size.data(), any_size.data() + 4), expected);
}

TEST(Jacobian, OfAMillionByTwoAndTwoByAMillion) {
  constexpr std::size_t n = 1'000'000;
  const auto tall = ad::jacobian(
      [](const auto& x) {
        using T = std::remove_cvref_t<decltype(x[0])>;
        std::vector<T> y(n);
        for (std::size_t i = 0; i < n; ++i) y[i] = x[0] * static_cast<double>(i) + x[1];
        return y;
      },
      std::array{1.0, 2.0});
  EXPECT_EQ(tall.rows(), n);
  EXPECT_EQ(tall(n - 1, 0), static_cast<double>(n - 1));
  EXPECT_EQ(tall(n - 1, 1), 1.0);
  const auto wide = ad::jacobian(
      [](const auto& x) {
        using T = std::remove_cvref_t<decltype(x[0])>;
        std::array<T, 2> y{};
        for (const auto& v : x) {
          y[0] += v * v;
          y[1] += 3.0 * v;
        }
        return y;
      },
      std::vector<double>(n, 0.5));
  EXPECT_EQ(wide.cols(), n);
  EXPECT_EQ(wide(0, n - 1), 1.0);
  EXPECT_EQ(wide(1, 0), 3.0);
}

TEST(VjpAndJvp, AreAdjointWithAMillionOutputs) {
  constexpr std::size_t m = 1'000'000;
  const auto f = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    std::vector<T> y;
    y.reserve(m);
    for (std::size_t i = 0; i < m; ++i) y.push_back(x[i % 3] * x[(i + 1) % 3]);
    return y;
  };
  const std::array x{1.0, 2.0, 3.0};
  const std::array v{0.5, -1.0, 2.0};
  std::vector<double> w(m);
  for (std::size_t i = 0; i < m; ++i) w[i] = static_cast<double>(i % 7) - 3.0;
  const auto jv = ad::jvp(f, x, v);
  ASSERT_EQ(jv.size(), m);
  const auto wj = ad::vjp(f, x, w);
  const double left = std::inner_product(w.begin(), w.end(), jv.begin(), 0.0);
  const double right = std::inner_product(wj.begin(), wj.end(), v.begin(), 0.0);
  EXPECT_NEAR(left, right, 1e-6 * std::abs(left));
}

TEST(VjpAndJvp, RefuseSizesThatDoNotFit) {
  const auto f = [](const auto& x) { return std::array{x[0] * x[1], x[0] + x[1]}; };
  EXPECT_THROW(ad::vjp(
                   [](const auto& x) {
                     return std::vector{x[0], x[1]};
                   },
                   std::array{1.0, 2.0}, std::vector{1.0}),
               ad::ShapeError);
  EXPECT_THROW(ad::jvp([](const auto& x) { return x[0]; }, std::vector{1.0, 2.0}, std::vector{1.0}),
               ad::ShapeError);
  static_cast<void>(f);
}

TEST(VjpAndJvp, KeepTheShapeOfPointAndOutput) {
  const auto f = [](const auto& x) { return std::vector{x[0], x[1], x[0]}; };
  static_assert(std::is_same_v<decltype(ad::jvp(f, std::array{1.0F, 2.0F}, std::array{1, 1})),
                               std::vector<float>>);
  EXPECT_EQ(ad::jvp([](auto x) { return x * x; }, 3.0, 2.0), 12.0);
  EXPECT_EQ(ad::vjp([](auto x) { return x * x; }, 3.0, 2.0), 12.0);
}

TEST(Hessian, OutsideADomainIsNoNumber) {
  const auto second = [](const auto& f, double x) { return ad::hessian(f, x)(0, 0); };
  EXPECT_TRUE(std::isnan(second([](auto x) { return log(x); }, -1.0)));
  EXPECT_TRUE(std::isnan(second([](auto x) { return log1p(x); }, -2.0)));
  EXPECT_TRUE(std::isnan(second([](auto x) { return atanh(x); }, 2.0)));
  EXPECT_TRUE(std::isnan(second([](auto x) { return logit(x); }, 1.5)));
  EXPECT_TRUE(std::isnan(second([](auto x) { return pow(x, 0.5); }, -2.0)));
  EXPECT_TRUE(std::isnan(second([](auto x) { return sqrt(x); }, -2.0)));
}

TEST(Hessian, OfRosenbrock) {
  const std::vector x{1.2, 0.7, -0.3, 2.0, 0.1, 0.9};
  const auto h = ad::hessian(rosenbrock, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      double expected = 0;
      if (i == j) {
        if (i + 1 < x.size()) expected += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
        if (i > 0) expected += 200;
      } else if (i + 1 == j || j + 1 == i) {
        expected = -400 * x[std::min(i, j)];
      }
      EXPECT_NEAR(h(i, j), expected, 1e-10) << i << ", " << j;
    }
  }
  const std::vector v{1.0, -2.0, 0.5, 0.0, 3.0, 1.0};
  const auto hv = ad::hvp(rosenbrock, x, v);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double expected = 0;
    for (std::size_t j = 0; j < x.size(); ++j) expected += h(i, j) * v[j];
    EXPECT_NEAR(hv[i], expected, 1e-9);
  }
}

// Perturbation confusion: x * d/dy (x + y) is x, whose derivative is 1 (not 2).
TEST(Nesting, KeepsLevelsApartInEveryMixOfModes) {
  const auto forward_inner = [](auto x) {
    using T = decltype(x);
    return x * ad::derivative([&](auto y) { return x + y; }, T(1.0));
  };
  const auto reverse_inner = [](auto x) {
    using T = decltype(x);
    return x * ad::gradient([&](auto y) { return x + y; }, T(1.0))[0];
  };
  EXPECT_EQ(ad::derivative(forward_inner, 1.0), 1.0);
  EXPECT_EQ(ad::derivative(reverse_inner, 1.0), 1.0);
  EXPECT_EQ(ad::gradient(forward_inner, 1.0)[0], 1.0);
  EXPECT_EQ(ad::gradient(reverse_inner, 1.0)[0], 1.0);
}

TEST(Nesting, GoesThreeLevelsDeepInEveryMixOfModes) {
  // d³/dx³ of x⁵ sin-free: 60 x²
  const auto f = [](auto x) { return x * x * x * x * x; };
  const auto d = [](auto g) { return [g](auto x) { return ad::derivative(g, x); }; };
  const auto r = [](auto g) { return [g](auto x) { return ad::gradient(g, x)[0]; }; };
  const double expected = 60.0 * 1.5 * 1.5;
  EXPECT_DOUBLE_EQ(ad::derivative(d(d(f)), 1.5), expected);
  EXPECT_DOUBLE_EQ(ad::derivative(d(r(f)), 1.5), expected);
  EXPECT_DOUBLE_EQ(ad::derivative(r(d(f)), 1.5), expected);
  EXPECT_DOUBLE_EQ(ad::derivative(r(r(f)), 1.5), expected);
  EXPECT_DOUBLE_EQ(ad::gradient(d(d(f)), 1.5)[0], expected);
  EXPECT_DOUBLE_EQ(ad::gradient(d(r(f)), 1.5)[0], expected);
  EXPECT_DOUBLE_EQ(ad::gradient(r(d(f)), 1.5)[0], expected);
  EXPECT_DOUBLE_EQ(ad::gradient(r(r(f)), 1.5)[0], expected);
}

TEST(Nesting, DifferentiatesAnInnerMinimiserThroughItsIterations) {
  // x(a) = argmin (x - a)² + x⁴/4 by Newton steps with inner derivatives; x'(a) = 2 / (2 + 3x²).
  const auto minimiser = [](auto a) {
    using T = decltype(a);
    T x = 1.0;
    for (int i = 0; i < 30; ++i) {
      const auto loss = [&](auto u) { return (u - a) * (u - a) + u * u * u * u / 4.0; };
      const auto slope = [&](auto u) { return ad::derivative(loss, u); };
      x = x - slope(x) / ad::derivative(slope, x);
    }
    return x;
  };
  const double x = minimiser(ad::Plain<double>(2.0)).value();
  EXPECT_NEAR(ad::derivative(minimiser, 2.0), 2 / (2 + 3 * x * x), 1e-12);
}

TEST(Nesting, RefusesACapturedValueOnAnInnerTapeOfTheSameType) {
  EXPECT_THROW(
      ad::gradient(
          [](auto x) { return ad::gradient([&](Real y) -> Real { return x * y; }, 1.0)[0] * x; },
          2.0),
      ad::TapeError);
}

}  // namespace
