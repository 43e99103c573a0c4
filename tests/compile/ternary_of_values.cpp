// The right forms of ternary_of_two_nodes.
#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real x) { return x > 0 ? ad::Real(x * x) : ad::Real(x + x); }
ad::Real g(ad::Real x) { return where(x > 0, x * x, x + x); }
ad::Real h(ad::Real x) { return where(x > 0, x * x, 1); }
