// Goes over the elements of array expressions: values, sums and partials in one pass.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/lanes.hpp>
#include <autodiff/core/shape.hpp>
#include <autodiff/values/array_node.hpp>

namespace ad {
namespace detail {

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
        if (partials != nullptr) inner.partials.numbers[k] = partials + position_;
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
  bool is_plain = true;  // every leaf is one number, or has all elements one after the other
  std::size_t k = 0;
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

/// The operations inside the expression that met a form 0 * inf in a partial derivative.
using IndeterminateNames = std::vector<const char*>;

/// Writes those partials of a run again that are not finite.
template <class T, class E>
[[gnu::noinline, gnu::cold]] void mend_partials(const E& expression,
                                                const ElementSource<T, E::leaves>& source,
                                                std::size_t length,
                                                IndeterminateNames& indeterminate) {
  const auto is_doubtful = [&](std::size_t i) {
    return std::any_of(source.partials.numbers.begin(), source.partials.numbers.end(),
                       [i](const T* x) { return x != nullptr && !all_finite(x[i]); });
  };
  for (std::size_t i = 0; i < length; ++i) {
    if (!is_doubtful(i)) continue;
    CarefulPartialWriter<T, E::leaves> writer{{source, i}, indeterminate};
    expression.template element<T, 0>(source, i).reverse(One{}, writer);
    writer.finish();
  }
}

/// What the elements of an expression are computed with: lanes if all its operations can.
template <class T, class E>
using ElementNumber = std::conditional_t<E::vectorizes, Widest<T>, T>;

/// The values from position i on; writes their partials if `derives`, and makes `doubt` NaN if one
/// of them is not finite.
template <class Number, bool derives, class T, class E>
[[gnu::always_inline]] inline Number evaluate_block(const E& expression,
                                                    const ElementSource<T, E::leaves>& source,
                                                    std::size_t i, Number& doubt) {
  const auto node = expression.template element<Number, 0>(source, i);
  if constexpr (derives) {
    PartialWriter<Number, T, E::leaves> writer{source, i};
    node.reverse(One{}, writer);
    writer.finish();
    doubt += writer.sum * T(0);
  }
  return node.value();
}

/// The same for `count` elements that do not fill the lanes, or need different branches: in a block
/// of their own, each by itself if they still do.
template <bool derives, class T, class E>
[[gnu::noinline]] Lanes<T> evaluate_apart(const E& expression,
                                          const ElementSource<T, E::leaves>& source, std::size_t i,
                                          std::size_t count, Lanes<T>& doubt) {
  constexpr std::size_t n = E::leaves;
  constexpr std::size_t width = Lanes<T>::count;
  std::array<std::array<T, width>, n> numbers;
  std::array<std::array<T, width>, n> partials;
  ElementSource<T, n> block;
  block.partials = source.partials;
  for (std::size_t k = 0; k < n; ++k) {
    T number{};
    for (std::size_t lane = 0; lane < width; ++lane) {
      if (lane < count) number = *source.at(k, i + lane);  // the last one fills the block
      numbers[k][lane] = number;
    }
    block.numbers[k] = numbers[k].data();
    block.steps[k] = 1;
    if (source.partials.numbers[k] == nullptr) continue;
    std::size_t first = 0;  // leaf with these partials
    while (source.partials.numbers[first] != source.partials.numbers[k]) ++first;
    block.partials.numbers[k] = partials[first].data();
  }
  lanes_disagree = false;
  const auto y = evaluate_block<Lanes<T>, derives>(expression, block, 0, doubt);
  if (!lanes_disagree) {
    for (std::size_t k = 0; k < n; ++k) {
      if (T* const target = source.partials.numbers[k]; target != nullptr) {
        std::copy_n(block.partials.numbers[k], count, target + i);
      }
    }
    return y;
  }
  std::array<T, width> values{};
  for (std::size_t lane = 0; lane < count; ++lane) {
    values[lane] = evaluate_apart<derives, T>(expression, source, i + lane, 1, doubt)[0];
  }
  return Lanes<T>::load(values.data());
}

/// Calls keep(i, y, count) with the values of `count` elements from position i on, for all of a
/// run; writes their partials if `derives`. False if one of those was not finite.
template <bool derives, class T, class E, class Keep>
bool evaluate_run(const E& expression, const ElementSource<T, E::leaves>& source,
                  std::size_t length, Keep&& keep) {
  using Number = ElementNumber<T, E>;
  constexpr std::size_t width = width_v<Number>;
  Number doubt(T(0));
  std::size_t i = 0;
  for (; i + width <= length; i += width) {
    Number y = evaluate_block<Number, derives>(expression, source, i, doubt);
    if constexpr (width > 1) {
      if (lanes_disagree) y = evaluate_apart<derives, T>(expression, source, i, width, doubt);
    }
    keep(i, y, width);
  }
  if constexpr (width > 1) {
    if (i < length) {
      const std::size_t rest = length - i;
      keep(i, evaluate_apart<derives, T>(expression, source, i, rest, doubt), rest);
    }
  }
  lanes_disagree = false;
  return all_finite(sum_of_lanes<T>(doubt));
}

/// Keeps the values of a run in an array.
template <class T>
auto keep_at(T* result) {
  return [result]<class Number>(std::size_t i, const Number& y, std::size_t count) {
    if constexpr (!InLanes<Number>) {
      result[i] = y;
    } else if (count == Number::count) {
      y.store(result + i);
    } else {
      for (std::size_t lane = 0; lane < count; ++lane) result[i + lane] = y[lane];
    }
  };
}

/// Writes the values to `result`.
template <class T, class E>
void evaluate_elements(const E& expression, T* result) {
  for_each_run<T>(
      expression, {},
      [&](const ElementSource<T, E::leaves>& source, std::size_t begin, std::size_t count) {
        evaluate_run<false>(expression, source, count, keep_at(result + begin));
      });
}

/// Writes the values to `result` and the partials where they go.
template <class T, class E>
void record_elements(const E& expression, const PartialTargets<T, E::leaves>& partials, T* result,
                     IndeterminateNames& indeterminate) {
  for_each_run<T>(
      expression, partials,
      [&](const ElementSource<T, E::leaves>& source, std::size_t begin, std::size_t count) {
        if (!evaluate_run<true>(expression, source, count, keep_at(result + begin))) {
          mend_partials(expression, source, count, indeterminate);
        }
      });
}

/// A sum in parts, so that rounding grows with the square root of the number of summands at most.
template <class T, class Number>
class PartialSums {
 public:
  void add(const Number& y, std::size_t count) {
    constexpr std::size_t width = width_v<Number>;
    if constexpr (width > 1) {
      if (count < width) {
        for (std::size_t lane = 0; lane < count; ++lane) rest_ += y[lane];
        return;
      }
    }
    part_ += y;
    if (++blocks_ % part_length == 0) {
      whole_ += part_;
      part_ = Number(T(0));
    }
  }

  T total() const { return rest_ + sum_of_lanes<T>(Number(whole_ + part_)); }

 private:
  static constexpr std::size_t part_length = 256;

  Number whole_ = Number(T(0));
  Number part_ = Number(T(0));
  T rest_ = T(0);
  std::size_t blocks_ = 0;
};

/// Σ of the values; writes the partials where they go if `derives`.
template <bool derives, class T, class E>
T sum_elements(const E& expression, const PartialTargets<T, E::leaves>& partials,
               IndeterminateNames& indeterminate) {
  PartialSums<T, ElementNumber<T, E>> sums;
  for_each_run<T>(expression, partials,
                  [&](const ElementSource<T, E::leaves>& source, std::size_t, std::size_t count) {
                    const bool finite = evaluate_run<derives>(
                        expression, source, count,
                        [&](std::size_t, const auto& y, std::size_t width) { sums.add(y, width); });
                    if (!finite) mend_partials(expression, source, count, indeterminate);
                  });
  return sums.total();
}

}  // namespace detail

template <class V, class Op, class... X>
Array<typename V::element_type> ArrayNode<V, Op, X...>::evaluated() const {
  auto result = Array<T>::uninitialized(shape_);
  detail::evaluate_elements<T>(*this, result.mutable_data());
  return result;
}

}  // namespace ad
