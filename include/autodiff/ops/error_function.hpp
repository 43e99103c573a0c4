// The error function and its complement.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/special.hpp>

namespace ad {

namespace detail {

/// 2 exp(-x^2) / sqrt(pi), the derivative of the error function.
struct ErrorDensity {
  static constexpr Meta meta{.name = "erf"};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::both;

  template <class T>
  T value(const T& x) const {
    const T factor = constant<T>(1.1283791670955126, 1.533545961316588e-17);
    const T power = exp_of_square(x, -1);
    if (is_normal(power)) return factor * power;
    const T root = exp_of_square(x, -0.5);
    return T(factor * root) * root;
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    if (is_normal(y) || is_nan(x)) return T(T(-2) * y) * x;
    if (is_infinite(x)) return T(0);
    // A subnormal density has lost digits: density(x) = 4 sqrt(pi) normal_pdf(x)^2.
    const T root = ad::apply(NormalPdf{}, x);
    return T(T(constant<T>(-14.179630807244129, 6.133269199860639e-16) * root) * x) * root;
  }
};

}  // namespace detail

/// erf(x + h) = erf(x) + 2 exp(-x^2) / sqrt(pi) h + o(h)
struct Erf {
  static constexpr Meta meta{.name = "erf",
                             .formula = "2/sqrt(pi) times the integral of exp(-t^2) from 0 to x",
                             .derivative = "2 exp(-x^2) / sqrt(pi)",
                             .domain = "all",
                             .oracle = "erf(x)",
                             .source = "DLMF 7.2.1"};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::erf;
    return erf(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(detail::ErrorDensity{}, x);
  }
};

/// erfc(x + h) = erfc(x) - 2 exp(-x^2) / sqrt(pi) h + o(h)
struct Erfc {
  static constexpr Meta meta{.name = "erfc",
                             .formula = "1 - erf(x)",
                             .derivative = "-2 exp(-x^2) / sqrt(pi)",
                             .domain = "all",
                             .oracle = "erfc(x)",
                             .source = "DLMF 7.2.2",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-4, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::erfc;
    return erfc(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return -ad::apply(detail::ErrorDensity{}, x);
  }
};

/// The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.
template <Operand X>
auto erf(const X& x) {
  return ad::apply(Erf{}, x);
}

/// 1 - erf(x) without cancellation, precise in its right tail.
template <Operand X>
auto erfc(const X& x) {
  return ad::apply(Erfc{}, x);
}

}  // namespace ad
