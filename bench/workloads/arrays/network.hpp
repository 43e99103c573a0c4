// Networks of layers with ReLU between them, in their weights and biases.
#pragma once

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <autodiff/autodiff.hpp>

#include "../../by_hand/products.hpp"

namespace workloads {

template <class T>
class Network {
 public:
  /// Units of the input, of each hidden layer and of the output.
  explicit Network(const std::vector<std::size_t>& layers) : units(layers) {
    for (std::size_t layer = 0; layer + 1 < units.size(); ++layer) {
      const auto seed = static_cast<unsigned>(2 * layer);
      const T scale = std::sqrt(static_cast<T>(units[layer]));
      point.push_back(ad::Array<T>::normal({units[layer], units[layer + 1]}, seed + 2) / scale);
      point.push_back(ad::Array<T>::normal({units[layer + 1]}, seed + 3));
    }
  }

  std::vector<std::size_t> units;
  std::vector<ad::Array<T>> point;  ///< weights and biases in turn

 protected:
  template <class X, class V>
  static V output(const X& x, const std::vector<V>& parameters) {
    V h = matmul(x, parameters[0]) + parameters[1];
    for (std::size_t i = 2; i < parameters.size(); i += 2) {
      h = matmul(V(relu(h)), parameters[i]) + parameters[i + 1];
    }
    return h;
  }

  auto by_hand(const ad::Array<T>& inputs, const std::vector<std::size_t>& labels,
               const std::vector<T>& targets) const {
    std::vector<std::vector<T>> parameters;
    for (const auto& each : point) parameters.push_back(each.to_vector());
    return [network = by_hand::Network<T>{units, inputs.to_vector(), labels, targets},
            parameters](by_hand::Result<T>& result) { network.evaluate(parameters, result); };
  }
};

/// The mean cross entropy of a batch of random images of ten classes.
template <class T>
struct Classifier : Network<T> {
  Classifier(const std::vector<std::size_t>& layers, std::size_t batch)
      : Network<T>(layers), data(ad::Array<T>::normal({batch, layers.front()}, 1), {}) {
    auto& labels = std::get<1>(data);
    for (std::size_t i = 0; i < batch; ++i) labels.push_back(i % layers.back());
  }

  std::tuple<ad::Array<T>, std::vector<std::size_t>> data;

  template <class Data, class V>
  auto operator()(const Data& known, const std::vector<V>& parameters) const {
    const auto& [images, labels] = known;
    return cross_entropy(this->output(images, parameters), labels);
  }

  auto by_hand() const { return Network<T>::by_hand(std::get<0>(data), std::get<1>(data), {}); }
};

/// Half the sum of squared distances from the targets.
template <class T>
struct Regressor : Network<T> {
  Regressor(const std::vector<std::size_t>& layers, std::size_t batch)
      : Network<T>(layers),
        data(ad::Array<T>::normal({batch, layers.front()}, 1),
             ad::Array<T>::normal({batch, layers.back()}, 100)) {}

  std::tuple<ad::Array<T>, ad::Array<T>> data;

  template <class Data, class V>
  auto operator()(const Data& known, const std::vector<V>& parameters) const {
    const auto& [inputs, targets] = known;
    return sum(square(this->output(inputs, parameters) - targets)) / 2;
  }

  auto by_hand() const {
    return Network<T>::by_hand(std::get<0>(data), {}, std::get<1>(data).to_vector());
  }
};

}  // namespace workloads
