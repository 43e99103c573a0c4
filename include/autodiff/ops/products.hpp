// Product, and sum of the running product.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/sums.hpp>

namespace ad {

namespace detail {

/// number 2^exponent of plain numbers, for products whose parts leave the range though the whole
/// does not. The number's size is in [1, 2), or it is 0, infinite or NaN.
template <class T>
class Scaled {
 public:
  explicit Scaled(const T& x) : number_(x) { normalize(); }

  friend Scaled operator*(const Scaled& a, const Scaled& b) {
    Scaled product = a;
    product.number_ = a.number_ * b.number_;
    product.exponent_ += b.exponent_;
    product.normalize();
    return product;
  }

  friend Scaled operator+(const Scaled& a, const Scaled& b) {
    if (is_zero(a.number_)) return b;
    if (is_zero(b.number_)) return a;
    if (a.exponent_ < b.exponent_) return b + a;
    Scaled sum = a;
    sum.number_ = a.number_ + times_power_of_two(b.number_, b.exponent_ - a.exponent_);
    sum.normalize();
    return sum;
  }

  T unscaled() const { return times_power_of_two(number_, exponent_); }

 private:
  static T times_power_of_two(const T& x, long exponent) {
    if constexpr (std::is_floating_point_v<T>) {
      constexpr long far = 1L << 20;  // beyond every range, and an int
      return std::ldexp(x, static_cast<int>(std::clamp(exponent, -far, far)));
    } else {
      return x;
    }
  }

  void normalize() {
    if constexpr (std::is_floating_point_v<T>) {
      if (number_ == 0 || !all_finite(number_)) return;
      const long exponent = std::ilogb(number_);
      number_ = times_power_of_two(number_, -exponent);
      exponent_ += exponent;
    }
  }

  T number_;
  long exponent_ = 0;  ///< of Quad always 0: what doubles hold is no danger to its range
};

/// Neither x nor the product of several neighbours in x comes near to the end of the range, factors
/// 0 left out, so that quotients of two such products, which second derivatives are, stay in it.
/// True also if an argument is not finite: there is no better way then.
template <class T>
bool products_are_moderate(std::span<const T> x) {
  using Number = innermost_t<T>;
  if constexpr (std::is_floating_point_v<Number>) {
    const Number largest = std::ldexp(Number(1), std::numeric_limits<Number>::max_exponent / 3);
    const auto is_moderate = [&](Number n) { return n < largest && n > 1 / largest; };
    Number from_front(1), from_back(1);
    bool moderate = true;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Number front = std::fabs(Number(value_of(x[i])));
      const Number back = std::fabs(Number(value_of(x[x.size() - 1 - i])));
      if (!all_finite(front)) return true;
      if (front != 0) from_front *= front;
      if (back != 0) from_back *= back;
      moderate = moderate && (front == 0 || is_moderate(front)) && is_moderate(from_front) &&
                 is_moderate(from_back);
    }
    return moderate;
  } else {
    return true;
  }
}

}  // namespace detail

/// prod(x + h) = prod(x) + sum_i h_i prod_{j != i} x_j + o(|h|)
///
/// The products without x_i are those before it times those behind it: no division, so zeros do no
/// harm, at any order. Nothing overflows or underflows where the result does not, up to the second
/// order.
struct Prod {
  static constexpr Meta meta{.name = "prod",
                             .formula = "x1 x2 ...",
                             .derivative = "the product of the others",
                             .domain = "all",
                             .oracle = "fprod(x)",
                             .source = "definition",
                             .ulps = {8, 8, 8}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    T product(1);
    for (const T& xi : x) product = product * xi;
    if (detail::is_normal(product)) return product;
    detail::Scaled<T> scaled(T(1));
    for (const T& xi : x) scaled = scaled * detail::Scaled<T>(xi);
    return scaled.unscaled();
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    if (detail::products_are_moderate(x)) {
      plain_partials(x, result);
    } else if constexpr (std::is_floating_point_v<T>) {
      scaled_partials(x, result);
    } else {
      one_by_one(x, result);
    }
  }

  /// By division, unless a factor is 0 or the product of some comes near to an end of the range.
  template <std::floating_point T>
  T value_and_partials(std::span<const T> x, std::span<T> result) const {
    // Chains of products that do not wait for each other.
    struct Chain {
      Lanes<T> product{T(1)}, least{T(1)}, greatest{T(1)};

      void multiply(const Lanes<T>& factor) {
        product *= factor;
        const Lanes<T> size = fabs(product);
        watch(size, size);
      }
      void multiply(const Chain& chain) {
        multiply(chain.product);
        watch(chain.least, chain.greatest);
      }
      void watch(const Lanes<T>& low, const Lanes<T>& high) {
        least = select(low < least, low, least);
        greatest = select(high > greatest, high, greatest);
      }
    };
    constexpr std::size_t width = Lanes<T>::count;
    std::array<Chain, 4> chains;
    std::size_t i = 0;
    for (; i + chains.size() * width <= x.size(); i += chains.size() * width) {
      for (std::size_t k = 0; k < chains.size(); ++k) {
        chains[k].multiply(Lanes<T>::load(x.data() + i + k * width));
      }
    }
    Chain whole;
    detail::for_each_block(
        x.subspan(i), T(1),
        [&](std::size_t, const Lanes<T>& block, std::size_t) { whole.multiply(block); });
    if (i > 0) {
      for (const Chain& chain : chains) whole.multiply(chain);
    }
    T product(1);
    for (std::size_t lane = 0; lane < width; ++lane) {
      product *= whole.product[lane];
      const Lanes<T> size(std::fabs(product));
      whole.watch(size, size);
    }
    const Lanes<T> far(std::ldexp(T(1), std::numeric_limits<T>::max_exponent / 3));
    if (!all_finite(product) ||
        !detail::holds_everywhere((whole.greatest < far) & (whole.least > T(1) / far))) {
      const T y = value(x);
      partials(x, y, result);
      return y;
    }
    detail::for_each_block(x, T(1), [&](std::size_t k, const Lanes<T>& block, std::size_t count) {
      detail::write_block(result.data() + k, product / block, count);
    });
    return product;
  }

 private:
  template <class T>
  static void plain_partials(std::span<const T> x, std::span<T> result) {
    T before(1);
    for (std::size_t i = 0; i < x.size(); ++i) {
      result[i] = before;
      before = before * x[i];
    }
    T behind(1);
    for (std::size_t i = x.size(); i-- > 0;) {
      result[i] = result[i] * behind;
      behind = behind * x[i];
    }
  }

  template <class T>
  static void scaled_partials(std::span<const T> x, std::span<T> result) {
    using detail::Scaled;
    std::vector<Scaled<T>> before{Scaled<T>(T(1))};
    for (const T& xi : x) before.push_back(before.back() * Scaled<T>(xi));
    Scaled<T> behind(T(1));
    for (std::size_t i = x.size(); i-- > 0;) {
      result[i] = (before[i] * behind).unscaled();
      behind = behind * Scaled<T>(x[i]);
    }
  }

  /// Of nested numbers near the ends of the range, O(n^2): the products of the others, as products.
  template <class T>
  static void one_by_one(std::span<const T> x, std::span<T> result) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      result[i] = detail::reduce_each<Prod, T>(
          Prod{}, x.size() - 1, [&](std::size_t j) -> T { return x[j < i ? j : j + 1]; });
    }
  }
};

/// cumprod_sum(x + h) = cumprod_sum(x) + sum_i h_i x1...x_{i-1} (1 + x_{i+1} (1 + ...)) + o(|h|)
///
/// Value and first derivatives neither overflow nor underflow on the way; second ones may, where a
/// product of neighbours leaves the range.
struct CumprodSum {
  static constexpr Meta meta{.name = "cumprod_sum",
                             .formula = "x1 + x1 x2 + x1 x2 x3 + ...",
                             .derivative = "x1...x(i-1) (1 + x(i+1) + x(i+1) x(i+2) + ...)",
                             .domain = "all",
                             .oracle = "fsum(fprod(x[:k + 1]) for k in range(len(x)))",
                             .source = "definition",
                             .cancels = "where the running products cancel",
                             .ulps = {8, 8, 8}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    using detail::Scaled;
    detail::AccurateSum<T> sum;
    Scaled<T> product(T(1)), scaled_sum(T(0));
    for (const T& xi : x) {
      product = product * Scaled<T>(xi);
      sum.add(product.unscaled());
      scaled_sum = scaled_sum + product;
    }
    const T total = sum.total();
    return all_finite(total) ? total : scaled_sum.unscaled();
  }
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    if constexpr (std::is_floating_point_v<T>) {
      fill<detail::Scaled<T>>(x, result, [](const auto& scaled) { return scaled.unscaled(); });
    } else {
      fill<T>(x, result, [](const T& plain) { return plain; });
    }
  }

 private:
  template <class P, class T, class Number>
  static void fill(std::span<const T> x, std::span<T> result, Number&& number) {
    std::vector<P> before{P(T(1))};
    for (const T& xi : x) before.push_back(before.back() * P(xi));
    const P one(T(1));
    P behind = one;
    for (std::size_t i = x.size(); i-- > 0;) {
      result[i] = number(P(before[i] * behind));
      behind = one + P(behind * P(x[i]));
    }
  }
};

/// x1 x2 ... of a range or of single operands; 1 of nothing. Right with any number of zeros, its
/// second derivatives too.
template <OperandRange X>
auto prod(const X& x) {
  return ad::apply(Prod{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto prod(const X&... x) { return ad::apply(Prod{}, x...); }

/// x1 + x1 x2 + x1 x2 x3 + ..., the sum of the running product; 0 of nothing.
template <OperandRange X>
auto cumprod_sum(const X& x) {
  return ad::apply(CumprodSum{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto cumprod_sum(const X&... x) { return ad::apply(CumprodSum{}, x...); }

}  // namespace ad
