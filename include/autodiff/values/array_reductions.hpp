// Reductions of arrays: those of scalars (sum, norm, logsumexp, ...) along an axis.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/ops/log_sum_exp.hpp>
#include <autodiff/ops/norms.hpp>
#include <autodiff/ops/products.hpp>
#include <autodiff/ops/statistics.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_views.hpp>

namespace ad {
namespace detail {

/// The largest number of each line along an axis; the axis stays, with the extent 1.
template <class T>
Array<T> line_maxima(const char* who, const Array<T>& x, std::size_t axis) {
  const AxisLayout layout = axis_layout(who, x.shape(), axis);
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

/// y = op(a line), and its partials if they are wanted; else `slopes` is scratch.
template <class T, class Op>
T reduce_line(const Op& op, std::span<const T> line, bool derives, std::span<T> slopes) {
  if constexpr (ReducesInLanes<Op, T>) {
    if (!line.empty()) return op.value_and_partials(line, slopes);
  }
  const T y = ad::apply(op, line);
  if (derives) op.partials(line, y, slopes);
  return y;
}

/// y = op(each line of x along an axis), and its partials if there is room for them.
template <class T, class Op>
void reduce_lines(const Op& op, const AxisLayout& layout, const T* x, T* y, T* partials) {
  const bool derives = partials != nullptr;
  const std::size_t extent = layout.extent;
  const bool has_packed_lines = layout.inner == 1;
  PooledVector<T> line(has_packed_lines ? 0 : extent);
  PooledVector<T> slopes(has_packed_lines && derives ? 0 : extent);
  for (std::size_t o = 0; o < layout.outer; ++o) {
    if (has_packed_lines) {
      T* const place = derives ? partials + o * extent : slopes.data();
      y[o] = reduce_line(op, std::span<const T>(x + o * extent, extent), derives,
                         std::span<T>(place, extent));
      continue;
    }
    for (std::size_t i = 0; i < layout.inner; ++i) {
      for (std::size_t k = 0; k < extent; ++k) line[k] = x[layout.position(o, k, i)];
      y[o * layout.inner + i] =
          reduce_line(op, std::span<const T>(line), derives, std::span<T>(slopes));
      if (!derives) continue;
      for (std::size_t k = 0; k < extent; ++k) partials[layout.position(o, k, i)] = slopes[k];
    }
  }
}

/// An array with one number for each line as one with that number all along the line.
template <class T>
Array<T> repeated_along(const AxisLayout& layout, const Shape& shape, const Array<T>& numbers) {
  Array<T> result = Array<T>::uninitialized(shape);
  T* to = result.mutable_data();
  for (std::size_t o = 0; o < layout.outer; ++o) {
    const T* const from = numbers.data() + o * layout.inner;
    for (std::size_t k = 0; k < layout.extent; ++k) to = std::copy_n(from, layout.inner, to);
  }
  return result;
}

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
  const V source(x);
  const auto sources = detail::sources_of(source);
  const Array<T> numbers = source.array().packed();
  Array<T> y = Array<T>::uninitialized(x.shape().without(axis));
  Array<T> partials = sources[0] == nullptr ? Array<T>() : Array<T>::uninitialized(x.shape());
  detail::reduce_lines<T>(op, layout, numbers.data(), y.mutable_data(),
                          sources[0] == nullptr ? nullptr : partials.mutable_data());
  return detail::record_rule<V>(
      std::move(y), sources,
      [layout, partials, name](const auto& to, const Array<T>& cotangent, auto& adjoints) {
        const Array<T> repeated = detail::repeated_along(layout, partials.shape(), cotangent);
        detail::add_products(
            *to[0], partials.shape(),
            detail::Products<T>(repeated.data(), T(1), partials.data(), name, adjoints));
      },
      partials.size());
}

/// The same of all elements: a scalar.
template <Reduction Op, ArrayOperand X>
auto reduce(const Op& op, const X& x) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  const char* const name = Op::meta.name.data();
  const V source(x);
  const auto sources = detail::sources_of(source);
  const Array<T> numbers = source.array().packed();
  Array<T> partials = sources[0] == nullptr ? Array<T>() : Array<T>::uninitialized(x.shape());
  T y{};
  detail::reduce_lines<T>(op, {1, numbers.size(), 1}, numbers.data(), &y,
                          sources[0] == nullptr ? nullptr : partials.mutable_data());
  return detail::record_scalar_rule<V>(
      y, sources,
      [partials, name](const auto& to, const T& cotangent, auto& adjoints) {
        detail::add_scaled(*to[0], partials, cotangent, name, adjoints);
      },
      partials.size());
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
auto shifted_below_zero(const char* who, const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V numbers(x);
  if constexpr (is_array_v<V>) {
    return V(numbers - line_maxima(who, numbers, axis));
  } else {
    return V(numbers - line_maxima(who, numbers.value(), axis));
  }
}

}  // namespace detail

/// log(exp(x) / Σ exp(x)) along an axis, without overflow; NaN where a line has no finite maximum.
template <ArrayOperand X>
auto log_softmax(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V shifted = detail::shifted_below_zero("log_softmax", x, axis);
  const V total = sum(exp(shifted), axis);
  return V(shifted - log(expand_dims(total, axis)));
}

/// exp(x) / Σ exp(x) along an axis, without overflow; NaN where a line has no finite maximum.
template <ArrayOperand X>
auto softmax(const X& x, std::size_t axis) {
  using V = value_type_t<X>;
  const V powers = exp(detail::shifted_below_zero("softmax", x, axis));
  const V total = sum(powers, axis);
  return V(powers / expand_dims(total, axis));
}

}  // namespace ad
