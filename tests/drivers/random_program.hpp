// Random programs whose kinks meet the point exactly, and their gradients beside it.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <autodiff/autodiff.hpp>

namespace ad::testing {

/// A random program: each step applies an operation to earlier results. Small whole numbers make
/// its kinks meet the point exactly, many of them at once.
class Program {
 public:
  static constexpr std::size_t variables = 3;

  explicit Program(std::mt19937_64& random) {
    do {
      draw(random);
    } while (!meets_kinks_exactly());
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

  void draw(std::mt19937_64& random) {
    steps_.resize(static_cast<std::size_t>(pick(random, 6, 16)));
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

  /// No two numbers of the evaluation, nor one of them and a constant of the operations, differ by
  /// rounding only: where a kink lies between them, double and quad may be on different sides.
  bool meets_kinks_exactly() const {
    const std::vector<Quad> numbers = numbers_of_evaluation<Quad>();
    const std::vector<double> rounded = numbers_of_evaluation<double>();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const bool is_near = std::fabs(rounded[i] - rounded[k]) < 1e-9;
        if (is_near && (rounded[i] != rounded[k] || numbers[i] != numbers[k])) return false;
      }
    }
    return true;
  }

  template <class T>
  std::vector<T> numbers_of_evaluation() const {
    std::vector<Plain<T>> results(point_.begin(), point_.end());
    for (const Step& step : steps_) {
      results.push_back(apply(step, results[step.first], results[step.second]));
    }
    results.insert(results.end(), {0.0, 1.0, -1.0});
    std::vector<T> numbers;
    for (const Plain<T>& each : results) numbers.push_back(each.value());
    return numbers;
  }

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
        return norm(3 * u, 4 * u);
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

inline bool agree(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(std::fabs(a[i] - b[i]) <= 1e-9 * (1 + std::fabs(a[i]) + std::fabs(b[i])))) return false;
  }
  return true;
}

/// The gradient at x + 2^-80 d, in quad precision: beside all kinks, near enough to be its limit.
inline std::array<double, 3> gradient_beside(const Program& f, const std::array<double, 3>& d) {
  std::array<ad::Quad, 3> x;
  for (std::size_t i = 0; i < 3; ++i) {
    x[i] = ad::Quad(f.point()[i]) + ldexp(ad::Quad(d[i]), -80);
  }
  return plain(ad::gradient(f, x));
}

}  // namespace ad::testing
