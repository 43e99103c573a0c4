// Dual numbers: a value and N tangents, for forward mode.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <autodiff/core/notes.hpp>
#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/values/comparison.hpp>
#include <autodiff/values/products.hpp>
#include <autodiff/values/reduce.hpp>
#include <autodiff/values/tangents.hpp>

namespace ad {

namespace detail {

template <class Tag>
inline constexpr bool is_lexicographic = false;
template <class F>
inline constexpr bool is_lexicographic<Lexicographic<F>> = true;

template <class Tag>
inline constexpr bool is_unchecked = false;
template <class F>
inline constexpr bool is_unchecked<Unchecked<F>> = true;

}  // namespace detail

/// x + Σ e_i ε_i with ε_i ε_j = 0: carries the derivatives in N directions along.
///
/// T is float, double, Quad, or again a value. Default-constructed and made from a number it is a
/// constant. Numbers of different `Tag` never mix: drivers tag by the function they differentiate,
/// so that the tangents of two nested levels cannot be confused. `Dual<T, 0>` is a plain number.
template <class T, std::size_t N, class Tag>
class Dual {
 public:
  using ad_value_type = Dual;
  using inner_type = T;
  using Tangent = std::array<T, N>;
  static constexpr std::size_t directions = N;
  static constexpr bool compares_along_tangents = detail::is_lexicographic<Tag>;

  constexpr Dual() = default;

  template <class X>
  requires(Arithmetic<X> || (Active<X> && !std::is_same_v<X, Dual> &&
                             detail::is_level_of<value_type_t<X>, T>())) constexpr Dual(const X& x)
      : value_(static_cast<T>(x)) {}  // NOLINT(google-explicit-constructor)

  constexpr Dual(const T& value, const Tangent& tangent) : value_(value), tangents_(tangent) {}

  /// The independent variable whose derivative is direction i.
  [[gnu::always_inline]] static constexpr Dual variable(const T& value,
                                                        std::size_t i) requires(N > 0) {
    Dual x(value);
    x.tangents_ = Tangents::unit(i);
    return x;
  }

  constexpr const T& value() const { return value_; }
  constexpr decltype(auto) tangent(std::size_t i) const requires(N > 0) { return tangents_[i]; }
  constexpr Tangent tangents() const requires(N > 0) {
    Tangent all;
    for (std::size_t i = 0; i < N; ++i) all[i] = tangents_[i];
    return all;
  }

  /// The first `count` of them.
  void copy_tangents(T* to, std::size_t count) const requires(N > 0) {
    tangents_.copy_to(to, count);
  }
  /// Of plain numbers: one may be NaN. Of others: one is not finite.
  constexpr bool has_suspect_tangent() const requires(N > 0) { return tangents_.is_suspect(); }

  template <Operand X>
  requires Compatible<Dual, X>
  constexpr Dual& operator+=(const X& x) { return *this = *this + x; }
  template <Operand X>
  requires Compatible<Dual, X>
  constexpr Dual& operator-=(const X& x) { return *this = *this - x; }
  template <Operand X>
  requires Compatible<Dual, X>
  constexpr Dual& operator*=(const X& x) { return *this = *this * x; }
  template <Operand X>
  requires Compatible<Dual, X>
  constexpr Dual& operator/=(const X& x) { return *this = *this / x; }
  Dual& operator++() { return *this += 1; }
  Dual& operator--() { return *this -= 1; }
  Dual operator++(int) { return std::exchange(*this, Dual(*this + 1)); }
  Dual operator--(int) { return std::exchange(*this, Dual(*this - 1)); }

  /// How `ad::apply` applies an operation: y = op(x...), dy = Σ ∂op/∂x_k dx_k.
  template <class Op, class... X>
  [[gnu::always_inline]] static constexpr Dual apply(const Op& op, const X&... x) {
    const T y = detail::evaluate(op, detail::level_value<Dual>(x)...);
    if constexpr (N == 0) {
      return Dual(y);
    } else {
      const Needs<sizeof...(X)> needs = wanted<Op>(x...);
      return apply_partials(op, y, one_sided_partials(op, needs, y, x...),
                            std::index_sequence_for<X...>{}, x...);
    }
  }

  /// How `ad::apply` applies a reduction.
  template <class Op>
  static Dual reduce(const Op& op, std::span<const Dual> x) {
    const auto numbers = detail::inner_numbers(x);
    Dual result(ad::apply(op, numbers.span()));
    if constexpr (N > 0) {
      detail::Numbers<T> p(x.size());
      one_sided_partials(op, x, numbers.span(), result.value_, p.span());
      bool first = true;
      for (std::size_t k = 0; k < x.size(); ++k) add_term(result.tangents_, p[k], x[k], first);
      if (result.tangents_.is_suspect()) [[unlikely]] {
        Tangent sum{};
        for (std::size_t k = 0; k < x.size(); ++k) add_carefully<Op>(sum, p[k], x[k]);
        result.tangents_ = Tangents(sum);
      }
    }
    return result;
  }

 private:
  using Tangents = detail::Tangents<T, std::is_floating_point_v<T> ? detail::padded(N) : N>;

  /// At a kink a number with a direction takes the partials that hold beside it.
  template <class Op, class... X>
  [[gnu::always_inline]] static constexpr std::array<T, sizeof...(X)> one_sided_partials(
      const Op& op, const Needs<sizeof...(X)>& needs, const T& y, const X&... x) {
    if constexpr (compares_along_tangents && has_kinks_v<Op, T>) {
      if (is_at_kink<Op>(detail::level_value<Dual>(x)...)) {
        const std::array<Dual, sizeof...(X)> p = partials(op, needs, Dual(y), Dual(x)...);
        std::array<T, sizeof...(X)> result;
        for (std::size_t i = 0; i < p.size(); ++i) result[i] = p[i].value();
        return result;
      }
    }
    return partials(op, needs, y, detail::level_value<Dual>(x)...);
  }
  template <Reduction Op>
  static void one_sided_partials(const Op& op, std::span<const Dual> x, std::span<const T> numbers,
                                 const T& y, std::span<T> p) {
    if constexpr (compares_along_tangents && !Op::meta.kink.empty()) {
      detail::Numbers<Dual> beside(x.size());
      detail::reduction_partials(op, x, Dual(y), beside.span());
      for (std::size_t i = 0; i < x.size(); ++i) p[i] = beside[i].value();
    } else {
      detail::reduction_partials(op, numbers, y, p);
    }
  }
  template <class Op, class... Y>
  static constexpr bool is_at_kink(const Y&... x) {
    for (const T& distance : Op::kinks(x...)) {
      if (distance == T(0)) return true;
    }
    return false;
  }

  /// An operation that can skip partials is asked for those along which something moves: a constant
  /// inside nested numbers is a dual number without tangents.
  template <class Op, class... X>
  [[gnu::always_inline]] static constexpr Needs<sizeof...(X)> wanted(const X&... x) {
    if constexpr (detail::has_selective_partials<Op, T>(std::index_sequence_for<X...>{})) {
      return {moves(x)...};
    } else {
      return {std::is_same_v<X, Dual>...};
    }
  }
  template <class X>
  static constexpr bool moves(const X& x) {
    if constexpr (std::is_same_v<X, Dual>) {
      for (std::size_t i = 0; i < N; ++i) {
        if (!all_zero(x.tangents_[i])) return true;
      }
    }
    return false;
  }

  template <class Op, std::size_t K, std::size_t... I, class... X>
  [[gnu::always_inline]] static constexpr Dual apply_partials(const Op&, const T& y,
                                                              const std::array<T, K>& p,
                                                              std::index_sequence<I...>,
                                                              const X&... x) {
    Dual result(y);
    bool first = true;
    (add_term(result.tangents_, p[I], x, first), ...);
    if constexpr (Op::reads != Reads::none && !detail::is_unchecked<Tag>) {
      if (result.tangents_.is_suspect()) [[unlikely]] {
        result.tangents_ = careful_tangents<Op>(p, std::index_sequence<I...>{}, x...);
      }
    }
    return result;
  }

  template <class X>
  [[gnu::always_inline]] static constexpr void add_term(Tangents& sum, const T& partial, const X& x,
                                                        bool& first) {
    if constexpr (std::is_same_v<X, Dual>) {
      if (first) {
        sum = Tangents::product(partial, x.tangents_);
      } else {
        sum.add_product(partial, x.tangents_);
      }
      first = false;
    }
  }

  /// A NaN was met: gives 0 * inf its meaning and notes it. Operands come by value, which leaves
  /// them in registers as long as this is not called.
  template <class Op, std::size_t K, std::size_t... I, class... X>
  [[gnu::noinline, gnu::cold]] static Tangents careful_tangents(std::array<T, K> p,
                                                                std::index_sequence<I...>, X... x) {
    Tangent sum{};
    const auto add = [&](const T& partial, const auto& operand) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(operand)>, Dual>) {
        add_carefully<Op>(sum, partial, operand);
      }
    };
    (add(p[I], x), ...);
    return Tangents(sum);
  }

  template <class Op>
  static constexpr void add_carefully(Tangent& sum, const T& partial, const Dual& x) {
    for (std::size_t i = 0; i < N; ++i) {
      if (detail::is_indeterminate(x.tangents_[i], partial)) {
        Notes::add_indeterminate(std::string(Op::meta.name));
      } else {
        sum[i] = sum[i] + partial * x.tangents_[i];
      }
    }
  }

  T value_{};
  [[no_unique_address]] Tangents tangents_;
};

template <class T, std::size_t N, class Tag>
constexpr bool all_zero(const Dual<T, N, Tag>& x) {
  if constexpr (N > 0) {
    for (const T& t : x.tangents()) {
      if (!all_zero(t)) return false;
    }
  }
  return all_zero(x.value());
}

template <class T, std::size_t N, class Tag>
constexpr bool all_finite(const Dual<T, N, Tag>& x) {
  if constexpr (N > 0) {
    for (const T& t : x.tangents()) {
      if (!all_finite(t)) return false;
    }
  }
  return all_finite(x.value());
}

}  // namespace ad
