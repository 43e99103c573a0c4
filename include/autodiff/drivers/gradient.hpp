// Drivers of the first order: gradient, derivative, vjp, jvp.
#pragma once

#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/point.hpp>

namespace ad {

/// A value with its gradient; `auto [value, gradient] = …` takes these two. `flags` tells what the
/// sweep met.
template <class T, class G>
struct ValueAndGradient {
  T value;
  G gradient;
  SweepFlags flags;

  template <std::size_t I>
  friend auto& get(ValueAndGradient& r) {
    if constexpr (I == 0) {
      return r.value;
    } else {
      return r.gradient;
    }
  }
  template <std::size_t I>
  friend const auto& get(const ValueAndGradient& r) {
    return get<I>(const_cast<ValueAndGradient&>(r));
  }
  template <std::size_t I>
  friend auto&& get(ValueAndGradient&& r) {
    return std::move(get<I>(r));
  }
};

namespace detail {

/// The adjoints of the numbers of x, which the tape recorded first, shaped like x.
template <class T, class C>
auto leading_adjoints(const Tape<T>& tape, const C& x) {
  const std::span<const T> adjoints = tape.leading_adjoints();
  return PointTraits<C>::template build<T>(x, [&](std::size_t i) { return adjoints[i]; });
}

template <class T, class C, class F>
auto reverse_gradient(const F& f, const C& x, const char* who) {
  Tape<T> tape;
  const auto& numbers = indexed_numbers<T>(x);
  const Place first = tape.enter_inputs(numbers.size());
  const auto input = [&](std::size_t i) { return Var<T>(numbers[i], next(first, i)); };
  const Var<T> y = scalar_output<Var<T>>(call_at<Var<T>>(f, x, input), who);
  tape.reverse(y);
  auto gradient = leading_adjoints(tape, x);
  return ValueAndGradient<T, decltype(gradient)>{y.value(), std::move(gradient), tape.flags()};
}

/// Records f at the numbers of x, the first inputs of the tape, and returns the outputs in order.
template <class T, class F, class C>
std::vector<Var<T>> record_run(Tape<T>& tape, const F& f, const C& x) {
  const std::vector<Var<T>> inputs = tape.inputs(numbers_of(x));
  return outputs_of<Var<T>>(call_at<Var<T>>(f, x, [&](std::size_t i) { return inputs[i]; }));
}

/// The tangent of f's output at a point of dual numbers V that move along `direction`.
template <class V, class F, class C, class D>
auto forward_derivative(const F& f, const C& x, const D& direction, const char* who) {
  using T = typename V::inner_type;
  const std::vector<T> numbers = numbers_of(x);
  std::vector<T> directions;
  directions.reserve(numbers.size());
  PointTraits<D>::for_each(direction, [&](const auto& d) { directions.push_back(T(d)); });
  require_same_size(who, "tangent", directions.size(), "point", numbers.size());
  const auto y = call_at<V>(f, x, [&](std::size_t i) { return V(numbers[i], {directions[i]}); });
  const std::vector<V> outputs = outputs_of<V>(y);
  return PointTraits<std::remove_cvref_t<decltype(y)>>::template build<T>(
      y, [&](std::size_t i) { return outputs[i].tangent(0); });
}

}  // namespace detail

/// f(x) and ∇f(x) of a scalar function, by one recording and one reverse sweep.
///
/// x is a container of numbers and f receives the same container of active numbers; or several
/// numbers, and f receives as many. The gradient has the container kind and number type of x (a
/// vector for spans, a std::array for several numbers). A constant f has gradient zero. At a kink
/// the declared conventions apply. Throws ShapeError if f returns more than one number.
///
///     auto [value, gradient] = ad::value_and_gradient(
///         [](auto x) { return x[0] * sin(x[1]); }, std::vector{2.0, 3.0});
template <class F, Point C>
requires(!Operand<C>) auto value_and_gradient(const F& f, const C& x) {
  return detail::reverse_gradient<number_t<C>>(f, x, "value_and_gradient");
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) auto value_and_gradient(const F& f, const X&... x) {
  const auto point = detail::scalars(x...);
  using T = typename PointTraits<std::remove_const_t<decltype(point)>>::Number;
  return detail::reverse_gradient<T>(f, point, "value_and_gradient");
}

/// ∇f(x), as `value_and_gradient`.
template <class F, Point C>
requires(!Operand<C>) auto gradient(const F& f, const C& x) {
  return detail::reverse_gradient<number_t<C>>(f, x, "gradient").gradient;
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) auto gradient(const F& f, const X&... x) {
  const auto point = detail::scalars(x...);
  using T = typename PointTraits<std::remove_const_t<decltype(point)>>::Number;
  return detail::reverse_gradient<T>(f, point, "gradient").gradient;
}

/// f'(x) of a function of one number, in forward mode. Nests, also inside other drivers.
///
///     ad::derivative([](auto x) { return exp(2 * x); }, 0.0);  // 2
template <class F, Operand X>
auto derivative(const F& f, const X& x) {
  using T = typename PointTraits<X>::Number;
  if constexpr (detail::is_tape_only<F>) {
    return gradient(f, x)[0];
  } else {
    using V = Dual<T, 1, detail::TagOf<F>>;
    return detail::scalar_output<V>(f(V::variable(T(x), 0)), "derivative").tangent(0);
  }
}

/// Jᵀ·cotangent, by one recording and one reverse sweep. The cotangent has one number per output of
/// f, in the container that f returns or any other; the result is shaped like x. Throws ShapeError
/// if the sizes differ.
template <class F, Point C, Point W>
auto vjp(const F& f, const C& x, const W& cotangent) {
  using T = number_t<C>;
  Tape<T> tape;
  const std::vector<Var<T>> y = detail::record_run(tape, f, x);
  std::vector<T> seeds;
  seeds.reserve(y.size());
  PointTraits<W>::for_each(cotangent, [&](const auto& w) { seeds.push_back(T(w)); });
  detail::require_same_size("vjp", "cotangent", seeds.size(), "output", y.size());
  tape.reverse(y, seeds);
  return detail::leading_adjoints(tape, x);
}

/// J·tangent, by one evaluation in forward mode. The tangent has one number per number of x; the
/// result has the container kind of f's output. Throws ShapeError if the sizes differ.
template <class F, Point C, Point D>
auto jvp(const F& f, const C& x, const D& tangent) {
  static_assert(
      is_generic_v<F>,
      "jvp: forward mode needs a function with `auto` parameters; for one of ad::Real use "
      "vjp or gradient");
  return detail::forward_derivative<Dual<number_t<C>, 1, detail::TagOf<F>>>(f, x, tangent, "jvp");
}

}  // namespace ad

template <class T, class G>
struct std::tuple_size<ad::ValueAndGradient<T, G>> : std::integral_constant<std::size_t, 2> {};
template <class T, class G>
struct std::tuple_element<0, ad::ValueAndGradient<T, G>> {
  using type = T;
};
template <class T, class G>
struct std::tuple_element<1, ad::ValueAndGradient<T, G>> {
  using type = G;
};
