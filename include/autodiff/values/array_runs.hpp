// Runs of elements of an array expression along which every leaf advances by one element, or not.
#pragma once

#include <array>
#include <cstddef>

#include <autodiff/core/shape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/array_element.hpp>

namespace ad::detail {

/// The elements of expressions that broadcast, or read arrays that are not packed.
template <class T, std::size_t N>
class StridedLoop {
 public:
  StridedLoop(const Shape& shape, const PartialTargets<T, N>& partials) : shape_(shape) {
    source_.partials = partials;
  }

  void set(std::size_t leaf, const Array<T>& array) {
    const std::size_t last = shape_.rank() - 1;
    held_[leaf] = array;
    strides_[leaf] = broadcast_strides(array.shape(), array.strides(), shape_);
    if (strides_[leaf][last] != 0 && strides_[leaf][last] != 1) {
      held_[leaf] = array.packed();
      strides_[leaf] = broadcast_strides(array.shape(), held_[leaf].strides(), shape_);
    }
    source_.numbers[leaf] = held_[leaf].data();
    source_.steps[leaf] = strides_[leaf][last];
  }

  /// Calls each(source, begin, count) for the runs along the last axis.
  template <class Run>
  void run(Run&& each) {
    along(0, source_, each);
  }

 private:
  template <class Run>
  void along(std::size_t axis, ElementSource<T, N> source, Run& each) {
    if (axis + 1 == shape_.rank()) {
      each(source, position_, shape_[axis]);
      position_ += shape_[axis];
      return;
    }
    for (std::size_t i = 0; i < shape_[axis]; ++i) {
      ElementSource<T, N> inner = source;
      for (std::size_t k = 0; k < N; ++k) {
        inner.numbers[k] += static_cast<std::ptrdiff_t>(i) * strides_[k][axis];
        T* const partials = source_.partials.numbers[k];
        if (partials == nullptr || source_.partials.is_total[k]) continue;
        inner.partials.numbers[k] = partials + position_;
      }
      along(axis + 1, inner, each);
    }
  }

  Shape shape_;
  ElementSource<T, N> source_;
  std::array<Strides, N> strides_{};
  std::array<Array<T>, N> held_;
  std::size_t position_ = 0;
};

/// Goes over all elements of an expression in runs along which every leaf advances by 0 or 1: calls
/// each(source, begin, count) for elements begin ... of the result, 0 ... of the source.
template <class T, class E, class Run>
void for_each_run(const E& expression, const PartialTargets<T, E::leaves>& partials, Run&& each) {
  const Shape& shape = expression.shape();
  const std::size_t size = shape.size();
  if (size == 0) return;
  ElementSource<T, E::leaves> source;
  source.partials = partials;
  std::size_t k = 0;
  bool is_plain = true;  // every leaf is one number, or has all elements one after the other
  expression.for_each_leaf([&](const auto& leaf) {
    const Array<T>& array = leaf.array();
    const std::size_t leaf_size = array.size();
    is_plain = is_plain && array.is_packed() && (leaf_size == size || leaf_size == 1);
    source.numbers[k] = array.data();
    source.steps[k++] = leaf_size == size ? 1 : 0;
  });
  if (is_plain) return each(source, std::size_t{0}, size);
  StridedLoop<T, E::leaves> loop(shape, partials);
  k = 0;
  expression.for_each_leaf([&](const auto& leaf) { loop.set(k++, leaf.array()); });
  loop.run(each);
}

}  // namespace ad::detail
