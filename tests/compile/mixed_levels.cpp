// fails: no match for
#include <autodiff/autodiff.hpp>
auto f(ad::Real x, ad::Dual<double, 1> y) { return x * y; }
