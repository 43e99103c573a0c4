#include <algorithm>
#include <array>

#include <autodiff/values/array_statement.hpp>
#include <autodiff/values/products.hpp>

namespace ad::detail {
namespace {

constexpr std::size_t block = 256;

/// The products of up to `block` pairs.
template <class T>
class Products {
 public:
  Products(const T* cotangent, T factor, const T* partial, const char* operation,
           Adjoints<T>& adjoints)
      : cotangent_(cotangent),
        factor_(factor),
        partial_(partial),
        operation_(operation),
        adjoints_(adjoints) {}

  /// Those from `begin` on.
  const T* at(std::size_t begin, std::size_t count) {
    const T* const partial = partial_ + begin;
    bool nonfinite = false;
    if (cotangent_ == nullptr) {
      for (std::size_t i = 0; i < count; ++i) {
        products_[i] = factor_ * partial[i];
        nonfinite |= !all_finite(products_[i]);
      }
    } else {
      const T* const cotangent = cotangent_ + begin;
      for (std::size_t i = 0; i < count; ++i) {
        products_[i] = cotangent[i] * partial[i];
        nonfinite |= !all_finite(products_[i]);
      }
    }
    if (nonfinite) [[unlikely]]
      mend(begin, count);
    return products_.data();
  }

 private:
  void mend(std::size_t begin, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const T cotangent = cotangent_ == nullptr ? factor_ : cotangent_[begin + i];
      if (!is_indeterminate(cotangent, partial_[begin + i])) continue;
      products_[i] = 0;
      adjoints_.note_indeterminate(operation_);
    }
  }

  const T* cotangent_;
  T factor_;
  const T* partial_;
  const char* operation_;
  Adjoints<T>& adjoints_;
  std::array<T, block> products_;
};

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
  for (std::size_t i = 0; i < extent; i += block) {
    const std::size_t count = std::min(block, extent - i);
    const T* const product = products.at(position, count);
    if (stride == 0) {
      T total = 0;
      for (std::size_t k = 0; k < count; ++k) total += product[k];
      *sum += total;
    } else {
      for (std::size_t k = 0; k < count; ++k) sum[i + k] += product[k];
    }
    position += count;
  }
}

}  // namespace

template <class T>
void add_products(ArrayStatement<T>& to, const Shape& shape, const T* cotangent, T factor,
                  const Array<T>& partial, const char* operation, Adjoints<T>& adjoints) {
  const std::size_t n = shape.size();
  const bool same_shape = to.shape().size() == n;
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  Products<T> products(cotangent, factor, partial.data(), operation, adjoints);
  if (!same_shape) {
    if (is_fresh) std::fill_n(sum, to.shape().size(), T(0));
    const Strides strides = broadcast_strides(to.shape(), packed_strides(to.shape()), shape);
    std::size_t position = 0;
    if (n > 0) add_along(0, shape, strides, sum, position, products);
    return;
  }
  for (std::size_t begin = 0; begin < n; begin += block) {
    const std::size_t count = std::min(block, n - begin);
    const T* const product = products.at(begin, count);
    if (is_fresh) {
      std::copy_n(product, count, sum + begin);
    } else {
      for (std::size_t k = 0; k < count; ++k) sum[begin + k] += product[k];
    }
  }
}

template void add_products(ArrayStatement<float>&, const Shape&, const float*, float,
                           const Array<float>&, const char*, Adjoints<float>&);
template void add_products(ArrayStatement<double>&, const Shape&, const double*, double,
                           const Array<double>&, const char*, Adjoints<double>&);

}  // namespace ad::detail
