// Other views of the same numbers.
#pragma once

#include <algorithm>
#include <cstddef>

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

/// The axes in reverse order.
template <ArrayOperand X>
auto transpose(const X& x) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().transpose(), detail::sources_of(source),
                                [](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.transpose().packed());
                                });
}

/// The same numbers, in order, in another shape. Throws ShapeError if it has another size.
template <ArrayOperand X>
auto reshape(const X& x, const Shape& shape) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().reshape(shape), detail::sources_of(source),
                                [](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.reshape(to[0]->shape()));
                                });
}

/// With an axis of extent 1 before the axis of this number, or at the end: so what `sum(x, axis)`
/// and its like gave meets x again. Throws ShapeError if x has fewer axes.
///
///     auto centred = x - expand_dims(mean(x, 1), 1);
template <ArrayOperand X>
auto expand_dims(const X& x, std::size_t axis) {
  if (axis > x.shape().rank()) detail::throw_axis("expand_dims", x.shape(), axis);
  return reshape(x, x.shape().with(axis, 1));
}

/// Without this axis. Throws ShapeError if there is none, or if its extent is not 1.
template <ArrayOperand X>
auto squeeze(const X& x, std::size_t axis) {
  if (axis >= x.shape().rank()) detail::throw_axis("squeeze", x.shape(), axis);
  if (x.shape()[axis] != 1) detail::throw_squeeze(x.shape(), axis);
  return reshape(x, x.shape().without(axis));
}

/// Two axes exchanged. Throws ShapeError if there is none of one of them.
template <ArrayOperand X>
auto swap_axes(const X& x, std::size_t a, std::size_t b) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().swap_axes(a, b), detail::sources_of(source),
                                [a, b](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.swap_axes(a, b).packed());
                                });
}

namespace detail {

/// Adds to the elements from `begin` on along an axis.
template <class T>
void add_to_slice(ArrayStatement<T>& to, std::size_t axis, std::size_t begin, const Array<T>& x) {
  const AxisLayout whole = axis_layout("slice", to.shape(), axis);
  const std::size_t line = whole.extent * whole.inner;
  const std::size_t before = begin * whole.inner;
  const std::size_t run = x.shape()[axis] * whole.inner;
  bool is_fresh = false;
  T* sum = to.accumulator(is_fresh);
  const T* from = x.data();
  for (std::size_t o = 0; o < whole.outer; ++o, sum += line, from += run) {
    T* const place = sum + before;
    if (is_fresh) {
      std::fill(sum, place, T(0));
      std::copy_n(from, run, place);
      std::fill(place + run, sum + line, T(0));
    } else {
      AUTODIFF_INDEPENDENT
      for (std::size_t i = 0; i < run; ++i) place[i] += from[i];
    }
  }
}

}  // namespace detail

/// The elements [begin, end) along an axis. Throws ShapeError if there are no such.
template <ArrayOperand X>
auto slice(const X& x, std::size_t axis, std::size_t begin, std::size_t end) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().slice(axis, begin, end), detail::sources_of(source),
                                [axis, begin](const auto& to, const auto& cotangent, auto&) {
                                  detail::add_to_slice(*to[0], axis, begin, cotangent);
                                });
}

template <class T>
Var<Array<T>> Var<Array<T>>::reshape(const Shape& shape) const {
  return ad::reshape(*this, shape);
}
template <class T>
Var<Array<T>> Var<Array<T>>::transpose() const {
  return ad::transpose(*this);
}
template <class T>
Var<Array<T>> Var<Array<T>>::swap_axes(std::size_t a, std::size_t b) const {
  return ad::swap_axes(*this, a, b);
}
template <class T>
Var<Array<T>> Var<Array<T>>::slice(std::size_t axis, std::size_t begin, std::size_t end) const {
  return ad::slice(*this, axis, begin, end);
}

}  // namespace ad
