// The engine beside others that Debian packages: all gradients of a workload are timed in turn, as
// multiples of the plain `double` function, and are compared before. Those that the machine has not
// are left out; `./dev bench --peers` installs them.
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <autodiff/autodiff.hpp>

#include "tape_gradients.hpp"
#include "time_in_turn.hpp"
#include "workloads/asian_option.hpp"
#include "workloads/bundle_adjustment.hpp"
#include "workloads/burgers.hpp"
#include "workloads/determinant.hpp"
#include "workloads/gaussian_mixture.hpp"
#include "workloads/log_sum_exp.hpp"
#include "workloads/lstm.hpp"
#include "workloads/ode.hpp"
#include "workloads/relu_network.hpp"

#ifdef AUTODIFF_BENCH_ADOLC
#include "peers/adolc.hpp"
#endif
#ifdef AUTODIFF_BENCH_SACADO
#include "peers/sacado.hpp"
#endif
#ifdef AUTODIFF_BENCH_CERES
#include "peers/ceres.hpp"
#endif

namespace {

struct Ours {
  static constexpr const char* name = "autodiff";

  template <class F>
  static std::vector<double> gradient(const F& f) {
    return bench::ByDriver::gradient(f);
  }
  template <class F>
  static std::vector<double> jacobians(const F& f) {
    return bench::Jacobians::gradient(f);
  }
};

template <class... Peer>
struct Peers {};

using WithTapes = Peers<
#ifdef AUTODIFF_BENCH_ADOLC
    peers::AdolC,
#endif
#ifdef AUTODIFF_BENCH_SACADO
    peers::Sacado,
#endif
    Ours>;
// Traces of ADOL-C take much longer to begin and to end than one of these small functions.
using WithJacobians = Peers<
#ifdef AUTODIFF_BENCH_SACADO
    peers::Sacado,
#endif
#ifdef AUTODIFF_BENCH_CERES
    peers::Ceres,
#endif
    Ours>;

void require_same(const char* name, const std::vector<double>& found,
                  const std::vector<double>& wanted) {
  double scale = 0;
  for (const double each : wanted) scale = std::fmax(scale, std::fabs(each));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!(std::fabs(found.at(i) - wanted[i]) <= 1e-9 * scale)) {
      throw std::runtime_error(std::string(name) + " has another derivative " + std::to_string(i));
    }
  }
}

template <class F, class... Peer>
void gradients(benchmark::State& state, const F& f, Peers<Peer...>) {
  (require_same(Peer::name, Peer::gradient(f), Ours::gradient(f)), ...);
  bench::time_all_in_turn(state, [&] { benchmark::DoNotOptimize(f(f.point)); },
                          {{Peer::name, [&] { benchmark::DoNotOptimize(Peer::gradient(f)); }}...});
}

template <class... Peer>
void jacobians(benchmark::State& state, const workloads::BundleAdjustment& f, Peers<Peer...>) {
  (require_same(Peer::name, Peer::jacobians(f), Ours::jacobians(f)), ...);
  bench::time_all_in_turn(state,
                          [&] {
                            for (std::size_t k = 0; k < f.terms; ++k)
                              benchmark::DoNotOptimize(f(f.point(k), k));
                          },
                          {{Peer::name, [&] { benchmark::DoNotOptimize(Peer::jacobians(f)); }}...});
}

/// Enters a benchmark under its name; the workload is made when it runs.
template <class Make>
void add(const char* name, const Make& make) {
  benchmark::RegisterBenchmark(name, [make](benchmark::State& state) {
    gradients(state, make(), WithTapes());
  })->UseManualTime();
}

const bool workloads_are_registered = [] {
  using namespace workloads;
  add("relu_network/64-64-32-1", [] { return ReluNetwork(); });
  add("log_sum_exp/1e4", [] { return LogSumExp(10'000); });
  add("burgers/16x16,4", [] { return Burgers(16, 4); });
  add("asian_option/one_tape", [] { return AsianOption(1000, 64); });
  add("gaussian_mixture/d=10,K=25,n=1000", [] { return GaussianMixture(10, 25, 1000); });
  add("determinant/6", [] { return Determinant(6); });
  add("ode/n=20,s=10", [] { return Ode(20, 10); });
  add("lstm/c=256", [] { return Lstm(256); });
  benchmark::RegisterBenchmark("bundle_adjustment/2000", [](benchmark::State& state) {
    jacobians(state, BundleAdjustment(2000), WithJacobians());
  })->UseManualTime();
  return true;
}();

}  // namespace
