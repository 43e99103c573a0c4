// Reductions of arrays: those of scalars (sum, norm, logsumexp, ...) along an axis.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/ops/log_sum_exp.hpp>
#include <autodiff/ops/norms.hpp>
#include <autodiff/ops/products.hpp>
#include <autodiff/ops/statistics.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_functions.hpp>

namespace ad {
namespace detail {

/// How the lines along an axis lie in a packed array.
struct AxisLayout {
  std::size_t outer, extent, inner;

  std::size_t position(std::size_t o, std::size_t k, std::size_t i) const {
    return (o * extent + k) * inner + i;
  }
};

/// Throws ShapeError, in the name of `who`, if the shape has no such axis.
AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis);

/// The largest number of each line along an axis; the axis stays, with the extent 1.
template <class T>
Array<T> line_maxima(const Array<T>& x, std::size_t axis) {
  const AxisLayout layout = axis_layout("softmax", x.shape(), axis);
  const Array<T> numbers = x.packed();
  Array<T> result = Array<T>::full(x.shape().without(axis).with(axis, 1),
                                   T(-std::numeric_limits<double>::infinity()));
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

/// y = op(each line of x along an axis), and its partials if there is room for them.
template <class T, class Op>
void reduce_lines(const Op& op, const AxisLayout& layout, const T* x, T* y, T* partials) {
  std::vector<T> line(layout.extent);
  std::vector<T> slopes(layout.extent);
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t i = 0; i < layout.inner; ++i) {
      for (std::size_t k = 0; k < layout.extent; ++k) line[k] = x[layout.position(o, k, i)];
      const std::span<const T> numbers(line);
      const T value = ad::apply(op, numbers);
      y[o * layout.inner + i] = value;
      if (partials == nullptr) continue;
      op.partials(numbers, value, std::span<T>(slopes));
      for (std::size_t k = 0; k < layout.extent; ++k) {
        partials[layout.position(o, k, i)] = slopes[k];
      }
    }
  }
}

/// One number for each line along an axis, with the partials of all of them.
template <class T>
class LineStatement final : public ArrayStatement<T> {
 public:
  LineStatement(const Shape& shape, ArrayStatement<T>* source, AxisLayout layout, Array<T> partials,
                const char* operation)
      : ArrayStatement<T>(shape),
        source_(source),
        layout_(layout),
        partials_(std::move(partials)),
        operation_(operation) {}

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    const Array<T> own = this->adjoint();
    Array<T> repeated = Array<T>::uninitialized(source_->shape());
    T* to = repeated.mutable_data();
    for (std::size_t o = 0; o < layout_.outer; ++o) {
      const T* const from = own.data() + o * layout_.inner;
      for (std::size_t k = 0; k < layout_.extent; ++k, to += layout_.inner) {
        std::copy_n(from, layout_.inner, to);
      }
    }
    add_products(*source_, source_->shape(),
                 Products<T>(repeated.data(), T(1), partials_.data(), operation_, adjoints));
  }

 private:
  ArrayStatement<T>* source_;
  AxisLayout layout_;
  Array<T> partials_;
  const char* operation_;
};

}  // namespace detail

/// A reduction of each line of x along an axis, which the result does not have. Throws ShapeError
/// if there is no such axis.
///
///     auto length = ad::reduce(ad::Norm{}, x, 1);  // of each row
template <Reduction Op, ArrayOperand X>
auto reduce(const Op& op, const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  const char* const name = Op::meta.name.data();
  const detail::AxisLayout layout = detail::axis_layout(name, x.shape(), axis);
  const Shape shape = x.shape().without(axis);
  Array<T> y = Array<T>::uninitialized(shape);
  if constexpr (is_array_v<V>) {
    const Array<T> numbers = Array<T>(x).packed();
    detail::reduce_lines<T>(op, layout, numbers.data(), y.mutable_data(), nullptr);
    return y;
  } else {
    const V source(x);
    detail::ArrayStatement<T>* const recorded = detail::recorded_source(source);
    if (recorded == nullptr) return V(reduce(op, source.value(), axis));
    const Array<T> numbers = source.value().packed();
    Array<T> partials = Array<T>::uninitialized(numbers.shape());
    detail::reduce_lines<T>(op, layout, numbers.data(), y.mutable_data(), partials.mutable_data());
    return detail::record_array(
        std::move(y), std::make_unique<detail::LineStatement<T>>(shape, recorded, layout,
                                                                 std::move(partials), name));
  }
}

/// The same of all elements: a scalar.
template <Reduction Op, ArrayOperand X>
auto reduce(const Op& op, const X& x) {
  return sum(reduce(op, reshape(x, {x.shape().size()}), 0));
}

/// Along an axis as `reduce`, or of all elements; each is the reduction of that name.
template <ArrayOperand X>
auto sum(const X& x, std::size_t axis) {
  return reduce(Sum{}, x, axis);
}
template <ArrayOperand X>
auto mean(const X& x, std::size_t axis) {
  return reduce(Mean{}, x, axis);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto prod(const X& x, Axis... axis) {
  return reduce(Prod{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto norm(const X& x, Axis... axis) {
  return reduce(Norm{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto norm1(const X& x, Axis... axis) {
  return reduce(Norm1{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto norminf(const X& x, Axis... axis) {
  return reduce(NormInf{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto logsumexp(const X& x, Axis... axis) {
  return reduce(LogSumExp{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto stddev(const X& x, Axis... axis) {
  return reduce(Std{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto pstddev(const X& x, Axis... axis) {
  return reduce(PStd{}, x, axis...);
}
template <ArrayOperand X, std::convertible_to<std::size_t>... Axis>
requires(sizeof...(Axis) <= 1) auto median(const X& x, Axis... axis) {
  return reduce(Median{}, x, axis...);
}

namespace detail {

/// x minus the largest number of its line, which is a constant: no exponential overflows, and what
/// is invariant under such shifts keeps its derivatives.
template <ArrayOperand X>
auto shifted_below_zero(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V numbers(x);
  if constexpr (is_array_v<V>) {
    return V(numbers - line_maxima(numbers, axis));
  } else {
    return V(numbers - line_maxima(numbers.value(), axis));
  }
}

}  // namespace detail

/// log(exp(x) / Σ exp(x)) along an axis, without overflow; NaN where a line has no finite maximum.
template <ArrayOperand X>
auto log_softmax(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V shifted = detail::shifted_below_zero(x, axis);
  const V total = sum(exp(shifted), axis);
  return V(shifted - log(reshape(total, total.shape().with(axis, 1))));
}

/// exp(x) / Σ exp(x) along an axis, without overflow; NaN where a line has no finite maximum.
template <ArrayOperand X>
auto softmax(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V powers = exp(detail::shifted_below_zero(x, axis));
  const V total = sum(powers, axis);
  return V(powers / reshape(total, total.shape().with(axis, 1)));
}

}  // namespace ad
