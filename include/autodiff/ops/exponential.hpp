// Exponentials and logarithms.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// exp(x + h) = exp x + exp(x) h + o(h)
struct Exp {
  static constexpr Meta meta{.name = "exp",
                             .formula = "e^x",
                             .derivative = "exp(x)",
                             .domain = "all",
                             .oracle = "exp(x)",
                             .source = "DLMF 4.7(ii)"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::result;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::exp;
    return exp(x);
  }
  template <class T>
  T partials(const T&, const T& y) const {
    return y;
  }
};

/// 2^(x + h) = 2^x + log(2) 2^x h + o(h)
struct Exp2 {
  static constexpr Meta meta{.name = "exp2",
                             .formula = "2^x",
                             .derivative = "log(2) 2^x",
                             .domain = "all",
                             .oracle = "power(2, x)",
                             .source = "DLMF 4.7(ii)"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::exp2;
    return exp2(x);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    using std::exp2;
    const T log_2 = constant<T>(0.6931471805599453, 2.3190468138462996e-17);
    if (!detail::is_infinite(y)) return log_2 * y;
    return T(log_2 + log_2) * T(exp2(T(x - T(1))));  // finite for a while after 2^x is not
  }
};

/// expm1(x + h) = expm1 x + exp(x) h + o(h)
struct Expm1 {
  static constexpr Meta meta{.name = "expm1",
                             .formula = "e^x - 1",
                             .derivative = "exp(x)",
                             .domain = "all",
                             .oracle = "expm1(x)",
                             .source = "DLMF 4.7(ii)"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::expm1;
    return expm1(x);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    using std::exp;
    return detail::choose(
        detail::is_below(x, -0.5), [&] { return T(exp(x)); },
        [&] { return T(y + T(1)); });  // cancels far left
  }
};

/// log(x + h) = log x + h / x + o(h)
struct Log {
  static constexpr Meta meta{.name = "log",
                             .formula = "log(x)",
                             .derivative = "1 / x",
                             .domain = "x > 0",
                             .oracle = "log(x)",
                             .source = "DLMF 4.7.1"};
  static constexpr std::array samples{Interval{0.01, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::log;
    return log(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    if (detail::is_below(x, 0)) return detail::nan_of(x);
    return T(1) / T(x + T(0));  // adding 0 turns -0 into +0, where the slope is +inf
  }
};

/// log2(x + h) = log2 x + h / (x log 2) + o(h)
struct Log2 {
  static constexpr Meta meta{.name = "log2",
                             .formula = "log2(x)",
                             .derivative = "1 / (x log(2))",
                             .domain = "x > 0",
                             .oracle = "log(x) / log(2)",
                             .source = "DLMF 4.7.1"};
  static constexpr std::array samples{Interval{0.01, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::log2;
    return log2(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    if (detail::is_below(x, 0)) return detail::nan_of(x);
    return constant<T>(1.4426950408889634, 2.0355273740931033e-17) / T(x + T(0));
  }
};

/// log10(x + h) = log10 x + h / (x log 10) + o(h)
struct Log10 {
  static constexpr Meta meta{.name = "log10",
                             .formula = "log10(x)",
                             .derivative = "1 / (x log(10))",
                             .domain = "x > 0",
                             .oracle = "log(x) / log(10)",
                             .source = "DLMF 4.7.1"};
  static constexpr std::array samples{Interval{0.01, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::log10;
    return log10(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    if (detail::is_below(x, 0)) return detail::nan_of(x);
    return constant<T>(0.4342944819032518, 1.098319650216765e-17) / T(x + T(0));
  }
};

/// log1p(x + h) = log1p x + h / (1 + x) + o(h)
struct Log1p {
  static constexpr Meta meta{.name = "log1p",
                             .formula = "log(1 + x)",
                             .derivative = "1 / (1 + x)",
                             .domain = "x > -1",
                             .oracle = "log1p(x)",
                             .source = "DLMF 4.7.1"};
  static constexpr std::array samples{Interval{-0.99, 100}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::log1p;
    return log1p(x);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    if (detail::is_below(x, -1)) return detail::nan_of(x);
    return T(1) / T(T(1) + x);
  }
};

/// e to the power x.
template <Operand X>
auto exp(const X& x) {
  return ad::apply(Exp{}, x);
}

/// 2 to the power x.
template <Operand X>
auto exp2(const X& x) {
  return ad::apply(Exp2{}, x);
}

/// e^x - 1, without cancellation near 0.
template <Operand X>
auto expm1(const X& x) {
  return ad::apply(Expm1{}, x);
}

/// Natural logarithm: -inf at 0 with the derivative +inf; value and derivative are NaN below 0.
template <Operand X>
auto log(const X& x) {
  return ad::apply(Log{}, x);
}

/// Logarithm to base 2, with the ends of `log`.
template <Operand X>
auto log2(const X& x) {
  return ad::apply(Log2{}, x);
}

/// Logarithm to base 10, with the ends of `log`.
template <Operand X>
auto log10(const X& x) {
  return ad::apply(Log10{}, x);
}

/// log(1 + x), without cancellation near 0; -inf at -1, NaN below.
template <Operand X>
auto log1p(const X& x) {
  return ad::apply(Log1p{}, x);
}

}  // namespace ad
