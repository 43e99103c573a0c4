#include "fused_loops.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace by_hand {

template <class T>
void relu_sum(const std::vector<T>& a, const std::vector<T>& x, const std::vector<T>& b,
              Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(3 * n);
  const T* __restrict pa = a.data();
  const T* __restrict px = x.data();
  const T* __restrict pb = b.data();
  T* __restrict of_a = result.gradient.data();
  T* __restrict of_x = of_a + n;
  T* __restrict of_b = of_x + n;
  T sum = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const T z = pa[i] * px[i] + pb[i];
    const T slope = z > 0 ? T(1) : T(0);
    sum += slope * z;
    of_a[i] = slope * px[i];
    of_x[i] = slope * pa[i];
    of_b[i] = slope;
  }
  result.value = sum;
}

template <class T>
void tanh_exp(const std::vector<T>& x, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  T sum = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const T t = std::tanh(px[i]);
    const T e = std::exp(-px[i] * px[i]);
    sum += t * e;
    of_x[i] = e * (1 - t * t - 2 * px[i] * t);
  }
  result.value = sum;
}

template <class T>
void sum(const std::vector<T>& x, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  T sum = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    sum += px[i];
    of_x[i] = 1;
  }
  result.value = sum;
}

template <class T>
void prod(const std::vector<T>& x, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  T product = 1;
  for (std::size_t i = 0; i < n; ++i) product *= px[i];
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) of_x[i] = product / px[i];
  result.value = product;
}

template <class T>
void log_sum_exp(const std::vector<T>& x, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  T largest = px[0];
  for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, px[i]);
  T total = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    of_x[i] = std::exp(px[i] - largest);
    total += of_x[i];
  }
  const T scale = 1 / total;
  for (std::size_t i = 0; i < n; ++i) of_x[i] *= scale;
  result.value = std::log(total) + largest;
}

template <class T>
void normal_log_density(const std::vector<T>& x, T mean, T deviation, Result<T>& result) {
  const std::size_t n = x.size();
  result.gradient.resize(n + 2);
  const T* __restrict px = x.data();
  T* __restrict of_x = result.gradient.data();
  const T scale = 1 / deviation;
  T sum = 0;
  T squares = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const T z = (px[i] - mean) * scale;
    sum += z;
    squares += z * z;
    of_x[i] = -z * scale;
  }
  const T count = static_cast<T>(n);
  result.value =
      -squares / 2 - count * (std::log(deviation) + std::log(2 * std::numbers::pi_v<T>) / 2);
  of_x[n] = sum * scale;
  of_x[n + 1] = (squares - count) * scale;
}

template <class T>
void stochastic_volatility(const std::vector<T>& y, const std::vector<T>& h, T phi, T sigma, T mu,
                           Result<T>& result) {
  const std::size_t n = h.size();
  result.gradient.resize(n + 3);
  const T* __restrict py = y.data();
  const T* __restrict ph = h.data();
  T* __restrict of_h = result.gradient.data();
  const T precision = 1 / (sigma * sigma);
  const T rest = (1 - phi) * mu;
  T observed = 0;
  T squares = 0;
  T steps = 0;
  T products = 0;
#pragma GCC ivdep
  for (std::size_t t = 1; t + 1 < n; ++t) {
    const T power = py[t] * py[t] * std::exp(-ph[t]);
    const T step = ph[t] - phi * ph[t - 1] - rest;
    const T next = ph[t + 1] - phi * ph[t] - rest;
    observed -= (ph[t] + power) / 2;
    squares += step * step;
    steps += step;
    products += step * (ph[t - 1] - mu);
    of_h[t] = (power - 1) / 2 - (step - phi * next) * precision;
  }
  const std::size_t last = n - 1;
  const T stationary = 1 - phi * phi;
  const T start = ph[0] - mu;
  const T first_step = ph[1] - phi * ph[0] - rest;
  const T last_step = ph[last] - phi * ph[last - 1] - rest;
  const T first_power = py[0] * py[0] * std::exp(-ph[0]);
  const T last_power = py[last] * py[last] * std::exp(-ph[last]);
  observed -= (ph[0] + first_power + ph[last] + last_power) / 2;
  squares += last_step * last_step + start * start * stationary;
  steps += last_step;
  products += last_step * (ph[last - 1] - mu);
  of_h[0] = (first_power - 1) / 2 - (start * stationary - phi * first_step) * precision;
  of_h[last] = (last_power - 1) / 2 - last_step * precision;

  const T count = static_cast<T>(n);
  result.value = observed - squares * precision / 2 - count * std::log(sigma) +
                 std::log(stationary) / 2 - std::log1p(sigma * sigma / 25) -
                 std::log1p(mu * mu / 100);
  of_h[n] = (products + phi * start * start) * precision - phi / stationary;
  of_h[n + 1] = (squares * precision - count) / sigma - 2 * sigma / (25 + sigma * sigma);
  of_h[n + 2] = ((1 - phi) * steps + start * stationary) * precision - 2 * mu / (100 + mu * mu);
}

#define BY_HAND_INSTANTIATE(T)                                                                \
  template void relu_sum(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&, \
                         Result<T>&);                                                         \
  template void tanh_exp(const std::vector<T>&, Result<T>&);                                  \
  template void sum(const std::vector<T>&, Result<T>&);                                       \
  template void prod(const std::vector<T>&, Result<T>&);                                      \
  template void log_sum_exp(const std::vector<T>&, Result<T>&);                               \
  template void normal_log_density(const std::vector<T>&, T, T, Result<T>&);                  \
  template void stochastic_volatility(const std::vector<T>&, const std::vector<T>&, T, T, T,  \
                                      Result<T>&);
BY_HAND_INSTANTIATE(float)
BY_HAND_INSTANTIATE(double)
#undef BY_HAND_INSTANTIATE

}  // namespace by_hand
