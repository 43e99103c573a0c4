// Sacado of Trilinos: its reverse mode, RAD, and its forward mode for many outputs.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

// Its forward mode without the classes that make it part of the rest of Trilinos, which need not be
// installed.
#include <Sacado_ConfigDefs.h>
#undef HAVE_SACADO_TEUCHOSCORE
#undef HAVE_SACADO_TEUCHOSCOMM
#undef HAVE_SACADO_TEUCHOSNUMERICS
#undef HAVE_SACADO_TEUCHOSKOKKOSCOMM
#include <Sacado_Fad_SFad.hpp>
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

  template <class F>
  static std::vector<double> jacobian(const F& f) {
    constexpr int n = F::variables;
    using Forward = ::Sacado::Fad::SFad<double, n>;
    std::array<Forward, F::variables> x;
    for (int i = 0; i < n; ++i) x[i] = Forward(n, i, f.point[i]);
    const std::vector<Forward> y = f(x);
    std::vector<double> jacobian;
    jacobian.reserve(y.size() * F::variables);
    for (const Forward& output : y) {
      for (int i = 0; i < n; ++i) jacobian.push_back(output.fastAccessDx(i));
    }
    return jacobian;
  }
};

}  // namespace peers
