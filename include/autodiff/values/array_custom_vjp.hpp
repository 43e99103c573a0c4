// Custom primitives of whole arrays: the user's value function with the user's own derivative.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/notes.hpp>
#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>
#include <autodiff/values/array_rule_trace.hpp>
#include <autodiff/values/custom_rule.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/traced.hpp>

namespace ad {

/// Selects `custom_vjp` of arrays.
struct OnArrays {};

namespace detail {

[[noreturn]] void throw_cotangent_shape(const std::string& rule, std::size_t argument,
                                        const Shape& found, const Shape& needed);

template <class X>
inline constexpr std::size_t count_of_v = 1;
template <class... X>
inline constexpr std::size_t count_of_v<std::tuple<X...>> = sizeof...(X);

/// An array, an expression or a number, or a tuple of them, as arrays in a row.
template <class T, class Y>
auto arrays_in_row(const Y& y) {
  const auto as_array = [](const auto& each) { return Array<T>(each); };
  if constexpr (is_tuple_v<Y>) {
    return std::apply([&](const auto&... each) { return std::array{as_array(each)...}; }, y);
  } else {
    return std::array{as_array(y)};
  }
}

/// One array as it is, several as a tuple.
template <bool as_tuple, class V, std::size_t N>
auto bundled(const std::array<V, N>& x) {
  if constexpr (as_tuple) {
    return std::apply([](const auto&... each) { return std::make_tuple(each...); }, x);
  } else {
    return x[0];
  }
}

/// The same numbers for callables that take others.
template <class U, class T, std::size_t N>
std::array<Array<U>, N> converted(const std::array<Array<T>, N>& x) {
  std::array<Array<U>, N> result;
  for (std::size_t i = 0; i < N; ++i) {
    result[i] = x[i].template map<U>([](const T& number) {
      if constexpr (std::is_same_v<U, double>) {
        return to_double(number);
      } else {
        return U(number);
      }
    });
  }
  return result;
}

}  // namespace detail

/// The handle of a custom rule of arrays: call it on arrays, active or not. Copies share the rule,
/// and so do the tapes that use it.
template <class Value, class Vjp>
class ArrayVjp {
 public:
  ArrayVjp(std::string name, Value value, Vjp vjp)
      : rule_(
            std::make_shared<const Rule>(Rule{std::move(name), std::move(value), std::move(vjp)})) {
  }

  const std::string& name() const { return rule_->name; }

  /// The value at arrays, a tuple if the value function returns one. Throws what the value function
  /// does.
  template <ArrayOperand... X>
  requires Compatible<X...>
  auto operator()(const X&... x) const {
    using V = common_value_t<X...>;
    using T = typename V::element_type;
    constexpr std::size_t n = sizeof...(X);
    if constexpr (requires { requires T::directions == 0; }) {
      return dressed<T>((*this)(undressed<T>(V(x))...));
    } else if constexpr (requires { T::traces_operations; }) {
      return detail::bundled<is_tuple<T, n>>(traced<typename T::inner_type, n>({V(x)...}));
    } else if constexpr (is_array_v<V>) {
      return detail::bundled<is_tuple<T, n>>(value_at<T, n>({V(x)...}).first);
    } else {
      return detail::bundled<is_tuple<T, n>>(record<T, n>({V(x)...}));
    }
  }

 private:
  struct Rule {
    std::string name;
    Value value;
    Vjp vjp;
  };

  template <class T, std::size_t N>
  using Arrays = std::array<Array<T>, N>;

  /// The numbers that the callables take where T is meant: double if they take nothing else.
  template <class T, class F>
  using Accepted = std::conditional_t<is_generic_v<F> || std::is_same_v<T, double>, T, double>;

  template <class T, std::size_t N>
  static auto call_value(const Value& value, const Arrays<T, N>& x) {
    return std::apply(value, x);
  }
  template <class T, std::size_t N>
  using Returned = decltype(call_value<Accepted<T, Value>, N>(
      std::declval<const Value&>(), std::declval<Arrays<Accepted<T, Value>, N>>()));
  template <class T, std::size_t N>
  using Parts = detail::ValueResult<Returned<T, N>>;
  template <class T, std::size_t N>
  static constexpr bool is_tuple = detail::is_tuple_v<typename Parts<T, N>::Result>;
  template <class T, std::size_t N>
  static constexpr std::size_t outputs = detail::count_of_v<typename Parts<double, N>::Result>;

  template <class T>
  static constexpr bool is_nested = Active<T> && !OwnNumber<T>;

  /// The results and the residual.
  template <class T, std::size_t N>
  auto value_at(const Arrays<T, N>& x) const {
    using U = Accepted<T, Value>;
    if constexpr (is_nested<T>) {
      return std::pair(pushed_forward(x), residual_of(x));
    } else if constexpr (std::is_same_v<U, T>) {
      const auto returned = call_value<T, N>(rule_->value, x);
      return std::pair(detail::arrays_in_row<T>(Parts<T, N>::result(returned)),
                       Parts<T, N>::residual(returned));
    } else {
      if constexpr (OwnNumber<T>) Notes::add_double_only(name());
      const auto returned = call_value<U, N>(rule_->value, detail::converted<U>(x));
      return std::pair(
          detail::converted<T>(detail::arrays_in_row<U>(Parts<T, N>::result(returned))),
          Parts<T, N>::residual(returned));
    }
  }

  // Numbers without tangents stand for those inside.
  template <class D>
  static auto undressed(const Array<D>& x) {
    using T = typename D::inner_type;
    return x.template map<T>([](const D& each) { return each.value(); });
  }
  template <class D, std::size_t N>
  static auto all_undressed(const std::array<Array<D>, N>& x) {
    Arrays<typename D::inner_type, N> numbers;
    std::transform(x.begin(), x.end(), numbers.begin(), undressed<D>);
    return numbers;
  }
  template <class D, class Y>
  static auto dressed(const Y& y) {
    const auto one = [](const auto& array) {
      return array.template map<D>([](const auto& each) { return D(each, {}); });
    };
    if constexpr (detail::is_tuple_v<Y>) {
      return std::apply([&](const auto&... each) { return std::make_tuple(one(each)...); }, y);
    } else {
      return one(y);
    }
  }

  template <class T, std::size_t N>
  auto traced(const std::array<Array<Traced<T>>, N>& x) const {
    return detail::traced_results(*this, x, value_at<T, N>(all_undressed(x)).first);
  }

  template <class T, std::size_t N>
  auto residual_of(const Arrays<T, N>& x) const {
    using Residual = typename Parts<double, N>::Residual;
    if constexpr (std::is_same_v<Residual, detail::NoResidual>) {
      return Residual{};
    } else if constexpr (is_generic_v<Value>) {
      return Parts<T, N>::residual(call_value<T, N>(rule_->value, x));
    } else {
      return Parts<double, N>::residual(
          call_value<double, N>(rule_->value, detail::converted<double>(x)));
    }
  }

  /// The cotangents of the arguments.
  template <class T, std::size_t N, std::size_t K, class Residual>
  Arrays<T, N> pull_back(const Arrays<T, K>& cotangents, const Arrays<T, N>& x,
                         const Arrays<T, K>& y, const Residual& residual) const {
    constexpr bool has_residual = !std::is_same_v<Residual, detail::NoResidual>;
    using U = std::conditional_t<has_residual && !is_generic_v<Value>, double, Accepted<T, Vjp>>;
    if constexpr (std::is_same_v<U, T>) {
      constexpr bool as_tuple = is_tuple<T, N>;
      const auto result = std::apply(
          [&](const auto&... each) {
            if constexpr (has_residual) {
              return returned_cotangents<T, N>(rule_->vjp(detail::bundled<as_tuple>(cotangents),
                                                          each..., detail::bundled<as_tuple>(y),
                                                          residual));
            } else {
              return returned_cotangents<T, N>(rule_->vjp(detail::bundled<as_tuple>(cotangents),
                                                          each..., detail::bundled<as_tuple>(y)));
            }
          },
          x);
      for (std::size_t i = 0; i < N; ++i) {
        if (result[i].shape() != x[i].shape()) {
          detail::throw_cotangent_shape(name(), i, result[i].shape(), x[i].shape());
        }
      }
      return result;
    } else if constexpr (is_nested<T>) {
      detail::throw_no_second_derivative(name());
    } else {
      if constexpr (OwnNumber<T>) Notes::add_double_only(name());
      return detail::converted<T>(pull_back(detail::converted<U>(cotangents),
                                            detail::converted<U>(x), detail::converted<U>(y),
                                            residual));
    }
  }

  template <class T, std::size_t N, class R>
  static Arrays<T, N> returned_cotangents(const R& returned) {
    if constexpr (std::is_same_v<R, Arrays<T, N>>) {
      return returned;
    } else {
      const auto row = detail::arrays_in_row<T>(returned);
      static_assert(std::tuple_size_v<std::remove_cvref_t<decltype(row)>> == N,
                    "custom_vjp: the VJP returns one cotangent for each argument, a tuple or a "
                    "std::array for several");
      return row;
    }
  }

  /// Forward mode by the VJP: the tangent of each element of a result is its gradient's product
  /// with those of the arguments.
  template <class D, std::size_t N>
  auto pushed_forward(const Arrays<D, N>& x) const {
    using T = typename D::inner_type;
    const Arrays<T, N> numbers = all_undressed(x);
    const auto [y, residual] = value_at<T, N>(numbers);
    Arrays<D, outputs<T, N>> result;
    for (std::size_t k = 0; k < result.size(); ++k) {
      result[k] = Array<D>(y[k]);
      for (std::size_t e = 0; e < y[k].size(); ++e) {
        auto seeds = y;
        for (auto& seed : seeds) seed = Array<T>::zeros(seed.shape());
        seeds[k].mutable_data()[e] = T(1);
        const Arrays<T, N> slopes = pull_back(seeds, numbers, y, residual);
        typename D::Tangent tangent{};
        for (std::size_t i = 0; i < N; ++i) {
          const Array<T> slope = slopes[i].packed();
          const Array<D> argument = x[i].packed();
          for (std::size_t j = 0; j < slope.size(); ++j) {
            detail::add_tangent(tangent, slope.data()[j], argument.data()[j].tangents(), name());
          }
        }
        result[k].mutable_data()[e] = D(result[k].data()[e].value(), tangent);
      }
    }
    return result;
  }

  template <class T, std::size_t N, std::size_t K, class Residual>
  class Call final : public detail::CallOfArrays<T> {
   public:
    using Sources = std::array<detail::ArrayStatement<T>*, N>;

    Call(const ArrayVjp& handle, const Sources& sources, const Arrays<T, N>& x,
         const Arrays<T, K>& y, Residual residual)
        : detail::CallOfArrays<T>(y),
          handle_(handle),
          sources_(sources),
          x_(x),
          y_(y),
          residual_(std::move(residual)) {}

    void reverse(detail::Adjoints<T>&, std::uint32_t) override {
      Arrays<T, K> cotangents;
      for (std::size_t k = 0; k < K; ++k) cotangents[k] = this->cotangent(k);
      const Arrays<T, N> result = handle_.pull_back(cotangents, x_, y_, residual_);
      for (std::size_t i = 0; i < N; ++i) {
        if (sources_[i] != nullptr) sources_[i]->add(result[i].packed());
      }
    }

   private:
    ArrayVjp handle_;
    Sources sources_;
    Arrays<T, N> x_;
    Arrays<T, K> y_;
    [[no_unique_address]] Residual residual_;
  };

  template <class T, std::size_t N>
  auto record(const std::array<Var<Array<T>>, N>& x) const {
    constexpr std::size_t count = outputs<T, N>;
    Arrays<T, N> numbers;
    std::array<detail::ArrayStatement<T>*, N> sources;
    for (std::size_t i = 0; i < N; ++i) {
      numbers[i] = x[i].value();
      sources[i] = detail::recorded_source(x[i]);
    }
    auto [y, residual] = value_at<T, N>(numbers);
    std::array<Var<Array<T>>, count> result;
    if (!detail::any_source(sources)) {
      for (std::size_t k = 0; k < count; ++k) result[k] = y[k];
      return result;
    }
    using RecordedCall = Call<T, N, count, std::remove_cvref_t<decltype(residual)>>;
    const auto on_tape = detail::record_call_of_arrays<T>(
        std::make_unique<RecordedCall>(*this, sources, numbers, y, residual), sources);
    for (std::size_t k = 0; k < count; ++k) result[k] = on_tape(k, y[k]);
    return result;
  }

  std::shared_ptr<const Rule> rule_;
};

/// A primitive of arrays from a value function and its vector-Jacobian product, as `custom_vjp` of
/// numbers: `value(x...) -> y` takes and returns arrays (or expressions of them), `vjp(cotangent,
/// x..., y)` returns the cotangent of one argument, or a tuple with one for each, in the shapes of
/// the arguments. Several results are a std::tuple, and a value function that returns
/// `with_residual(y, r)` has r given to its VJP as the last argument. What is not to be
/// differentiated is captured. Callables with `auto` parameters serve all numbers, also derivatives
/// of any order and checks in quad precision; those of `Array<double>` compute in double. The sweep
/// throws ShapeError if a cotangent has another shape than its argument.
///
///     auto centred = ad::custom_vjp<ad::OnArrays>(
///         "centred", [](const auto& x) { return x - mean(x); },
///         [](const auto& cotangent, const auto&, const auto&) {
///           return cotangent - mean(cotangent);
///         });
template <std::same_as<OnArrays>, class Value, class Vjp>
auto custom_vjp(std::string name, Value value, Vjp vjp) {
  return ArrayVjp<Value, Vjp>(std::move(name), std::move(value), std::move(vjp));
}

}  // namespace ad
