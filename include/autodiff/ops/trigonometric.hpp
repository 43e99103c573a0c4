// Circular functions and their inverses.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// sin(x + h) = sin x + cos(x) h + o(h)
struct Sin {
  static constexpr Meta meta{.name = "sin",
                             .formula = "sin(x)",
                             .derivative = "cos(x)",
                             .domain = "all",
                             .oracle = "sin(x)",
                             .source = "DLMF 4.20.1"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::sin;
    return sin(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::cos;
    return cos(x);
  }
};

/// cos(x + h) = cos x - sin(x) h + o(h)
struct Cos {
  static constexpr Meta meta{.name = "cos",
                             .formula = "cos(x)",
                             .derivative = "-sin(x)",
                             .domain = "all",
                             .oracle = "cos(x)",
                             .source = "DLMF 4.20.2"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::cos;
    return cos(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sin;
    return -sin(x);
  }
};

/// tan(x + h) = tan x + (1 + tan(x)^2) h + o(h)
struct Tan {
  static constexpr Meta meta{.name = "tan",
                             .formula = "tan(x)",
                             .derivative = "1 + tan(x)^2",
                             .domain = "all but odd multiples of pi/2",
                             .oracle = "tan(x)",
                             .source = "DLMF 4.20.3"};
  static constexpr std::array samples{Interval{-1.5, 1.5}};
  static constexpr Reads reads = Reads::result;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::tan;
    return tan(x);
  }
  template <class T>
  T partials(const T&, const T& y) const {
    return T(1) + y * y;
  }
};

/// asin(x + h) = asin x + h / sqrt(1 - x^2) + o(h)
struct Asin {
  static constexpr Meta meta{.name = "asin",
                             .formula = "asin(x)",
                             .derivative = "1 / sqrt(1 - x^2)",
                             .domain = "-1 <= x <= 1",
                             .oracle = "asin(x)",
                             .source = "DLMF 4.24(ii)"};
  static constexpr std::array samples{Interval{-1, 1}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::asin;
    return asin(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sqrt;
    return T(1) / T(sqrt(detail::one_minus_square(x)));
  }
};

/// acos(x + h) = acos x - h / sqrt(1 - x^2) + o(h)
struct Acos {
  static constexpr Meta meta{.name = "acos",
                             .formula = "acos(x)",
                             .derivative = "-1 / sqrt(1 - x^2)",
                             .domain = "-1 <= x <= 1",
                             .oracle = "acos(x)",
                             .source = "DLMF 4.24(ii)"};
  static constexpr std::array samples{Interval{-1, 1}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::acos;
    return acos(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sqrt;
    return T(-1) / T(sqrt(detail::one_minus_square(x)));
  }
};

/// atan(x + h) = atan x + h / (1 + x^2) + o(h)
struct Atan {
  static constexpr Meta meta{.name = "atan",
                             .formula = "atan(x)",
                             .derivative = "1 / (1 + x^2)",
                             .domain = "all",
                             .oracle = "atan(x)",
                             .source = "DLMF 4.24(ii)"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::atan;
    return atan(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return detail::choose(
        detail::is_within(x, 1), [&] { return T(T(1) / T(T(1) + x * x)); },
        [&] {  // x^2 may overflow, and 1/(1 + x^2)^2 in the second derivative may underflow, where
               // the answer is in range
          const T inverse = T(1) / x;
          const T square = inverse * inverse;
          return T(square / T(T(1) + square));
        });
  }
};

/// atan2(y + h, x + k) = atan2(y, x) + (x h - y k) / (x^2 + y^2) + o(|h| + |k|)
struct Atan2 {
  static constexpr Meta meta{.name = "atan2",
                             .formula = "angle of the point (y, x)",
                             .derivative = "y / (x^2 + y^2); -x / (x^2 + y^2)",
                             .domain = "all but x = y = 0",
                             .jump = "x = 0 where y < 0",
                             .oracle = "atan2(x, y)",
                             .source = "DLMF 4.24(ii)",
                             .cancels = "the mixed second derivative where |x| = |y|"};
  static constexpr std::array samples{Interval{-10, 10}, Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& y, const T& x) const {
    using std::atan2;
    return atan2(y, x);
  }
  /// With t the ratio of the smaller to the larger coordinate, x^2 + y^2 = larger (larger + t
  /// smaller): no square that overflows or underflows is formed.
  template <class T>
  std::array<T, 2> partials(const T& y, const T& x, const T&) const {
    if (detail::is_infinite(x) && detail::is_infinite(y)) return {T(0), T(0)};
    if (std::is_floating_point_v<T> || detail::is_infinite(x) || detail::is_infinite(y)) {
      return slopes(y, x);
    } else {
      // Where 1/(x^2 + y^2) overflows, not all second derivatives do: take out the size.
      const T size = detail::larger_size(y, x);
      const auto [to_y, to_x] = slopes(T(y / size), T(x / size));
      return {to_y / size, to_x / size};
    }
  }

 private:
  template <class T>
  static std::array<T, 2> slopes(const T& y, const T& x) {
    if (detail::is_smaller(y, x)) {
      const T ratio = y / x;
      const T scale = T(1) / T(x + ratio * y);
      return {scale, T(-ratio) * scale};
    }
    const T ratio = x / y;
    const T scale = T(1) / T(y + ratio * x);
    return {ratio * scale, -scale};
  }
};

/// sinc(x + h) = sinc(x) + (cos(pi x) - sinc(x)) / x h + o(h)
///
/// With z = pi x it is the spherical Bessel function j_0(z), whose derivatives are sums of others:
/// (2n + 1) j_n' = n j_(n-1) - (n + 1) j_(n+1), DLMF 10.51.2.
struct Sinc {
  static constexpr Meta meta{.name = "sinc",
                             .formula = "sin(pi x) / (pi x), 1 if x = 0",
                             .derivative = "(cos(pi x) - sinc(x)) / x, 0 if x = 0",
                             .domain = "all",
                             .oracle = "sinpi(x) / (pi * x) if x != 0 else mpf(1)",
                             .source = "DLMF 10.49.3",
                             .cancels =
                                 "the first and the second derivative between any two "
                                 "zeros",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return Bessel{0}.value(x);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    return Bessel{0}.partials(x, y);
  }

 private:
  /// j_n(pi x)
  struct Bessel {
    static constexpr Meta meta{.name = "sinc"};
    static constexpr std::array samples{Interval{-6, 6}};
    static constexpr Reads reads = Reads::inputs;

    int order;

    template <class T>
    T value(const T& x) const {
      if (detail::is_infinite(x)) return T(0);
      if (has_series(x)) return series(pi<T>() * x);
      return recurrence(x);
    }
    template <class T>
    T partials(const T& x, const T&) const {
      const T next = ad::apply(Bessel{order + 1}, x);
      if (order == 0) return -pi<T>() * next;
      const T previous = ad::apply(Bessel{order - 1}, x);
      const T sum = T(T(double(order)) * previous) - T(T(double(order + 1)) * next);
      return T(pi<T>() / T(double(2 * order + 1))) * sum;
    }

   private:
    template <class T>
    static T pi() {
      return constant<T>(3.141592653589793, 1.2246467991473532e-16);
    }

    /// The recurrence loses digits near 0, of which any precision has more, and the series none.
    template <class T>
    bool has_series(const T& x) const {
      if constexpr (OfAnyPrecision<T>) return detail::is_zero(x);
      return detail::is_within(x, (order + 1) / 3.141592653589793);
    }

    /// DLMF 10.53.1, for |z| < n + 1: z^n / (2n + 1)!! times a sum that starts with 1.
    template <class T>
    T series(const T& z) const {
      constexpr int terms = std::is_floating_point_v<T> ? 12 : 20;
      const T square = T(-0.5) * T(z * z);
      T sum(0);
      for (int k = terms + order; k > 0; --k) {
        sum = T(square / T(double(k * (2 * (order + k) + 1)))) * T(T(1) + sum);
      }
      T factor(1);
      for (int k = 1; k <= order; ++k) factor = T(factor * z) / T(double(2 * k + 1));
      return factor + factor * sum;
    }

    /// DLMF 10.49.3 and 10.51.1, upwards. The angle is reduced before it is multiplied by pi.
    template <class T>
    T recurrence(const T& x) const {
      using std::cos;
      using std::fmod;
      using std::round;
      using std::sin;
      const T turns = round(x);
      const T angle = pi<T>() * T(x - turns);
      const T sign = detail::is_zero(T(fmod(turns, T(2)))) ? T(1) : T(-1);
      const T inverse = constant<T>(0.3183098861837907, -1.9678676675182486e-17) / x;  // 1/z
      T current = T(sign * T(sin(angle))) * inverse;
      if (order == 0) return current;
      T next = T(current - T(sign * T(cos(angle)))) * inverse;
      for (int n = 1; n < order; ++n) {
        const T previous = current;
        current = next;
        next = T(T(double(2 * n + 1)) * inverse) * current - previous;
      }
      return next;
    }
  };
};

/// Sine; NaN at an infinite x.
template <Operand X>
auto sin(const X& x) {
  return ad::apply(Sin{}, x);
}

/// Cosine; NaN at an infinite x.
template <Operand X>
auto cos(const X& x) {
  return ad::apply(Cos{}, x);
}

/// Tangent; NaN at an infinite x.
template <Operand X>
auto tan(const X& x) {
  return ad::apply(Tan{}, x);
}

/// sin(pi x) / (pi x): 1 at 0, and exactly 0 at the other integers.
template <Operand X>
auto sinc(const X& x) {
  return ad::apply(Sinc{}, x);
}

/// Inverse sine in [-pi/2, pi/2]. The derivative is inf at -1 and 1; beyond, all is NaN.
template <Operand X>
auto asin(const X& x) {
  return ad::apply(Asin{}, x);
}

/// Inverse cosine in [0, pi]. The derivative is -inf at -1 and 1; beyond, all is NaN.
template <Operand X>
auto acos(const X& x) {
  return ad::apply(Acos{}, x);
}

/// Inverse tangent in [-pi/2, pi/2].
template <Operand X>
auto atan(const X& x) {
  return ad::apply(Atan{}, x);
}

/// The angle of the point (x, y), y first as in C. Its derivatives at the origin are NaN.
template <Operand Y, Operand X>
requires Compatible<Y, X>
auto atan2(const Y& y, const X& x) { return ad::apply(Atan2{}, y, x); }

}  // namespace ad
