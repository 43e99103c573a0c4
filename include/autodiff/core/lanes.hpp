// Several numbers at once, one in each lane of a SIMD register.
//
// An operation that declares `vectorizes` is evaluated on these in loops over arrays; its formulas
// are the ones that it has for a single number. Arithmetic is the compiler's own on vectors. The
// functions are those of libmvec, the vector library beside the GNU C library (at most 4 ulps);
// elsewhere the C library's, lane by lane.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>

namespace ad {

namespace detail {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
inline constexpr std::size_t simd_bytes = 64;
#elif defined(__AVX2__)
inline constexpr std::size_t simd_bytes = 32;
#else
inline constexpr std::size_t simd_bytes = 16;
#endif

template <class T>
inline constexpr std::size_t lanes_v = simd_bytes / sizeof(T);

template <class T, std::size_t W>
struct VectorOf {
  typedef T type __attribute__((vector_size(W * sizeof(T))));  // `using` takes no attribute of W
};

template <class T>
using LaneInteger = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

/// Set where the lanes need different branches of a formula: what is computed does not hold then,
/// and each lane is to be evaluated by itself.
inline constinit thread_local bool lanes_disagree = false;

}  // namespace detail

/// Yes or no for each lane.
template <class T, std::size_t W>
class LaneMask {
 public:
  using Vector = typename detail::VectorOf<detail::LaneInteger<T>, W>::type;

  LaneMask(bool all)  // NOLINT(google-explicit-constructor)
      : lanes_(-static_cast<detail::LaneInteger<T>>(all) - Vector{}) {}
  /// All bits of a lane are set for yes, none for no.
  explicit LaneMask(const Vector& lanes) : lanes_(lanes) {}

  const Vector& vector() const { return lanes_; }

  /// The branch that all lanes take. Where they differ it is that of the first one, and
  /// `lanes_disagree` is set.
  operator bool() const {  // NOLINT(google-explicit-constructor)
    const bool first = lanes_[0] != 0;
    if ((*this ^ LaneMask(first)).is_any()) detail::lanes_disagree = true;
    return first;
  }

  friend LaneMask operator!(const LaneMask& a) { return LaneMask(~a.lanes_); }
  friend LaneMask operator&(const LaneMask& a, const LaneMask& b) {
    return LaneMask(a.lanes_ & b.lanes_);
  }
  friend LaneMask operator|(const LaneMask& a, const LaneMask& b) {
    return LaneMask(a.lanes_ | b.lanes_);
  }
  friend LaneMask operator^(const LaneMask& a, const LaneMask& b) {
    return LaneMask(a.lanes_ ^ b.lanes_);
  }

  /// Some lane says yes.
  bool is_any() const {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__) && defined(__AVX512DQ__)
    if constexpr (sizeof(Vector) == 64 && sizeof(T) == 8) {
      typedef long long Words __attribute__((vector_size(64)));
      return __builtin_ia32_cvtq2mask512(reinterpret_cast<Words>(lanes_)) != 0;
    } else if constexpr (sizeof(Vector) == 64) {
      return __builtin_ia32_cvtd2mask512(lanes_) != 0;
    }
#endif
#ifdef __AVX__
    if constexpr (sizeof(Vector) == 32 && sizeof(T) == 8) {
      return __builtin_ia32_movmskpd256(
                 reinterpret_cast<typename detail::VectorOf<double, 4>::type>(lanes_)) != 0;
    } else if constexpr (sizeof(Vector) == 32) {
      return __builtin_ia32_movmskps256(
                 reinterpret_cast<typename detail::VectorOf<float, 8>::type>(lanes_)) != 0;
    }
#endif
#ifdef __SSE2__
    if constexpr (sizeof(Vector) == 16 && sizeof(T) == 8) {
      return __builtin_ia32_movmskpd(
                 reinterpret_cast<typename detail::VectorOf<double, 2>::type>(lanes_)) != 0;
    } else if constexpr (sizeof(Vector) == 16) {
      return __builtin_ia32_movmskps(
                 reinterpret_cast<typename detail::VectorOf<float, 4>::type>(lanes_)) != 0;
    }
#endif
    std::array<std::uint64_t, (sizeof(Vector) + 7) / sizeof(std::uint64_t)> words{};
    std::memcpy(words.data(), &lanes_, sizeof(Vector));
    std::uint64_t joined = 0;
    for (const std::uint64_t word : words) joined |= word;
    return joined != 0;
  }

 private:
  Vector lanes_;
};

namespace detail {

/// Some number of the vector is NaN.
template <class T, std::size_t W>
[[gnu::always_inline]] inline bool has_nan(typename VectorOf<T, W>::type x) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__) && defined(__AVX512DQ__)
  // g++ 12 turns the mask that a comparison gives into a vector, and that into a mask again.
  constexpr int unordered = 3;
  constexpr int rounding_as_set = 4;
  if constexpr (W * sizeof(T) == 64 && sizeof(T) == 8) {
    return __builtin_ia32_cmppd512_mask(x, x, unordered, -1, rounding_as_set) != 0;
  } else if constexpr (W * sizeof(T) == 64) {
    return __builtin_ia32_cmpps512_mask(x, x, unordered, -1, rounding_as_set) != 0;
  }
#endif
  return LaneMask<T, W>(x != x).is_any();
}

}  // namespace detail

/// W numbers of type T.
template <class T, std::size_t W = detail::lanes_v<T>>
class Lanes {
 public:
  using ad_value_type = Lanes;
  using inner_type = Lanes;
  using lane_type = T;
  using Vector = typename detail::VectorOf<T, W>::type;
  using Mask = LaneMask<T, W>;
  static constexpr std::size_t count = W;

  Lanes() = default;
  /// The same number in every lane.
  template <Arithmetic X>
  Lanes(X number)                                     // NOLINT(google-explicit-constructor)
      : lanes_(static_cast<T>(number) - Vector{}) {}  // -0 - 0 is -0
  explicit Lanes(const Vector& lanes) : lanes_(lanes) {}

  static Lanes load(const T* from) {
    Lanes result;
    std::memcpy(&result.lanes_, from, sizeof(Vector));
    return result;
  }
  void store(T* to) const { std::memcpy(to, &lanes_, sizeof(Vector)); }

  const Vector& vector() const { return lanes_; }
  T operator[](std::size_t lane) const { return lanes_[lane]; }

  /// f of every lane.
  template <class F, class... More>
  static Lanes each(F&& f, const Lanes& x, const More&... more) {
    Lanes result;
    for (std::size_t i = 0; i < W; ++i) result.lanes_[i] = f(x[i], more[i]...);
    return result;
  }

  friend Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a.lanes_ + b.lanes_); }
  friend Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a.lanes_ - b.lanes_); }
  friend Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a.lanes_ * b.lanes_); }
  friend Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a.lanes_ / b.lanes_); }
  friend Lanes operator-(const Lanes& a) { return Lanes(-a.lanes_); }
  Lanes& operator+=(const Lanes& b) { return *this = *this + b; }
  Lanes& operator-=(const Lanes& b) { return *this = *this - b; }
  Lanes& operator*=(const Lanes& b) { return *this = *this * b; }

  friend Mask operator<(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ < b.lanes_); }
  friend Mask operator>(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ > b.lanes_); }
  friend Mask operator<=(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ <= b.lanes_); }
  friend Mask operator>=(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ >= b.lanes_); }
  friend Mask operator==(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ == b.lanes_); }
  friend Mask operator!=(const Lanes& a, const Lanes& b) { return Mask(a.lanes_ != b.lanes_); }

  friend Lanes select(const Mask& condition, const Lanes& a, const Lanes& b) {
    return Lanes(condition.vector() ? a.lanes_ : b.lanes_);
  }

  friend Lanes fabs(const Lanes& x) {
    typename Mask::Vector bits;
    std::memcpy(&bits, &x.lanes_, sizeof bits);
    bits &= std::numeric_limits<detail::LaneInteger<T>>::max();
    Lanes result;
    std::memcpy(&result.lanes_, &bits, sizeof bits);
    return result;
  }
  friend Mask isnan(const Lanes& x) { return x != x; }
  friend Mask isinf(const Lanes& x) { return fabs(x) == std::numeric_limits<T>::infinity(); }
  friend Mask isfinite(const Lanes& x) { return x - x == T(0); }
  friend Mask isnormal(const Lanes& x) {
    const Lanes size = fabs(x);
    return (size >= std::numeric_limits<T>::min()) & (size <= std::numeric_limits<T>::max());
  }
  friend Mask all_zero(const Lanes& x) { return x == T(0); }
  friend Mask all_finite(const Lanes& x) { return isfinite(x); }
  friend Lanes value_of(const Lanes& x) { return x; }
  friend Lanes detach(const Lanes& x) { return x; }

 private:
  Vector lanes_;
};

namespace detail {

template <class X>
struct IsLanes : std::false_type {};
template <class T, std::size_t W>
struct IsLanes<Lanes<T, W>> : std::true_type {};

}  // namespace detail

/// Numbers in lanes, with masks in the place of bools.
template <class X>
concept InLanes = detail::IsLanes<X>::value;

namespace detail {

/// As many numbers of type T as are computed at once: a single one, unless it is of the machine.
template <class T>
using Widest = std::conditional_t<std::is_floating_point_v<T>, Lanes<T>, T>;

/// How many elements a number stands for.
template <class Number>
inline constexpr std::size_t width_v = 1;
template <class T, std::size_t W>
inline constexpr std::size_t width_v<Lanes<T, W>> = W;

template <class Number, class T>
[[gnu::always_inline]] inline Number read_number(const T* from) {
  if constexpr (InLanes<Number>) {
    return Number::load(from);
  } else {
    return *from;
  }
}

template <class Number, class T>
[[gnu::always_inline]] inline void write(T* to, const Number& number) {
  if constexpr (InLanes<Number>) {
    number.store(to);
  } else {
    *to = number;
  }
}

/// Calls f(i, numbers, count) with the numbers from position i on, block by block; the last one is
/// filled up with `rest` if it has less than all its `count`.
template <class T, class F>
[[gnu::always_inline]] inline void for_each_block(std::span<const T> x, T rest, F&& f) {
  constexpr std::size_t width = Lanes<T>::count;
  std::size_t i = 0;
  for (; i + width <= x.size(); i += width) f(i, Lanes<T>::load(x.data() + i), width);
  if (i == x.size()) return;
  std::array<T, width> last;
  last.fill(rest);
  std::copy(x.begin() + static_cast<std::ptrdiff_t>(i), x.end(), last.begin());
  f(i, Lanes<T>::load(last.data()), x.size() - i);
}

/// Writes the first `count` numbers.
template <class T>
[[gnu::always_inline]] inline void write_block(T* to, const Lanes<T>& block, std::size_t count) {
  if (count == Lanes<T>::count) return block.store(to);
  for (std::size_t lane = 0; lane < count; ++lane) to[lane] = block[lane];
}

/// Every lane says yes.
template <class T, std::size_t W>
bool holds_everywhere(const LaneMask<T, W>& mask) {
  return !(!mask).is_any();
}
inline bool holds_everywhere(bool holds) { return holds; }

/// Σ of the numbers in lanes; another number is its own.
template <class T, class Number>
T sum_of_lanes(const Number& x) {
  if constexpr (InLanes<Number>) {
    T sum = x[0];
    for (std::size_t lane = 1; lane < Number::count; ++lane) sum += x[lane];
    return sum;
  } else {
    return x;
  }
}

}  // namespace detail

/// Fused where the machine has it, as the scalar function is.
template <class T, std::size_t W>
Lanes<T, W> fma(const Lanes<T, W>& a, const Lanes<T, W>& b, const Lanes<T, W>& c) {
  return Lanes<T, W>::each([](T x, T y, T z) { return std::fma(x, y, z); }, a, b, c);
}

template <class T, std::size_t W>
Lanes<T, W> sqrt(const Lanes<T, W>& x) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__AVX512F__) && defined(__AVX512DQ__)
  constexpr int rounding_as_set = 4;
  if constexpr (W * sizeof(T) == 64 && sizeof(T) == 8) {
    return Lanes<T, W>(__builtin_ia32_sqrtpd512_mask(x.vector(), x.vector(), -1, rounding_as_set));
  } else if constexpr (W * sizeof(T) == 64) {
    return Lanes<T, W>(__builtin_ia32_sqrtps512_mask(x.vector(), x.vector(), -1, rounding_as_set));
  }
#endif
  return Lanes<T, W>::each([](T each) { return std::sqrt(each); }, x);
}

// The functions of libmvec, by the names of the vector ABI of x86-64: the letter of the instruction
// set, the number of lanes, a v for each argument.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 35)
#define AUTODIFF_HAS_LIBMVEC
#endif
#endif

#ifdef AUTODIFF_HAS_LIBMVEC
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define AUTODIFF_DOUBLES(name) _ZGVeN8v_##name
#define AUTODIFF_FLOATS(name) _ZGVeN16v_##name##f
#elif defined(__AVX2__)
#define AUTODIFF_DOUBLES(name) _ZGVdN4v_##name
#define AUTODIFF_FLOATS(name) _ZGVdN8v_##name##f
#else
#define AUTODIFF_DOUBLES(name) _ZGVbN2v_##name
#define AUTODIFF_FLOATS(name) _ZGVbN4v_##name##f
#endif

#define AUTODIFF_FUNCTION(name)                                                                  \
  extern "C" [[gnu::const]] Lanes<double>::Vector AUTODIFF_DOUBLES(name)(Lanes<double>::Vector); \
  extern "C" [[gnu::const]] Lanes<float>::Vector AUTODIFF_FLOATS(name)(Lanes<float>::Vector);    \
  inline Lanes<double> name(const Lanes<double>& x) {                                            \
    return Lanes<double>(AUTODIFF_DOUBLES(name)(x.vector()));                                    \
  }                                                                                              \
  inline Lanes<float> name(const Lanes<float>& x) {                                              \
    return Lanes<float>(AUTODIFF_FLOATS(name)(x.vector()));                                      \
  }
#else
#define AUTODIFF_FUNCTION(name)                                          \
  template <class T, std::size_t W>                                      \
  Lanes<T, W> name(const Lanes<T, W>& x) {                               \
    return Lanes<T, W>::each([](T each) { return std::name(each); }, x); \
  }
#endif

AUTODIFF_FUNCTION(exp)
AUTODIFF_FUNCTION(exp2)
AUTODIFF_FUNCTION(expm1)
AUTODIFF_FUNCTION(log)
AUTODIFF_FUNCTION(log2)
AUTODIFF_FUNCTION(log10)
AUTODIFF_FUNCTION(log1p)
AUTODIFF_FUNCTION(sin)
AUTODIFF_FUNCTION(cos)
AUTODIFF_FUNCTION(tan)
AUTODIFF_FUNCTION(asin)
AUTODIFF_FUNCTION(acos)
AUTODIFF_FUNCTION(atan)
AUTODIFF_FUNCTION(sinh)
AUTODIFF_FUNCTION(cosh)
AUTODIFF_FUNCTION(tanh)
AUTODIFF_FUNCTION(asinh)
AUTODIFF_FUNCTION(acosh)
AUTODIFF_FUNCTION(atanh)
AUTODIFF_FUNCTION(cbrt)
AUTODIFF_FUNCTION(erf)
AUTODIFF_FUNCTION(erfc)

#undef AUTODIFF_FUNCTION
#undef AUTODIFF_DOUBLES
#undef AUTODIFF_FLOATS
#undef AUTODIFF_HAS_LIBMVEC

}  // namespace ad
