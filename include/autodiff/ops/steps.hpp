// Operations that jump: sign, the roundings and the remainders. Their derivatives are those of the
// pieces between the jumps, at a jump too. In quad every one of them tells a BranchLog on which
// piece it is, so that checks can find the jumps.
#pragma once

#include <array>
#include <cmath>
#include <type_traits>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

namespace detail {

/// The slope of a piece that does not move: 0, or NaN at NaN.
template <class T>
T level_slope(const T& x) {
  return is_nan(x) ? nan<T>() : T(0);
}

/// n with x = n y + rest, where n is an integer of whichever rounding made the rest.
template <class Number>
Number quotient(const Number& x, const Number& y, const Number& rest) {
  using std::copysign;
  using std::isinf;
  using std::round;
  if (isinf(rest)) return Number(-1);  // floormod of a number and an infinity of other sign
  return round(Number(Number(x / y) - Number(rest / y)));
}

/// The partial derivatives of x - n y between two jumps, where the integer n does not move.
template <class T>
std::array<T, 2> remainder_slopes(const T& ct, const T& x, const T& y, const T& rest) {
  if (is_nan(rest)) return {nan<T>(), nan<T>()};
  const auto n = quotient(value_of(x), value_of(y), value_of(rest));
  return {ct, all_zero(n) ? T(0) : T(T(-n) * ct)};
}

}  // namespace detail

/// sign(x + h) = sign(x) for |h| < |x|
struct Sign {
  static constexpr Meta meta{.name = "sign",
                             .formula = "-1 if x < 0, 1 if x > 0, x if x = 0",
                             .derivative = "0",
                             .domain = "all",
                             .jump = "x = 0",
                             .oracle = "sign(x)",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  constexpr T value(const T& x) const {
    const bool negative = x < 0;
    const bool positive = x > 0;
    return negative ? T(-1) : positive ? T(1) : x;  // -0 and NaN stay
  }
  template <class T>
  T vjp(const T&, const T& x, const T&) const {
    return detail::level_slope(x);
  }
};

/// floor(x + h) = floor(x) for h too small to reach an integer
struct Floor {
  static constexpr Meta meta{.name = "floor",
                             .formula = "the largest integer <= x",
                             .derivative = "0",
                             .domain = "all",
                             .jump = "integers",
                             .oracle = "floor(x)",
                             .source = "C99 7.12.9.2",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::floor;
    const T y = floor(x);
    detail::log_piece(y, detail::is_zero(T(x - y)));
    return y;
  }
  template <class T>
  T vjp(const T&, const T& x, const T&) const {
    return detail::level_slope(x);
  }
};

/// ceil(x + h) = ceil(x) for h too small to reach an integer
struct Ceil {
  static constexpr Meta meta{.name = "ceil",
                             .formula = "the smallest integer >= x",
                             .derivative = "0",
                             .domain = "all",
                             .jump = "integers",
                             .oracle = "ceil(x)",
                             .source = "C99 7.12.9.1",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::ceil;
    const T y = ceil(x);
    detail::log_piece(y, detail::is_zero(T(x - y)));
    return y;
  }
  template <class T>
  T vjp(const T&, const T& x, const T&) const {
    return detail::level_slope(x);
  }
};

/// round(x + h) = round(x) for h too small to reach the middle between two integers
struct Round {
  static constexpr Meta meta{.name = "round",
                             .formula = "the nearest integer, halves away from 0",
                             .derivative = "0",
                             .domain = "all",
                             .jump = "halves of odd integers",
                             .oracle = "sign(x) * floor(abs(x) + mpf(0.5))",
                             .source = "C99 7.12.9.6",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::fabs;
    using std::round;
    const T y = round(x);
    detail::log_piece(y, detail::is_zero(T(T(fabs(T(x - y))) - T(0.5))));
    return y;
  }
  template <class T>
  T vjp(const T&, const T& x, const T&) const {
    return detail::level_slope(x);
  }
};

/// trunc(x + h) = trunc(x) for h too small to reach an integer other than 0
struct Trunc {
  static constexpr Meta meta{.name = "trunc",
                             .formula = "x without its fraction",
                             .derivative = "0",
                             .domain = "all",
                             .jump = "integers other than 0",
                             .oracle = "sign(x) * floor(abs(x))",
                             .source = "C99 7.12.9.8",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::trunc;
    const T y = trunc(x);
    detail::log_piece(y, detail::is_zero(T(x - y)) && !detail::is_zero(y));
    return y;
  }
  template <class T>
  T vjp(const T&, const T& x, const T&) const {
    return detail::level_slope(x);
  }
};

/// fmod(x + h, y + k) = fmod(x, y) + h - n k, n = trunc(x / y), for small h and k
struct Fmod {
  static constexpr Meta meta{.name = "fmod",
                             .formula = "x - y trunc(x / y)",
                             .derivative = "1; -trunc(x / y)",
                             .domain = "y != 0",
                             .jump = "x / y an integer other than 0",
                             .oracle = "sign(x) * (abs(x) % abs(y))",
                             .source = "C99 7.12.10.1",
                             .ulps = {0, 1, 0}};
  static constexpr std::array samples{Interval{-10, 10}, Interval{0.5, 3}};
  static constexpr Reads reads = Reads::both;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::fmod;
    const T rest = fmod(x, y);
    const T n = detail::quotient(x, y, rest);
    detail::log_piece(n, detail::is_zero(rest) && !detail::is_zero(n));
    return rest;
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    return detail::remainder_slopes(ct, x, y, z);
  }
};

/// remainder(x + h, y + k) = remainder(x, y) + h - n k, n = x / y rounded, for small h and k
struct Remainder {
  static constexpr Meta meta{
      .name = "remainder",
      .formula = "x - n y, n the integer nearest to x / y, halves to even n",
      .derivative = "1; -n",
      .domain = "y != 0",
      .jump = "x / y half an odd integer",
      .oracle =
          "(lambda s, m, d: s * (m if 2*m <= d else m - d if 2*m < 3*d else m - 2*d))"
          "(sign(x), abs(x) % (2*abs(y)), abs(y))",
      .source = "IEEE 754-2019 5.3.1",
      .ulps = {0, 1, 0}};
  static constexpr std::array samples{Interval{-10, 10}, Interval{0.5, 3}};
  static constexpr Reads reads = Reads::both;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::fabs;
    using std::remainder;
    const T rest = remainder(x, y);
    const T beyond = T(fabs(y)) - T(fabs(rest));  // exact where it matters: |rest| = |y| / 2
    detail::log_piece(detail::quotient(x, y, rest), detail::is_zero(T(beyond - T(fabs(rest)))));
    return rest;
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    return detail::remainder_slopes(ct, x, y, z);
  }
};

/// floormod(x + h, y + k) = floormod(x, y) + h - n k, n = floor(x / y), for small h and k
struct FloorMod {
  static constexpr Meta meta{.name = "floormod",
                             .formula = "x - y floor(x / y), with the sign of y",
                             .derivative = "1; -floor(x / y)",
                             .domain = "y != 0",
                             .jump = "x / y an integer",
                             .oracle = "x % y",
                             .source = "Knuth, The Art of Computer Programming 1, 1.2.4",
                             .ulps = {0.5, 1, 0}};
  static constexpr std::array samples{Interval{-10, 10}, Interval{0.5, 3}};
  static constexpr Reads reads = Reads::both;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::copysign;
    using std::fmod;
    using std::signbit;
    T rest = fmod(x, y);
    const bool at_jump = detail::is_zero(rest);
    if (at_jump) {
      rest = copysign(T(0), y);
    } else if (signbit(rest) != signbit(y)) {
      rest = rest + y;
    }
    detail::log_piece(detail::quotient(x, y, rest), at_jump);
    return rest;
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    return detail::remainder_slopes(ct, x, y, z);
  }
};

/// -1, 0 or 1. The derivative is 0, also at the jump.
template <Operand X>
constexpr auto sign(const X& x) {
  return ad::apply(Sign{}, x);
}

/// The largest integer that is not above x. The derivative is 0.
template <Operand X>
auto floor(const X& x) {
  return ad::apply(Floor{}, x);
}

/// The smallest integer that is not below x. The derivative is 0.
template <Operand X>
auto ceil(const X& x) {
  return ad::apply(Ceil{}, x);
}

/// The nearest integer, halves away from 0. The derivative is 0.
template <Operand X>
auto round(const X& x) {
  return ad::apply(Round{}, x);
}

/// x without its fraction. The derivative is 0.
template <Operand X>
auto trunc(const X& x) {
  return ad::apply(Trunc{}, x);
}

/// x - n y with n = x/y rounded towards 0: has the sign of x. The derivatives are 1 and -n.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto fmod(const X& x, const Y& y) { return ad::apply(Fmod{}, x, y); }

/// x - n y with n the integer nearest to x/y, halves to even n. The derivatives are 1 and -n.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto remainder(const X& x, const Y& y) { return ad::apply(Remainder{}, x, y); }

/// x - n y with n = floor(x/y): has the sign of y, as % in Python. The derivatives are 1 and -n.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto floormod(const X& x, const Y& y) { return ad::apply(FloorMod{}, x, y); }

}  // namespace ad
