// fails: give it every active array as an argument
#include <autodiff/autodiff.hpp>
auto f(const ad::Array<double>& weights, const ad::Array<double>& x) {
  const auto layer = [](const auto& w, const auto& v) {
    return sum(ad::checkpoint([&](const auto& h) { return relu(matmul(h, w)); }, v));
  };
  return ad::gradient(layer, weights, x);
}
