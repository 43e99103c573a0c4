// fails: deduc
#include <autodiff/autodiff.hpp>
auto f(ad::Real x) {
  if (x > 0) return x * x;
  return x + x;
}
