// Sacado of Trilinos: its reverse mode, RAD.
#pragma once

#include <cstddef>
#include <vector>

#include <Sacado_trad.hpp>

namespace peers {

struct Sacado {
  using Number = ::Sacado::Rad::ADvar<double>;
  static constexpr const char* name = "Sacado";

  template <class F>
  static std::vector<double> gradient(const F& f) {
    const std::vector<Number> x(f.point.begin(), f.point.end());
    const Number y = f(x);
    Number::Gradcomp();
    std::vector<double> gradient;
    gradient.reserve(x.size());
    for (const Number& each : x) gradient.push_back(each.adj());
    return gradient;
  }

  template <class F>
  static std::vector<double> jacobians(const F& f) {
    std::vector<double> jacobians;
    jacobians.reserve(f.terms * F::outputs * F::variables);
    for (std::size_t k = 0; k < f.terms; ++k) {
      const double* const first = &f.points[k * F::variables];
      for (std::size_t i = 0; i < F::outputs; ++i) {  // a recording is good for one sweep
        const std::vector<Number> x(first, first + F::variables);
        auto y = f(x, k);
        Number::Outvar_Gradcomp(y[i]);
        for (const Number& each : x) jacobians.push_back(each.adj());
      }
    }
    return jacobians;
  }
};

}  // namespace peers
