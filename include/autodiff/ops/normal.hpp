// The inverse of the error function and the logarithm of the normal distribution function.
#pragma once

#include <array>

#include <autodiff/core/special_functions.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/special.hpp>

namespace ad {

/// erfinv(x + h) = erfinv(x) + s(x) h + o(h), s(x) = sqrt(pi)/2 exp(erfinv(x)^2)
struct Erfinv {
  static constexpr Meta meta{.name = "erfinv",
                             .formula = "y with erf(y) = x",
                             .derivative = "sqrt(pi)/2 exp(erfinv(x)^2)",
                             .domain = "-1 <= x <= 1",
                             .oracle = "erfinv(x) if abs(x) <= 1 else j",
                             .source = "DLMF 7.17",
                             .ulps = {1, 1, 4}};
  static constexpr std::array samples{Interval{-0.99, 0.99}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return T(detail::erf_inverse(x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(Slope{}, x);
  }

 private:
  /// s(x): near the ends the rounding of erfinv(x) would count many times.
  struct Slope {
    static constexpr Meta meta{.name = "erfinv"};
    static constexpr std::array samples{Interval{-0.99, 0.99}};
    static constexpr Reads reads = Reads::both;

    template <class T>
    T value(const T& x) const {
      return T(detail::erf_inverse_slope(x));
    }
    template <class T>
    T partials(const T& x, const T& slope) const {
      return T(2) * T(ad::apply(Erfinv{}, x)) * slope * slope;
    }
  };
};

/// log_ndtr(x + h) = log_ndtr(x) + m(x) h + o(h), m = normal_pdf / normal_cdf
struct LogNdtr {
  static constexpr Meta meta{.name = "log_ndtr",
                             .formula = "log(normal_cdf(x))",
                             .derivative = "normal_pdf(x) / normal_cdf(x)",
                             .domain = "all",
                             .oracle = "log(ncdf(x)) if x < 0 else log1p(-erfc(x/sqrt(2))/2)",
                             .source = "DLMF 7.8, 7.18",
                             .ulps = {1, 1, 5}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return T(detail::log_normal_cdf(x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(InverseMills{}, x);
  }

 private:
  /// r_n = K_(n+1) / K_n, where K_n' = K_(n+1); r_0(x) = x + m(x).
  struct TailRatio {
    static constexpr Meta meta{.name = "log_ndtr"};
    static constexpr std::array samples{Interval{-6, 6}};
    static constexpr Reads reads = Reads::both;

    int order = 0;

    template <class T>
    T value(const T& x) const {
      return T(detail::tail_ratio(order, x));
    }
    template <class T>
    T partials(const T& x, const T& ratio) const {
      return ratio * (T(ad::apply(TailRatio{order + 1}, x)) - ratio);
    }
  };

  /// m(x); m' = -m (x + m), which cancels in the left tail unless x + m is one number.
  struct InverseMills {
    static constexpr Meta meta{.name = "log_ndtr"};
    static constexpr std::array samples{Interval{-6, 6}};
    static constexpr Reads reads = Reads::both;

    template <class T>
    T value(const T& x) const {
      return T(detail::inverse_mills(x));
    }
    template <class T>
    T partials(const T& x, const T& y) const {
      if (detail::is_infinite(x)) return T(detail::is_below(x, 0) ? -1 : 0);
      // In the right tail it is the density, which knows to keep its digits.
      if (!detail::is_normal(y)) return NormalPdf{}.partials(x, y);
      return -y * T(ad::apply(TailRatio{}, x));
    }
  };
};

/// The inverse of the error function: infinities at -1 and 1, NaN beyond.
template <Operand X>
auto erfinv(const X& x) {
  return ad::apply(Erfinv{}, x);
}

/// Logarithm of the distribution function of the standard normal distribution, precise in both
/// tails.
template <Operand X>
auto log_ndtr(const X& x) {
  return ad::apply(LogNdtr{}, x);
}

}  // namespace ad
