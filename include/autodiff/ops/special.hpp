// The normal distribution.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// pdf(x + h) = pdf(x) - x pdf(x) h + o(h)
struct NormalPdf {
  static constexpr Meta meta{.name = "normal_pdf",
                             .formula = "exp(-x^2/2) / sqrt(2 pi)",
                             .derivative = "-x normal_pdf(x)",
                             .domain = "all",
                             .oracle = "exp(-x*x/2) / sqrt(2*pi)",
                             .source = "DLMF 7.2(i)",
                             .cancels = "the second derivative at 1 and -1",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    return constant<T>(0.3989422804014327, -2.49232720227773e-17) * detail::exp_of_square(x, -0.5);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    if (detail::is_normal(y) || detail::is_nan(x)) return T(-x) * y;
    if (detail::is_infinite(x)) return T(0);
    // A subnormal density has lost digits: pdf(x) = (2 pi)^(3/2) pdf(x/2)^4.
    const T root = ad::apply(NormalPdf{}, T(T(0.5) * x));
    const T square = root * root;
    return T(T(-x) * square) * T(constant<T>(15.749609945722419, 7.310541421791888e-16) * square);
  }
};

/// cdf(x + h) = cdf(x) + pdf(x) h + o(h)
struct NormalCdf {
  static constexpr Meta meta{.name = "normal_cdf",
                             .formula = "erfc(-x / sqrt(2)) / 2",
                             .derivative = "normal_pdf(x)",
                             .domain = "all",
                             .oracle = "erfc(-x / sqrt(2)) / 2",
                             .source = "DLMF 7.10",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::erfc;
    using std::fma;
    const T root = constant<T>(0.7071067811865476, -4.833646656726457e-17);
    const T scaled = root * x;
    const T result = T(0.5) * T(erfc(-scaled));
    const T density = detail::exp_of_square(scaled, -1);
    if (!detail::is_normal(density)) return result;
    // erfc multiplies the relative error of its argument by 2 x^2 in the tail; what the product
    // x/sqrt(2) lost comes back by the first-order term.
    const T lost = fma(root, x, T(-scaled)) + rest_of_root<T>() * x;
    return result + constant<T>(0.5641895835477563, 7.66772980658294e-18) * density * lost;
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(NormalPdf{}, x);
  }

 private:
  /// sqrt(1/2) less its nearest T.
  template <class T>
  static T rest_of_root() {
    if constexpr (InLanes<T>) {
      return T(rest_of_root<typename T::lane_type>());
    } else if constexpr (std::is_floating_point_v<T>) {
      constexpr double high = 0.7071067811865476;
      return T((high - double(T(high))) - 4.833646656726457e-17);
    } else {
      return T(0);
    }
  }
};

/// Density of the standard normal distribution.
template <Operand X>
auto normal_pdf(const X& x) {
  return ad::apply(NormalPdf{}, x);
}

/// Distribution function of the standard normal distribution, precise in its left tail.
template <Operand X>
auto normal_cdf(const X& x) {
  return ad::apply(NormalCdf{}, x);
}

}  // namespace ad
