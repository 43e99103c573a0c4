// Generic code written for double: using std::exp and argument-dependent look-up serve every type.
#include <cmath>

#include <autodiff/autodiff.hpp>
template <class T>
T f(T x) {
  using std::abs, std::exp, std::max, std::pow, std::sqrt;
  T y = exp(-x) * sqrt(x) + pow(x, 2) + pow(2.0, x) + abs(x);
  y *= max(x, y);
  return isnan(y) || y > 1e300 ? T(0) : y;
}
template ad::Real f(ad::Real);
template ad::Dual<float, 2> f(ad::Dual<float, 2>);
template ad::Var<ad::Dual<double, 1>> f(ad::Var<ad::Dual<double, 1>>);
template ad::Quad f(ad::Quad);
