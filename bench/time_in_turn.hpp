// Several ways to compute, timed in turn: their ratios hold when the machine's speed drifts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <functional>
#include <vector>

#include <benchmark/benchmark.h>

namespace bench {

inline double median(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return *middle;
}

/// A way to compute, and what it is called in the table.
struct Contestant {
  const char* name;
  std::function<void()> run;
};

/// The processor time of this program so far: what others do on the machine does not count.
inline double processor_seconds() {
  std::timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Times the function and then every contestant, again and again. Counters are the medians of the
/// contestants' times as multiples of the function's; the benchmark's own time is that of a round.
template <class Function>
void time_all_in_turn(benchmark::State& state, const Function& function,
                      const std::vector<Contestant>& contestants) {
  const auto seconds = [](const auto& action, int times) {
    const double start = processor_seconds();
    for (int i = 0; i < times; ++i) action();
    return (processor_seconds() - start) / times;
  };
  // Short functions run often enough for the clock, whose reading takes some 0.3 us.
  const auto times_of = [&](const auto& action) {
    int times = 1;
    while (seconds(action, times) * times < 50e-6) times *= 2;
    return times;
  };
  const int times = times_of(function);
  std::vector<int> their_times;
  for (const Contestant& each : contestants) their_times.push_back(times_of(each.run));
  std::vector<std::vector<double>> ratios(contestants.size());
  for (auto _ : state) {
    const double function_seconds = seconds(function, times);
    double total = 0;
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const double its_seconds = seconds(contestants[i].run, their_times[i]);
      ratios[i].push_back(its_seconds / function_seconds);
      total += its_seconds * their_times[i];
    }
    state.SetIterationTime(total);
  }
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    state.counters[contestants[i].name] = median(ratios[i]);
  }
}

}  // namespace bench
