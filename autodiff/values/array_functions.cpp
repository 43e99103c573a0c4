#include <autodiff/values/array_functions.hpp>

namespace ad::detail {

AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis) {
  if (axis >= shape.rank()) throw_axis(who, shape, axis);
  AxisLayout layout{1, shape[axis], 1};
  for (std::size_t i = 0; i < axis; ++i) layout.outer *= shape[i];
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) layout.inner *= shape[i];
  return layout;
}

}  // namespace ad::detail
