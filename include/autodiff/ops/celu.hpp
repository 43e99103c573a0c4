// The exponential linear unit that is continuously differentiable.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// celu(x + h, a + k) = celu(x, a) + e^u h + (e^u (1 - u) - 1) k + o(|h| + |k|) for x < 0, u = x/a,
/// x + h for x > 0
///
/// The derivative has a kink at 0, so the rule compares there.
struct Celu {
  static constexpr Meta meta{
      .name = "celu",
      .formula = "y (e^(x/y) - 1) if x < 0, else x; y = 1 if left out",
      .derivative = "exp(x/y) if x < 0, else 1; exp(x/y) (1 - x/y) - 1 if x < 0, else 0",
      .domain = "all but y = 0",
      .oracle = "x if x > 0 else y * expm1(x / y)",
      .source = "Barron 2017"};
  static constexpr std::array samples{Interval{-4, 4}, Interval{0.5, 2}};
  static constexpr std::array defaults{1.0};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& scale) const {
    using std::exp;
    using std::expm1;
    const bool positive = x > 0;
    const T ratio = x / scale;
    if (positive || (!detail::is_normal(ratio) && detail::is_within(ratio, 1))) return x;
    const T power = exp(ratio);
    if (detail::is_normal(power)) {
      return scale * T(T(expm1(ratio)) + power * ExpOfRatio::lost(x, scale, ratio));
    }
    const T root = exp(T(T(0.5) * ratio));
    return T(T(scale * root) * root) - scale;
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& scale, const T&) const {
    const bool positive = x > 0;
    if (positive) return {ct, T(0)};
    return {T(ad::apply(ExpOfRatio{}, x, scale)) * ct, T(ad::apply(SlopeInScale{}, x, scale)) * ct};
  }

 private:
  /// e^(x/y), also where rounding takes from x/y what counts.
  struct ExpOfRatio {
    static constexpr Meta meta{.name = "celu"};
    static constexpr std::array samples{Interval{-4, 4}, Interval{0.5, 2}};
    static constexpr Reads reads = Reads::both;

    /// What the quotient of plain numbers has lost by rounding.
    template <class T>
    static T lost(const T& x, const T& y, const T& ratio) {
      using std::fma;
      return T(fma(T(-ratio), y, x)) / y;
    }

    template <class T>
    T value(const T& x, const T& y) const {
      using std::exp;
      const T ratio = x / y;
      const T result = exp(ratio);
      if (!detail::is_normal(result) || !detail::is_normal(ratio)) return result;
      return result + result * lost(x, y, ratio);
    }
    template <class T>
    std::array<T, 2> partials(const T& x, const T& y, const T& z) const {
      const T inverse = T(1) / y;
      return {times(inverse, x, y, z), times(T(T(-x / y) * inverse), x, y, z)};
    }

    /// factor e^(x/y), where z = e^(x/y) may have lost digits.
    template <class T>
    static T times(const T& factor, const T& x, const T& y, const T& z) {
      if (detail::is_normal(z)) return factor * z;
      const T root = ad::apply(ExpOfRatio{}, T(T(0.5) * x), y);
      return detail::is_zero(root) ? T(0) : T(T(factor * root) * root);
    }
  };

  /// e^u (1 - u) - 1 with u = x/y, which is -e^u u^2 (1/2! - u/3! + u^2/4! - ...)
  struct SlopeInScale {
    static constexpr Meta meta{.name = "celu"};
    static constexpr std::array samples{Interval{-4, 4}, Interval{0.5, 2}};
    static constexpr Reads reads = Reads::inputs;

    template <class T>
    T value(const T& x, const T& y) const {
      using std::exp;
      const T ratio = x / y;
      if (!OfAnyPrecision<T> && detail::is_within(ratio, 1.5)) {
        constexpr int terms = std::is_floating_point_v<T> ? 20 : 36;
        T sum(1);
        for (int k = terms; k > 2; --k) sum = T(1) - T(ratio / T(double(k))) * sum;
        return T(T(-0.5) * T(exp(ratio))) * T(T(ratio * ratio) * sum);
      }
      const T power = ExpOfRatio{}.value(x, y);
      return detail::is_zero(power) ? T(-1) : T(power * T(T(1) - ratio) - T(1));
    }
    template <class T>
    std::array<T, 2> partials(const T& x, const T& y, const T&) const {
      const T ratio = x / y;
      const T slope = ratio / y;
      const T power = ad::apply(ExpOfRatio{}, x, y);
      return {ExpOfRatio::times(T(-slope), x, y, power),
              ExpOfRatio::times(T(ratio * slope), x, y, power)};
    }
  };
};

/// x for x > 0, else alpha (e^(x / alpha) - 1): the slope at 0 is 1 for every alpha, 1 by default.
template <Operand X>
auto celu(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Celu{}, x, detail::beside<X>(Celu::defaults[0]));
}
template <Operand X, Operand A>
requires Compatible<X, A>
auto celu(const X& x, const A& alpha, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Celu{}, x, alpha);
}

}  // namespace ad
