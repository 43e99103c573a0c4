// fails: operands to
#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real x) { return x > 0 ? x * x : x + x; }
