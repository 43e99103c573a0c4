// How the two callables of a custom VJP are evaluated on a number type.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/error.hpp>
#include <autodiff/core/notes.hpp>
#include <autodiff/core/number.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/values/comparison.hpp>

namespace ad {

/// What a value function returns when its VJP needs more than x and y.
template <class Y, class R>
struct WithResidual {
  Y result;
  R residual;
};

/// Returns y from the value function of a custom rule together with a residual r of any type; the
/// VJP then takes `(cotangent, x..., y, r)`.
template <class Y, class R>
WithResidual<std::decay_t<Y>, std::decay_t<R>> with_residual(Y&& y, R&& r) {
  return {std::forward<Y>(y), std::forward<R>(r)};
}

namespace detail {

[[noreturn]] void throw_no_second_derivative(const std::string& rule);
[[noreturn]] void throw_cotangent_count(const std::string& rule, std::size_t found,
                                        std::size_t arity);

/// sum += partial * tangent, in forward mode. A form 0 * inf contributes nothing and is told in the
/// name of the rule.
template <class T, std::size_t N>
void add_tangent(std::array<T, N>& sum, const T& partial, const std::array<T, N>& tangent,
                 const std::string& rule) {
  for (std::size_t i = 0; i < N; ++i) {
    if (is_indeterminate(tangent[i], partial)) {
      Notes::add_indeterminate(rule);
    } else {
      sum[i] = sum[i] + partial * tangent[i];
    }
  }
}

struct NoResidual {};

template <class Y>
struct ValueResult {
  using Result = Y;
  using Residual = NoResidual;
  static const Y& result(const Y& y) { return y; }
  static Residual residual(const Y&) { return {}; }
};
template <class Y, class R>
struct ValueResult<WithResidual<Y, R>> {
  using Result = Y;
  using Residual = R;
  static const Y& result(const WithResidual<Y, R>& w) { return w.result; }
  static const R& residual(const WithResidual<Y, R>& w) { return w.residual; }
};

template <class Y>
struct Outputs {
  static constexpr std::size_t count = 1;
  static constexpr bool is_tuple = false;
};
template <class... Y>
struct Outputs<std::tuple<Y...>> {
  static constexpr std::size_t count = sizeof...(Y);
  static constexpr bool is_tuple = true;
};

/// A number of type T from what a user's callable returned.
template <class T, class X>
T to_number(const X& x) {
  if constexpr (std::is_floating_point_v<T> && Active<X>) {
    return static_cast<T>(value_of(value_type_t<X>(x)));
  } else {
    return static_cast<T>(x);
  }
}

/// The innermost number of x as a double.
template <class T>
double to_double(const T& x) {
  if constexpr (Arithmetic<T>) {
    return static_cast<double>(x);
  } else if constexpr (OwnNumber<T>) {
    return x.to_double();
  } else {
    return to_double(value_of(x));
  }
}

template <class F, class Index>
struct CalledWith;
template <class F, std::size_t... I>
struct CalledWith<F, std::index_sequence<I...>> {
  template <std::size_t, class T>
  using Same = T;
  template <class T>
  static constexpr bool works = std::is_invocable_v<const F&, Same<I, T>...>;
};

/// The number of arguments with which F can be called: the smallest of 1 ... 8, or 0 if there is
/// none.
template <class F, class T, std::size_t N = 1>
constexpr std::size_t deduce_arity() {
  if constexpr (N > 8) {
    return 0;
  } else if constexpr (CalledWith<F, std::make_index_sequence<N>>::template works<T>) {
    return N;
  } else {
    return deduce_arity<F, T, N + 1>();
  }
}

/// A custom rule: its name and two callables, evaluated on any number type. A number type is what a
/// tape or a dual number computes with: float, double, Quad, or again a value.
template <class Value, class Vjp, std::size_t Arity>
class CustomRule {
 public:
  template <class T>
  using Arguments = std::array<T, Arity>;

  /// The number type in which the value function computes where T is asked for.
  template <class T>
  using ValueNumber = std::conditional_t<is_generic_v<Value>, wrapped_t<T>, double>;

  template <class T>
  using Returned = decltype(std::apply(std::declval<const Value&>(),
                                       std::declval<const Arguments<ValueNumber<T>>&>()));
  template <class T>
  using Residual = typename ValueResult<Returned<T>>::Residual;

  using ResultInDouble = typename ValueResult<Returned<double>>::Result;
  static constexpr std::size_t outputs = Outputs<ResultInDouble>::count;
  static constexpr bool has_residual = !std::is_same_v<Residual<double>, NoResidual>;

  template <class T>
  using Results = std::array<T, outputs>;

  CustomRule(std::string name, Value value, Vjp vjp)
      : name_(std::move(name)), value_(std::move(value)), vjp_(std::move(vjp)) {}

  const std::string& name() const { return name_; }
  std::size_t pullbacks() const { return pullbacks_.load(std::memory_order_relaxed); }

  /// The plain results at plain numbers, and the residual.
  template <class T>
  std::pair<Results<T>, Residual<T>> evaluate(const Arguments<T>& x) const {
    const Returned<T> returned = std::apply(value_, convert<ValueNumber<T>>(x));
    note_precision<T, is_generic_v<Value>>();
    using R = ValueResult<Returned<T>>;
    return {to_array<T>(R::result(returned)), R::residual(returned)};
  }

  /// The cotangents of the arguments. Throws RuleError where the VJP only exists in double and a
  /// derivative of it is asked for.
  template <class T>
  Arguments<T> pull_back(const Results<T>& cotangent, const Arguments<T>& x, const Results<T>& y,
                         const Residual<T>& residual) const {
    pullbacks_.fetch_add(1, std::memory_order_relaxed);
    constexpr bool generic = is_generic_v<Vjp> && (!has_residual || is_generic_v<Value>);
    constexpr bool plain = std::is_floating_point_v<T> || OwnNumber<T>;
    if constexpr (generic || plain) {
      using Number = std::conditional_t<is_generic_v<Vjp>, wrapped_t<T>, double>;
      note_precision<T, generic>();
      return call_vjp<T>(bundle(convert<Number>(cotangent)), convert<Number>(x),
                         bundle(convert<Number>(y)), residual, std::make_index_sequence<Arity>{});
    } else if constexpr (AnswersAtKinks<T> && !has_residual) {
      return pull_back_range(cotangent, x, y);
    } else {
      throw_no_second_derivative(name_);
    }
  }

 private:
  /// Of a VJP that exists in double only: it is linear in the cotangents, which may be ranges.
  template <class T>
  Arguments<T> pull_back_range(const Results<T>& cotangent, const Arguments<T>& x,
                               const Results<T>& y) const {
    Arguments<T> sum{};
    for (std::size_t k = 0; k < outputs; ++k) {
      Results<double> unit{};
      unit[k] = 1;
      const Arguments<double> partial =
          pull_back<double>(unit, convert<double>(x), convert<double>(y), {});
      for (std::size_t i = 0; i < Arity; ++i) sum[i] = sum[i] + cotangent[k] * T(partial[i]);
    }
    return sum;
  }

  template <class T, bool generic>
  void note_precision() const {
    if constexpr (!generic && OwnNumber<T>) Notes::add_double_only(name_);
  }

  template <class Number, class T, std::size_t N>
  static std::array<Number, N> convert(const std::array<T, N>& x) {
    std::array<Number, N> result;
    for (std::size_t i = 0; i < N; ++i) {
      if constexpr (std::is_same_v<Number, double>) {
        result[i] = to_double(x[i]);
      } else {
        result[i] = Number(x[i]);
      }
    }
    return result;
  }

  /// One output is handed over as itself, several as a tuple.
  template <class Number, std::size_t N>
  static auto bundle(const std::array<Number, N>& y) {
    if constexpr (Outputs<ResultInDouble>::is_tuple) {
      return std::apply([](const auto&... each) { return std::make_tuple(each...); }, y);
    } else {
      return y[0];
    }
  }

  template <class T, class Y>
  static Results<T> to_array(const Y& y) {
    if constexpr (Outputs<ResultInDouble>::is_tuple) {
      return std::apply([](const auto&... each) { return Results<T>{to_number<T>(each)...}; }, y);
    } else {
      return {to_number<T>(y)};
    }
  }

  template <class T, class Ct, class Number, class Y, class R, std::size_t... I>
  Arguments<T> call_vjp(const Ct& cotangent, const Arguments<Number>& x, const Y& y,
                        const R& residual, std::index_sequence<I...>) const {
    if constexpr (has_residual) {
      return cotangents<T>(vjp_(cotangent, x[I]..., y, residual));
    } else {
      static_assert(std::is_invocable_v<const Vjp&, const Ct&, decltype(x[I])..., const Y&>,
                    "custom_vjp: the VJP must be callable as vjp(cotangent, x..., y), with one x "
                    "per argument "
                    "of the value function");
      return cotangents<T>(vjp_(cotangent, x[I]..., y));
    }
  }

  template <class T, class C>
  Arguments<T> cotangents(const C& returned) const {
    if constexpr (requires { std::tuple_size<C>::value; }) {
      static_assert(std::tuple_size_v<C> == Arity,
                    "custom_vjp: the VJP must return one cotangent per argument");
      return std::apply([](const auto&... c) { return Arguments<T>{to_number<T>(c)...}; },
                        returned);
    } else if constexpr (requires {
                           returned.size();
                           returned[0];
                         }) {
      if (returned.size() != Arity) throw_cotangent_count(name_, returned.size(), Arity);
      Arguments<T> result;
      for (std::size_t i = 0; i < Arity; ++i) result[i] = to_number<T>(returned[i]);
      return result;
    } else {
      static_assert(Arity == 1,
                    "custom_vjp: the VJP of several arguments must return a tuple or an array with "
                    "one cotangent per argument");
      return {to_number<T>(returned)};
    }
  }

  std::string name_;
  Value value_;
  Vjp vjp_;
  mutable std::atomic<std::size_t> pullbacks_{0};
};

}  // namespace detail
}  // namespace ad
