// The logarithm of a sum of exponentials.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include <autodiff/core/lane_loops.hpp>
#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/sums.hpp>

namespace ad {

/// logsumexp(x + h) = logsumexp(x) + sum_i h_i exp(x_i) / sum_j exp(x_j) + o(|h|)
///
/// Shifted by the largest argument, so nothing overflows. An argument that is -inf has no weight;
/// where all of them are, the value is -inf and nothing flows: every derivative is declared 0, as
/// 0 e^h is 0. Arguments that are +inf have all the weight in equal shares.
struct LogSumExp {
  static constexpr Meta meta{.name = "logsumexp",
                             .formula = "log(exp(x1) + exp(x2) + ...)",
                             .derivative = "exp(x) / (exp(x1) + exp(x2) + ...) each",
                             .domain = "all",
                             .oracle = "max(x) + log(fsum(exp(a - max(x)) for a in x))",
                             .source = "Blanchard, Higham, Higham 2021",
                             .cancels =
                                 "the value where it is 0; small weights have the absolute "
                                 "error of large arguments",
                             .ulps = {2, 4, 8}};
  static constexpr Interval sample{-4, 4};
  static constexpr Arguments arguments{.least = 1};

  template <class T>
  T value(std::span<const T> x) const {
    using std::exp;
    using std::log1p;
    const std::size_t largest = place_of_largest(x);
    if (largest == x.size()) return -detail::infinity<T>();
    if (!all_finite(x[largest])) return x[largest];
    detail::AccurateSum<T> others;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i != largest) others.add(exp(T(x[i] - x[largest])));
    }
    return x[largest] + log1p(others.total());
  }

  /// By exp(x_i - m) / sum, whose derivative -p_i p_j is exact. Where p_i is nearly 1, p_i - p_i^2
  /// would cancel, hence for the largest one by 1 / (1 + the others against it).
  template <class T>
  void partials(std::span<const T> x, const T&, std::span<T> result) const {
    using std::exp;
    const std::size_t largest = place_of_largest(x);
    if (largest == x.size() || !all_finite(value_of(x[largest]))) {
      limits(x, result);
      return;
    }
    const T shift(value_of(x[largest]));
    detail::Numbers<T> weights(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) weights[i] = exp(T(x[i] - shift));
    const T total = ad::apply(Sum{}, std::as_const(weights).span());
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = weights[i] / total;
    const T others = detail::reduce_each<Sum, T>(
        Sum{}, x.size(), [&](std::size_t i) -> T { return i == largest ? T(0) : weights[i]; });
    result[largest] = T(1) / T(T(1) + T(others / weights[largest]));
  }

  template <std::floating_point T>
  T value_and_partials(std::span<const T> x, std::span<T> result) const {
    const T largest = largest_in_lanes(x);
    if (!all_finite(largest)) return value_and_partials_at_limits(x, result);
    detail::for_each_block(
        x, largest, [&](std::size_t i, const Lanes<T>& block, std::size_t count) {
          detail::write_block(result.data() + i, exp(Lanes<T>(block - largest)), count);
        });
    // Weights of 1 are counted: log1p needs the digits of the others.
    struct Chain {
      detail::AccurateSum<Lanes<T>> others;
      Lanes<T> ones{T(0)};
    };
    std::array<Chain, 4> chains;
    detail::in_chains(
        chains, std::span<const T>(result), T(0),
        [](Chain & chain, const Lanes<T>& weights) __attribute__((always_inline)) {
          const auto is_one = weights == Lanes<T>(T(1));
          chain.others.add(select(is_one, Lanes<T>(T(0)), weights));
          chain.ones += select(is_one, Lanes<T>(T(1)), Lanes<T>(T(0)));
        });
    auto& [others, ones] = chains[0];
    for (std::size_t k = 1; k < chains.size(); ++k) {
      others.add(chains[k].others.total());
      ones += chains[k].ones;
    }
    const T rest = detail::sum_of_lanes<T>(others.total()) + (detail::sum_of_lanes<T>(ones) - 1);
    if (!all_finite(rest)) return value_and_partials_at_limits(x, result);  // an argument is NaN
    const T share = 1 / (1 + rest);
    for (T& weight : result) weight *= share;
    return largest + std::log1p(rest);
  }

 private:
  template <class T>
  T value_and_partials_at_limits(std::span<const T> x, std::span<T> result) const {
    const T y = value(x);
    partials(x, y, result);
    return y;
  }

  /// The largest argument that is not NaN.
  template <class T>
  static T largest_in_lanes(std::span<const T> x) {
    std::array<Lanes<T>, 4> maxima;
    maxima.fill(Lanes<T>(-std::numeric_limits<T>::infinity()));
    detail::in_chains(
        maxima, x, x[0], [](Lanes<T> & most, const Lanes<T>& block) __attribute__((always_inline)) {
          most = select(block > most, block, most);
        });
    T largest = maxima[0][0];
    for (const Lanes<T>& each : maxima) {
      for (std::size_t lane = 0; lane < Lanes<T>::count; ++lane) {
        largest = std::max(largest, each[lane]);
      }
    }
    return largest;
  }

  /// The place of the largest argument, or of a NaN; the size if all are -inf.
  template <class T>
  static std::size_t place_of_largest(std::span<const T> x) {
    std::size_t largest = x.size();
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (detail::is_nan(x[i])) return i;
      if (detail::is_infinite(x[i]) && detail::is_below(x[i], 0)) continue;
      if (largest == x.size() || detail::is_less(value_of(x[largest]), value_of(x[i]))) largest = i;
    }
    return largest;
  }

  /// Of arguments among which is NaN or +inf, or nothing but -inf.
  template <class T>
  static void limits(std::span<const T> x, std::span<T> result) {
    double infinite = 0;
    bool any_nan = false;
    const auto is_largest = [](const T& xi) {
      return detail::is_infinite(xi) && !detail::is_below(xi, 0);
    };
    for (const T& xi : x) {
      infinite += is_largest(xi) ? 1 : 0;
      any_nan = any_nan || detail::is_nan(xi);
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T share = is_largest(x[i]) ? T(T(1) / T(infinite)) : T(0);
      result[i] = any_nan ? detail::nan<T>() : share;
    }
  }
};

/// log(exp(x1) + exp(x2) + ...) of a range or of single operands, without overflow; -inf of
/// nothing. Where all arguments are -inf every derivative is declared 0.
template <OperandRange X>
auto logsumexp(const X& x) {
  return ad::apply(LogSumExp{}, x);
}
template <class... X>
requires SeveralOperands<X...>
auto logsumexp(const X&... x) { return ad::apply(LogSumExp{}, x...); }

}  // namespace ad
