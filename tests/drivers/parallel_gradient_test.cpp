#include <atomic>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

std::vector<double> some_data(std::size_t size) {
  std::mt19937 engine(7);
  std::normal_distribution<double> normal;
  std::vector<double> data(size);
  for (double& d : data) d = normal(engine);
  return data;
}

const std::vector<double> data = some_data(3000);

// Terms of very different cost.
const auto term = [](const auto& x, std::size_t k) {
  using T = std::remove_cvref_t<decltype(x[0])>;
  T sum = x[0] * data[k];
  for (std::size_t i = 0; i < k % 37; ++i) sum += sin(x[i % x.size()] * data[k]) / 3.0;
  return T(sum * sum);
};

const std::vector<double> point{0.3, -1.2, 2.5};

TEST(ParallelGradient, IsThatOfTheSum) {
  for (const std::size_t terms : {1U, 2U, 511U, 512U, 513U, 3000U}) {
    const auto sum = [&](const auto& x) {
      std::remove_cvref_t<decltype(x[0])> total = 0;
      for (std::size_t k = 0; k < terms; ++k) total += term(x, k);
      return total;
    };
    const auto expected = ad::value_and_gradient(sum, point);
    const auto found = ad::parallel_gradient(term, point, terms, 3);
    EXPECT_NEAR(found.value, expected.value, 1e-12 * expected.value);
    for (std::size_t i = 0; i < point.size(); ++i) {
      EXPECT_NEAR(found.gradient[i], expected.gradient[i], 1e-11 * expected.value) << terms;
    }
  }
}

TEST(ParallelGradient, IsTheSameForAnyNumberOfThreads) {
  const auto alone = ad::parallel_gradient(term, point, data.size(), 1);
  for (const std::size_t threads : {0U, 2U, 3U, 8U, 1000U}) {
    const auto found = ad::parallel_gradient(term, point, data.size(), threads);
    EXPECT_EQ(found.value, alone.value);
    EXPECT_EQ(found.gradient, alone.gradient);
  }
}

TEST(ParallelGradient, RunsOnSeveralThreads) {
  std::atomic<int> inside = 0, most = 0;
  const auto patient = [&](const auto& x, std::size_t) {
    const int now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    for (int i = 0; i < 1000 && most < 2; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --inside;
    return x[0] * 1.0;
  };
  EXPECT_EQ(ad::parallel_gradient(patient, point, 8, 2).gradient[0], 8.0);
  EXPECT_EQ(most, 2);
}

TEST(ParallelGradient, KeepsTheContainer) {
  const auto f = [](const auto& w, auto b, std::size_t k) { return w[0] * b * double(k); };
  const auto [value, gradient] = ad::parallel_gradient(f, std::tuple{std::array{2.0F}, 3.0F}, 4);
  static_assert(std::is_same_v<decltype(value), const float>);
  EXPECT_EQ(value, 36.0F);
  EXPECT_EQ(std::get<0>(gradient)[0], 18.0F);
  EXPECT_EQ(std::get<1>(gradient), 12.0F);
}

TEST(ParallelGradient, WithoutTermsIsZero) {
  const auto [value, gradient] = ad::parallel_gradient(term, point, 0);
  EXPECT_EQ(value, 0.0);
  EXPECT_EQ(gradient, std::vector<double>(3));
}

TEST(ParallelGradient, ThrowsWhatTheFirstTermThrows) {
  const auto fails = [](const auto& x, std::size_t k) {
    if (k == 41 || k == 700 || k == 2999) throw std::runtime_error(std::to_string(k));
    return term(x, k);
  };
  for (const std::size_t threads : {1U, 2U, 5U}) {
    try {
      ad::parallel_gradient(fails, point, data.size(), threads);
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "41");
    }
  }
  EXPECT_THROW(ad::parallel_gradient([](const auto& x, std::size_t) { return x; }, point, 5),
               ad::ShapeError);
}

TEST(ParallelGradient, LeavesTheTapeOfTheCallerAlone) {
  ad::Tape<double> tape;
  const ad::Real x = tape.input(2.0);
  const ad::Real y = x * ad::parallel_gradient(term, point, 100, 2).value;
  tape.reverse(y);
  EXPECT_EQ(tape.adjoint(x) * 2.0, y.value());
}

TEST(ParallelGradient, TellsWhatItsSweepsMet) {
  const auto root = [](const auto& x, std::size_t k) {
    return sqrt((x[0] - double(k)) * (x[0] - double(k)));
  };
  const auto result = ad::parallel_gradient(root, std::vector{3.0}, 10, 2);
  EXPECT_EQ(result.flags.indeterminate.size(), 1U);
  EXPECT_EQ(result.gradient[0], 3.0 - 6.0);
}

using Array = ad::Array<double>;

const std::tuple weights{Array::normal({3, 2}, 1), Array::normal({2}, 2)};

// Of a part of the data; parts differ in size.
const auto loss_of_part = [](const auto& w, const auto& b, std::size_t k) {
  const Array part = Array::normal({1 + k % 5, 3}, k);
  return sum(square(relu(matmul(part, w) + b)));
};

TEST(ParallelGradientOfArrays, IsThatOfTheSum) {
  for (const std::size_t terms : {1U, 3U, 512U, 700U}) {
    const auto sum_of_terms = [&](const auto& w, const auto& b) {
      auto total = loss_of_part(w, b, 0);
      for (std::size_t k = 1; k < terms; ++k) total += loss_of_part(w, b, k);
      return total;
    };
    const auto needed = ad::value_and_gradient(sum_of_terms, weights);
    const auto found = ad::parallel_gradient(loss_of_part, weights, terms, 3);
    EXPECT_NEAR(found.value, needed.value, 1e-12 * needed.value);
    const auto error = std::get<0>(found.gradient) - std::get<0>(needed.gradient);
    EXPECT_LE(norm(error), 1e-12 * needed.value);
    EXPECT_LE(norm(std::get<1>(found.gradient) - std::get<1>(needed.gradient)),
              1e-12 * needed.value);
  }
}

TEST(ParallelGradientOfArrays, IsTheSameForAnyNumberOfThreads) {
  const auto alone = ad::parallel_gradient(loss_of_part, weights, 300, 1);
  for (const std::size_t threads : {0U, 2U, 7U}) {
    const auto found = ad::parallel_gradient(loss_of_part, weights, 300, threads);
    EXPECT_EQ(found.value, alone.value);
    EXPECT_EQ(std::get<0>(found.gradient).to_vector(), std::get<0>(alone.gradient).to_vector());
    EXPECT_EQ(std::get<1>(found.gradient).to_vector(), std::get<1>(alone.gradient).to_vector());
  }
}

TEST(ParallelGradientOfArrays, TakesContainersAndTellsWhatItMet) {
  const std::vector<ad::Array<float>> x{ad::Array<float>({2}, {0, 4}), ad::Array<float>(2.0F)};
  const auto f = [](const auto& v, std::size_t k) { return sum(sqrt(v[0]) * (v[1] - 2.0F)) * k; };
  const auto found = ad::parallel_gradient(f, x, 4, 2);
  EXPECT_EQ(found.gradient[1].item(), 12);
  EXPECT_FALSE(found.flags.indeterminate.empty());
  const auto none = ad::parallel_gradient(f, x, 0, 2);
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.gradient[0].to_vector(), (std::vector<float>{0, 0}));
}

TEST(ParallelGradientOfArrays, ThrowsWhatTheFirstTermThrows) {
  const auto f = [](const auto& w, const auto& b, std::size_t k) {
    if (k == 40) (void)matmul(b, b.reshape({1, 2}));
    if (k == 60) throw std::runtime_error("a later term");
    return loss_of_part(w, b, k);
  };
  EXPECT_THROW((void)ad::parallel_gradient(f, weights, 100, 4), ad::ShapeError);
  const auto of_array = [](const auto& w, const auto&, std::size_t) { return w; };
  EXPECT_THROW((void)ad::parallel_gradient(of_array, weights, 5, 2), ad::ShapeError);
}

}  // namespace
