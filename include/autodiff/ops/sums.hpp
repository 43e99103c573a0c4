// Sum, mean and scalar product.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <ranges>
#include <span>
#include <type_traits>

#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/reduction.hpp>

namespace ad {

namespace detail {

[[noreturn]] void throw_dot_sizes(std::size_t first, std::size_t second);

/// A sum of plain numbers as if added with twice their precision, then rounded (Knuth's TwoSum;
/// Ogita, Rump, Oishi 2005): |error| <= u |sum| + (n u)^2 sum |x_i|. What is lost of floats, of
/// which there may be 1 / u, is a double.
template <class T>
class AccurateSum {
  using Lost = std::conditional_t<std::is_same_v<T, float>, double, T>;

 public:
  void add(const T& x) {
    const T next = sum_ + x;
    const T kept = next - sum_;
    lost_ = lost_ + Lost(T(T(sum_ - T(next - kept)) + T(x - kept)));
    sum_ = next;
  }
  void add_product(const T& a, const T& b) {
    using std::fma;
    const T product = a * b;
    lost_ = lost_ + Lost(fma(a, b, T(-product)));
    add(product);
  }
  /// What was lost beside an infinity is no number.
  T total() const {
    if (!all_finite(sum_) || !all_finite(lost_)) return sum_;
    return static_cast<T>(Lost(sum_) + lost_);
  }

 private:
  T sum_{0};
  Lost lost_{0};
};

/// The largest |x_i| as a plain number; NaN if one of them is.
template <class T>
auto largest_size(std::span<const T> x) {
  using std::fabs;
  using Number = innermost_t<T>;
  Number largest(0);
  for (const T& xi : x) {
    const Number size = fabs(Number(value_of(xi)));
    if (is_nan(size)) return size;
    if (is_less(largest, size)) largest = size;
  }
  return largest;
}

/// A power of two that takes `largest` near to 1 if squares of numbers of this size or differences
/// of them may leave the range, or what they round to is coarse; else 1. What doubles hold is no
/// danger to Quad.
template <class Number>
Number scale_for(const Number& largest) {
  if constexpr (std::is_floating_point_v<Number>) {
    constexpr int safe = std::numeric_limits<Number>::max_exponent / 3;
    if (largest == 0 || !all_finite(largest)) return 1;
    const int exponent = std::ilogb(largest);
    if (exponent > -safe && exponent < safe) return 1;
    // The largest power of two is what the smallest numbers are multiplied with.
    return std::ldexp(Number(1),
                      std::min(-exponent, std::numeric_limits<Number>::max_exponent - 1));
  } else {
    return Number(1);
  }
}

}  // namespace detail

/// sum(x + h) = sum(x) + h1 + h2 + ...
struct Sum {
  static constexpr Meta meta{.name = "sum",
                             .formula = "x1 + x2 + ...",
                             .derivative = "1 each",
                             .domain = "all",
                             .oracle = "fsum(x)",
                             .source = "definition",
                             .ulps = {1, 0, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    const T result = scaled(x, T(1));
    if (all_finite(result) || !all_finite(detail::largest_size(x))) return result;
    constexpr double below_overflow = 0x1p-64;  // for fewer terms than 2^64
    return scaled(x, T(below_overflow)) * T(1 / below_overflow);
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = T(1);
  }

 private:
  template <class T>
  static T scaled(std::span<const T> x, const T& factor) {
    detail::AccurateSum<T> sum;
    for (const T& xi : x) sum.add(xi * factor);
    return sum.total();
  }
};

/// mean(x + h) = mean(x) + (h1 + ... + hn) / n; NaN of nothing
struct Mean {
  static constexpr Meta meta{.name = "mean",
                             .formula = "(x1 + ... + xn) / n",
                             .derivative = "1/n each",
                             .domain = "all",
                             .oracle = "fsum(x) / len(x)",
                             .source = "definition",
                             .ulps = {2, 1, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    const T n = static_cast<T>(x.size());
    const T sum = Sum{}.value(x);
    if (all_finite(sum) || !all_finite(detail::largest_size(x))) return sum / n;
    detail::AccurateSum<T> shares;  // the sum alone is out of range
    for (const T& xi : x) shares.add(xi / n);
    return shares.total();
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    const T share = T(1) / T(static_cast<double>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = share;
  }
};

/// dot(a + h, b + k) = dot(a, b) + b1 h1 + ... + a1 k1 + ... + o(|h| + |k|)
///
/// The arguments are a1, ..., an, b1, ..., bn. Products and sums are accurate as if of twice the
/// precision: |error| <= u |dot| + (n u)^2 sum |a_i b_i|.
struct Dot {
  static constexpr Meta meta{.name = "dot",
                             .formula = "x1 y1 + ... + xn yn of x1, ..., xn, y1, ..., yn",
                             .derivative = "y each; x each",
                             .domain = "all",
                             .oracle = "fdot(x[:len(x)//2], x[len(x)//2:])",
                             .source = "Ogita, Rump, Oishi 2005",
                             .ulps = {1, 0, 0}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 2, .group = 2};

  template <class T>
  T value(std::span<const T> x) const {
    const auto a = x.first(x.size() / 2);
    const auto b = x.subspan(x.size() / 2);
    const T result = scaled(a, b, T(1), T(1));
    if (all_finite(result) || !all_finite(detail::largest_size(x))) return result;
    const T of_a = detail::scale_for(detail::largest_size(a));
    const T of_b = detail::scale_for(detail::largest_size(b));
    return scaled(a, b, of_a, of_b) / of_a / of_b;
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    const std::size_t n = x.size() / 2;
    for (std::size_t i = 0; i < n; ++i) {
      result[i] = x[n + i];
      result[n + i] = x[i];
    }
  }

 private:
  template <class T>
  static T scaled(std::span<const T> a, std::span<const T> b, const T& of_a, const T& of_b) {
    detail::AccurateSum<T> sum;
    for (std::size_t i = 0; i < a.size(); ++i) sum.add_product(a[i] * of_a, b[i] * of_b);
    return sum.total();
  }
};

/// x1 + x2 + ... of a range or of single operands; 0 of nothing. Accurate to the last place as long
/// as (n u)^2 sum |x_i| is small against it.
template <OperandRange X>
auto sum(const X& x) {
  return ad::apply(Sum{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto sum(const X&... x) { return ad::apply(Sum{}, x...); }

/// The arithmetic mean; NaN of nothing.
template <OperandRange X>
auto mean(const X& x) {
  return ad::apply(Mean{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto mean(const X&... x) { return ad::apply(Mean{}, x...); }

/// x1 y1 + ... + xn yn of two ranges; 0 of nothing. Throws ShapeError if they differ in length.
///
///     ad::Real loss = dot(weights, residuals);  // either may hold plain numbers
template <OperandRange X, OperandRange Y>
requires CompatibleRanges<X, Y>
auto dot(const X& x, const Y& y) {
  const auto n = std::ranges::distance(x);
  const auto m = std::ranges::distance(y);
  if (n != m) {
    detail::throw_dot_sizes(static_cast<std::size_t>(n), static_cast<std::size_t>(m));
  }
  return ad::apply(Dot{}, x, y);
}

}  // namespace ad
