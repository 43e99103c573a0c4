// The right forms of std_max_of_node_and_value.
#include <algorithm>

#include <autodiff/autodiff.hpp>
ad::Real f(ad::Real a, ad::Real b, ad::Real c) { return std::max<ad::Real>(a * b, c); }
ad::Real g(ad::Real a, ad::Real b, ad::Real c) { return max(a * b, c); }
