// fails: write its parameter as auto
#include <autodiff/autodiff.hpp>
auto f(const ad::Array<double>& x) {
  return ad::gradient([](const ad::Array<double>& v) { return sum(v); }, x);
}
