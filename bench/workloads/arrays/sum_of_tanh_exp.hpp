// Σ tanh(x) exp(-x²), an expression of one array and costly operations.
#pragma once

#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/fused_loops.hpp"

namespace workloads {

template <class T>
struct SumOfTanhExp {
  explicit SumOfTanhExp(std::size_t n) : point(ad::Array<T>::normal({n}, 1)) {}

  std::tuple<> data;
  ad::Array<T> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& x) const {
    return sum(tanh(x) * exp(-square(x)));
  }

  auto by_hand() const {
    return [x = point.to_vector()](by_hand::Result<T>& result) { by_hand::tanh_exp(x, result); };
  }
};

}  // namespace workloads
