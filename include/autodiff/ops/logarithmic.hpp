// Logarithms of sums of exponentials.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

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

/// log(e^x + e^y) without overflow. The derivatives are the shares of e^x and e^y in the sum; two
/// equal infinities share in halves.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto logaddexp(const X& x, const Y& y) { return apply(Logaddexp{}, x, y); }

}  // namespace ad
