// Loops over numbers that follow each other, in lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include <autodiff/core/lanes.hpp>

namespace ad::detail {

/// Calls f with the positions of all lanes that are full, as Lanes<T>, then with those that are
/// left, as T.
template <class T, class F>
[[gnu::always_inline]] inline void for_each_lanes(std::size_t count, F&& f) {
  constexpr std::size_t width = width_v<Widest<T>>;
  std::size_t i = 0;
  for (; i + width <= count; i += width) f.template operator()<Widest<T>>(i);
  for (; i < count; ++i) f.template operator()<T>(i);
}

/// Σ of term<Number>(i), the terms from position i on, for all i < count: in lanes, and in chains
/// that do not wait for each other.
template <class T, class Term>
[[gnu::always_inline]] inline T sum_in_chains(std::size_t count, Term&& term) {
  using Number = Widest<T>;
  constexpr std::size_t width = width_v<Number>;
  std::array<Number, 4> sums{T(0), T(0), T(0), T(0)};
  std::size_t i = 0;
  for (; i + 4 * width <= count; i += 4 * width) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += term.template operator()<Number>(i + k * width);
  }
  T total = sum_of_lanes<T>(Number((sums[0] + sums[1]) + (sums[2] + sums[3])));
  for (; i < count; ++i) total += term.template operator()<T>(i);
  return total;
}

/// Calls f(chain, numbers) with x block by block, the last one filled up with `rest`. The chains
/// take turns, so that they do not wait for each other.
template <std::size_t N, class Chain, class T, class F>
[[gnu::always_inline]] inline void in_chains(std::array<Chain, N>& chains, std::span<const T> x,
                                             T rest, F&& f) {
  constexpr std::size_t width = Lanes<T>::count;
  std::size_t i = 0;
  for (; i + N * width <= x.size(); i += N * width) {
    for (std::size_t k = 0; k < N; ++k) f(chains[k], Lanes<T>::load(x.data() + i + k * width));
  }
  for_each_block(
      x.subspan(i),
      rest, [&](std::size_t, const Lanes<T>& block, std::size_t) __attribute__((always_inline)) {
        f(chains[0], block);
      });
}

/// None of so many numbers is infinite or NaN.
template <class T>
bool has_finite_elements(const T* numbers, std::size_t count) {
  if constexpr (std::is_floating_point_v<T>) {
    return all_finite(sum_in_chains<T>(
        count, [numbers]<class Number>(std::size_t i) __attribute__((always_inline)) {
          return Number(read_number<Number>(numbers + i) * T(0));
        }));
  } else {
    return std::all_of(numbers, numbers + count, [](const T& x) { return all_finite(x); });
  }
}

}  // namespace ad::detail
