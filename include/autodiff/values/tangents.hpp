// The tangents of a dual number, in vector registers where they are plain numbers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include <autodiff/core/lanes.hpp>
#include <autodiff/core/number.hpp>

namespace ad::detail {

/// So many numbers are kept of N: with those of full registers go others that use up one more, 15
/// as 16, where single ones would take a register for each power of two. The same on every machine,
/// as it decides how dual numbers lie in memory.
constexpr std::size_t padded(std::size_t n) {
  constexpr std::size_t full = 8;
  const std::size_t rest = n % full;
  return n - rest + (rest == 0 ? 0 : std::bit_ceil(rest));
}

/// N numbers that are scaled and added together: those of other types one after the other.
template <class T, std::size_t N, bool in_registers = std::is_floating_point_v<T> && (N > 1)>
class Tangents {
 public:
  constexpr Tangents() = default;
  constexpr explicit Tangents(const std::array<T, N>& numbers) : numbers_(numbers) {}

  /// 1 at place i if there is such, else 0.
  static constexpr Tangents unit(std::size_t i) {
    Tangents result;
    if (i < N) result.numbers_[i] = T(1);
    return result;
  }

  constexpr const T& operator[](std::size_t i) const { return numbers_[i]; }
  constexpr void set(std::size_t i, const T& number) { numbers_[i] = number; }
  void copy_to(T* to, std::size_t count) const { std::copy_n(numbers_.begin(), count, to); }

  /// factor · x
  [[gnu::always_inline]] static constexpr Tangents product(const T& factor, const Tangents& x) {
    Tangents result;
    for (std::size_t i = 0; i < N; ++i) result.numbers_[i] = factor * x.numbers_[i];
    return result;
  }
  /// += factor · x
  [[gnu::always_inline]] constexpr void add_product(const T& factor, const Tangents& x) {
    for (std::size_t i = 0; i < N; ++i) numbers_[i] = numbers_[i] + factor * x.numbers_[i];
  }

  /// Of plain numbers: one is NaN. Of others: one is not finite.
  constexpr bool is_suspect() const {
    for (std::size_t i = 0; i < N; ++i) {
      if constexpr (std::is_floating_point_v<T>) {
        if (numbers_[i] != numbers_[i]) return true;
      } else {
        if (!all_finite(numbers_[i])) return true;
      }
    }
    return false;
  }

 private:
  std::array<T, N> numbers_{};
};

template <class T>
class Tangents<T, 0, false> {
 public:
  constexpr Tangents() = default;
  constexpr explicit Tangents(const std::array<T, 0>&) {}

  static constexpr Tangents unit(std::size_t) { return {}; }
  constexpr T operator[](std::size_t) const { return T(); }
  constexpr void set(std::size_t, const T&) {}
  void copy_to(T*, std::size_t) const {}
  static constexpr Tangents product(const T&, const Tangents&) { return {}; }
  constexpr void add_product(const T&, const Tangents&) {}
  constexpr bool is_suspect() const { return false; }
};

/// Plain numbers: as many as fill a register, or the largest power of two, and then the rest. They
/// lie in memory like an array of numbers, whatever registers the machine has.
template <class T, std::size_t N>
class Tangents<T, N, true> {
  static constexpr std::size_t width = std::min(lanes_v<T>, std::bit_floor(N));
  typedef T Head __attribute__((vector_size(width * sizeof(T)), aligned(alignof(T))));
  using Tail = Tangents<T, N - width>;

 public:
  constexpr Tangents() = default;
  template <std::size_t count>
  requires(count <= N) constexpr explicit Tangents(const std::array<T, count>& numbers) {
    for (std::size_t i = 0; i < count; ++i) set(i, numbers[i]);
  }

  /// Written as whole registers, to be read as such.
  [[gnu::always_inline]] static constexpr Tangents unit(std::size_t i) {
    Tangents result;
    for (std::size_t k = 0; k < width; ++k) result.head_[k] = k == i ? T(1) : T(0);
    result.tail_ = Tail::unit(i - width);
    return result;
  }

  constexpr T operator[](std::size_t i) const { return i < width ? head_[i] : tail_[i - width]; }
  constexpr void set(std::size_t i, T number) {
    if (i < width) {
      head_[i] = number;
    } else {
      tail_.set(i - width, number);
    }
  }

  /// Full registers as what they are: pieces of another size would wait for them to be stored.
  [[gnu::always_inline]] void copy_to(T* to, std::size_t count) const {
    if (count >= width) {
      std::memcpy(to, &head_, sizeof head_);
      return tail_.copy_to(to + width, count - width);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < width; ++i) {
      if (i < count) to[i] = head_[i];
    }
  }

  [[gnu::always_inline]] static constexpr Tangents product(T factor, const Tangents& x) {
    Tangents result;
    result.head_ = factor * x.head_;
    result.tail_ = Tail::product(factor, x.tail_);
    return result;
  }
  [[gnu::always_inline]] constexpr void add_product(T factor, const Tangents& x) {
    head_ = head_ + factor * x.head_;
    tail_.add_product(factor, x.tail_);
  }
  [[gnu::always_inline]] constexpr bool is_suspect() const { return is_sum_suspect(head_); }

 private:
  template <class, std::size_t, bool>
  friend class Tangents;

  /// Full registers are asked at once, by their sum: `sum` is that of those up to this one. It is
  /// NaN for infinities of both signs, too; suspicion does no harm.
  [[gnu::always_inline]] constexpr bool is_sum_suspect(Head sum) const {
    if constexpr (N >= 2 * width) {
      return tail_.is_sum_suspect(sum + tail_.head_);
    } else {
      const bool in_sum = has_nan<T, width>(sum);
      return in_sum | tail_.is_suspect();
    }
  }

  Head head_{};
  [[no_unique_address]] Tail tail_;
};

}  // namespace ad::detail
