// The right form of assign_to_auto: an accumulator has its type.
#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real x) {
  ad::value_type_t<decltype(x * x)> y = x * x;
  y = y + x;
  y += 2 * x;
  return y;
}
template <class T>
T generic(const T& x) {
  T y = x * x;
  y = y + x;
  return y;
}
template ad::Real generic(const ad::Real&);
template ad::Dual<double, 3> generic(const ad::Dual<double, 3>&);
template ad::Quad generic(const ad::Quad&);
template double generic(const double&);
