// The containers in which users hold their variables: how many numbers they hold, and the same
// container with another number type.
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/traits.hpp>

namespace ad {

/// Describes a container C of numbers. To make another container known to the drivers, specialise
/// it:
///   Number            the type of its numbers
///   Rebound<V>        the container that a function receives, with numbers of type V
///   size(c)           how many numbers c holds
///   for_each(c, f)    calls f(number) in order
///   build<V>(c, g)    a Rebound<V> shaped like c, whose i-th number is g(i)
/// and where they apply
///   owned(c)          the numbers of a C that refers to others, in a container that owns them
///   matrix(m)         a `Matrix` of derivatives as the kind of matrix that goes with C
template <class C>
struct PointTraits;

namespace detail {

template <class T>
using FloatingNumber = typename Floating<std::remove_cv_t<T>>::type;

}  // namespace detail

/// A single number.
template <Operand T>
struct PointTraits<T> {
  using Number = detail::FloatingNumber<value_type_t<T>>;
  template <class V>
  using Rebound = V;

  static std::size_t size(const T&) { return 1; }
  template <class F>
  static void for_each(const T& x, F&& f) {
    f(static_cast<const Number&>(x));
  }
  template <class V, class G>
  static V build(const T&, G&& g) {
    return g(std::size_t{0});
  }
};

template <Operand T, std::size_t N>
struct PointTraits<std::array<T, N>> {
  using Number = detail::FloatingNumber<value_type_t<T>>;
  template <class V>
  using Rebound = std::array<V, N>;

  static std::size_t size(const std::array<T, N>&) { return N; }
  template <class F>
  static void for_each(const std::array<T, N>& x, F&& f) {
    for (const T& v : x) f(static_cast<const Number&>(v));
  }
  template <class V, class G>
  static std::array<V, N> build(const std::array<T, N>&, G&& g) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::array<V, N>{g(I)...}; }
    (std::make_index_sequence<N>{});
  }
};

namespace detail {

/// Iterates over g(0), g(1), ...
template <class G>
struct Generator {
  using iterator_category = std::random_access_iterator_tag;
  using value_type = std::remove_cvref_t<std::invoke_result_t<const G&, std::size_t>>;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = value_type;

  const G* g;
  std::size_t i;

  value_type operator*() const { return (*g)(i); }
  Generator& operator++() {
    ++i;
    return *this;
  }
  friend bool operator==(const Generator& a, const Generator& b) { return a.i == b.i; }
  friend difference_type operator-(const Generator& a, const Generator& b) {
    return static_cast<difference_type>(a.i - b.i);
  }
};

/// g(0) ... g(n - 1), written once: a vector of n elements to assign to would be filled before.
template <class V, class G>
std::vector<V> generated(std::size_t n, const G& g) {
  return std::vector<V>(Generator<G>{&g, 0}, Generator<G>{&g, n});
}

}  // namespace detail

template <Operand T>
struct PointTraits<std::vector<T>> {
  using Number = detail::FloatingNumber<value_type_t<T>>;
  template <class V>
  using Rebound = std::vector<V>;

  static std::size_t size(const std::vector<T>& x) { return x.size(); }
  template <class F>
  static void for_each(const std::vector<T>& x, F&& f) {
    for (const T& v : x) f(static_cast<const Number&>(v));
  }
  template <class V, class G>
  static std::vector<V> build(const std::vector<T>& x, G&& g) {
    return detail::generated<V>(x.size(), g);
  }
};

/// A function that is differentiated at a span receives `std::span<const V>`; results are vectors.
template <Operand T, std::size_t Extent>
struct PointTraits<std::span<T, Extent>> {
  using Number = detail::FloatingNumber<value_type_t<T>>;
  template <class V>
  using Rebound = std::vector<V>;

  static std::size_t size(std::span<T, Extent> x) { return x.size(); }
  template <class F>
  static void for_each(std::span<T, Extent> x, F&& f) {
    for (const T& v : x) f(static_cast<const Number&>(v));
  }
  template <class V, class G>
  static std::vector<V> build(std::span<T, Extent> x, G&& g) {
    return detail::generated<V>(x.size(), g);
  }
  static std::vector<std::remove_cv_t<T>> owned(std::span<T, Extent> x) {
    return {x.begin(), x.end()};
  }
};

template <Operand T, std::size_t N>
struct PointTraits<T[N]> : PointTraits<std::span<const T>> {};

/// Every member is a point of its own; the numbers of all of them are numbered through.
template <class... C>
requires(requires { typename PointTraits<C>::Number; } &&
         ...) struct PointTraits<std::tuple<C...>> {
  using Number = common_value_t<typename PointTraits<C>::Number...>;
  template <class V>
  using Rebound = std::tuple<typename PointTraits<C>::template Rebound<V>...>;

  static std::size_t size(const std::tuple<C...>& x) {
    return std::apply([](const auto&... c) { return (PointTraits<C>::size(c) + ...); }, x);
  }
  template <class F>
  static void for_each(const std::tuple<C...>& x, F&& f) {
    std::apply([&](const auto&... c) { (PointTraits<C>::for_each(c, f), ...); }, x);
  }
  template <class V, class G>
  static Rebound<V> build(const std::tuple<C...>& x, G&& g) {
    std::size_t offset = 0;
    return std::apply(
        [&](const auto&... c) {
          // Braces evaluate in order, so each member starts where the one before it ended.
          return Rebound<V>{build_member<V>(c, offset, g)...};
        },
        x);
  }

 private:
  template <class V, class Member, class G>
  static auto build_member(const Member& member, std::size_t& offset, G&& g) {
    const std::size_t first = offset;
    offset += PointTraits<Member>::size(member);
    return PointTraits<Member>::template build<V>(member,
                                                  [&](std::size_t i) { return g(first + i); });
  }
};

/// Arrays, and containers of them, are differentiated whole and not number by number.
template <class C>
inline constexpr bool holds_arrays_v = false;

/// A container (or a single number) that the drivers know.
template <class C>
concept Point = !holds_arrays_v<std::remove_cv_t<C>> && requires {
  typename PointTraits<std::remove_cv_t<C>>::Number;
};

template <Point C>
using number_t = typename PointTraits<C>::Number;

namespace detail {

template <Point C>
std::vector<number_t<C>> numbers_of(const C& x) {
  std::vector<number_t<C>> result;
  result.reserve(PointTraits<C>::size(x));
  PointTraits<C>::for_each(x, [&](const auto& v) { result.push_back(v); });
  return result;
}

template <class C, class T>
inline constexpr bool indexes_numbers_v = std::is_same_v<C, std::vector<T>>;
template <class T, std::size_t N>
inline constexpr bool indexes_numbers_v<std::array<T, N>, T> = true;

/// The numbers by index, as numbers of type T; x itself where it has them like that.
template <class T, Point C>
decltype(auto) indexed_numbers(const C& x) {
  if constexpr (indexes_numbers_v<C, T>) {
    return x;
  } else {
    std::vector<T> numbers;
    numbers.reserve(PointTraits<C>::size(x));
    PointTraits<C>::for_each(x, [&](const auto& number) { numbers.push_back(T(number)); });
    return numbers;
  }
}

/// What the call returns, no longer referring to the arguments of the function; not copied if it
/// does not.
template <class Call>
auto owned_result(Call&& call) {
  using Traits = PointTraits<std::remove_cvref_t<decltype(call())>>;
  if constexpr (requires { Traits::owned(call()); }) {
    return Traits::owned(call());
  } else {
    return call();
  }
}

template <class C>
struct IsSpanLike : std::false_type {};
template <class T, std::size_t E>
struct IsSpanLike<std::span<T, E>> : std::true_type {};
template <class T, std::size_t N>
struct IsSpanLike<T[N]> : std::true_type {};

}  // namespace detail
}  // namespace ad
