// Modified Bessel functions.
#pragma once

#include <array>

#include <autodiff/core/special_functions.hpp>
#include <autodiff/ops/apply.hpp>

namespace ad {

namespace detail {

/// I_n(x), n >= 1.
struct BesselI {
  static constexpr Meta meta{.name = "bessel_i"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;

  int order = 1;

  template <class T>
  T value(const T& x) const {
    return T(bessel_i(order, x));
  }
  template <class T>
  T partials(const T& x, const T&) const;
};

}  // namespace detail

/// i0(x + h) = i0(x) + i1(x) h + o(h)
struct BesselI0 {
  static constexpr Meta meta{.name = "i0",
                             .formula = "sum over k of (x^2/4)^k / (k!)^2",
                             .derivative = "i1(x)",
                             .domain = "all",
                             .oracle = "besseli(0, x)",
                             .source = "DLMF 10.25.2, 10.29",
                             .ulps = {1, 1, 2}};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return T(detail::bessel_i(0, x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(detail::BesselI{1}, x);
  }
};

template <class T>
T detail::BesselI::partials(const T& x, const T&) const {
  const T above = ad::apply(BesselI{order + 1}, x);
  const T below = order == 1 ? T(ad::apply(BesselI0{}, x)) : T(ad::apply(BesselI{order - 1}, x));
  return T(0.5) * below + T(0.5) * above;
}

/// The modified Bessel function of the first kind of order 0.
template <Operand X>
auto i0(const X& x) {
  return ad::apply(BesselI0{}, x);
}

}  // namespace ad
