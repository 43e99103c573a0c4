// The cost of a gradient over the plain `double` function, recording included. Function and
// gradient are timed in turn, so that the ratio holds when the machine's speed drifts.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <autodiff/autodiff.hpp>

namespace {

std::vector<double> normal_numbers(std::size_t n, double scale) {
  std::mt19937 generator(1);
  std::normal_distribution<double> normal(0, scale);
  std::vector<double> x(n);
  for (double& v : x) v = normal(generator);
  return x;
}

/// A ReLU network 64-64-32-1 in scalar loops; the weights are the variables.
struct ReluNetwork {
  static constexpr std::size_t variables = 65 * 64 + 65 * 32 + 33;
  std::vector<double> input = normal_numbers(64, 1.0);
  std::vector<double> point = normal_numbers(variables, 0.125);

  template <class T>
  T operator()(const std::vector<T>& w) const {
    using ad::relu;
    std::size_t k = 0;
    const auto layer = [&](const auto& in, std::size_t outputs) {
      std::vector<T> out(outputs);
      for (T& o : out) {
        T s = w[k++];
        for (const auto& i : in) s += w[k++] * i;
        o = relu(s);
      }
      return out;
    };
    const std::vector<T> second = layer(layer(input, 64), 32);
    T s = w[k++];
    for (const T& i : second) s += w[k++] * i;
    return s;
  }
};

/// log Σ exp(x_i), shifted by the largest x_i.
struct LogSumExp {
  std::vector<double> point = normal_numbers(10'000, 1.0);

  template <class T>
  T operator()(const std::vector<T>& x) const {
    using std::exp, std::log;
    const double shift = ad::value_of(*std::max_element(x.begin(), x.end()));
    T sum = 0;
    for (const T& v : x) sum += exp(v - shift);
    return log(sum) + shift;
  }
};

/// Burgers' equation u_t + u u_x = ν u_xx on a line, 50 explicit steps; the initial state is
/// varied.
struct Burgers {
  std::vector<double> point = normal_numbers(1000, 0.1);

  template <class T>
  T operator()(const std::vector<T>& initial) const {
    std::vector<T> u = initial;
    std::vector<T> next = initial;
    for (int step = 0; step < 50; ++step) {
      for (std::size_t i = 1; i + 1 < u.size(); ++i) {
        next[i] =
            u[i] - 0.1 * u[i] * (u[i + 1] - u[i - 1]) + 0.2 * (u[i + 1] - 2.0 * u[i] + u[i - 1]);
      }
      std::swap(u, next);
    }
    T energy = 0;
    for (const T& v : u) energy += v * v;
    return energy;
  }
};

template <class Workload>
void gradient_over_function(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  const Workload f;
  std::vector<double> ratios;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(f(f.point));
    const auto middle = Clock::now();
    benchmark::DoNotOptimize(ad::value_and_gradient(f, f.point));
    const auto end = Clock::now();
    state.SetIterationTime(Seconds(end - middle).count());
    ratios.push_back(Seconds(end - middle) / Seconds(middle - start));
  }
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2),
                   ratios.end());
  state.counters["median_ratio"] = ratios[ratios.size() / 2];
}

BENCHMARK(gradient_over_function<ReluNetwork>)->UseManualTime();
BENCHMARK(gradient_over_function<LogSumExp>)->UseManualTime();
BENCHMARK(gradient_over_function<Burgers>)->UseManualTime();

/// A chain of ten million operations: time per operation, and the bytes it occupies.
void long_chain(benchmark::State& state) {
  constexpr int length = 10'000'000;
  double bytes = 0;
  for (auto _ : state) {
    ad::Tape<double> tape;
    const ad::Real x = tape.input(1.0);
    ad::Real y = x;
    for (int i = 0; i < length; ++i) y = y * 1.0000001;
    tape.reverse(y);
    benchmark::DoNotOptimize(tape.adjoint(x));
    bytes = static_cast<double>(tape.statistics().bytes_used);
  }
  state.counters["bytes_per_operation"] = bytes / length;
  state.SetItemsProcessed(state.iterations() * length);
}
BENCHMARK(long_chain)->Unit(benchmark::kMillisecond);

}  // namespace
