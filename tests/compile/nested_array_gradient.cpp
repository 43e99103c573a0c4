// fails: derivatives of arrays do not nest
#include <autodiff/autodiff.hpp>
auto f(const ad::Array<double>& x) {
  const auto inner = [](const auto& v) { return sum(v * v); };
  return ad::gradient([&](const auto& v) { return sum(ad::gradient(inner, v)); }, x);
}
