// Members of Array, for elements of any kind; those of float and double are compiled in the
// library.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include <autodiff/values/array_class.hpp>

namespace ad {
namespace detail {

template <class T>
T* copy_in_order(const T* from, const Shape& shape, const Strides& strides, std::size_t axis,
                 T* to) {
  if (axis == shape.rank()) {
    *to = *from;
    return to + 1;
  }
  for (std::size_t i = 0; i < shape[axis]; ++i, from += strides[axis]) {
    to = copy_in_order(from, shape, strides, axis + 1, to);
  }
  return to;
}

template <class T>
constinit T ArrayHandle<T>::zero_number = T(0);

template <class T>
constinit ArrayBody<T> ArrayHandle<T>::zero{1, nullptr, &zero_number, true, {}};

template <class T>
ArrayHandle<T> ArrayHandle<T>::view(const Shape& shape, const Strides& strides,
                                    std::ptrdiff_t offset) const {
  Body* const owner = body_->viewed == nullptr ? body_ : body_->viewed;
  void* const block = take_block(sizeof(ArrayView<T>));
  add_owner(owner);
  return ArrayHandle(new (block) ArrayView<T>{
      {1, owner, body_->numbers + offset, are_packed(shape, strides), shape}, strides});
}

template <class T>
void ArrayHandle<T>::destroy_view(Body* view) noexcept {
  Body* const viewed = view->viewed;
  give_block(view, sizeof(ArrayView<T>));
  release(viewed);
}

}  // namespace detail

template <class T>
Array<T> Array<T>::packed() const {
  if (is_packed()) return *this;
  Array result = uninitialized(shape());
  detail::copy_in_order(data(), shape(), strides(), 0, result.mutable_data());
  return result;
}

template <class T>
Array<T> Array<T>::reshape(const Shape& to) const {
  if (to.size() != size()) detail::throw_reshape(shape(), to);
  return Array(packed().body_.view(to, detail::packed_strides(to), 0));
}

template <class T>
Array<T> Array<T>::transpose() const {
  std::array<std::size_t, Shape::most_axes> extents{};
  const detail::Strides steps = strides();
  detail::Strides reversed{};
  for (std::size_t axis = 0; axis < rank(); ++axis) {
    extents[axis] = shape()[rank() - 1 - axis];
    reversed[axis] = steps[rank() - 1 - axis];
  }
  return Array(
      body_.view(Shape(std::span<const std::size_t>(extents.data(), rank())), reversed, 0));
}

template <class T>
Array<T> Array<T>::swap_axes(std::size_t a, std::size_t b) const {
  for (const std::size_t axis : {a, b}) {
    if (axis >= rank()) detail::throw_axis("swap_axes", shape(), axis);
  }
  std::array<std::size_t, Shape::most_axes> extents{};
  std::copy(shape().begin(), shape().end(), extents.begin());
  detail::Strides swapped = strides();
  std::swap(extents[a], extents[b]);
  std::swap(swapped[a], swapped[b]);
  return Array(body_.view(Shape(std::span<const std::size_t>(extents.data(), rank())), swapped, 0));
}

template <class T>
Array<T> Array<T>::slice(std::size_t axis, std::size_t begin, std::size_t end) const {
  if (axis >= rank()) detail::throw_axis("slice", shape(), axis);
  if (begin > end || end > shape()[axis]) detail::throw_slice(shape(), axis, begin, end);
  const Shape part = shape().without(axis).with(axis, end - begin);
  const detail::Strides steps = strides();
  return Array(body_.view(part, steps, static_cast<std::ptrdiff_t>(begin) * steps[axis]));
}

extern template class detail::ArrayHandle<float>;
extern template class detail::ArrayHandle<double>;
extern template class Array<float>;
extern template class Array<double>;

}  // namespace ad
