// fails: cannot convert
#include <autodiff/autodiff.hpp>
double f(ad::Real x) { return x; }
