// fails: has nothing that could carry a derivative
#include <autodiff/autodiff.hpp>
auto g = ad::gradient([](double x) { return x * x; }, 1.0);
