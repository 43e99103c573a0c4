// Powers with any exponent, roots, and the hypotenuse.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// (x + h)^(y + k) = x^y + y x^(y-1) h + x^y log(x) k + o(|h| + |k|)
///
/// The value is C99's pow. The partial derivatives, case by case:
///
///   base x      exponent y           d/dx             d/dy
///   x > 0       any                  y x^(y-1)        x^y log(x)
///   x < 0       integer              y x^(y-1)        NaN: there is no power beside an integer
///   x < 0       not an integer       NaN              NaN
///   any         0                    0                the rows above and below
///   +-0         y > 1                0                0
///   +-0         1                    1                0, and its slope in x is -inf
///   +-0         0 < y < 1            inf              0, and its slope in x is -inf
///   +-0         0                    0                -inf
///   +0          y < 0                -inf             -inf
///   -0          y < 0, odd integer   -inf             inf
///   -0          y < 0, even integer  inf              -inf
///   inf         any                  its limit        its limit: 0 for y < 0, else inf
///   |x| < 1     inf                  0                0 (the limit; likewise |x| > 1 with -inf)
///
/// In derivatives of derivatives the exponent goes down by one each time, so at x = 0 the second
/// derivative of x^2 is 2, those of x^1 and x^3 are 0. A passive exponent costs no logarithm, and a
/// base that is passive no power.
struct Pow {
  static constexpr Meta meta{.name = "pow",
                             .symbol = "^",
                             .formula = "x^y",
                             .derivative = "y x^(y-1); x^y log(x)",
                             .domain = "x > 0; x = 0 with y >= 0; x < 0 with an integer y",
                             .oracle = "power(x, y)",
                             .source = "DLMF 4.7(ii)",
                             .cancels = "the mixed second derivative where y log(x) = -1"};
  static constexpr std::array samples{Interval{0.1, 10}, Interval{-3, 3}};
  static constexpr Reads reads = Reads::both;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::pow;
    return pow(x, y);
  }
  template <class T>
  std::array<T, 2> partials(const T& x, const T& y, const T& z, const Needs<2>& needs) const {
    std::array<T, 2> p{};
    if (needs[0]) p[0] = slope_in_base(x, y, z);
    if (needs[1]) p[1] = slope_in_exponent(x, y, z);
    return p;
  }

 private:
  template <class T>
  static T slope_in_base(const T& x, const T& y, const T& z) {
    using std::pow;
    if (detail::is_zero(y)) {
      return detail::is_zero(x) || detail::is_nan(x) ? T(0) : T(T(y * z) / x);
    }
    if (detail::is_infinite(y) && detail::is_zero(z)) return T(0);
    if (detail::is_nan(z)) return detail::nan_of(z);
    if constexpr (std::is_floating_point_v<T>) {
      if (y == 2) return x + x;
      if (detail::is_normal(z) && !detail::is_infinite(y)) return by_quotient(x, y, z);
    }
    if (detail::is_zero(x) || detail::is_infinite(x) || detail::is_infinite(y)) {
      return y * T(pow(x, T(y - T(1))));
    }
    return lowered(x, y, y);
  }

  /// factor x^(exponent-1)
  template <class T>
  static T lowered(const T& x, const T& exponent, const T& factor) {
    using std::pow;
    using Number = innermost_t<T>;
    const T power = ad::apply(ScaledPower{}, x, T(exponent - T(1)), factor);
    const Number rest = rounded_off(Number(value_of(exponent)));
    if (all_zero(rest) || detail::is_zero(power)) return power;
    return power * T(pow(Number(value_of(x)), rest));
  }

  /// What y - 1 lost to rounding; it counts log(x) times as much in x^(y-1).
  template <class Number>
  static Number rounded_off(const Number& y) {
    const Number difference = y - Number(1);
    const Number taken = y - difference;
    return (y - (difference + taken)) + (taken - Number(1));
  }

  /// y z / x in the order that neither overflows nor underflows on the way.
  template <class T>
  static T by_quotient(const T& x, const T& y, const T& z) {
    return std::fabs(y) < 1 || std::fabs(z) < 1 ? y * z / x : y * (z / x);
  }

  template <class T>
  static T slope_in_exponent(const T& x, const T& y, const T& z) {
    using std::log;
    using std::pow;
    using std::sqrt;
    if (detail::is_zero(x) && detail::is_below(T(-y), 0)) {
      // The value 0, and for 0 < y <= 1 the infinite slope in x.
      return detail::is_below(T(T(1) - y), 0) ? T(0) : T(-sqrt(x));
    }
    if (detail::is_infinite(x) && detail::is_zero(z) && !detail::is_below(x, 0)) return T(0);
    if (detail::is_normal(z) || detail::is_infinite(x) || !detail::is_below(T(-x), 0)) {
      return z * T(log(x));
    }
    return ad::apply(PowerTimesLog{}, x, y);
  }

  /// c x^y and its derivatives, also where x^y alone is out of range. Their exponents go down one
  /// by one, so they stay precise around y = 1.
  struct ScaledPower {
    static constexpr Meta meta{.name = "pow"};
    static constexpr std::array samples{Interval{0.1, 10}, Interval{-3, 3}, Interval{-3, 3}};
    static constexpr Reads reads = Reads::both;

    template <class T>
    T value(const T& x, const T& y, const T& c) const {
      using std::pow;
      const T power = pow(x, y);
      if (detail::is_normal(power)) return c * power;
      const T root = detail::is_below(x, 0) ? power : T(pow(x, T(T(0.5) * y)));
      if (detail::is_zero(root)) return root;  // c may have overflowed
      return detail::is_below(x, 0) ? T(c * power) : T(T(c * root) * root);
    }
    template <class T>
    std::array<T, 3> partials(const T& x, const T& y, const T& c, const T& z,
                              const Needs<3>& needs) const {
      using std::log;
      using std::pow;
      std::array<T, 3> p{};
      if (needs[0]) p[0] = lowered(x, y, T(c * y));
      if (needs[1]) p[1] = z * T(log(x));
      if (needs[2]) p[2] = pow(x, y);
      return p;
    }
  };

  /// x^y log(x) and its derivatives, also where x^y alone is out of range.
  struct PowerTimesLog {
    static constexpr Meta meta{.name = "pow"};
    static constexpr std::array samples{Interval{0.1, 10}, Interval{-3, 3}};
    static constexpr Reads reads = Reads::both;

    template <class T>
    T value(const T& x, const T& y) const {
      using std::log;
      return ScaledPower{}.value(x, y, T(log(x)));
    }
    template <class T>
    std::array<T, 2> partials(const T& x, const T& y, const T& z) const {
      using std::log;
      const T logarithm = log(x);
      return {lowered(x, y, T(T(1) + y * logarithm)), z * logarithm};
    }
  };
};

/// sqrt(x + h) = sqrt x + h / (2 sqrt x) + o(h)
struct Sqrt {
  static constexpr Meta meta{.name = "sqrt",
                             .formula = "sqrt(x)",
                             .derivative = "1 / (2 sqrt(x))",
                             .domain = "x >= 0",
                             .oracle = "sqrt(x)",
                             .source = "DLMF 4.7(ii)"};
  static constexpr std::array samples{Interval{0, 100}};
  static constexpr Reads reads = Reads::result;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::sqrt;
    return sqrt(x);
  }
  template <class T>
  T partials(const T&, const T& y) const {
    return T(0.5) / T(y + T(0));  // adding 0 turns -0 into +0, where the slope is +inf
  }
};

/// 1/sqrt(x + h) = 1/sqrt x - h / (2 x sqrt x) + o(h)
struct Rsqrt {
  static constexpr Meta meta{.name = "rsqrt",
                             .formula = "1 / sqrt(x)",
                             .derivative = "-1 / (2 x sqrt(x))",
                             .domain = "x > 0",
                             .oracle = "1 / sqrt(x)",
                             .source = "DLMF 4.7(ii)"};
  static constexpr std::array samples{Interval{0.01, 100}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::sqrt;
    return T(1) / sqrt(x + T(0));
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    return T(-0.5) * T(y / T(x + T(0)));
  }
};

/// cbrt(x + h) = cbrt x + h / (3 cbrt(x)^2) + o(h)
struct Cbrt {
  static constexpr Meta meta{.name = "cbrt",
                             .formula = "x^(1/3)",
                             .derivative = "1 / (3 cbrt(x)^2)",
                             .domain = "all",
                             .oracle = "sign(x) * cbrt(abs(x))",
                             .source = "DLMF 4.7(ii)",
                             .ulps = {4, 4, 6}};
  static constexpr std::array samples{Interval{-100, 100}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::cbrt;
    return cbrt(x);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    const T square = y * y;
    if (detail::is_zero(x) || detail::is_infinite(x)) return T(1) / T(T(3) * square);
    // C's cbrt may be off by some units, here brought back: y^3/x is 1 and three times its error.
    if constexpr (!detail::is_machine_number_v<T>) {
      const auto root = value_of(y);
      const auto slope = root / value_of(x);
      // The formula below would form the difference of two infinities in its own derivative.
      if (!detail::is_normal(slope / value_of(x))) {
        const T correction = T(T(2) * T(root * (root * slope)) + T(1)) / T(3);
        return correction / T(T(3) * square);
      }
    }
    return T(T(T(2) * T(y / x)) + T(T(1) / square)) / T(9);
  }
};

/// hypot(x + h, y + k) = r + (x h + y k) / r + o(|h| + |k|), r = hypot(x, y)
struct Hypot {
  static constexpr Meta meta{.name = "hypot",
                             .formula = "sqrt(x^2 + y^2)",
                             .derivative = "x / hypot(x, y); y / hypot(x, y)",
                             .domain = "all",
                             .kink = "x = y = 0",
                             .convention = "0; 0",
                             .oracle = "sqrt(x*x + y*y)",
                             .source = "definition",
                             .ulps = {2, 4, 8}};
  static constexpr std::array samples{Interval{-100, 100}, Interval{-100, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool is_cone_at_kink = true;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::hypot;
    return hypot(x, y);
  }
  /// By the ratio of the smaller to the larger leg: nothing overflows, and the second derivatives
  /// y^2/r^3, -xy/r^3, x^2/r^3 do not come from a cancelling difference as those of x/r would.
  template <class T>
  std::array<T, 2> partials(const T& x, const T& y, const T&) const {
    if (detail::is_zero(x) && detail::is_zero(y)) return {T(0), T(0)};
    if (detail::is_smaller(x, y)) return {of_smaller(x, y), of_larger(x, y)};
    return {of_larger(y, x), of_smaller(y, x)};
  }
  template <class T>
  static std::array<T, 1> kinks(const T& x, const T& y) {
    using std::hypot;
    return {T(hypot(x, y))};
  }

 private:
  template <class T>
  static T of_larger(const T& small, const T& large) {
    using std::sqrt;
    const T ratio = small / large;
    return detail::with_sign_of(large, T(T(1) / T(sqrt(T(T(1) + ratio * ratio)))));
  }
  template <class T>
  static T of_smaller(const T& small, const T& large) {
    using std::sqrt;
    const T ratio = small / large;
    return detail::with_sign_of(large, T(ratio / T(sqrt(T(T(1) + ratio * ratio)))));
  }
};

/// x to the power y, as C99's pow; NaN for a negative x unless y is an integer. x^0 has the
/// derivative 0, also at x = 0. The derivative in y at a negative x is NaN.
///
///     ad::derivative([](auto x) { return pow(x, 2.0); }, 0.0);  // 0
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto pow(const X& x, const Y& y) { return ad::apply(Pow{}, x, y); }

/// Square root. Its derivative is +inf at 0, and NaN where x is negative.
template <Operand X>
auto sqrt(const X& x) {
  return ad::apply(Sqrt{}, x);
}

/// 1 / sqrt(x); inf at 0, with the derivative -inf.
template <Operand X>
auto rsqrt(const X& x) {
  return ad::apply(Rsqrt{}, x);
}

/// Cube root of any real x. Its derivative is +inf at 0.
template <Operand X>
auto cbrt(const X& x) {
  return ad::apply(Cbrt{}, x);
}

/// sqrt(x^2 + y^2) without overflow. At the origin, a kink, both derivatives are declared 0.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto hypot(const X& x, const Y& y, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Hypot{}, x, y);
}

}  // namespace ad
