// fails: no matching function
#include <algorithm>

#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real a, ad::Real b, ad::Real c) { return std::max(a * b, c); }
