// Numbers that record each operation applied to them, with its arguments.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/traits.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/values/comparison.hpp>
#include <autodiff/values/reduce.hpp>
#include <autodiff/values/trace.hpp>

namespace ad {

/// A plain number, float or double, and its number in the innermost `Trace` of the thread.
template <class T>
class Traced {
 public:
  using ad_value_type = Traced;
  using inner_type = T;
  static constexpr bool traces_operations = true;

  constexpr Traced() = default;
  template <Arithmetic X>
  constexpr Traced(X x) : value_(static_cast<T>(x)) {}  // NOLINT(google-explicit-constructor)

  /// An input of the run.
  static Traced input(T x, detail::Trace& trace) {
    return {x, trace.add_input(static_cast<double>(x))};
  }

  constexpr const T& value() const { return value_; }
  /// 0 for a constant.
  constexpr std::uint32_t source() const { return source_; }

  template <Operand X>
  requires Compatible<Traced, X> Traced& operator+=(const X& x) { return *this = *this + x; }
  template <Operand X>
  requires Compatible<Traced, X> Traced& operator-=(const X& x) { return *this = *this - x; }
  template <Operand X>
  requires Compatible<Traced, X> Traced& operator*=(const X& x) { return *this = *this * x; }
  template <Operand X>
  requires Compatible<Traced, X> Traced& operator/=(const X& x) { return *this = *this / x; }

  /// How `ad::apply` applies an operation.
  template <class Op, class... X>
  static Traced apply(const Op& op, const X&... x) {
    const std::array<Traced, sizeof...(X)> arguments{Traced(x)...};
    if constexpr (requires { op.called_from; }) {
      return applied(detail::without_location(op), op.called_from, arguments);
    } else {
      return applied(op, {}, arguments);
    }
  }

  /// How `ad::apply` applies a reduction.
  template <class Op>
  static Traced reduce(const Op& op, std::span<const Traced> x) {
    const detail::Numbers<T> numbers = detail::inner_numbers(x);
    return record(Op::meta.name, {}, x, ad::apply(op, numbers.span()), [&] {
      auto function = [op](const auto& each) { return ad::apply(op, each); };
      return std::make_shared<const detail::TracedFunction<T, decltype(function)>>(function);
    });
  }

  /// The result y of an operation at x, of which `make_rule` makes the rule; `call` is the first
  /// entry of its call if that has others before. What depends on no input is of interest only
  /// where it is not finite.
  template <class MakeRule>
  static Traced record(std::string_view operation, SourceLocation where, std::span<const Traced> x,
                       T y, MakeRule&& make_rule, std::uint32_t call = 0) {
    detail::Trace* const trace = detail::Trace::current();
    const bool depends =
        std::any_of(x.begin(), x.end(), [](const Traced& a) { return a.source_ != 0; });
    if (trace == nullptr || (!depends && std::isfinite(y))) return Traced(y);
    detail::TraceEntry entry{.operation = std::string(operation),
                             .where = where,
                             .arguments = {},
                             .sources = {},
                             .result = static_cast<double>(y),
                             .rule = make_rule(),
                             .call = call};
    for (const Traced& a : x) {
      entry.arguments.push_back(static_cast<double>(a.value_));
      entry.sources.push_back(a.source_);
    }
    return {y, trace->add(std::move(entry))};
  }

 private:
  constexpr Traced(T value, std::uint32_t source) : value_(value), source_(source) {}

  template <class Op, std::size_t N>
  static Traced applied(const Op& op, SourceLocation where, const std::array<Traced, N>& x) {
    const T y = std::apply(
        [&](const auto&... each) { return static_cast<T>(ad::apply(op, each.value()...)); }, x);
    return record(Op::meta.name, where, x, y, [&] {
      auto function = [op]<class V>(std::span<const V> each) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
          return V(ad::apply(op, each[I]...));
        }
        (std::make_index_sequence<N>{});
      };
      return std::make_shared<const detail::TracedFunction<T, decltype(function)>>(function);
    });
  }

  T value_{};
  std::uint32_t source_ = 0;
};

template <class T>
constexpr bool all_zero(const Traced<T>& x) {
  return all_zero(x.value());
}

template <class T>
constexpr bool all_finite(const Traced<T>& x) {
  return all_finite(x.value());
}

}  // namespace ad
