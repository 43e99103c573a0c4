// The logarithm of the gamma function and its derivatives.
#pragma once

#include <array>

#include <autodiff/core/special_functions.hpp>
#include <autodiff/ops/apply.hpp>

namespace ad {

namespace detail {

/// The derivative of digamma of an order.
struct Polygamma {
  static constexpr Meta meta{.name = "polygamma"};
  static constexpr std::array samples{Interval{0.1, 10}};
  static constexpr Reads reads = Reads::inputs;

  int order = 1;

  template <class T>
  T value(const T& x) const {
    return T(polygamma(order, x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(Polygamma{order + 1}, x);
  }
};

}  // namespace detail

/// digamma(x + h) = digamma(x) + trigamma(x) h + o(h)
struct Digamma {
  static constexpr Meta meta{.name = "digamma",
                             .formula = "lgamma'(x)",
                             .derivative = "trigamma(x)",
                             .domain = "x not in {0, -1, -2, ...}",
                             .oracle = "digamma(x)",
                             .source = "DLMF 5.2.2, 5.15",
                             .ulps = {1, 1, 1}};
  static constexpr std::array samples{Interval{0.1, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return T(detail::polygamma(0, x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(detail::Polygamma{1}, x);
  }
};

/// lgamma(x + h) = lgamma(x) + digamma(x) h + o(h)
struct Lgamma {
  static constexpr Meta meta{.name = "lgamma",
                             .formula = "log |Gamma(x)|",
                             .derivative = "digamma(x)",
                             .domain = "x not in {0, -1, -2, ...}",
                             .oracle = "re(loggamma(x))",
                             .source = "DLMF 5.2.1, 5.2.2",
                             .ulps = {1, 1, 1}};
  static constexpr std::array samples{Interval{0.1, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return T(detail::log_gamma(x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(Digamma{}, x);
  }
};

/// log |Gamma(x)|: infinity at 0 and the negative integers.
template <Operand X>
auto lgamma(const X& x) {
  return ad::apply(Lgamma{}, x);
}

/// The derivative of lgamma: infinities at 0 and -0, NaN at the negative integers.
template <Operand X>
auto digamma(const X& x) {
  return ad::apply(Digamma{}, x);
}

}  // namespace ad
