#include <algorithm>
#include <array>

#include <autodiff/values/array_statement.hpp>

namespace ad::detail {
namespace {

/// Adds what lies along the axes from `axis` on to the repeated ones it came from.
template <class T>
void add_along(std::size_t axis, const Shape& shape, const Strides& strides, T* sum,
               std::size_t& position, Products<T>& products) {
  const std::size_t extent = shape.rank() == 0 ? 1 : shape[axis];
  const std::ptrdiff_t stride = shape.rank() == 0 ? 0 : strides[axis];
  if (axis + 1 < shape.rank()) {
    for (std::size_t i = 0; i < extent; ++i, sum += stride) {
      add_along(axis + 1, shape, strides, sum, position, products);
    }
    return;
  }
  if (stride == 0) {
    T total = 0;
    for (std::size_t i = 0; i < extent; ++i) total += products.template at<T>(position + i);
    *sum += total;
  } else {
    for_each_lanes<T>(extent, [&]<class Number>(std::size_t i) {
      write(sum + i,
            Number(read_number<Number>(sum + i) + products.template at<Number>(position + i)));
    });
  }
  position += extent;
}

}  // namespace

template <class T>
void add_repeated_products(ArrayStatement<T>& to, const Shape& shape, Products<T>& products) {
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) std::fill_n(sum, to.shape().size(), T(0));
  const Strides strides = broadcast_strides(to.shape(), packed_strides(to.shape()), shape);
  std::size_t position = 0;
  if (shape.size() > 0) add_along(0, shape, strides, sum, position, products);
}

template void add_repeated_products(ArrayStatement<float>&, const Shape&, Products<float>&);
template void add_repeated_products(ArrayStatement<double>&, const Shape&, Products<double>&);

}  // namespace ad::detail
