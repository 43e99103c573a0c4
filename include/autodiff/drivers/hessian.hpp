// Drivers of the second order: forward mode over reverse mode.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/jacobian.hpp>
#include <autodiff/drivers/matrix.hpp>
#include <autodiff/drivers/point.hpp>

namespace ad {

namespace detail {

template <class F>
constexpr void require_generic() {
  static_assert(is_generic_v<F>,
                "a second derivative needs a function with `auto` parameters: it is evaluated on "
                "nested values, and one that takes double or ad::Real has no room for them");
}

/// The gradient of f at the numbers of type D (dual numbers), as numbers of type D.
template <class D, class F, class C>
std::vector<D> gradient_of_duals(const F& f, const C& x, const std::vector<D>& numbers,
                                 const char* who) {
  Tape<D> tape;
  const std::vector<Var<D>> inputs = tape.inputs(std::span<const D>(numbers));
  const Var<D> y =
      scalar_output<Var<D>>(call_at<Var<D>>(f, x, [&](std::size_t i) { return inputs[i]; }), who);
  tape.reverse(y);
  const std::span<const D> adjoints = tape.leading_adjoints();
  return {adjoints.begin(), adjoints.end()};
}

template <std::size_t N, class F, class C, class T>
void hessian_columns(const F& f, const C& x, const std::vector<T>& numbers, Matrix<T>& result) {
  using D = Dual<T, N, TagOf<F>>;
  std::vector<D> duals(numbers.begin(), numbers.end());
  for (std::size_t first = 0; first < numbers.size(); first += N) {
    const std::size_t last = std::min(first + N, numbers.size());
    for (std::size_t j = first; j < last; ++j) duals[j] = D::variable(numbers[j], j - first);
    const std::vector<D> gradient = gradient_of_duals<D>(f, x, duals, "hessian");
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = first; j < last; ++j) result(i, j) = gradient[i].tangent(j - first);
    }
    for (std::size_t j = first; j < last; ++j) duals[j] = D(numbers[j]);
  }
}

template <class F, class C>
auto hessian(const F& f, const C& x) {
  require_generic<F>();
  using T = typename PointTraits<C>::Number;
  const std::vector<T> numbers = numbers_of(x);
  Matrix<T> result(numbers.size(), numbers.size());
  if (numbers.size() <= 2) {
    hessian_columns<2>(f, x, numbers, result);
  } else {
    hessian_columns<hessian_lanes>(f, x, numbers, result);
  }
  return result;
}

}  // namespace detail

/// H(i, j) = ∂²f/∂x_i∂x_j of a scalar function, a few columns per recording and sweep. Throws
/// RuleError if a custom rule on the way has no second derivative.
template <class F, Point C>
requires(!Operand<C>) auto hessian(const F& f, const C& x) {
  return detail::matrix_for<C>(detail::hessian(f, x));
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) auto hessian(const F& f, const X&... x) {
  return detail::hessian(f, detail::scalars(x...));
}

/// The Hessian's product with v, shaped like x, by one recording and one sweep; the matrix is never
/// formed. Throws ShapeError if v and x differ in size.
template <class F, Point C, Point D>
auto hvp(const F& f, const C& x, const D& v) {
  detail::require_generic<F>();
  using T = number_t<C>;
  using V = Dual<T, 1, detail::TagOf<F>>;
  const std::vector<T> numbers = detail::numbers_of(x);
  std::vector<V> duals(numbers.begin(), numbers.end());
  detail::require_same_size("hvp", "vector", PointTraits<D>::size(v), "point", numbers.size());
  std::size_t next = 0;
  PointTraits<D>::for_each(v, [&](const auto& d) {
    duals[next] = V(numbers[next], {T(d)});
    ++next;
  });
  const std::vector<V> gradient = detail::gradient_of_duals<V>(f, x, duals, "hvp");
  return PointTraits<C>::template build<T>(x,
                                           [&](std::size_t i) { return gradient[i].tangent(0); });
}

}  // namespace ad
