// Sum, product, log-sum-exp and the logarithm of a normal density: the reductions that libraries
// for statistics are compared by (FastAD).
#pragma once

#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/fused_loops.hpp"

namespace workloads {

template <class T>
struct Sum {
  explicit Sum(std::size_t n) : point(ad::Array<T>::normal({n}, 1)) {}

  std::tuple<> data;
  ad::Array<T> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& x) const {
    return sum(x);
  }

  auto by_hand() const {
    return [x = point.to_vector()](by_hand::Result<T>& result) { by_hand::sum(x, result); };
  }
};

/// Of factors near 1, so that the product of many stays in the range.
template <class T>
struct Product {
  explicit Product(std::size_t n) : point(1 + ad::Array<T>::normal({n}, 1) / T(100)) {}

  std::tuple<> data;
  ad::Array<T> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& x) const {
    return prod(x);
  }

  auto by_hand() const {
    return [x = point.to_vector()](by_hand::Result<T>& result) { by_hand::prod(x, result); };
  }
};

template <class T>
struct LogSumExpOfArray {
  explicit LogSumExpOfArray(std::size_t n) : point(ad::Array<T>::normal({n}, 1)) {}

  std::tuple<> data;
  ad::Array<T> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& x) const {
    return logsumexp(x);
  }

  auto by_hand() const {
    return [x = point.to_vector()](by_hand::Result<T>& result) { by_hand::log_sum_exp(x, result); };
  }
};

/// In the numbers, their mean and their deviation.
template <class T>
struct NormalLogDensity {
  explicit NormalLogDensity(std::size_t n)
      : point(ad::Array<T>::normal({n}, 1), ad::Array<T>(T(0.3)), ad::Array<T>(T(1.5))),
        count(static_cast<T>(n)) {}

  std::tuple<> data;
  std::tuple<ad::Array<T>, ad::Array<T>, ad::Array<T>> point;
  T count;

  template <class Data, class V>
  auto operator()(const Data&, const V& x, const V& mean, const V& deviation) const {
    constexpr T log_root = T(0.918938533204672742);  // of 2π
    const auto sigma = element(deviation);
    return -sum(square(x - mean)) / (2 * square(sigma)) - count * (log(sigma) + log_root);
  }

  auto by_hand() const {
    const auto& [x, mean, deviation] = point;
    return [x = x.to_vector(), mean = mean(), deviation = deviation()](by_hand::Result<T>& result) {
      by_hand::normal_log_density(x, mean, deviation, result);
    };
  }
};

}  // namespace workloads
