// fails: the VJP must be callable as vjp(cotangent, x..., y)
#include <autodiff/autodiff.hpp>
const auto rule = ad::custom_vjp(
    "rule", [](double x) { return x; }, [](double cotangent) { return cotangent; });
auto g = ad::gradient([](auto x) { return rule(x); }, 1.0);
