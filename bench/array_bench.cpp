// Gradients of arrays against the best ones written by hand, timed in turn.
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <benchmark/benchmark.h>

#include <autodiff/autodiff.hpp>

#include "by_hand/arrays.hpp"
#include "time_in_turn.hpp"

namespace {

template <class T>
using Numbers = std::vector<T>;

template <class T>
Numbers<T> numbers_of(const ad::Array<T>& x) {
  return x.to_vector();
}
template <class... A>
auto numbers_of(const std::tuple<A...>& x) {
  Numbers<typename std::tuple_element_t<0, std::tuple<A...>>::element_type> result;
  std::apply(
      [&](const auto&... each) {
        (
            [&] {
              const auto numbers = each.to_vector();
              result.insert(result.end(), numbers.begin(), numbers.end());
            }(),
            ...);
      },
      x);
  return result;
}

/// `hand` writes the gradient that `f` has at x.
template <class T, class F, class X, class Hand>
void compare(benchmark::State& state, const F& f, const X& x, const Hand& hand) {
  by_hand::Result<T> wanted;
  hand(wanted);
  const Numbers<T> found = numbers_of(ad::gradient(f, x));
  double scale = 0;
  for (const T each : wanted.gradient) scale = std::fmax(scale, std::fabs(each));
  for (std::size_t i = 0; i < wanted.gradient.size(); ++i) {
    const double tolerance = (std::is_same_v<T, float> ? 1e-4 : 1e-10) * scale;
    if (!(std::fabs(found[i] - wanted.gradient[i]) <= tolerance)) {
      throw std::runtime_error("gradient and hand-written gradient differ in element " +
                               std::to_string(i));
    }
  }
  bench::time_in_turn(
      state, [&] { hand(wanted); },
      [&] { benchmark::DoNotOptimize(ad::value_and_gradient(f, x)); });
}

template <class T>
void sum_of_relu(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto a = ad::Array<T>::normal({n}, 1);
  const auto x = ad::Array<T>::normal({n}, 2);
  const auto b = ad::Array<T>::normal({n}, 3);
  compare<T>(
      state, [](auto u, auto v, auto w) { return sum(relu(u * v + w)); }, std::tuple{a, x, b},
      [&, pa = a.to_vector(), px = x.to_vector(), pb = b.to_vector()](auto& result) {
        by_hand::relu_sum(pa, px, pb, result);
      });
}

template <class T>
void sum_of_tanh_exp(benchmark::State& state) {
  const auto x = ad::Array<T>::normal({static_cast<std::size_t>(state.range(0))}, 1);
  compare<T>(
      state, [](auto v) { return sum(tanh(v) * exp(-square(v))); }, x,
      [px = x.to_vector()](auto& result) { by_hand::tanh_exp(px, result); });
}

template <class T>
void product(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto a = ad::Array<T>::normal({n, n}, 1);
  const auto b = ad::Array<T>::normal({n, n}, 2);
  compare<T>(
      state, [](auto u, auto v) { return sum(square(matmul(u, v))) / 2; }, std::tuple{a, b},
      [n, pa = a.to_vector(), pb = b.to_vector()](auto& result) {
        by_hand::matmul(n, pa, pb, result);
      });
}

template <class T>
void network(benchmark::State& state) {
  constexpr std::size_t inputs = 784;
  constexpr std::size_t hidden = 128;
  constexpr std::size_t classes = 10;
  const auto batch = static_cast<std::size_t>(state.range(0));
  const auto images = ad::Array<T>::normal({batch, inputs}, 1);
  std::vector<std::size_t> labels;
  for (std::size_t i = 0; i < batch; ++i) labels.push_back(i % classes);
  const ad::Array<T> w0 = ad::Array<T>::normal({inputs, hidden}, 2) / 28;
  const ad::Array<T> w1 = ad::Array<T>::normal({hidden, classes}, 3) / 11;
  const auto b0 = ad::Array<T>::normal({hidden}, 4);
  const auto b1 = ad::Array<T>::normal({classes}, 5);
  const by_hand::Network<T> by_hand{batch, inputs, hidden, classes, images.to_vector(), labels};
  compare<T>(
      state,
      [&](auto u0, auto c0, auto u1, auto c1) {
        return cross_entropy(matmul(relu(matmul(images, u0) + c0), u1) + c1, labels);
      },
      std::tuple{w0, b0, w1, b1},
      [&, p0 = w0.to_vector(), q0 = b0.to_vector(), p1 = w1.to_vector(),
       q1 = b1.to_vector()](auto& result) { by_hand.evaluate(p0, q0, p1, q1, result); });
}

template <class T>
void logistic_regression(benchmark::State& state) {
  const std::size_t rows = 10000;
  const std::size_t columns = 50;
  const auto x = ad::Array<T>::normal({rows, columns}, 1);
  const ad::Array<T> y = where(ad::Array<T>::normal({rows, 1}, 2) > 0, T(1), T(-1));
  const auto w = ad::Array<T>::normal({columns, 1}, 3);
  compare<T>(
      state, [&](auto v) { return sum(softplus(-y * matmul(x, v))); }, w,
      [&, px = x.to_vector(), py = y.to_vector(), pw = w.to_vector()](auto& result) {
        by_hand::logistic(px, py, pw, result);
      });
}

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

}  // namespace

BENCHMARK(sum_of_relu<double>)->Arg(100)->Arg(10000)->Arg(1000000)->UseManualTime();
BENCHMARK(sum_of_relu<float>)->Arg(100)->Arg(10000)->Arg(1000000)->UseManualTime();
BENCHMARK(sum_of_tanh_exp<double>)->Arg(100)->Arg(10000)->Arg(1000000)->UseManualTime();
BENCHMARK(sum_of_tanh_exp<float>)->Arg(100)->Arg(10000)->Arg(1000000)->UseManualTime();
BENCHMARK(product<double>)->Arg(16)->Arg(64)->Arg(256)->UseManualTime();
BENCHMARK(product<float>)->Arg(16)->Arg(64)->Arg(256)->UseManualTime();
BENCHMARK(network<double>)->Arg(1)->Arg(32)->Arg(256)->UseManualTime();
BENCHMARK(network<float>)->Arg(1)->Arg(32)->Arg(256)->UseManualTime();
BENCHMARK(logistic_regression<double>)->UseManualTime();
BENCHMARK(logistic_regression<float>)->UseManualTime();
BENCHMARK(one_operation);
