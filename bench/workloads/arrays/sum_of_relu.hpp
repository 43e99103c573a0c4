// Σ relu(a x + b), an expression of three arrays and few operations.
#pragma once

#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/fused_loops.hpp"

namespace workloads {

template <class T>
struct SumOfRelu {
  explicit SumOfRelu(std::size_t n)
      : point(ad::Array<T>::normal({n}, 1), ad::Array<T>::normal({n}, 2),
              ad::Array<T>::normal({n}, 3)) {}

  std::tuple<> data;
  std::tuple<ad::Array<T>, ad::Array<T>, ad::Array<T>> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& a, const V& x, const V& b) const {
    return sum(relu(a * x + b));
  }

  auto by_hand() const {
    const auto& [a, x, b] = point;
    return [a = a.to_vector(), x = x.to_vector(), b = b.to_vector()](by_hand::Result<T>& result) {
      by_hand::relu_sum(a, x, b, result);
    };
  }
};

}  // namespace workloads
