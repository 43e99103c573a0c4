// Sum, difference, product, quotient, and the powers that need no logarithm.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>

namespace ad {

/// (x + h) + (y + k) = x + y + h + k
struct Add {
  static constexpr Meta meta{.name = "add",
                             .symbol = "+",
                             .formula = "x + y",
                             .derivative = "1; 1",
                             .domain = "all",
                             .oracle = "x + y",
                             .source = "definition",
                             .ulps = {0.5, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100}};
  static constexpr Reads reads = Reads::none;
  static constexpr bool vectorizes = true;
  static constexpr std::array unit_partials{1, 1};

  template <class T>
  constexpr T value(const T& x, const T& y) const {
    return x + y;
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T&, const T&, const T&) const {
    return {ct, ct};
  }
};

/// (x + h) - (y + k) = x - y + h - k
struct Sub {
  static constexpr Meta meta{.name = "sub",
                             .symbol = "-",
                             .formula = "x - y",
                             .derivative = "1; -1",
                             .domain = "all",
                             .oracle = "x - y",
                             .source = "definition",
                             .ulps = {0.5, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100}};
  static constexpr Reads reads = Reads::none;
  static constexpr bool vectorizes = true;
  static constexpr std::array unit_partials{1, -1};

  template <class T>
  constexpr T value(const T& x, const T& y) const {
    return x - y;
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T&, const T&, const T&) const {
    return {ct, -ct};
  }
};

/// (x + h)(y + k) = xy + y h + x k + o(|h| + |k|)
struct Mul {
  static constexpr Meta meta{.name = "mul",
                             .symbol = "*",
                             .formula = "x * y",
                             .derivative = "y; x",
                             .domain = "all",
                             .oracle = "x * y",
                             .source = "definition",
                             .ulps = {0.5, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x, const T& y) const {
    return x * y;
  }
  template <class T>
  constexpr std::array<T, 2> partials(const T& x, const T& y, const T&) const {
    return {y, x};
  }
};

/// (x + h) / (y + k) = x/y + h / y - (x/y) k / y + o(|h| + |k|)
struct Div {
  static constexpr Meta meta{.name = "div",
                             .symbol = "/",
                             .formula = "x / y",
                             .derivative = "1 / y; -x / y^2",
                             .domain = "y != 0",
                             .oracle = "x / y",
                             .source = "definition",
                             .ulps = {0.5, 2, 3}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x, const T& y) const {
    return x / y;
  }
  template <class T>
  constexpr std::array<T, 2> partials(const T&, const T& y, const T& z) const {
    return {T(1) / y, -z / y};
  }
};

/// -(x + h) = -x - h
struct Neg {
  static constexpr Meta meta{.name = "neg",
                             .symbol = "-",
                             .formula = "-x",
                             .derivative = "-1",
                             .domain = "all",
                             .oracle = "-x",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}};
  static constexpr Reads reads = Reads::none;
  static constexpr bool vectorizes = true;
  static constexpr std::array unit_partials{-1};

  template <class T>
  constexpr T value(const T& x) const {
    return -x;
  }
  template <class T>
  constexpr T vjp(const T& ct, const T&, const T&) const {
    return -ct;
  }
};

/// (x + h)^2 = x^2 + 2x h + o(h)
struct Square {
  static constexpr Meta meta{.name = "square",
                             .formula = "x^2",
                             .derivative = "2 x",
                             .domain = "all",
                             .oracle = "x**2",
                             .source = "definition",
                             .ulps = {0.5, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x) const {
    return x * x;
  }
  template <class T>
  constexpr T partials(const T& x, const T&) const {
    return x + x;
  }
};

/// (x + h)(y + k) + z + l = xy + z + y h + x k + l + o(|h| + |k|)
struct Fma {
  static constexpr Meta meta{.name = "fma",
                             .formula = "x * y + z, rounded once",
                             .derivative = "y; x; 1",
                             .domain = "all",
                             .oracle = "x * y + z",
                             .source = "IEEE 754-2019 5.4.1",
                             .ulps = {0.5, 0, 0}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100},
                                      Interval{-100, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;
  static constexpr std::array unit_partials{0, 0, 1};

  template <class T>
  T value(const T& x, const T& y, const T& z) const {
    using std::fma;
    return fma(x, y, z);
  }
  template <class T>
  constexpr std::array<T, 3> partials(const T& x, const T& y, const T&, const T&) const {
    return {y, x, T(1)};
  }
};

/// x^2
template <Operand X>
constexpr auto square(const X& x) {
  return ad::apply(Square{}, x);
}

/// x y + z, rounded once.
template <Operand X, Operand Y, Operand Z>
requires Compatible<X, Y, Z>
auto fma(const X& x, const Y& y, const Z& z) { return ad::apply(Fma{}, x, y, z); }

template <class A, class B>
concept ActivePair = (Active<A> || Active<B>)&&Operand<A>&& Operand<B>&& Compatible<A, B>;

/// Operators of values and expressions. Numbers such as Quad bring their own, compiled into the
/// library.
template <class X>
inline constexpr bool has_own_operators_v = Arithmetic<X> || OwnNumber<X>;

template <class A, class B>
concept OperatorPair = ActivePair<A, B> && !(has_own_operators_v<A> && has_own_operators_v<B>);

template <class A, class B>
requires OperatorPair<A, B>
[[gnu::always_inline]] inline constexpr auto operator+(const A& a, const B& b) {
  return ad::apply(Add{}, a, b);
}

template <class A, class B>
requires OperatorPair<A, B>
[[gnu::always_inline]] inline constexpr auto operator-(const A& a, const B& b) {
  return ad::apply(Sub{}, a, b);
}

template <class A, class B>
requires OperatorPair<A, B>
[[gnu::always_inline]] inline constexpr auto operator*(const A& a, const B& b) {
  return ad::apply(Mul{}, a, b);
}

template <class A, class B>
requires OperatorPair<A, B>
[[gnu::always_inline]] inline constexpr auto operator/(const A& a, const B& b) {
  return ad::apply(Div{}, a, b);
}

template <Active X>
requires(!has_own_operators_v<X>) [[gnu::always_inline]] inline constexpr auto operator-(
    const X& x) {
  return ad::apply(Neg{}, x);
}

template <Active X>
requires(!has_own_operators_v<X>) constexpr value_type_t<X> operator+(const X& x) { return x; }

}  // namespace ad
