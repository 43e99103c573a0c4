#include <limits>

#include <autodiff/values/array_reductions.hpp>

namespace ad::detail {

AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis) {
  if (axis >= shape.rank()) throw_axis(who, shape, axis);
  AxisLayout layout{1, shape[axis], 1};
  for (std::size_t i = 0; i < axis; ++i) layout.outer *= shape[i];
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) layout.inner *= shape[i];
  return layout;
}

template <class T>
Array<T> line_maxima(const Array<T>& x, std::size_t axis) {
  const AxisLayout layout = axis_layout("softmax", x.shape(), axis);
  const Array<T> numbers = x.packed();
  Array<T> result =
      Array<T>::full(x.shape().without(axis).with(axis, 1), -std::numeric_limits<T>::infinity());
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t k = 0; k < layout.extent; ++k) {
      for (std::size_t i = 0; i < layout.inner; ++i) {
        T& largest = result.mutable_data()[o * layout.inner + i];
        const T number = numbers.data()[layout.position(o, k, i)];
        if (number > largest) largest = number;  // NaN shows in the sum
      }
    }
  }
  return result;
}

template Array<float> line_maxima(const Array<float>&, std::size_t);
template Array<double> line_maxima(const Array<double>&, std::size_t);

}  // namespace ad::detail
