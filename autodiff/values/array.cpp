#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>
#include <numbers>
#include <random>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array.hpp>

#include "autodiff/core/counted.hpp"

namespace ad {
namespace detail {

void throw_array_values(const Shape& shape, std::size_t found) {
  throw ShapeError(fmt::format("Array: the shape {} has {}, but {} given; give one per element.",
                               shape, counted(shape.size(), "element"),
                               found == 1 ? "1 value is" : fmt::format("{} values are", found)));
}

void throw_array_index(const Shape& shape, std::span<const std::size_t> index) {
  throw ShapeError(fmt::format(
      "Array: there is no element ({}) in the shape {}; give one index per axis, each below its "
      "extent.",
      fmt::join(index, ", "), shape));
}

void throw_reshape(const Shape& from, const Shape& to) {
  throw ShapeError(fmt::format("reshape: the shape {} has {}, but {} has {}; they must be equal.",
                               from, counted(from.size(), "element"), to,
                               counted(to.size(), "element")));
}

void throw_slice(const Shape& shape, std::size_t axis, std::size_t begin, std::size_t end) {
  throw ShapeError(
      fmt::format("slice: [{}, {}) along axis {} is no part of the shape {}; the begin must not be "
                  "after the end, the end not beyond the extent.",
                  begin, end, axis, shape));
}

void throw_axis(const char* who, const Shape& shape, std::size_t axis) {
  throw ShapeError(
      fmt::format("{}: there is no axis {} in the shape {}; axes count from 0.", who, axis, shape));
}

void throw_not_one_element(const Shape& shape) {
  throw ShapeError(
      fmt::format("item: an array of the shape {} has {}, but one is needed; index or sum it.",
                  shape, counted(shape.size(), "element")));
}

void throw_not_scalar_array(const char* who, const Shape& shape) {
  throw ShapeError(fmt::format(
      "{}: the output has shape {}, but a scalar is needed; sum the output.", who, shape));
}

Strides packed_strides(const Shape& shape) {
  Strides strides{};
  std::ptrdiff_t stride = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= static_cast<std::ptrdiff_t>(shape[axis]);
  }
  return strides;
}

Strides broadcast_strides(const Shape& from, const Strides& strides, const Shape& to) {
  Strides result{};
  const std::size_t offset = to.rank() - from.rank();
  for (std::size_t axis = 0; axis < from.rank(); ++axis) {
    result[offset + axis] = from[axis] == to[offset + axis] ? strides[axis] : 0;
  }
  return result;
}

namespace {

/// Whether the elements follow each other in row-major order; axes of one element do not count.
bool are_packed(const Shape& shape, const Strides& strides) {
  std::ptrdiff_t expected = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    if (shape[axis] == 0) return true;
    if (shape[axis] != 1 && strides[axis] != expected) return false;
    expected *= static_cast<std::ptrdiff_t>(shape[axis]);
  }
  return true;
}

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

constexpr std::size_t alignment = 64;

template <class T>
constexpr std::size_t bytes_before_numbers =
    (sizeof(ArrayBody<T>) + alignment - 1) / alignment* alignment;

}  // namespace

template <class T>
constinit T ArrayHandle<T>::zero_number = T(0);

template <class T>
constinit ArrayBody<T> ArrayHandle<T>::zero{1, 0, nullptr, &zero_number, true, {}, {}};

template <class T>
ArrayHandle<T> ArrayHandle<T>::make(const Shape& shape) {
  const std::size_t bytes = bytes_before_numbers<T> + shape.size() * sizeof(T);
  void* const block = take_block(bytes);
  const T* const numbers =
      reinterpret_cast<T*>(static_cast<std::byte*>(block) + bytes_before_numbers<T>);
  return ArrayHandle(new (block)
                         Body{1, bytes, nullptr, numbers, true, shape, packed_strides(shape)});
}

template <class T>
ArrayHandle<T> ArrayHandle<T>::view(const Shape& shape, const Strides& strides,
                                    std::ptrdiff_t offset) const {
  Body* const owner = body_->viewed == nullptr ? body_ : body_->viewed;
  void* const block = take_block(sizeof(Body));
  add_owner(owner);
  return ArrayHandle(new (block) Body{1, sizeof(Body), owner, body_->numbers + offset,
                                      are_packed(shape, strides), shape, strides});
}

template <class T>
void ArrayHandle<T>::destroy(Body* body) noexcept {
  Body* const viewed = body->viewed;
  give_block(body, body->bytes);
  if (viewed != nullptr) release(viewed);
}

template class ArrayHandle<float>;
template class ArrayHandle<double>;

}  // namespace detail

template <class T>
Array<T> Array<T>::normal(const Shape& shape, std::uint64_t seed) {
  // Box and Muller: the standard library's distribution differs between libraries.
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  Array result = uninitialized(shape);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    result.mutable_data()[i] = static_cast<T>(radius * std::cos(2 * std::numbers::pi * uniform()));
  }
  return result;
}

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
  detail::Strides reversed{};
  for (std::size_t axis = 0; axis < rank(); ++axis) {
    extents[axis] = shape()[rank() - 1 - axis];
    reversed[axis] = strides()[rank() - 1 - axis];
  }
  return Array(
      body_.view(Shape(std::span<const std::size_t>(extents.data(), rank())), reversed, 0));
}

template <class T>
Array<T> Array<T>::slice(std::size_t axis, std::size_t begin, std::size_t end) const {
  if (axis >= rank()) detail::throw_axis("slice", shape(), axis);
  if (begin > end || end > shape()[axis]) detail::throw_slice(shape(), axis, begin, end);
  const Shape part = shape().without(axis).with(axis, end - begin);
  return Array(body_.view(part, strides(), static_cast<std::ptrdiff_t>(begin) * strides()[axis]));
}

template class Array<float>;
template class Array<double>;

}  // namespace ad
