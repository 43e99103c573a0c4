// How long an array is along each of its axes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ad {

/// The extents of an array, the slowest axis first; none of a single number (0-d). Up to eight.
///
///     ad::Shape shape{128, 784};  // 128 rows of 784
class Shape {
 public:
  static constexpr std::size_t most_axes = 8;

  constexpr Shape() = default;
  /// Throws ShapeError if there are more than eight extents.
  Shape(std::initializer_list<std::size_t> extents)
      : Shape(std::span<const std::size_t>(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const std::size_t> extents);

  std::size_t rank() const { return rank_; }
  std::size_t operator[](std::size_t axis) const { return extents_[axis]; }
  /// The number of elements: 1 for a single number, 0 if any extent is 0.
  std::size_t size() const { return size_; }
  const std::size_t* begin() const { return extents_.data(); }
  const std::size_t* end() const { return extents_.data() + rank_; }

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (std::size_t axis = 0; axis < a.rank_; ++axis) {
      if (a.extents_[axis] != b.extents_[axis]) return false;
    }
    return true;
  }

  /// With one axis left out, or put in before the axis of this number. Throws ShapeError if there
  /// is no such axis, or no room for one more.
  Shape without(std::size_t axis) const;
  Shape with(std::size_t axis, std::size_t extent) const;

 private:
  std::size_t rank_ = 0;
  std::size_t size_ = 1;
  std::array<std::size_t, most_axes> extents_{};  ///< 0 beyond the rank
};

/// An axis, said where a plain number would be an operand: `max(x, 0)` is the larger of each
/// element and 0, `max(x, ad::Axis{0})` the largest of each line along axis 0.
struct Axis {
  std::size_t index;

  constexpr operator std::size_t() const { return index; }  // NOLINT(google-explicit-constructor)
};

/// "(128, 784)".
std::string to_string(const Shape& shape);

namespace detail {

[[noreturn]] void throw_axis(const char* who, const Shape& shape, std::size_t axis);

/// What messages call the elements of an array, in row-major order: "x[1, 2]", "x" without axes.
std::vector<std::string> element_names(std::string_view array, const Shape& shape);
/// The elements of "x", or of "x0", "x1", ... if there are several arrays.
std::vector<std::string> element_names(std::span<const Shape> shapes);

/// As `broadcast`, but none where that throws.
std::optional<Shape> joined(const Shape& a, const Shape& b);

}  // namespace detail

/// The shape in which two arrays meet: axes are matched from the last one on, and an extent of 1,
/// or a missing axis, is repeated. Throws ShapeError, in the name of `who`, if two extents differ
/// and neither is 1.
Shape broadcast(const Shape& a, const Shape& b, std::string_view who);

}  // namespace ad

template <>
struct fmt::formatter<ad::Shape> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const ad::Shape& shape, Context& context) const {
    return fmt::formatter<std::string>::format(ad::to_string(shape), context);
  }
};
