// Drivers for points where a function has kinks: derivatives in a direction, and elements of the
// generalised gradient.
#pragma once

#include <cstddef>
#include <vector>

#include <autodiff/core/notes.hpp>
#include <autodiff/core/probing_direction.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>

namespace ad {

/// f'(x; d) = lim (f(x + t d) - f(x)) / t for t → 0 from above, by one evaluation in forward mode.
///
/// Where an operation has a kink, or the function's own comparison is a tie, the branch is the one
/// that holds for small t > 0: the derivative is exact and one-sided, whatever the conventions. It
/// is linear in d only where f is differentiable. d has one number per number of x; the result has
/// the container kind of f's output. Throws ShapeError if the sizes differ.
///
///     ad::directional_derivative([](auto x) { return abs(x[0]); }, std::array{0.0},
///                                std::array{-2.0});  // 2
///
/// Source: Griewank and Walther 2008, chapter 14; the chain rule of directional derivatives.
template <class F, Point C, Point D>
auto directional_derivative(const F& f, const C& x, const D& d) {
  static_assert(is_generic_v<F>,
                "directional_derivative: forward mode needs a function with `auto` parameters");
  using T = number_t<C>;
  return detail::forward_derivative<Directed<T, 1, detail::TagOf<F>>>(f, x, d,
                                                                      "directional_derivative");
}

namespace detail {

template <class D, class F, class C>
auto gradient_beside(const F& f, const C& x, bool& unresolved) {
  using T = typename D::inner_type;
  const Notes notes;
  Tape<D> tape;
  std::vector<ProbingDirection> directions;
  for (std::size_t k = 0; k < D::directions; ++k) directions.emplace_back(k);
  std::vector<Var<D>> inputs;
  inputs.reserve(PointTraits<C>::size(x));
  PointTraits<C>::for_each(x, [&](const auto& number) {
    typename D::Tangent tangent;
    for (std::size_t k = 0; k < D::directions; ++k) tangent[k] = directions[k].next<T>();
    inputs.push_back(tape.input(D(T(number), tangent)));
  });
  const Var<D> y = scalar_output<Var<D>>(
      call_at<Var<D>>(f, x, [&](std::size_t i) { return inputs[i]; }), "generalized_gradient");
  tape.reverse(y);
  unresolved = notes.unresolved_ties() > 0;
  return PointTraits<C>::template build<T>(
      x, [&](std::size_t i) { return tape.adjoint(inputs[i]).value(); });
}

}  // namespace detail

/// An element of the Clarke generalised gradient ∂f(x): the limit of the gradients at x + t d for
/// t → 0 along a probing direction d, by one recording and one reverse sweep. Where f is
/// differentiable it is the gradient.
///
/// All kinks, of operations and of the function's own comparisons, take the branch that they have
/// beside x in one and the same direction, so the parts fit together where conventions do not:
///
///     ad::generalized_gradient([](auto x) { return relu(x) - relu(-x); }, 0.0);  // 1
///
/// It holds for continuous functions made of smooth operations and kinks. Throws ShapeError if f
/// returns more than one number.
/// Source: Kakade and Lee 2018; Khan and Barton 2015; Nesterov 2005 for the lexicographic order.
template <class F, Point C>
requires(!Operand<C>) auto generalized_gradient(const F& f, const C& x) {
  static_assert(is_generic_v<F>,
                "generalized_gradient: the function must have `auto` parameters, since it is "
                "evaluated on numbers with a direction");
  using T = number_t<C>;
  bool unresolved = false;
  auto result = detail::gradient_beside<Directed<T, 1, F>>(f, x, unresolved);
  // One direction is enough, but for a distance that does not move along it by accident.
  if (unresolved) result = detail::gradient_beside<Directed<T, 4, F>>(f, x, unresolved);
  return result;
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) auto generalized_gradient(const F& f, const X&... x) {
  return generalized_gradient(f, detail::scalars(x...));
}

}  // namespace ad
