// Σ (A B)²/2 of square matrices.
#pragma once

#include <cstddef>
#include <tuple>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/products.hpp"

namespace workloads {

template <class T>
struct MatrixProduct {
  explicit MatrixProduct(std::size_t rows)
      : n(rows), point(ad::Array<T>::normal({n, n}, 1), ad::Array<T>::normal({n, n}, 2)) {}

  std::size_t n;
  std::tuple<> data;
  std::tuple<ad::Array<T>, ad::Array<T>> point;

  template <class Data, class V>
  auto operator()(const Data&, const V& a, const V& b) const {
    return sum(square(matmul(a, b))) / 2;
  }

  auto by_hand() const {
    const auto& [a, b] = point;
    return [n = n, a = a.to_vector(), b = b.to_vector()](by_hand::Result<T>& result) {
      by_hand::matmul(n, a, b, result);
    };
  }
};

}  // namespace workloads
