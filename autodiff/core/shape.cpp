#include <algorithm>
#include <utility>

#include <autodiff/core/error.hpp>
#include <autodiff/core/shape.hpp>

#include "autodiff/core/counted.hpp"

namespace ad {

Shape::Shape(std::span<const std::size_t> extents) : rank_(extents.size()) {
  if (rank_ > most_axes) {
    throw ShapeError(fmt::format(
        "Shape: {} axes are given, but an array has at most {}; join some.", rank_, most_axes));
  }
  std::copy(extents.begin(), extents.end(), extents_.begin());
  constexpr std::size_t most = std::size_t{1} << 57;  // of 64 bytes each
  bool overflows = false;
  bool is_empty = false;
  for (const std::size_t extent : extents) {
    overflows |= __builtin_mul_overflow(size_, extent, &size_);
    is_empty |= extent == 0;
  }
  if (is_empty) {
    size_ = 0;
  } else if (overflows || size_ > most) {
    const std::vector<std::ptrdiff_t> as_meant(extents.begin(), extents.end());
    throw ShapeError(
        fmt::format("Shape: ({}) has a negative extent, or more elements than a machine can hold.",
                    fmt::join(as_meant, ", ")));
  }
}

Shape Shape::without(std::size_t axis) const {
  if (axis >= rank_) detail::throw_axis("Shape::without", *this, axis);
  std::array<std::size_t, most_axes> extents{};
  std::copy(begin() + axis + 1, end(), std::copy(begin(), begin() + axis, extents.begin()));
  return Shape(std::span<const std::size_t>(extents.data(), rank_ - 1));
}

Shape Shape::with(std::size_t axis, std::size_t extent) const {
  if (axis > rank_) detail::throw_axis("Shape::with", *this, axis);
  std::array<std::size_t, most_axes + 1> extents{};
  std::copy(begin(), begin() + axis, extents.begin());
  extents[axis] = extent;
  std::copy(begin() + axis, end(), extents.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
  return Shape(std::span<const std::size_t>(extents.data(), rank_ + 1));
}

std::string to_string(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

namespace detail {

void throw_axis(const char* who, const Shape& shape, std::size_t axis) {
  throw ShapeError(fmt::format("{}: there is no axis {} in the shape {}; axes count from 0.", who,
                               as_meant(axis), shape));
}

std::vector<std::string> element_names(std::string_view array, const Shape& shape) {
  if (shape.rank() == 0) return {std::string(array)};
  std::vector<std::string> names;
  std::array<std::size_t, Shape::most_axes> index{};
  const auto end = index.begin() + static_cast<std::ptrdiff_t>(shape.rank());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    names.push_back(fmt::format("{}[{}]", array, fmt::join(index.begin(), end, ", ")));
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return names;
}

std::vector<std::string> element_names(std::span<const Shape> shapes) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const std::string array = shapes.size() == 1 ? "x" : fmt::format("x{}", k);
    for (std::string& name : element_names(array, shapes[k])) names.push_back(std::move(name));
  }
  return names;
}

std::optional<Shape> joined(const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() < b.rank() ? b : a;
  const Shape& shorter = a.rank() < b.rank() ? a : b;
  std::array<std::size_t, Shape::most_axes> extents{};
  std::copy(longer.begin(), longer.end(), extents.begin());
  const std::size_t offset = longer.rank() - shorter.rank();
  for (std::size_t i = 0; i < shorter.rank(); ++i) {
    std::size_t& extent = extents[offset + i];
    if (extent == shorter[i] || shorter[i] == 1) continue;
    if (extent != 1) return std::nullopt;
    extent = shorter[i];
  }
  return Shape(std::span<const std::size_t>(extents.data(), longer.rank()));
}

}  // namespace detail

Shape broadcast(const Shape& a, const Shape& b, std::string_view who) {
  if (a == b) return a;
  const std::optional<Shape> shape = detail::joined(a, b);
  if (shape) return *shape;
  throw ShapeError(fmt::format(
      "{}: arrays of the shapes {} and {} do not fit together: from the last axis on, extents must "
      "be equal or 1; reshape or transpose one of them.",
      who, a, b));
}

}  // namespace ad
