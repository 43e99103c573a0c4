// Derivatives with respect to whole arrays, and containers of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/drivers/array_point.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/values/array_comparison.hpp>
#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_reductions.hpp>
#include <autodiff/values/dual.hpp>

namespace ad {
namespace detail {

[[noreturn]] void throw_array_direction(const char* who, std::size_t found, std::size_t needed);
[[noreturn]] void throw_array_direction(const char* who, std::size_t place, const Shape& found,
                                        const Shape& needed);
[[noreturn]] void throw_nested_arrays(const char* who);

/// The one number that a function of arrays returned, as an S. Throws ShapeError if there are more.
template <class S, class Y>
S scalar_of_arrays(const Y& y, const char* who) {
  if constexpr (ArrayOperand<Y>) {
    const value_type_t<Y> array(y);
    if (array.size() != 1) throw_not_scalar_array(who, array.shape());
    return S(sum(array));
  } else {
    return S(y);
  }
}

/// f at arrays of x's kind and shapes that hold these numbers, as a V.
template <class V, class F, class C>
V value_of_arrays(const F& f, const C& x, std::span<const V> numbers, const char* who) {
  return scalar_of_arrays<V>(call<C>(f, arrays_from<V>(x, numbers)), who);
}

/// The arrays x as inputs of the tape.
template <class T, class C>
auto active_arrays(Tape<T>& tape, const C& x) {
  static_assert(std::is_same_v<C, typename ArrayTraits<C>::template Rebound<Array<T>>>,
                "derivatives of arrays do not nest; for second derivatives use hvp");
  return map_arrays<Var<Array<T>>>(x, [&](const Array<T>& each) { return tape.input(each); });
}

/// f there.
template <class T, class F, class C>
auto call_with_inputs(Tape<T>& tape, const F& f, const C& x, const char* who) {
  const auto active = active_arrays(tape, x);
  return std::pair(scalar_of_arrays<Var<T>>(call<C>(f, active), who), active);
}

template <class T, class V>
auto adjoints_of(const Tape<T>& tape, const V& active) {
  return map_arrays<Array<T>>(active, [&](const auto& each) { return tape.adjoint(each); });
}

/// f(x), its gradient and what the sweep met.
template <class F, class C>
auto array_gradient(const F& f, const C& x, const char* who) {
  using T = typename ArrayTraits<C>::element_type;
  if constexpr (HasElements<C>) {
    static_assert(is_generic_v<F> || std::is_invocable_v<const F&, const Var<C>&>,
                  "gradient: the function is called with an active array; write its parameter as "
                  "auto, or as ad::Var<ad::Array<T>>");
  }
  Tape<T> tape;
  const auto [y, active] = call_with_inputs(tape, f, x, who);
  tape.reverse(y);
  return ValueAndGradient<T, C>{y.value(), adjoints_of(tape, active), tape.flags()};
}

/// The numbers of x with a tangent in each, those of v.
template <class D, class C>
auto with_tangents(const C& x, const C& v, const char* who) {
  using T = typename ArrayTraits<C>::element_type;
  const std::vector<Array<T>> tangents = arrays_of(v);
  const std::size_t needed = arrays_of(x).size();
  if (tangents.size() != needed) throw_array_direction(who, tangents.size(), needed);
  std::size_t next = 0;
  return map_arrays<Array<D>>(x, [&](const Array<T>& each) {
    const Shape& shape = tangents[next].shape();
    if (shape != each.shape()) throw_array_direction(who, next, shape, each.shape());
    const Array<T> numbers = each.packed();
    const Array<T> tangent = tangents[next++].packed();
    Array<D> result = Array<D>::uninitialized(shape);
    std::transform(numbers.data(), numbers.data() + numbers.size(), tangent.data(),
                   result.mutable_data(), [](const T& a, const T& b) { return D(a, {b}); });
    return result;
  });
}

template <class T, class D>
Array<T> tangents_of(const Array<D>& x) {
  return x.template map<T>([](const D& number) { return number.tangent(0); });
}

/// While a derivative of arrays in forward mode is taken on this thread. Its dual numbers are of
/// one type for all functions, so another one inside would confuse its tangents with these.
class ForwardArrays {
 public:
  explicit ForwardArrays(const char* who) {
    if (is_running) throw_nested_arrays(who);
    is_running = true;
  }
  ForwardArrays(const ForwardArrays&) = delete;
  ForwardArrays& operator=(const ForwardArrays&) = delete;
  ~ForwardArrays() { is_running = false; }

 private:
  static inline constinit thread_local bool is_running = false;
};

/// The tangent of f's output at arrays of dual numbers D that move along v.
template <class D, class F, class C>
auto forward_derivative_of_arrays(const F& f, const C& x, const C& v, const char* who) {
  const ForwardArrays running(who);
  const auto y = call<C>(f, with_tangents<D>(x, v, who));
  if constexpr (ArrayOperand<decltype(y)>) {
    return tangents_of<typename D::inner_type>(Array<D>(y));
  } else {
    return D(y).tangent(0);
  }
}

}  // namespace detail

/// f(x) and its gradient, in the containers and shapes of x, for a scalar function of arrays.
///
/// x is an array, or a std::tuple, std::vector or std::array of arrays, or any type that
/// `ArrayTraits` describes, or several of these, as a std::tuple of them; f receives the same with
/// active arrays, a tuple also member by member. Expressions of arrays are evaluated. f returns a
/// scalar, or an array of one element. Throws ShapeError if it returns a larger one.
///
///     auto [loss, g] = ad::value_and_gradient(
///         [&](auto W, auto b) { return sum(relu(matmul(x, W) + b)); }, W, b);
template <class F, ArrayPointLike First, ArrayPointLike... More>
auto value_and_gradient(const F& f, const First& first, const More&... more) {
  return detail::array_gradient(f, detail::evaluated_point(first, more...), "value_and_gradient");
}

/// Its gradient alone.
template <class F, ArrayPointLike First, ArrayPointLike... More>
auto gradient(const F& f, const First& first, const More&... more) {
  return detail::array_gradient(f, detail::evaluated_point(first, more...), "gradient").gradient;
}

/// Arrays are differentiated whole, and have no matrices of derivatives: says so.
template <class F, ArrayPoint C>
void jacobian(const F&, const C&) {
  static_assert(!ArrayPoint<C>,
                "jacobian: arrays are differentiated whole; use gradient, jvp along an array, or "
                "jacobian of a std::vector of numbers, which array_of makes an array");
}
template <class F, ArrayPoint C>
void hessian(const F&, const C&) {
  static_assert(
      !ArrayPoint<C>,
      "hessian: arrays are differentiated whole; use hvp, the product of the Hessian with "
      "an array, or hessian of a std::vector of numbers, which array_of makes an array");
}

/// Jᵀ·cotangent, by one recording and one sweep, in the containers and shapes of x. f returns an
/// array, and the cotangent is one of the same shape, or both are numbers. Throws ShapeError if the
/// shapes differ.
///
///     auto of_x = ad::vjp([](auto x) { return exp(x); }, x, cotangent);  // cotangent exp(x)
template <class F, ArrayPointLike C, Operand W>
auto vjp(const F& f, const C& x, const W& cotangent) {
  const auto& point = detail::evaluated_point(x);
  using P = std::remove_cvref_t<decltype(point)>;
  using T = typename ArrayTraits<P>::element_type;
  Tape<T> tape;
  const auto active = detail::active_arrays(tape, point);
  const auto y = detail::call<P>(f, active);
  if constexpr (ArrayOperand<decltype(y)>) {
    const Array<T> seed = cotangent;
    if (seed.shape() != y.shape()) {
      detail::throw_seed_shape("vjp", "cotangent", y.shape(), seed.shape());
    }
    tape.reverse(Var<Array<T>>(y), seed);
  } else {
    tape.reverse(Var<T>(y), cotangent);
  }
  return detail::adjoints_of(tape, active);
}

/// The derivative of f along v, a point like x, in forward mode: a number, or an array in the shape
/// of the one that f returns. f has `auto` parameters. Throws ShapeError if v has other shapes than
/// x; RuleError inside another derivative of arrays in forward mode.
template <class F, ArrayPoint C>
auto jvp(const F& f, const C& x, const std::type_identity_t<C>& v) {
  static_assert(is_generic_v<F>, "jvp: forward mode needs a function with `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  return detail::forward_derivative_of_arrays<Dual<T, 1>>(f, x, v, "jvp");
}

/// The product of the Hessian of a scalar f with v, in the containers and shapes of x, by one
/// recording and one sweep over numbers with a tangent. Throws as `jvp` and `gradient`.
///
///     auto Hv = ad::hvp([](auto x) { return sum(exp(x)); }, x, v);  // exp(x) v
template <class F, ArrayPoint C>
C hvp(const F& f, const C& x, const std::type_identity_t<C>& v) {
  static_assert(is_generic_v<F>, "hvp: second derivatives need a function with `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  using D = Dual<T, 1>;
  const detail::ForwardArrays running("hvp");
  Tape<D> tape;
  const auto [y, active] =
      detail::call_with_inputs(tape, f, detail::with_tangents<D>(x, v, "hvp"), "hvp");
  tape.reverse(y);
  return detail::map_arrays<Array<T>>(
      active, [&](const auto& each) { return detail::tangents_of<T>(tape.adjoint(each)); });
}

}  // namespace ad
