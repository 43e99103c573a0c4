// The loss of a diagonal LSTM that predicts the next character (ADBench "LSTM").
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// Two layers of 14 units over c characters. The variables are, for each layer, weights and biases
/// of the four gates, then input weights, output weights and output biases.
struct Lstm {
  explicit Lstm(std::size_t characters)
      : length(characters),
        sequence(normal_numbers(characters * units, 0.5)),
        initial_state(normal_numbers(2 * layers * units, 0.5, 2)),
        point(normal_numbers(layers * gates + 3 * units, 0.5, 3)) {}

  static constexpr std::size_t units = 14;
  static constexpr std::size_t layers = 2;
  static constexpr std::size_t gates = 8 * units;  ///< variables of a layer

  std::size_t length;
  std::vector<double> sequence;
  std::vector<double> initial_state;
  std::vector<double> point;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    using std::exp, std::log;
    const T* const extra = x.data() + layers * gates;
    std::vector<T> state(initial_state.begin(), initial_state.end());
    std::vector<T> prediction(units);
    T total = 0;
    for (std::size_t t = 0; t + 1 < length; ++t) {
      for (std::size_t i = 0; i < units; ++i) prediction[i] = sequence[t * units + i] * extra[i];
      const T* input = prediction.data();
      for (std::size_t layer = 0; layer < layers; ++layer) {
        T* const hidden = &state[2 * layer * units];
        advance(x.data() + layer * gates, hidden, hidden + units, input);
        input = hidden;
      }
      T sum = 0;
      for (std::size_t i = 0; i < units; ++i) {
        prediction[i] = input[i] * extra[units + i] + extra[2 * units + i];
        sum += exp(prediction[i]);
      }
      const T shift = log(sum + 2.0);
      for (std::size_t i = 0; i < units; ++i) {
        total += sequence[(t + 1) * units + i] * (prediction[i] - shift);
      }
    }
    return -total / static_cast<double>(units * (length - 1));
  }

 private:
  template <class T>
  static T sigmoid(const T& x) {
    using std::exp;
    return 1.0 / (1.0 + exp(-x));
  }

  template <class T>
  static void advance(const T* weight, T* hidden, T* cell, const T* input) {
    using std::tanh;
    const T* const bias = weight + 4 * units;
    for (std::size_t i = 0; i < units; ++i) {
      const T forget = sigmoid<T>(input[i] * weight[i] + bias[i]);
      const T in = sigmoid<T>(hidden[i] * weight[units + i] + bias[units + i]);
      const T out = sigmoid<T>(input[i] * weight[2 * units + i] + bias[2 * units + i]);
      const T change = tanh(hidden[i] * weight[3 * units + i] + bias[3 * units + i]);
      cell[i] = cell[i] * forget + in * change;
      hidden[i] = out * tanh(cell[i]);
    }
  }
};

}  // namespace workloads
