#include <algorithm>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_indexing.hpp>
#include <autodiff/values/array_reductions.hpp>
#include <autodiff/values/array_rule.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

using Indices = PooledVector<std::size_t>;

/// The shape with another extent along an axis.
Shape resized(const Shape& shape, std::size_t axis, std::size_t extent) {
  return shape.without(axis).with(axis, extent);
}

void require_indices(const char* who, const Shape& shape, std::size_t axis,
                     std::span<const std::size_t> indices) {
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (indices[k] < shape[axis]) continue;
    throw ShapeError(
        fmt::format("{}: the index {} at position {} is not below the extent {} of axis {} of the "
                    "shape {}; indices count from 0.",
                    who, as_meant(indices[k]), k, shape[axis], axis, shape));
  }
}

/// to[.., k, ..] = from[.., indices[k], ..]; `layout` is that of `from`.
template <class T>
void gather_lines(const AxisLayout& layout, const T* from, std::span<const std::size_t> indices,
                  T* to) {
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (const std::size_t index : indices) {
      to = std::copy_n(from + layout.position(o, index, 0), layout.inner, to);
    }
  }
}

/// to[.., indices[k], ..] += from[.., k, ..]; `layout` is that of `to`.
template <class T>
void scatter_lines(const AxisLayout& layout, const T* from, std::span<const std::size_t> indices,
                   T* to) {
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (const std::size_t index : indices) {
      T* const place = to + layout.position(o, index, 0);
      for (std::size_t i = 0; i < layout.inner; ++i) place[i] += from[i];
      from += layout.inner;
    }
  }
}

template <class V>
Shape concatenated_shape(std::size_t axis, std::span<const V> parts) {
  if (parts.empty()) {
    throw ShapeError("concatenate: there is no array to concatenate; give one at least.");
  }
  const Shape& first = parts.front().shape();
  if (axis >= first.rank()) throw_axis("concatenate", first, axis);
  std::size_t extent = 0;
  for (const V& part : parts) {
    const Shape& shape = part.shape();
    if (shape.rank() != first.rank() || resized(shape, axis, 0) != resized(first, axis, 0)) {
      throw ShapeError(
          fmt::format("concatenate: arrays of the shapes {} and {} do not fit together along axis "
                      "{}; all other extents must be equal.",
                      first, shape, axis));
    }
    extent += shape[axis];
  }
  return resized(first, axis, extent);
}

}  // namespace

template <class V>
V ArrayIndexing<V>::concatenate(std::size_t axis, std::span<const V> parts) {
  using T = typename V::element_type;
  const Shape shape = concatenated_shape(axis, parts);
  const AxisLayout layout = axis_layout("concatenate", shape, axis);
  Array<T> result = Array<T>::uninitialized(shape);
  PooledVector<ArrayStatement<T>*> sources;
  Indices ends;
  std::size_t begin = 0;
  for (const V& part : parts) {
    const Array<T> numbers = part.array().packed();
    const std::size_t run = numbers.shape()[axis] * layout.inner;
    for (std::size_t o = 0; o < layout.outer; ++o) {
      std::copy_n(numbers.data() + o * run, run,
                  result.mutable_data() + layout.position(o, begin, 0));
    }
    begin += numbers.shape()[axis];
    ends.push_back(begin);
    sources.push_back(source_of(part));
  }
  return record_rule<V>(
      std::move(result), std::move(sources),
      [axis, ends = std::move(ends)](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
        for (std::size_t i = 0; i < to.size(); ++i) {
          if (to[i] == nullptr) continue;
          to[i]->add(cotangent.slice(axis, i == 0 ? 0 : ends[i - 1], ends[i]).packed());
        }
      });
}

template <class V>
V ArrayIndexing<V>::stack(std::size_t axis, std::span<const V> parts) {
  if (parts.empty()) throw ShapeError("stack: there is no array to stack; give one at least.");
  const Shape& first = parts.front().shape();
  if (axis > first.rank()) throw_axis("stack", first, axis);
  std::vector<V> layers;
  for (const V& part : parts) {
    if (part.shape() != first) {
      throw ShapeError(
          fmt::format("stack: arrays of the shapes {} and {} do not fit together; all shapes must "
                      "be equal.",
                      first, part.shape()));
    }
    layers.push_back(expand_dims(part, axis));
  }
  return concatenate(axis, layers);
}

template <class V>
V ArrayIndexing<V>::gather(const V& x, std::span<const std::size_t> indices, std::size_t axis) {
  using T = typename V::element_type;
  const AxisLayout layout = axis_layout("gather", x.shape(), axis);
  require_indices("gather", x.shape(), axis, indices);
  const Array<T> numbers = x.array().packed();
  Array<T> result = Array<T>::uninitialized(resized(x.shape(), axis, indices.size()));
  gather_lines(layout, numbers.data(), indices, result.mutable_data());
  return record_rule<V>(std::move(result), sources_of(x),
                        [layout, indices = Indices(indices.begin(), indices.end())](
                            const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          scatter_lines<T>(layout, cotangent.data(), indices,
                                           begun_accumulator(*to[0]));
                        });
}

template <class V>
V ArrayIndexing<V>::scatter_add(const V& base, std::span<const std::size_t> indices, const V& x,
                                std::size_t axis) {
  using T = typename V::element_type;
  const AxisLayout layout = axis_layout("scatter_add", base.shape(), axis);
  require_indices("scatter_add", base.shape(), axis, indices);
  const Shape needed = resized(base.shape(), axis, indices.size());
  if (x.shape() != needed) {
    throw ShapeError(fmt::format(
        "scatter_add: the array to be added has the shape {}, but {} is needed: that of "
        "the base, {}, with one element along axis {} for each index.",
        x.shape(), needed, base.shape(), axis));
  }
  const Array<T> start = base.array().packed();
  const Array<T> numbers = x.array().packed();
  Array<T> result = Array<T>::uninitialized(base.shape());
  std::copy_n(start.data(), start.size(), result.mutable_data());
  scatter_lines(layout, numbers.data(), indices, result.mutable_data());
  return record_rule<V>(std::move(result), sources_of(base, x),
                        [layout, needed, indices = Indices(indices.begin(), indices.end())](
                            const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          if (to[0] != nullptr) to[0]->add(cotangent);
                          if (to[1] == nullptr) return;
                          Array<T> gathered = Array<T>::uninitialized(needed);
                          gather_lines<T>(layout, cotangent.data(), indices,
                                          gathered.mutable_data());
                          to[1]->add(gathered);
                        });
}

#define AUTODIFF_INSTANTIATE(T)            \
  template struct ArrayIndexing<Array<T>>; \
  template struct ArrayIndexing<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
#define AUTODIFF_INSTANTIATE(T) template struct ArrayIndexing<Array<T>>;
AUTODIFF_FOR_EACH_TRACED_NUMBER(AUTODIFF_INSTANTIATE)
AUTODIFF_FOR_EACH_NUMBER_AT_KINKS(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
