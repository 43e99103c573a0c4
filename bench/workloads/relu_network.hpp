// A network of dense layers with ReLU, in scalar loops.
#pragma once

#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// 64-64-32-1 neurons; the weights and biases are the variables.
struct ReluNetwork {
  static constexpr std::size_t variables = 65 * 64 + 65 * 32 + 33;
  std::vector<double> input = normal_numbers(64, 1.0);
  std::vector<double> point = normal_numbers(variables, 0.125);

  template <class T>
  T operator()(const std::vector<T>& w) const {
    std::size_t k = 0;
    const auto neuron = [&](const auto& in) {
      T s = w[k++];
      for (const auto& i : in) s += w[k++] * i;
      return s;
    };
    const auto layer = [&](const auto& in, std::size_t outputs) {
      std::vector<T> out(outputs);
      for (T& o : out) {
        const T s = neuron(in);
        o = s > 0 ? s : T(0);
      }
      return out;
    };
    return neuron(layer(layer(input, 64), 32));
  }
};

}  // namespace workloads
