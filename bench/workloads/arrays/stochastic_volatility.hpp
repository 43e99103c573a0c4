// The posterior density of a model of stochastic volatility (Stan User's Guide, "Stochastic
// volatility models"), in its centred form: the states are the variables themselves, so that
// nothing is computed step by step.
#pragma once

#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/fused_loops.hpp"

namespace workloads {

/// y_t ~ normal(0, exp(h_t/2)), h_0 ~ normal(μ, σ/√(1 - φ²)), h_t ~ normal(μ + φ (h_{t-1} - μ), σ),
/// with φ uniform in (-1, 1), σ ~ Cauchy(0, 5) and μ ~ Cauchy(0, 10); without constants.
template <class T>
struct StochasticVolatility {
  explicit StochasticVolatility(std::size_t steps)
      : n(steps),
        data(ad::Array<T>::normal({n}, 1)),
        point(ad::Array<T>::normal({n}, 2), ad::Array<T>(T(0.9)), ad::Array<T>(T(0.6)),
              ad::Array<T>(T(-0.5))) {}

  std::size_t n;
  std::tuple<ad::Array<T>> data;
  std::tuple<ad::Array<T>, ad::Array<T>, ad::Array<T>, ad::Array<T>> point;

  template <class Data, class V>
  auto operator()(const Data& known, const V& h, const V& phi, const V& sigma, const V& mu) const {
    const auto& [y] = known;
    const V centred = h - mu;
    const V steps = slice(centred, 0, 1, n) - phi * slice(centred, 0, 0, n - 1);
    const auto f = element(phi);
    const auto s = element(sigma);
    const auto m = element(mu);
    const auto stationary = 1 - square(f);
    return -sum(h + square(y) * exp(-h)) / 2 -
           (sum(square(steps)) + stationary * square(element(centred, 0))) / (2 * square(s)) +
           log(stationary) / 2 - static_cast<T>(n) * log(s) - log(1 + square(s / 5)) -
           log(1 + square(m / 10));
  }

  auto by_hand() const {
    const auto& [y] = data;
    const auto& [h, phi, sigma, mu] = point;
    return [y = y.to_vector(), h = h.to_vector(), phi = phi(), sigma = sigma(),
            mu = mu()](by_hand::Result<T>& result) {
      by_hand::stochastic_volatility(y, h, phi, sigma, mu, result);
    };
  }
};

}  // namespace workloads
