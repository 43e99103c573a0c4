// Functions of whole arrays: sums, products of matrices, and other views of the same numbers.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

template <class V>
struct IsArrayValue : IsArray<V> {};
template <class T>
struct IsArrayValue<Var<Array<T>>> : std::true_type {};

}  // namespace detail

/// An array, active or not, or an expression of arrays.
template <class X>
concept ArrayOperand = Active<X> && detail::IsArrayValue<value_type_t<X>>::value;

namespace detail {

/// Of two matrices, or of each pair of two batches of them. aᵀ, seen through exchanged strides,
/// costs nothing; products read it as it is.
Array<float> matrix_product(const Array<float>& a, const Array<float>& b);
Array<double> matrix_product(const Array<double>& a, const Array<double>& b);

/// Of other numbers, term by term.
template <class T>
Array<T> matrix_product(const Array<T>& a, const Array<T>& b) {
  const Array<T> x = a.packed();
  const Array<T> y = b.packed();
  const std::size_t inner = x.shape()[x.rank() - 1];
  const std::size_t rows = x.shape()[x.rank() - 2];
  const std::size_t columns = y.shape()[y.rank() - 1];
  const std::size_t batches = x.rank() == 2 ? 1 : x.shape()[0];
  Array<T> result = Array<T>::zeros(x.shape().without(x.rank() - 1).with(x.rank() - 1, columns));
  for (std::size_t i = 0; i < batches * rows; ++i) {
    T* const row = result.mutable_data() + i * columns;
    const T* const factors = x.data() + i * inner;
    const T* const matrix = y.data() + i / rows * inner * columns;
    for (std::size_t k = 0; k < inner; ++k) {
      for (std::size_t j = 0; j < columns; ++j) {
        row[j] = row[j] + factors[k] * matrix[k * columns + j];
      }
    }
  }
  return result;
}

/// Throws ShapeError.
void require_matrices(const Shape& a, const Shape& b);

/// How the lines along an axis lie in a packed array.
struct AxisLayout {
  std::size_t outer, extent, inner;

  std::size_t position(std::size_t o, std::size_t k, std::size_t i) const {
    return (o * extent + k) * inner + i;
  }
};

/// Throws ShapeError, in the name of `who`, if the shape has no such axis.
AxisLayout axis_layout(const char* who, const Shape& shape, std::size_t axis);

}  // namespace detail

/// The sum of all elements, in one pass together with its derivatives: the expression is not
/// evaluated into memory.
///
///     ad::Real y = sum(relu(a * x + b));
template <ArrayOperand X>
auto sum(const X& x) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    detail::PartialNotes none;
    return detail::sum_elements<false, T>(x, {}, none);
  } else {
    return detail::record_sum<T>(x);
  }
}

/// The mean of all elements; NaN of none.
template <ArrayOperand X>
auto mean(const X& x) {
  using T = typename value_type_t<X>::element_type;
  using Scalar = decltype(sum(x));
  return Scalar(sum(x) / static_cast<T>(x.shape().size()));
}

/// Σ a_i b_i.
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto dot(const A& a, const B& b) { return sum(a * b); }

/// The axes in reverse order.
template <ArrayOperand X>
auto transpose(const X& x) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().transpose(), detail::sources_of(source),
                                [](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.transpose().packed());
                                });
}

/// The same numbers, in order, in another shape. Throws ShapeError if it has another size.
template <ArrayOperand X>
auto reshape(const X& x, const Shape& shape) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().reshape(shape), detail::sources_of(source),
                                [](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.reshape(to[0]->shape()));
                                });
}

/// Two axes exchanged. Throws ShapeError if there is none of one of them.
template <ArrayOperand X>
auto swap_axes(const X& x, std::size_t a, std::size_t b) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().swap_axes(a, b), detail::sources_of(source),
                                [a, b](const auto& to, const auto& cotangent, auto&) {
                                  to[0]->add(cotangent.swap_axes(a, b).packed());
                                });
}

namespace detail {

template <class V>
V multiply(const V& a, const V& b) {
  require_matrices(a.shape(), b.shape());
  const auto x = a.array();
  const auto y = b.array();
  return record_rule<V>(matrix_product(x, y), sources_of(a, b),
                        [x, y](const auto& to, const auto& cotangent, auto&) {
                          const std::size_t row = cotangent.rank() - 2;
                          if (to[0] != nullptr) {
                            to[0]->add(matrix_product(cotangent, y.swap_axes(row, row + 1)));
                          }
                          if (to[1] != nullptr) {
                            to[1]->add(matrix_product(x.swap_axes(row, row + 1), cotangent));
                          }
                        });
}

}  // namespace detail

/// The product of two matrices, of shapes (m, k) and (k, n); of each pair of two batches of them,
/// (batch, m, k) and (batch, k, n); or of a matrix and a vector, (k). Ā = Ȳ Bᵀ and B̄ = Aᵀ Ȳ (Giles
/// 2008). Throws ShapeError for other shapes.
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto matmul(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  const V x(a);
  const V y(b);
  if (x.rank() == 2 && y.rank() == 1 && x.shape()[1] == y.shape()[0]) {
    return V(reshape(detail::multiply(x, V(reshape(y, {y.size(), 1}))), {x.shape()[0]}));
  }
  if (x.rank() == 1 && y.rank() == 2 && x.shape()[0] == y.shape()[0]) {
    return V(reshape(detail::multiply(V(reshape(x, {1, x.size()})), y), {y.shape()[1]}));
  }
  return detail::multiply(x, y);
}

namespace detail {

/// Adds to the elements from `begin` on along an axis.
template <class T>
void add_to_slice(ArrayStatement<T>& to, std::size_t axis, std::size_t begin, const Array<T>& x) {
  const AxisLayout whole = axis_layout("slice", to.shape(), axis);
  const std::size_t line = whole.extent * whole.inner;
  const std::size_t before = begin * whole.inner;
  const std::size_t run = x.shape()[axis] * whole.inner;
  bool is_fresh = false;
  T* sum = to.accumulator(is_fresh);
  const T* from = x.data();
  for (std::size_t o = 0; o < whole.outer; ++o, sum += line, from += run) {
    T* const place = sum + before;
    if (is_fresh) {
      std::fill(sum, place, T(0));
      std::copy_n(from, run, place);
      std::fill(place + run, sum + line, T(0));
    } else {
      AUTODIFF_INDEPENDENT
      for (std::size_t i = 0; i < run; ++i) place[i] += from[i];
    }
  }
}

}  // namespace detail

/// The elements [begin, end) along an axis. Throws ShapeError if there are no such.
template <ArrayOperand X>
auto slice(const X& x, std::size_t axis, std::size_t begin, std::size_t end) {
  using V = value_type_t<X>;
  const V source(x);
  return detail::record_rule<V>(source.array().slice(axis, begin, end), detail::sources_of(source),
                                [axis, begin](const auto& to, const auto& cotangent, auto&) {
                                  detail::add_to_slice(*to[0], axis, begin, cotangent);
                                });
}

}  // namespace ad
