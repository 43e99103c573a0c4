// The cost of a gradient over the plain `double` function, recording included, by this engine and
// by others that the machine has (`./dev bench --peers` installs them). All are timed in turn, so
// that the ratios hold when the machine's speed drifts. Every gradient is compared with central
// differences before it is timed.
#include <algorithm>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include <autodiff/autodiff.hpp>

#include "finite_differences.hpp"
#include "peers.hpp"
#include "tape_gradients.hpp"
#include "time_in_turn.hpp"
#include "workloads/asian_option.hpp"
#include "workloads/bundle_adjustment.hpp"
#include "workloads/burgers.hpp"
#include "workloads/determinant.hpp"
#include "workloads/gaussian_mixture.hpp"
#include "workloads/hand_tracking.hpp"
#include "workloads/log_sum_exp.hpp"
#include "workloads/lstm.hpp"
#include "workloads/ode.hpp"
#include "workloads/relu_network.hpp"

namespace {

using bench::ByDriver, bench::ByTerm;

template <class Method, class F, class... Peer>
void gradient(benchmark::State& state, const F& f, peers::List<Peer...>) {
  bench::require_gradient(f, f.point, Method::gradient(f));
  (bench::require_gradient(f, f.point, Peer::gradient(f)), ...);
  bench::time_all_in_turn(state, [&] { benchmark::DoNotOptimize(f(f.point)); },
                          {{"autodiff", [&] { benchmark::DoNotOptimize(Method::gradient(f)); }},
                           {Peer::name, [&] { benchmark::DoNotOptimize(Peer::gradient(f)); }}...});
}

/// Compares some rows of all Jacobians.
void require_jacobians(const workloads::BundleAdjustment& f, const std::vector<double>& all) {
  constexpr std::size_t n = workloads::BundleAdjustment::variables;
  for (std::size_t row = 0; row < 200; ++row) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(row * n);
    bench::require_gradient([&](const auto& x) { return f(x, row / 2)[row % 2]; }, f.point(row / 2),
                            {begin, begin + n});
  }
}

template <class... Peer>
void jacobians(benchmark::State& state, const workloads::BundleAdjustment& f,
               peers::List<Peer...>) {
  require_jacobians(f, bench::Jacobians::gradient(f));
  (require_jacobians(f, Peer::jacobians(f)), ...);
  constexpr std::size_t n = workloads::BundleAdjustment::variables;
  bench::time_all_in_turn(
      state,
      [&] {
        std::vector<double> x(n);
        for (std::size_t k = 0; k < f.terms; ++k) {
          std::copy_n(f.points.begin() + static_cast<std::ptrdiff_t>(k * n), n, x.begin());
          benchmark::DoNotOptimize(f(x, k));
        }
      },
      {{"autodiff", [&] { benchmark::DoNotOptimize(bench::Jacobians::gradient(f)); }},
       {Peer::name, [&] { benchmark::DoNotOptimize(Peer::jacobians(f)); }}...});
}

/// One Jacobian of a function of few variables with many outputs.
template <class... Peer>
void jacobian(benchmark::State& state, const workloads::HandTracking& f, peers::List<Peer...>) {
  const std::vector<double> x(f.point.begin(), f.point.end());
  bench::require_jacobian(f, x, bench::JacobianByDriver::jacobian(f));
  bench::require_jacobian(f, x, bench::JacobianByRows::jacobian(f));
  (bench::require_jacobian(f, x, Peer::jacobian(f)), ...);
  bench::time_all_in_turn(
      state, [&] { benchmark::DoNotOptimize(f(f.point)); },
      {{"autodiff", [&] { benchmark::DoNotOptimize(bench::JacobianByDriver::jacobian(f)); }},
       {"autodiff,reverse", [&] { benchmark::DoNotOptimize(bench::JacobianByRows::jacobian(f)); }},
       {Peer::name, [&] { benchmark::DoNotOptimize(Peer::jacobian(f)); }}...});
}

/// Enters a benchmark under its name; the workload is made when it runs.
template <class Method, class Others, class Make>
void add(const char* name, const Make& make) {
  benchmark::RegisterBenchmark(name, [make](benchmark::State& state) {
    gradient<Method>(state, make(), Others());
  })->UseManualTime();
}

// The others take part where they need no more than seconds and what memory there is.
const bool workloads_are_registered = [] {
  using namespace workloads;
  using peers::WithTape, peers::None;
  add<ByDriver, WithTape>("relu_network/64-64-32-1", [] { return ReluNetwork(); });
  add<ByDriver, WithTape>("log_sum_exp/1e4", [] { return LogSumExp(10'000); });
  add<ByDriver, None>("log_sum_exp/1e6", [] { return LogSumExp(1'000'000); });
  add<ByDriver, WithTape>("burgers/16x16,4", [] { return Burgers(16, 4); });
  add<ByDriver, None>("burgers/96x96,20", [] { return Burgers(96, 20); });
  add<ByTerm, None>("asian_option/tape_per_path", [] { return AsianOption(1000, 64); });
  add<ByDriver, WithTape>("asian_option/one_tape", [] { return AsianOption(1000, 64); });
  add<ByDriver, WithTape>("gaussian_mixture/d=10,K=25,n=1000",
                          [] { return GaussianMixture(10, 25, 1000); });
  add<ByDriver, WithTape>("determinant/6", [] { return Determinant(6); });
  add<ByDriver, None>("determinant/9", [] { return Determinant(9); });
  add<ByDriver, WithTape>("ode/n=20,s=10", [] { return Ode(20, 10); });
  add<ByDriver, None>("ode/n=50,s=1000", [] { return Ode(50, 1000); });
  add<ByDriver, WithTape>("lstm/c=256", [] { return Lstm(256); });
  benchmark::RegisterBenchmark("bundle_adjustment/31843", [](benchmark::State& state) {
    jacobians(state, BundleAdjustment(31'843), peers::WithJacobians());
  })->UseManualTime();
  benchmark::RegisterBenchmark("hand_tracking/100", [](benchmark::State& state) {
    jacobian(state, HandTracking(100), peers::WithJacobian());
  })->UseManualTime();
  return true;
}();

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
