// Gradients of arrays against the best ones written by hand, and beside libtorch's where the
// machine has it (`./dev bench --peers` installs it), timed in turn. All gradients are compared
// with the hand-written ones before they are timed.
#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <benchmark/benchmark.h>

#include <autodiff/autodiff.hpp>

#include "by_hand/result.hpp"
#include "time_in_turn.hpp"
#include "workloads/arrays/matrix_product.hpp"
#include "workloads/arrays/network.hpp"
#include "workloads/arrays/reductions.hpp"
#include "workloads/arrays/regression.hpp"
#include "workloads/arrays/stochastic_volatility.hpp"
#include "workloads/arrays/sum_of_relu.hpp"
#include "workloads/arrays/sum_of_tanh_exp.hpp"
#ifdef AUTODIFF_BENCH_TORCH
#include "peers/torch.hpp"
#endif

namespace {

template <class T>
std::vector<double> numbers_of(const ad::Array<T>& x) {
  const std::vector<T> numbers = x.to_vector();
  return {numbers.begin(), numbers.end()};
}
template <class T>
std::vector<double> numbers_of(const std::vector<ad::Array<T>>& x) {
  std::vector<double> result;
  for (const auto& each : x) {
    const std::vector<double> numbers = numbers_of(each);
    result.insert(result.end(), numbers.begin(), numbers.end());
  }
  return result;
}
template <class... A>
std::vector<double> numbers_of(const std::tuple<A...>& x) {
  return numbers_of(std::apply([](const A&... each) { return std::vector{each...}; }, x));
}

/// Throws std::runtime_error if a gradient is not the one written by hand.
template <class T>
void require_equal(const char* name, const std::vector<double>& found,
                   const by_hand::Result<T>& wanted) {
  if (found.size() != wanted.gradient.size()) {
    throw std::runtime_error(std::string(name) + ": the gradient has " +
                             std::to_string(found.size()) + " elements");
  }
  double scale = 0;
  for (const T each : wanted.gradient) scale = std::fmax(scale, std::fabs(each));
  const double tolerance = (std::is_same_v<T, float> ? 1e-4 : 1e-10) * scale;
  for (std::size_t i = 0; i < wanted.gradient.size(); ++i) {
    if (!(std::fabs(found[i] - wanted.gradient[i]) <= tolerance)) {
      throw std::runtime_error(std::string(name) +
                               ": gradient and hand-written gradient differ in element " +
                               std::to_string(i));
    }
  }
}

template <class T, class Workload>
void gradient(benchmark::State& state, const Workload& workload) {
  const auto by_hand = workload.by_hand();
  by_hand::Result<T> wanted;
  by_hand(wanted);
  const auto f = std::bind_front(workload, workload.data);
  require_equal("autodiff", numbers_of(ad::gradient(f, workload.point)), wanted);
  std::vector<bench::Contestant> contestants{
      {"autodiff", [&] { benchmark::DoNotOptimize(ad::value_and_gradient(f, workload.point)); }}};
#ifdef AUTODIFF_BENCH_TORCH
  const peers::LibTorch<Workload> torch(workload);
  require_equal(torch.name, torch.gradient_numbers(), wanted);
  contestants.push_back({torch.name, [&] { benchmark::DoNotOptimize(torch.gradient()); }});
#endif
  bench::time_all_in_turn(
      state, [&] { by_hand(wanted); }, contestants);
}

/// Enters a benchmark under its name; the workload is made when it runs.
template <template <class> class Workload, class T, class... Argument>
void add(std::string name, const Argument&... argument) {
  name += std::is_same_v<T, float> ? "/float" : "/double";
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    gradient<T>(state, Workload<T>(argument...));
  })->UseManualTime();
}
template <template <class> class Workload, class... Argument>
void add_both(const std::string& name, const Argument&... argument) {
  add<Workload, double>(name, argument...);
  add<Workload, float>(name, argument...);
}

const bool workloads_are_registered = [] {
  using namespace workloads;
  using Units = std::vector<std::size_t>;
  for (const std::size_t n : {100, 10'000, 1'000'000}) {
    add_both<SumOfRelu>("sum_of_relu/" + std::to_string(n), n);
    add_both<SumOfTanhExp>("sum_of_tanh_exp/" + std::to_string(n), n);
  }
  for (const std::size_t n : {16, 64, 256}) {
    add_both<MatrixProduct>("matrix_product/" + std::to_string(n), n);
  }
  for (const std::size_t n : {16, 128, 1024, 16384}) {
    add<Sum, double>("sum/" + std::to_string(n), n);
    add<Product, double>("prod/" + std::to_string(n), n);
    add<LogSumExpOfArray, double>("log_sum_exp/" + std::to_string(n), n);
    add<NormalLogDensity, double>("normal_log_density/" + std::to_string(n), n);
  }
  for (const std::size_t columns : {10, 50, 150}) {
    add<LinearRegression, double>("linear_regression/1000x" + std::to_string(columns),
                                  std::size_t{1000}, columns);
  }
  add_both<LogisticRegression>("logistic_regression/10000x50", std::size_t{10'000},
                               std::size_t{50});
  for (const std::size_t n : {16, 512, 8192}) {
    add<StochasticVolatility, double>("stochastic_volatility/" + std::to_string(n), n);
  }
  add<Regressor, double>("network/2-16-16-1,batch=1", Units{2, 16, 16, 1}, std::size_t{1});
  for (const std::size_t batch : {1, 32, 256}) {
    add_both<Classifier>("network/784-128-10,batch=" + std::to_string(batch), Units{784, 128, 10},
                         batch);
  }
  add_both<Classifier>("network/784-512-512-10,batch=128", Units{784, 512, 512, 10},
                       std::size_t{128});
  return true;
}();

/// A further operation on arrays of one element, recorded and swept.
void one_operation(benchmark::State& state) {
  const ad::Array<double> x({1}, {0.5});
  ad::Tape<double> tape;
  const auto run = [&](int operations) {
    tape.clear();
    ad::Var<ad::Array<double>> y = tape.input(x);
    for (int i = 0; i < operations; ++i) y = y * x;
    tape.reverse(sum(y));
  };
  for (auto _ : state) {
    run(100);
  }
  state.counters["per_operation"] = benchmark::Counter(
      100, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(one_operation);

}  // namespace
