// The right form of returns_of_two_nodes.
#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real x) {
  if (x > 0) return x * x;
  return x + x;
}
