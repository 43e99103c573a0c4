// fails: a second derivative needs a function with `auto` parameters
#include <autodiff/autodiff.hpp>
auto h = ad::hessian([](ad::Real x) -> ad::Real { return x * x; }, 1.0);
