// Standard deviation and median.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/ops/equal_numbers.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/norms.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/sums.hpp>

namespace ad {

namespace detail {

/// sqrt(sum_i (x_i - mean)^2 / divisor), what `std` and `pstd` have in common.
///
/// In two passes, the first of which takes the first number off all of them: differences of
/// numbers that are near to each other are exact, so nothing is lost to a large mean.
template <class T>
Numbers<T> deviations(std::span<const T> x) {
  Numbers<T> d(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) d[i] = x[i] - x[0];
  const T mean = ad::apply(Mean{}, std::as_const(d).span());
  for (std::size_t i = 0; i < x.size(); ++i) d[i] = d[i] - mean;
  return d;
}

template <class T>
T deviation(std::span<const T> x, double divisor) {
  using std::sqrt;
  const auto largest = largest_size(x);
  if (x.empty() || divisor == 0 || !all_finite(largest)) return nan<T>();
  const T scale = scale_for(largest);
  Numbers<T> scaled(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) scaled[i] = x[i] * scale;
  const auto d = deviations(std::as_const(scaled).span());
  return T(Norm{}.value(d.span()) / T(sqrt(T(divisor)))) / scale;
}

template <class T>
void deviation_partials(std::span<const T> x, const T& y, double divisor, std::span<T> result) {
  using std::sqrt;
  using Number = innermost_t<T>;
  const Number largest = largest_size(x);
  const Number scale = scale_for(largest);
  if (divisor == 0 || !all_finite(largest)) {
    for (T& r : result) r = nan<T>();
  } else if (x.size() == 2) {
    // |x - y| times a constant: the formula below would cancel in its own derivative.
    const T slope(Number(1) / Number(sqrt(Number(2 * divisor))) *
                  Number(with_sign_of(Number(value_of(x[0]) - value_of(x[1])), Number(1))));
    const bool equal = is_zero(y);
    result[0] = equal ? T(0) : slope;
    result[1] = equal ? T(0) : T(-slope);
  } else {
    Numbers<T> scaled(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) scaled[i] = x[i] * T(scale);
    const auto d = deviations(std::as_const(scaled).span());
    // A plain number has no derivative that could cancel.
    if (std::is_floating_point_v<T> && scale == Number(1) && !is_zero(y)) {
      for (std::size_t i = 0; i < x.size(); ++i) result[i] = d[i] / T(T(Number(divisor)) * y);
      return;
    }
    Numbers<T> slopes(x.size());
    Norm{}.partials(d.span(), ad::apply(Norm{}, d.span()), slopes.span());
    // Norm's slopes add up to 0 as the deviations do: the mean takes nothing from them.
    const T factor = T(Number(1) / Number(sqrt(Number(divisor))));
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = slopes[i] * factor;
  }
}

}  // namespace detail

/// std(x + h) = std(x) + sum_i h_i (x_i - mean) / ((n - 1) std(x)) + o(|h|)
struct Std {
  static constexpr Meta meta{.name = "std",
                             .formula = "sqrt(sum of (x - mean)^2 / (n - 1))",
                             .derivative = "(x - mean) / ((n - 1) std) each",
                             .domain = "all; two arguments at least",
                             .kink = "x1 = x2 = ...",
                             .convention = "0 each",
                             .oracle =
                                 "sqrt(fsum((a - fsum(x) / len(x))**2 for a in x)"
                                 " / (len(x) - 1))",
                             .source = "sample standard deviation",
                             .cancels = "second derivatives, where one deviates alone",
                             .ulps = {8, 8, 24}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 2};
  static constexpr bool is_cone_at_kink = true;

  template <class T>
  T value(std::span<const T> x) const {
    return detail::deviation(x, divisor(x.size()));
  }
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    detail::deviation_partials(x, y, divisor(x.size()), result);
  }

 private:
  static double divisor(std::size_t n) { return n < 2 ? 0 : static_cast<double>(n - 1); }
};

/// pstd(x + h) = pstd(x) + sum_i h_i (x_i - mean) / (n pstd(x)) + o(|h|)
struct PStd {
  static constexpr Meta meta{.name = "pstd",
                             .formula = "sqrt(sum of (x - mean)^2 / n)",
                             .derivative = "(x - mean) / (n pstd) each",
                             .domain = "all",
                             .kink = "x1 = x2 = ...",
                             .convention = "0 each",
                             .oracle = "sqrt(fsum((a - fsum(x) / len(x))**2 for a in x) / len(x))",
                             .source = "standard deviation of a population",
                             .cancels = "second derivatives, where one deviates alone",
                             .ulps = {8, 8, 24}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};
  static constexpr bool is_cone_at_kink = true;

  template <class T>
  T value(std::span<const T> x) const {
    return detail::deviation(x, static_cast<double>(x.size()));
  }
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    detail::deviation_partials(x, y, static_cast<double>(x.size()), result);
  }
};

/// median(x + h) = x_k + h_k for small h, where x_k alone is the middle one
///
/// At ties the share of each tied argument is the same: the mean of the derivatives that arguments
/// nearby have, so an element of Clarke's generalised gradient.
struct Median {
  static constexpr Meta meta{
      .name = "median",
      .formula = "the middle one in order, or the mean of the two middle",
      .derivative = "1 for the middle one, or 1/2 for each of the two; else 0",
      .domain = "all",
      .kink = "a middle one equals another argument",
      .convention = "equal shares for the equal ones",
      .oracle = "(sorted(x)[(len(x) - 1) // 2] + sorted(x)[len(x) // 2]) / 2",
      .source = "definition",
      .ulps = {1, 1, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    const auto [low, high] = middle(x);
    const T sum = low + high;
    return all_finite(sum) || !all_finite(low) || !all_finite(high) ? T(sum / T(2))
                                                                    : T(low / T(2) + high / T(2));
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    using Number = detail::deciding_t<T>;
    detail::Numbers<Number> numbers(x.size());
    bool any_nan = false;
    for (std::size_t i = 0; i < x.size(); ++i) {
      numbers[i] = detail::deciding(x[i]);
      any_nan = any_nan || detail::is_nan(numbers[i]);
    }
    for (T& r : result) r = any_nan ? detail::nan<T>() : T(0);
    if (any_nan || x.empty()) return;
    const std::span<const Number> decisive = std::as_const(numbers).span();
    const auto [low, high] = middle_places(decisive);
    // Equal middles get their two halves together, so that a third is a third.
    if (detail::are_equal(decisive, low, high)) {
      detail::share_slope(decisive, low, 1, result);
    } else {
      detail::share_slope(decisive, low, 0.5, result);
      detail::share_slope(decisive, high, 0.5, result);
    }
  }

 private:
  /// Where the two middle numbers are; one place if their count is odd.
  template <class Number>
  static std::array<std::size_t, 2> middle_places(std::span<const Number> x) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto less = [&](std::size_t i, std::size_t j) {
      return i != j && detail::is_less(x[i], x[j]);
    };
    const auto high = order.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
    std::nth_element(order.begin(), high, order.end(), less);
    if (x.size() % 2 == 1) return {*high, *high};
    return {*std::max_element(order.begin(), high, less), *high};
  }

  /// The two middle numbers; one and the same if their count is odd.
  template <class Number>
  static std::array<Number, 2> middle(std::span<const Number> x) {
    const bool any_nan = detail::is_nan(detail::largest_size(x));
    if (x.empty() || any_nan) return {detail::nan<Number>(), detail::nan<Number>()};
    std::vector<Number> sorted(x.begin(), x.end());
    const auto half = static_cast<std::ptrdiff_t>(x.size() / 2);
    if constexpr (std::is_floating_point_v<Number>) {
      const auto high = sorted.begin() + half;
      std::nth_element(sorted.begin(), high, sorted.end());
      return {x.size() % 2 == 1 ? *high : *std::max_element(sorted.begin(), high), *high};
    } else {
      sort(std::span<Number>(sorted));
      return {sorted[(x.size() - 1) / 2], sorted[x.size() / 2]};
    }
  }

  /// Compares the same places whatever the numbers are (odd-even transposition), so a BranchLog
  /// sees signs only, and near a tie the same comparisons as at it.
  template <class Number>
  static void sort(std::span<Number> x) {
    for (std::size_t round = 0; round < x.size(); ++round) {
      for (std::size_t i = round % 2; i + 1 < x.size(); i += 2) {
        if (x[i + 1] < x[i]) std::swap(x[i], x[i + 1]);
      }
    }
  }
};

// In C++ these two are not called `std` and `pstd`: a function of that name would hide namespace
// std from all code in namespace ad, and from users' code after `using namespace ad`.

/// The sample standard deviation, dividing by n - 1; NaN of fewer than two. Where all are equal, a
/// kink, every derivative is declared 0. In formulas its name is `std`.
template <OperandRange X>
auto stddev(const X& x) {
  return ad::apply(Std{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto stddev(const X&... x) { return ad::apply(Std{}, x...); }

/// The standard deviation of a population, dividing by n; NaN of nothing. Where all are equal, a
/// kink, every derivative is declared 0. In formulas its name is `pstd`.
template <OperandRange X>
auto pstddev(const X& x) {
  return ad::apply(PStd{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto pstddev(const X&... x) { return ad::apply(PStd{}, x...); }

/// The middle number, or the mean of the two middle ones; NaN of nothing and if an argument is NaN.
/// The arguments that are equal to a middle one share its derivative.
template <OperandRange X>
auto median(const X& x) {
  return ad::apply(Median{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto median(const X&... x) { return ad::apply(Median{}, x...); }

}  // namespace ad
