// fails: declare T y, not auto y
#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real x) {
  auto y = x * x;
  y += x;
  return y;
}
