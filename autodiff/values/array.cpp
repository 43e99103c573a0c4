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
      fmt::join(std::vector<std::ptrdiff_t>(index.begin(), index.end()), ", "), shape));
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
                  as_meant(begin), as_meant(end), as_meant(axis), shape));
}

void throw_squeeze(const Shape& shape, std::size_t axis) {
  throw ShapeError(
      fmt::format("squeeze: axis {} of the shape {} has the extent {}; an axis of extent 1 is "
                  "needed: sum or slice along it instead.",
                  axis, shape, shape[axis]));
}

void throw_seed_shape(const char* who, const char* what, const Shape& output, const Shape& seed) {
  throw ShapeError(fmt::format(
      "{}: the output has the shape {}, but the {} has {}; give a {} of the output's shape.", who,
      output, what, seed, what));
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

template class Array<float>;
template class Array<double>;

}  // namespace ad
