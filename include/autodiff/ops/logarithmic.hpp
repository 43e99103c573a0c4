// Logarithms of odds and of sums of exponentials, and products with a logarithm.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// logit(x + h) = logit(x) + (1/x + 1/(1 - x)) h + o(h)
struct Logit {
  static constexpr Meta meta{.name = "logit",
                             .formula = "log(x / (1 - x))",
                             .derivative = "1 / x + 1 / (1 - x)",
                             .domain = "0 < x < 1",
                             .oracle = "log(x / (1 - x))",
                             .source = "Berkson 1944",
                             .cancels = "the second derivative at 1/2"};
  static constexpr std::array samples{Interval{0, 1}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::atanh;
    using std::log;
    using std::log1p;
    const T centered = T(2) * x - T(1);  // exact where it is used
    if (detail::is_within(centered, 0.5)) return T(2) * T(atanh(centered));
    return T(log(x)) - T(log1p(T(-x)));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    const T rest = T(1) - x;
    if (detail::is_below(x, 0) || detail::is_below(rest, 0)) return detail::nan_of(x);
    return T(1) / T(x + T(0)) + T(1) / rest;  // adding 0 turns -0 into +0
  }
};

/// xlogy(x + h, y + k) = x log y + log(y) h + (x / y) k + o(|h| + |k|)
struct Xlogy {
  static constexpr Meta meta{.name = "xlogy",
                             .formula = "x log(y), 0 if x = 0 and y is not NaN",
                             .derivative = "log(y); x / y, 0 if x = 0",
                             .domain = "y > 0; x = 0",
                             .oracle = "x * log(y) if x != 0 else mpf(0)",
                             .source = "entropy, Shannon 1948"};
  static constexpr std::array samples{Interval{-10, 10}, Interval{0.01, 100}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::log;
    if (detail::is_zero(x) && !detail::is_nan(y)) return T(0);
    return x * T(log(y));
  }
  template <class T>
  std::array<T, 2> partials(const T& x, const T& y, const T&) const {
    using std::log;
    const T slope = log(y);
    if (detail::is_zero(x) && !is_positive(y)) return {slope, detail::is_nan(y) ? y : T(0)};
    if (detail::is_below(y, 0)) return {slope, detail::nan_of(y)};
    return {slope, T(x / T(y + T(0)))};  // adding 0 turns -0 into +0
  }

 private:
  template <class T>
  static bool is_positive(const T& y) {
    return detail::is_below(T(-y), 0);
  }
};

/// logaddexp(x + h, y + k) = log(e^x + e^y) + s(x - y) h + s(y - x) k + o(|h| + |k|), s = sigmoid
struct Logaddexp {
  static constexpr Meta meta{.name = "logaddexp",
                             .formula = "log(e^x + e^y)",
                             .derivative = "sigmoid(x - y); sigmoid(y - x)",
                             .domain = "all",
                             .oracle = "max(x, y) + log1p(exp(-abs(x - y)))",
                             .source = "DLMF 4.4",
                             .cancels = "the value where e^x + e^y = 1"};
  static constexpr std::array samples{Interval{-10, 10}, Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::exp;
    using std::fabs;
    using std::log1p;
    const T difference = x - y;
    if (detail::is_nan(difference)) return T(x + y);  // also for two equal infinities
    const T larger = detail::is_below(difference, 0) ? y : x;
    return larger + T(log1p(T(exp(T(-fabs(difference))))));
  }
  template <class T>
  std::array<T, 2> partials(const T& x, const T& y, const T&) const {
    return {ad::apply(Share{}, x, y), ad::apply(Share{}, y, x)};
  }

 private:
  /// e^x / (e^x + e^y)
  struct Share {
    static constexpr Meta meta{.name = "logaddexp"};
    static constexpr std::array samples{Interval{-10, 10}, Interval{-10, 10}};
    static constexpr Reads reads = Reads::inputs;

    template <class T>
    T value(const T& x, const T& y) const {
      using std::exp;
      const T difference = x - y;
      if (detail::is_infinite(x) && detail::is_infinite(y) && detail::is_nan(difference)) {
        return T(0.5);
      }
      if (detail::is_infinite(difference) || detail::is_nan(difference)) {
        return T(1) / T(T(1) + T(exp(T(-difference))));
      }
      // What rounding takes from the difference counts as much as the difference is large.
      const T taken = x - difference;
      const T lost = T(x - T(difference + taken)) + T(taken - y);
      const T e = exp(T(detail::with_sign_of(difference, T(-difference))));
      const T corrected = e - e * detail::with_sign_of(difference, lost);
      return (detail::is_below(difference, 0) ? corrected : T(1)) / T(T(1) + corrected);
    }
    template <class T>
    std::array<T, 2> partials(const T& x, const T& y, const T& share) const {
      const T slope = share * T(ad::apply(Share{}, y, x));
      return {slope, -slope};
    }
  };
};

/// log(x / (1 - x)), the inverse of the sigmoid: -inf at 0 and inf at 1 with an infinite slope, NaN
/// beyond.
template <Operand X>
auto logit(const X& x) {
  return ad::apply(Logit{}, x);
}

/// x log(y), and 0 where x is 0: there the derivatives are log(y) and 0, also for y <= 0.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto xlogy(const X& x, const Y& y) { return ad::apply(Xlogy{}, x, y); }

/// log(e^x + e^y) without overflow. The derivatives are the shares of e^x and e^y in the sum; two
/// equal infinities share in halves.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto logaddexp(const X& x, const Y& y) { return ad::apply(Logaddexp{}, x, y); }

}  // namespace ad
