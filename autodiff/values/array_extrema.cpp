#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_extrema.hpp>

namespace ad::detail {

void require_elements(const char* who, const Shape& shape, std::size_t axis) {
  if (axis >= shape.rank()) throw_axis(who, shape, axis);
  if (shape[axis] > 0) return;
  throw ShapeError(
      fmt::format("{}: axis {} of the shape {} has no elements, but one at least is needed.", who,
                  axis, shape));
}

void require_elements(const char* who, const Shape& shape) {
  if (shape.size() > 0) return;
  throw ShapeError(fmt::format(
      "{}: an array of the shape {} has no elements, but one at least is needed.", who, shape));
}

}  // namespace ad::detail
