// Hyperbolic functions and their inverses.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// sinh(x + h) = sinh x + cosh(x) h + o(h)
struct Sinh {
  static constexpr Meta meta{.name = "sinh",
                             .formula = "sinh(x)",
                             .derivative = "cosh(x)",
                             .domain = "all",
                             .oracle = "sinh(x)",
                             .source = "DLMF 4.34.1"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::sinh;
    return sinh(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::cosh;
    return cosh(x);
  }
};

/// cosh(x + h) = cosh x + sinh(x) h + o(h)
struct Cosh {
  static constexpr Meta meta{.name = "cosh",
                             .formula = "cosh(x)",
                             .derivative = "sinh(x)",
                             .domain = "all",
                             .oracle = "cosh(x)",
                             .source = "DLMF 4.34.2"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::cosh;
    return cosh(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sinh;
    return sinh(x);
  }
};

/// tanh(x + h) = tanh x + (1 - tanh(x)^2) h + o(h)
///
/// Of plain numbers by the convergent of its continued fraction near 0, and else by the exponential
/// that its derivative needs as well: both together take less time than the C library's tanh alone,
/// which errs by more and may differ in the last places.
struct Tanh {
  static constexpr Meta meta{.name = "tanh",
                             .formula = "tanh(x)",
                             .derivative = "1 - tanh(x)^2",
                             .domain = "all",
                             .oracle = "tanh(x)",
                             .source = "DLMF 4.34.3, 4.39.1",
                             .ulps = {2.5, 4, 6}};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    if constexpr (detail::is_machine_number_v<T>) {
      return detail::choose(
          is_near_zero(x),
          [&] {  // x / (1 + x^2 / (3 + x^2 / (5 + ... x^2 / 15))), to 1e-17
            const T t = x * x;
            const T p = T(675675) + t * (T(45045) + t * (T(594) + t));
            const T q = T(2027025) + t * (T(945945) + t * (T(51975) + t * (T(630) + t)));
            return T(x * T(T(1) - t * p / q));
          },
          [&] {
            const T e = decay(x);
            return T(detail::with_sign_of(x, T(T(T(1) - e) / T(T(1) + e))));
          });
    } else {
      return tanh(x);
    }
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    return detail::choose(
        is_near_zero(x), [&] { return T(T(1) - y * y); },
        [&] {  // in the tails 1 - y^2 has lost all its digits: 1/cosh(x)^2
          const T e = decay(x);
          const T root = T(1) + e;
          return T(T(T(4) * e) / T(root * root));
        });
  }

 private:
  /// Where 1 - exp(-2|x|) would lose digits; elsewhere 1 - y^2 would.
  template <class T>
  static auto is_near_zero(const T& x) {
    return detail::is_within(x, 0.625);
  }
  /// exp(-2|x|)
  template <class T>
  static T decay(const T& x) {
    using std::exp;
    return exp(T(detail::with_sign_of(x, T(-x - x))));
  }
};

/// asinh(x + h) = asinh x + h / sqrt(1 + x^2) + o(h)
struct Asinh {
  static constexpr Meta meta{.name = "asinh",
                             .formula = "asinh(x)",
                             .derivative = "1 / sqrt(1 + x^2)",
                             .domain = "all",
                             .oracle = "asinh(x)",
                             .source = "DLMF 4.38(ii)"};
  static constexpr std::array samples{Interval{-100, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::asinh;
    return asinh(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sqrt;
    return detail::choose(
        detail::is_within(x, 1), [&] { return T(T(1) / T(sqrt(T(T(1) + x * x)))); },
        [&] {
          const T inverse = detail::with_sign_of(x, T(T(1) / x));  // x^2 may overflow
          return T(inverse / T(sqrt(T(T(1) + inverse * inverse))));
        });
  }
};

/// acosh(x + h) = acosh x + h / sqrt(x^2 - 1) + o(h)
struct Acosh {
  static constexpr Meta meta{.name = "acosh",
                             .formula = "acosh(x)",
                             .derivative = "1 / sqrt(x^2 - 1)",
                             .domain = "x >= 1",
                             .oracle = "acosh(x)",
                             .source = "DLMF 4.38(ii)"};
  static constexpr std::array samples{Interval{1, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::acosh;
    return acosh(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::sqrt;
    // Two roots: x^2 may overflow, and the product of two negative factors would hide x < -1.
    return T(1) / T(T(sqrt(T(x - T(1)))) * T(sqrt(T(x + T(1)))));
  }
};

/// atanh(x + h) = atanh x + h / (1 - x^2) + o(h)
struct Atanh {
  static constexpr Meta meta{.name = "atanh",
                             .formula = "atanh(x)",
                             .derivative = "1 / (1 - x^2)",
                             .domain = "-1 < x < 1",
                             .oracle = "atanh(x)",
                             .source = "DLMF 4.38(ii)"};
  static constexpr std::array samples{Interval{-0.99, 0.99}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::atanh;
    return atanh(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    const T difference = detail::one_minus_square(x);
    if (detail::is_below(difference, 0)) return detail::nan_of(difference);
    return T(1) / difference;
  }
};

/// Hyperbolic sine.
template <Operand X>
auto sinh(const X& x) {
  return ad::apply(Sinh{}, x);
}

/// Hyperbolic cosine.
template <Operand X>
auto cosh(const X& x) {
  return ad::apply(Cosh{}, x);
}

/// Hyperbolic tangent. Its derivative keeps its digits in the tails, where 1 - tanh(x)^2 has none.
template <Operand X>
auto tanh(const X& x) {
  return ad::apply(Tanh{}, x);
}

/// Inverse hyperbolic sine.
template <Operand X>
auto asinh(const X& x) {
  return ad::apply(Asinh{}, x);
}

/// Inverse hyperbolic cosine. The derivative is inf at 1; below, all is NaN.
template <Operand X>
auto acosh(const X& x) {
  return ad::apply(Acosh{}, x);
}

/// Inverse hyperbolic tangent: infinite at -1 and 1 with the derivative inf; beyond, all is NaN.
template <Operand X>
auto atanh(const X& x) {
  return ad::apply(Atanh{}, x);
}

}  // namespace ad
