// fails: another number of arguments than its value function takes
#include <autodiff/autodiff.hpp>
const auto rule = ad::custom_vjp(
    "rule", [](double x) { return x; }, [](double c, double, double) { return c; });
auto y = rule(1.0, 2.0);
