// Where the compiler keeps what the hot loops need.
#pragma once

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

}  // namespace ad::detail
