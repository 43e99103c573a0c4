// Gradients of arrays as one writes them by hand, for the best speed that this machine has. They
// give up what the engine keeps: the digits of tanh' in the tails, products of factors 0.
#pragma once

#include <vector>

namespace by_hand {

/// A value and the gradient, one array after the other.
template <class T>
struct Result {
  T value = 0;
  std::vector<T> gradient;
};

}  // namespace by_hand
