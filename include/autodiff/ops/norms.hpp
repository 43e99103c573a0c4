// Norms of vectors: Euclidean, sum of sizes, largest size.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/piecewise.hpp>
#include <autodiff/ops/power.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/sums.hpp>

namespace ad {

/// norm(x + h) = norm(x) + sum_i h_i x_i / norm(x) + o(|h|)
struct Norm {
  static constexpr Meta meta{.name = "norm",
                             .formula = "sqrt(x1^2 + x2^2 + ...)",
                             .derivative = "x / norm each",
                             .domain = "all",
                             .kink = "x1 = x2 = ... = 0",
                             .convention = "0 each",
                             .oracle = "sqrt(fsum(a * a for a in x))",
                             .source = "definition",
                             .ulps = {2, 4, 12}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};
  static constexpr bool is_cone_at_kink = true;

  template <class T>
  T value(std::span<const T> x) const {
    using std::sqrt;
    const T largest = detail::largest_size(x);
    if (largest == T(0) || !all_finite(largest)) return largest;
    const T scale = detail::scale_for(largest);
    detail::AccurateSum<T> squares;
    for (const T& xi : x) squares.add(T(xi * scale) * T(xi * scale));
    return T(sqrt(squares.total())) / scale;
  }

  /// By x_i / norm, whose derivatives -x_i x_j / norm^3 are exact. Where x_i is nearly all of the
  /// norm, 1/norm - x_i^2 / norm^3 would cancel, hence there by the others' ratios to x_i.
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    using Number = innermost_t<T>;
    const Number largest = detail::largest_size(x);
    const Number scale = detail::scale_for(largest);
    if (all_zero(largest) || detail::is_nan(largest)) {
      for (T& r : result) r = T(largest);
    } else if (scale == Number(1) || !all_finite(largest)) {
      ordinary_partials(x, y, result);
    } else {
      detail::Numbers<T> scaled(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) scaled[i] = x[i] * T(scale);
      const auto s = std::as_const(scaled).span();
      ordinary_partials(s, ad::apply(Norm{}, s), result);
    }
  }

 private:
  template <class T>
  static void ordinary_partials(std::span<const T> x, const T& y, std::span<T> result) {
    std::size_t dominant = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (detail::is_smaller(x[dominant], x[i])) dominant = i;
      result[i] = x[i] / y;
    }
    // A plain number has no derivative that could cancel.
    if (!std::is_floating_point_v<T> || detail::is_infinite(y)) {
      result[dominant] = of_dominant(x, dominant);
    }
  }

  template <class T>
  static T of_dominant(std::span<const T> x, std::size_t dominant) {
    using std::sqrt;
    const T others = detail::reduce_each<Sum, T>(Sum{}, x.size(), [&](std::size_t i) -> T {
      if (i == dominant) return T(1);
      const T ratio = x[i] / x[dominant];
      return ratio * ratio;
    });
    return detail::with_sign_of(x[dominant], T(T(1) / T(sqrt(others))));
  }
};

/// norm1(x + h) = norm1(x) + sum_i sign(x_i) h_i for |h_i| < |x_i|
struct Norm1 {
  static constexpr Meta meta{.name = "norm1",
                             .formula = "|x1| + |x2| + ...",
                             .derivative = "sign(x) each",
                             .domain = "all",
                             .kink = "an argument is 0",
                             .convention = "0 for each that is 0",
                             .oracle = "fsum(abs(a) for a in x)",
                             .source = "definition",
                             .ulps = {1, 0, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    detail::AccurateSum<T> sum;
    for (const T& xi : x) sum.add(Abs{}.value(xi));
    return sum.total();
  }
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = Abs{}.vjp(T(1), x[i], y);
  }
};

/// norminf(x + h) = |x_i + h_i| for small h, where |x_i| is larger than all others
struct NormInf {
  static constexpr Meta meta{.name = "norminf",
                             .formula = "the largest of |x1|, |x2|, ...",
                             .derivative = "sign(x) for the largest, 0 for the others",
                             .domain = "all",
                             .kink = "two are the largest; all are 0",
                             .convention = "sign(x)/k for each of k largest; 0 if all are 0",
                             .oracle = "max(abs(a) for a in x)",
                             .source = "definition",
                             .ulps = {0, 1, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  /// Makes the same comparisons whatever they say.
  template <class T>
  T value(std::span<const T> x) const {
    using std::fabs;
    T largest(0);
    for (const T& xi : x) {
      const T size = fabs(xi);
      const bool larger = size > largest;
      if (larger || detail::is_nan(size)) largest = size;
    }
    return largest;
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    using std::fabs;
    using Number = detail::deciding_t<T>;
    detail::Numbers<Number> numbers(x.size()), sizes(x.size());
    std::size_t largest = 0;
    bool any_nan = false;
    for (std::size_t i = 0; i < x.size(); ++i) {
      numbers[i] = detail::deciding(x[i]);
      sizes[i] = Number(fabs(numbers[i]));
      any_nan = any_nan || detail::is_nan(sizes[i]);
      if (i > 0 && detail::is_less(sizes[largest], sizes[i])) largest = i;
    }
    // A number with a direction is not compared with itself: that would be a tie.
    const auto is_largest = [&](std::size_t i) {
      return i == largest || !detail::is_less(sizes[i], sizes[largest]);
    };
    std::size_t count = 0;
    for (std::size_t i = 0; i < x.size(); ++i) count += is_largest(i) ? 1U : 0U;
    const T share = T(1) / T(static_cast<double>(count));
    const bool all_zero = x.empty() || !detail::is_less(Number(0), sizes[largest]);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (any_nan) {
        result[i] = detail::nan<T>();
      } else if (all_zero || !is_largest(i)) {
        result[i] = T(0);
      } else {
        result[i] = detail::is_less(numbers[i], Number(0)) ? T(-share) : share;
      }
    }
  }
};

/// The Euclidean norm of a range or of single operands, without overflow or underflow on the way; 0
/// of nothing, NaN if an argument is. At the origin, a kink, all derivatives are declared 0.
template <OperandRange X>
auto norm(const X& x) {
  return ad::apply(Norm{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto norm(const X&... x) { return ad::apply(Norm{}, x...); }

/// |x1| + |x2| + ...; 0 of nothing. An argument that is 0 has the derivative 0.
template <OperandRange X>
auto norm1(const X& x) {
  return ad::apply(Norm1{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto norm1(const X&... x) { return ad::apply(Norm1{}, x...); }

/// The largest of |x1|, |x2|, ...; 0 of nothing, NaN if an argument is. Where k of them are the
/// largest each has the derivative sign(x)/k, and 0 where all are 0.
template <OperandRange X>
auto norminf(const X& x) {
  return ad::apply(NormInf{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto norminf(const X&... x) { return ad::apply(NormInf{}, x...); }

}  // namespace ad
