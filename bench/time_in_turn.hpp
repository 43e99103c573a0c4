// Two ways to compute, timed in turn: their ratio holds when the machine's speed drifts.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

namespace bench {

inline double median(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return *middle;
}

template <class Function, class Gradient>
void time_in_turn(benchmark::State& state, const Function& function, const Gradient& gradient) {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  const auto seconds = [](const auto& action, int times) {
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i) action();
    return Seconds(Clock::now() - start).count() / times;
  };
  // Short functions run often enough for the clock.
  const int times = 1 + static_cast<int>(20e-6 / seconds(function, 1));
  std::vector<double> ratios;
  for (auto _ : state) {
    const double function_seconds = seconds(function, times);
    const double gradient_seconds = seconds(gradient, times);
    state.SetIterationTime(gradient_seconds);
    ratios.push_back(gradient_seconds / function_seconds);
  }
  state.counters["median_ratio"] = median(ratios);
}

}  // namespace bench
