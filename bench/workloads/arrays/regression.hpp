// Logistic regression, and linear regression as Bayesians do it.
#pragma once

#include <cmath>
#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/products.hpp"

namespace workloads {

/// Σ log(1 + exp(-y_i x_i·w)), y_i = ±1.
template <class T>
struct LogisticRegression {
  LogisticRegression(std::size_t rows, std::size_t columns)
      : data(ad::Array<T>::normal({rows, columns}, 1),
             where(ad::Array<T>::normal({rows, 1}, 2) > 0, T(1), T(-1))),
        point(ad::Array<T>::normal({columns, 1}, 3)) {}

  std::tuple<ad::Array<T>, ad::Array<T>> data;
  ad::Array<T> point;

  template <class Data, class V>
  auto operator()(const Data& known, const V& w) const {
    const auto& [x, y] = known;
    return sum(softplus(-y * matmul(x, w)));
  }

  auto by_hand() const {
    const auto& [x, y] = data;
    return [x = x.to_vector(), y = y.to_vector(), w = point.to_vector()](
               by_hand::Result<T>& result) { by_hand::logistic(x, y, w, result); };
  }
};

/// The logarithm of the posterior density of y ~ normal(X w + b, σ) with w, b ~ normal(0, 1) and σ
/// uniform in an interval (FastAD, "Bayesian linear regression").
template <class T>
struct LinearRegression {
  LinearRegression(std::size_t rows, std::size_t columns)
      : data(ad::Array<T>::normal({rows, columns}, 1), ad::Array<T>::normal({rows}, 2)),
        point(ad::Array<T>::normal({columns}, 3), ad::Array<T>(T(0.5)), ad::Array<T>(T(1.5))),
        count(static_cast<T>(rows)),
        constant((count + static_cast<T>(columns) + 1) * std::log(T(6.283185307179586477)) / 2) {}

  std::tuple<ad::Array<T>, ad::Array<T>> data;
  std::tuple<ad::Array<T>, ad::Array<T>, ad::Array<T>> point;
  T count;
  T constant;

  template <class Data, class V>
  auto operator()(const Data& known, const V& w, const V& b, const V& sigma) const {
    const auto& [x, y] = known;
    const auto s = element(sigma);
    return -(sum(square(y - matmul(x, w) - b)) / square(s) + sum(square(w)) + square(element(b))) /
               2 -
           count * log(s) - constant;
  }

  auto by_hand() const {
    const auto& [x, y] = data;
    const auto& [w, b, sigma] = point;
    return [x = x.to_vector(), y = y.to_vector(), w = w.to_vector(), b = b(), sigma = sigma()](
               by_hand::Result<T>& result) { by_hand::linear(x, y, w, b, sigma, result); };
  }
};

}  // namespace workloads
