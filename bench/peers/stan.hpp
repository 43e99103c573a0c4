// Stan Math: a tape of virtual functions in an arena, swept in reverse.
#pragma once

#include <vector>

#include <stan/math/rev/core.hpp>
#include <stan/math/rev/scal.hpp>

namespace peers {

struct Stan {
  using Number = stan::math::var;
  static constexpr const char* name = "Stan";

  template <class F>
  static std::vector<double> gradient(const F& f) {
    const std::vector<Number> x(f.point.begin(), f.point.end());
    const Number y = f(x);
    stan::math::grad(y.vi_);
    std::vector<double> gradient;
    gradient.reserve(x.size());
    for (const Number& each : x) gradient.push_back(each.adj());
    stan::math::recover_memory();
    return gradient;
  }
};

}  // namespace peers
