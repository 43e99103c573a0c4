// Where the compiler keeps what the hot loops need, and what it knows of it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace ad::detail {

/// Makes the compiler hold this word in a general register, here and now. It would else pack words
/// that are neighbours into a vector register, to take them out again at every use, or compute
/// constants ahead of a loop that needs the registers for more.
template <class T>
[[gnu::always_inline]] inline void keep_in_register(T& word) {
#ifdef __GNUC__
  asm volatile("" : "+r"(word));
#endif
}

/// Whether the compiler knows that these are the same. Costs nothing when the program runs; without
/// optimisation nothing is known.
template <class T>
[[gnu::always_inline]] inline bool known_same(const T& a, const T& b) {
#ifdef __GNUC__
  const bool same = a == b;
  return __builtin_constant_p(same) && same;
#else
  return false;
#endif
}

/// Calls f with each of 0 ... N - 1 as a constant: what a loop indexes is kept in registers only if
/// the loop is gone early enough.
template <std::size_t N, class F>
[[gnu::always_inline]] inline void unrolled(const F& f) {
  const auto all = [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    (f(std::integral_constant<std::size_t, I>()), ...);
  };
  all(std::make_index_sequence<N>());
}

}  // namespace ad::detail
