// Small functions whose derivatives are taken on the spot: one statement of the tape each.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/notes.hpp>
#include <autodiff/core/number.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

namespace detail {

/// A number whose derivatives along the arguments are known, as an expression to record.
template <class T, std::size_t N, class D>
struct FusedNode {
  using ad_value_type = Var<T>;
  static constexpr std::size_t leaves = N;

  const std::array<Var<T>, N>& x;
  const D& y;

  const T& value() const { return y.value(); }
  template <class Check>
  void for_each_leaf(Check&& check) const {
    for (const Var<T>& v : x) check(v);
  }
  template <class Writer>
  void reverse(One, Writer& writer) const {
    for (std::size_t i = 0; i < N; ++i) writer.add(y.tangent(i), x[i].index());
  }
  static std::string describe() { return "fuse(...)"; }
};

template <class V>
inline constexpr bool is_var_of_plain_v = false;
template <class T>
inline constexpr bool is_var_of_plain_v<Var<T>> = std::is_floating_point_v<T>;

}  // namespace detail

/// A function whose every call is one statement of the tape. Made by `fuse`.
template <class F>
class Fused {
 public:
  explicit Fused(F f) : f_(std::move(f)) {}

  template <Operand... X>
  requires(sizeof...(X) > 0 && Compatible<X...>) auto operator()(const X&... x) const {
    using V = common_value_t<X...>;
    if constexpr (detail::is_var_of_plain_v<V>) {
      return record<typename V::inner_type>(std::array{V(x)...});
    } else {
      return detail::plain_call(f_, detail::scalars(x...));
    }
  }

 private:
  template <class T, std::size_t N>
  auto record(const std::array<Var<T>, N>& x) const {
    using D = Dual<T, N, detail::TagOf<F>>;
    const detail::Scalars<Var<T>, N> point{x};
    const auto step_by_step = [&] {
      return detail::call_at<Var<T>>(f_, point, [&](std::size_t i) { return x[i]; });
    };
    const Notes notes;
    const auto y = detail::call_at<D>(f_, point, [&](std::size_t i) {
      return x[i].is_active() ? D::variable(x[i].value(), i) : D(x[i].value());
    });
    const auto is_regular = [&](const D& result) {
      return all_finite(result) && notes.indeterminate().empty();
    };
    if constexpr (Operand<std::remove_const_t<decltype(y)>>) {
      const D result(y);
      return is_regular(result) ? Var<T>(detail::FusedNode<T, N, D>{x, result})
                                : Var<T>(step_by_step());
    } else {
      const std::vector<D> results = detail::outputs_of<D>(y);
      if (std::all_of(results.begin(), results.end(), is_regular)) {
        return detail::rebuilt<Var<T>>(y, [&](std::size_t k) {
          return Var<T>(detail::FusedNode<T, N, D>{x, results[k]});
        });
      }
      const std::vector<Var<T>> recorded = detail::outputs_of<Var<T>>(step_by_step());
      return detail::rebuilt<Var<T>>(y, [&](std::size_t k) { return recorded[k]; });
    }
  }

  F f_;
};

/// A function of a few numbers as one operation: called with values of a tape, it takes its partial
/// derivatives at once, in forward mode, and records one statement for each of its results, with an
/// argument for every number. The tape does not see the steps in between.
///
/// Worth it where a function has few arguments and many steps. f takes one or more numbers, as
/// `auto`, and returns a number or a container of them; what else it depends on is constant. Of all
/// other numbers than values of a plain tape, and where a derivative is infinite or NaN, f is
/// called as it is: second derivatives, kinks and reports see every step. The same derivatives
/// either way, but for the order of rounding.
///
///     const auto price = ad::fuse([](auto spot, auto rate, auto volatility) { ... });
///     ad::Real total = 0;
///     for (const auto& o : options) total += price(o.spot, o.rate, o.volatility);
///
/// Known as pre-accumulation: Griewank & Walther, Evaluating Derivatives (2008), chapter 10.
template <class F>
Fused<F> fuse(F f) {
  static_assert(is_generic_v<F>, "fuse: the function needs `auto` parameters");
  return Fused<F>(std::move(f));
}

}  // namespace ad
