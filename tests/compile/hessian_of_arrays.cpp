// fails: hessian: arrays are differentiated whole
#include <autodiff/autodiff.hpp>
void f(const ad::Array<double>& x) {
  ad::hessian([](const auto& v) { return sum(v * v); }, x);
}
