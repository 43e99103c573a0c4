// Drivers for points where a function of arrays has kinks.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/array_point.hpp>
#include <autodiff/drivers/kinks.hpp>
#include <autodiff/drivers/one_sided.hpp>

namespace ad {
namespace detail {

/// A function of arrays as one of all their numbers.
template <class F, class C>
struct OnNumbers {
  const F& f;
  const C& shape;
  const char* who;

  template <class V>
  V operator()(const std::vector<V>& numbers) const {
    return value_of_arrays<V>(f, shape, numbers, who);
  }
};

template <class F, class C>
OnNumbers<F, C> on_numbers(const F& f, const C& x, const char* who) {
  return {f, x, who};
}

}  // namespace detail

/// `kinks` of a function of arrays: x is a point as for `gradient` of arrays. The numbers of the
/// report are those of all its elements in order, which `names` calls `x[1, 2]`, or `x0[1, 2]`,
/// `x1[0]` those of several arrays. An operation on arrays counts as many as it has elements.
///
///     auto report = ad::kinks([&](const auto& w) { return sum(relu(matmul(x, w))); }, w);
template <class F, ArrayPoint C>
KinkReport kinks(const F& f, const C& x, const KinkOptions& options = {}) {
  static_assert(is_generic_v<F>, "kinks: the function must have `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  KinkReport report = detail::find_kinks(
      detail::on_numbers(f, x, "kinks"), detail::numbers_of_arrays<T>(x), options,
      detail::array_gradient(f, x, "kinks"),
      [](const auto& gradient) { return detail::numbers_of_arrays<double>(gradient); });
  report.names = detail::element_names(detail::shapes_of(x));
  return report;
}

/// f(x) and its gradient with one rule for the slopes at all kinks of the run, in the containers
/// and shapes of x.
template <class F, ArrayPoint C>
auto value_and_gradient(const F& f, const C& x, const AtKinks& at_kinks) {
  static_assert(is_generic_v<F>, "AtKinks: the function must have `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  auto result = value_and_gradient(detail::on_numbers(f, x, "value_and_gradient"),
                                   detail::numbers_of_arrays<T>(x), at_kinks);
  C gradient = detail::arrays_from<T>(x, std::span<const T>(result.gradient));
  return ValueAndGradient<T, C>{result.value, std::move(gradient), std::move(result.flags)};
}
template <class F, ArrayPoint C>
C gradient(const F& f, const C& x, const AtKinks& at_kinks) {
  return value_and_gradient(f, x, at_kinks).gradient;
}

/// An element of the generalised gradient of a function of arrays, in the containers and shapes of
/// x.
///
///     ad::generalized_gradient([](const auto& x) { return sum(relu(x) - relu(-x)); }, x);  // ones
///
/// RuleError inside another derivative of arrays in forward mode.
template <class F, ArrayPoint C>
C generalized_gradient(const F& f, const C& x) {
  static_assert(is_generic_v<F>, "generalized_gradient: the function must have `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  const detail::ForwardArrays running("generalized_gradient");
  bool unresolved = false;  // hardly ever: these numbers leave in four directions at once
  const auto numbers = detail::gradient_beside<typename detail::BesideArrays<T>::inner_type>(
      detail::on_numbers(f, x, "generalized_gradient"), detail::numbers_of_arrays<T>(x),
      unresolved);
  return detail::arrays_from<T>(x, std::span<const T>(numbers));
}

/// The one-sided derivative of f along d, a point like x: a number, or an array in the shape of the
/// one that f returns. Throws ShapeError if d has other shapes than x; RuleError inside another
/// derivative of arrays in forward mode.
template <class F, ArrayPoint C>
auto directional_derivative(const F& f, const C& x, const C& d) {
  static_assert(is_generic_v<F>,
                "directional_derivative: forward mode needs a function with `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  return detail::forward_derivative_of_arrays<Directed<T>>(f, x, d, "directional_derivative");
}

}  // namespace ad
