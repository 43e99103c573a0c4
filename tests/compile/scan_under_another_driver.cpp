// fails: is compiled, and not for the numbers of this driver
#include <autodiff/autodiff.hpp>
double f(const ad::Array<double>& x) {
  return ad::derivative([&](const auto& t) { return sum(cumsum(x * t, 0)); }, 1.0);
}
