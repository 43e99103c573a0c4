// Numbers that watch kinks: derivatives where conventions are left open.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/kink_watch.hpp>
#include <autodiff/core/number.hpp>
#include <autodiff/core/probing_direction.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/values/comparison.hpp>
#include <autodiff/values/dual.hpp>

namespace ad {

namespace detail {

/// A number, or a value of a level below.
template <class X, class T>
concept RangedFrom = Arithmetic<X> ||
    (Active<X> && !std::is_same_v<X, Ranged<T>> && is_level_of<value_type_t<X>, T>());

}  // namespace detail

/// All numbers from one to another. Values are single numbers; derivatives become ranges at kinks,
/// as the innermost `KinkWatch` of the thread has it, and + - * / keep what lies in them.
template <class T>
class Ranged {
 public:
  using ad_value_type = Ranged;
  using inner_type = T;
  static constexpr bool answers_at_kinks = true;

  constexpr Ranged() = default;

  template <detail::RangedFrom<T> X>
  constexpr Ranged(const X& x)  // NOLINT(google-explicit-constructor)
      : lower_(static_cast<T>(x)), upper_(lower_) {}

  Ranged(const T& a, const T& b) : lower_(std::min(a, b)), upper_(std::max(a, b)) {}

  constexpr const T& value() const { return lower_; }
  constexpr const T& lower() const { return lower_; }
  constexpr const T& upper() const { return upper_; }
  bool is_single() const { return !(lower_ < upper_); }

  template <Operand X>
  requires Compatible<Ranged, X> Ranged& operator+=(const X& x) { return *this = *this + x; }
  template <Operand X>
  requires Compatible<Ranged, X> Ranged& operator-=(const X& x) { return *this = *this - x; }
  template <Operand X>
  requires Compatible<Ranged, X> Ranged& operator*=(const X& x) { return *this = *this * x; }
  template <Operand X>
  requires Compatible<Ranged, X> Ranged& operator/=(const X& x) { return *this = *this / x; }

  /// How `ad::apply` applies an operation.
  template <class Op, class... X>
  static Ranged apply(const Op& op, const X&... x) {
    return of(op, Ranged(x)...);
  }

  template <class Op>
  static Ranged reduce(const Op& op, std::span<const Ranged> x) {
    const bool single =
        std::all_of(x.begin(), x.end(), [](const auto& r) { return r.is_single(); });
    const auto numbers = detail::inner_numbers(x);
    return single ? Ranged(ad::apply(op, numbers.span())) : anything();
  }

  /// The partial derivatives that the operation declares, and at a kink those of the watch.
  template <class Op, std::size_t N, std::same_as<Ranged>... X>
  static std::array<Ranged, N> partials(const Op& op, const Needs<N>& needs, const Ranged& y,
                                        const X&... x) {
    std::array<Ranged, N> result;
    const auto declared = ad::partials(op, needs, y.value(), x.value()...);
    for (std::size_t i = 0; i < N; ++i) result[i] = Ranged(declared[i]);
    detail::KinkWatch* const watch = detail::KinkWatch::current();
    if (watch == nullptr) return result;
    watch->count();
    const auto distances = Op::kinks(x.value()...);
    for (std::size_t k = 0; k < distances.size(); ++k) {
      const double distance = static_cast<double>(distances[k]);
      if (!(std::fabs(distance) <= watch->near)) continue;
      watch->note_kink(Op::meta.name, location_of(op), distance);
      if (distance == 0) answer_at_kink(*watch, op, needs, k, y, std::array{x.value()...}, result);
    }
    return result;
  }

  /// The same for a reduction. It declares no distance to its kinks: they are where the slopes
  /// beside x differ, along the axes or a few other directions.
  template <class Op>
  static void reduction_partials(const Op& op, std::span<const Ranged> x, const Ranged& y,
                                 std::span<Ranged> result) {
    const auto numbers = detail::inner_numbers(x);
    const auto at = std::as_const(numbers).span();
    Slopes declared(x.size());
    detail::reduction_partials(op, at, y.value(), std::span<T>(declared));
    std::copy(declared.begin(), declared.end(), result.begin());
    detail::KinkWatch* const watch = detail::KinkWatch::current();
    if (watch == nullptr || Op::meta.kink.empty()) return;
    watch->count();
    constexpr std::size_t probes = 8, most_axes = 64;
    std::vector<Slopes> left, right;
    for (const T sign : {T(-1), T(1)}) {
      std::vector<Slopes>& side = sign < 0 ? left : right;
      for (std::size_t k = 0; k < probes; ++k) {
        detail::ProbingDirection direction(k);
        side.push_back(slopes_along(op, at, y.value(),
                                    [&](std::size_t) { return sign * direction.next<T>(); }));
      }
      for (std::size_t axis = 0; axis < std::min(x.size(), most_axes); ++axis) {
        side.push_back(slopes_along(op, at, y.value(),
                                    [&](std::size_t i) { return i == axis ? sign : T(0); }));
      }
    }
    const auto is_declared = [&](const Slopes& slopes) { return slopes == declared; };
    if (std::all_of(left.begin(), left.end(), is_declared) &&
        std::all_of(right.begin(), right.end(), is_declared)) {
      return;
    }
    watch->note_kink(Op::meta.name, {}, 0);
    watch->note_cone();
    const bool takes_right = watch->answer() == detail::KinkWatch::Answer::side && watch->choose();
    for (std::size_t i = 0; i < x.size(); ++i) {
      result[i] = answered(*watch, left[0][i], right[0][i], takes_right, result[i]);
      if (watch->answer() != detail::KinkWatch::Answer::range) continue;
      for (const auto* side : {&left, &right}) {
        for (const Slopes& slopes : *side) {
          result[i] =
              Ranged(std::min(result[i].lower_, slopes[i]), std::max(result[i].upper_, slopes[i]));
        }
      }
    }
  }

 private:
  template <class Op>
  static Ranged of(const Op& op, const Ranged& x) {
    if constexpr (std::is_same_v<Op, Neg>) {
      return Ranged(-x.upper_, -x.lower_);
    } else {
      return x.is_single() ? Ranged(detail::evaluate(op, x.value())) : anything();
    }
  }
  template <class Op>
  static Ranged of(const Op& op, const Ranged& x, const Ranged& y) {
    const bool single = x.is_single() && y.is_single();
    if (single) return Ranged(detail::evaluate(op, x.value(), y.value()));
    if constexpr (std::is_same_v<Op, Add>) {
      return Ranged(x.lower_ + y.lower_, x.upper_ + y.upper_);
    } else if constexpr (std::is_same_v<Op, Sub>) {
      return Ranged(x.lower_ - y.upper_, x.upper_ - y.lower_);
    } else if constexpr (std::is_same_v<Op, Mul>) {
      return hull(
          {x.lower_ * y.lower_, x.lower_ * y.upper_, x.upper_ * y.lower_, x.upper_ * y.upper_});
    } else if constexpr (std::is_same_v<Op, Div>) {
      return y.is_single() ? Ranged(x.lower_ / y.lower_, x.upper_ / y.lower_) : anything();
    } else {
      return anything();
    }
  }
  template <class Op, class... X>
  static Ranged of(const Op& op, const X&... x) {
    const bool single = (x.is_single() && ...);
    return single ? Ranged(detail::evaluate(op, x.value()...)) : anything();
  }

  using Slopes = std::vector<T>;

  /// The partial derivatives of a reduction beside x, along a direction.
  template <class Op, class Direction>
  static Slopes slopes_along(const Op& op, std::span<const T> x, const T& y,
                             Direction&& direction) {
    std::vector<Directed<T>> leaving, slopes(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) leaving.push_back(Directed<T>(x[i], {direction(i)}));
    const std::span<const Directed<T>> leaving_x(leaving);
    detail::reduction_partials(op, leaving_x, Directed<T>(y), std::span(slopes));
    Slopes result;
    for (const auto& slope : slopes) result.push_back(slope.value());
    return result;
  }

  static Ranged anything() {
    return Ranged(-std::numeric_limits<T>::infinity(), std::numeric_limits<T>::infinity());
  }
  static Ranged hull(const std::array<T, 4>& numbers) {
    const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
    return Ranged(*least, *greatest);
  }

  template <class Op>
  static SourceLocation location_of([[maybe_unused]] const Op& op) {
    if constexpr (requires { op.called_from; }) {
      return op.called_from;
    } else {
      return {};
    }
  }

  template <class Op, std::size_t N>
  static void answer_at_kink(detail::KinkWatch& watch, const Op& op, const Needs<N>& needs,
                             std::size_t kink, const Ranged& y, const std::array<T, N>& x,
                             std::array<Ranged, N>& result) {
    const auto [left, right] = sides(op, needs, kink, y.value(), x);
    if constexpr (detail::ConeAtKink<Op>) watch.note_cone();
    const bool takes_right = watch.answer() == detail::KinkWatch::Answer::side && watch.choose();
    for (std::size_t i = 0; i < N; ++i) {
      result[i] = answered(watch, left[i], right[i], takes_right, result[i]);
    }
  }

  /// What the watch has in place of a slope declared at a kink.
  static Ranged answered(const detail::KinkWatch& watch, const T& left, const T& right,
                         bool takes_right, const Ranged& declared) {
    switch (watch.answer()) {
      case detail::KinkWatch::Answer::range:
        return Ranged(std::min({left, right, declared.lower_}),
                      std::max({left, right, declared.upper_}));
      case detail::KinkWatch::Answer::side:
        return Ranged(takes_right ? right : left);
      case detail::KinkWatch::Answer::position:
        return Ranged(left + T(watch.position) * (right - left));
      case detail::KinkWatch::Answer::refusal:
        break;
    }
    return declared;
  }

  /// The partial derivatives where the distance to the kink is negative, and where it is positive.
  template <class Op, std::size_t N>
  static std::array<std::array<T, N>, 2> sides(const Op& op, const Needs<N>& needs,
                                               std::size_t kink, const T& y,
                                               const std::array<T, N>& x) {
    std::array<std::array<T, N>, 2> result;
    if constexpr (detail::ConeAtKink<Op>) {
      // Every vector up to the length 1 is possible; alone an argument's slope is 1 on one side.
      for (std::size_t i = 0; i < N; ++i) {
        result[0][i] = T(-1);
        result[1][i] = T(1);
      }
      return result;
    } else {
      std::array<T, N> towards;  // the gradient of the distance
      for (std::size_t i = 0; i < N; ++i) {
        std::array<Dual<T, 1>, N> moving;
        for (std::size_t k = 0; k < N; ++k) moving[k] = x[k];
        moving[i] = Dual<T, 1>::variable(x[i], 0);
        towards[i] =
            std::apply([](const auto&... each) { return Op::kinks(each...); }, moving)[kink]
                .tangent(0);
      }
      for (const int side : {0, 1}) {
        std::array<Directed<T>, N> leaving;
        for (std::size_t k = 0; k < N; ++k) {
          leaving[k] = Directed<T>(x[k], {side == 0 ? -towards[k] : towards[k]});
        }
        const auto p = std::apply(
            [&](const auto&... each) { return ad::partials(op, needs, Directed<T>(y), each...); },
            leaving);
        for (std::size_t k = 0; k < N; ++k) result[side][k] = p[k].value();
      }
      return result;
    }
  }

  T lower_{}, upper_{};
};

template <class T>
constexpr bool all_zero(const Ranged<T>& x) {
  return all_zero(x.lower()) && all_zero(x.upper());
}

template <class T>
constexpr bool all_finite(const Ranged<T>& x) {
  return all_finite(x.lower()) && all_finite(x.upper());
}

}  // namespace ad
