// Functions of whole arrays: sums, products of matrices, and other views of the same numbers.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <autodiff/values/array_var.hpp>

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

template <class X>
inline constexpr bool is_active_array_v = !is_array_v<value_type_t<X>>;

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

template <class T>
class MatmulStatement final : public ArrayStatement<T> {
 public:
  /// `of_a` and `of_b` are null for a passive matrix.
  MatmulStatement(const Shape& shape, const Array<T>& a, const Array<T>& b, ArrayStatement<T>* of_a,
                  ArrayStatement<T>* of_b)
      : ArrayStatement<T>(shape), a_(a), b_(b), of_a_(of_a), of_b_(of_b) {}

  void reverse(Adjoints<T>&, std::uint32_t) override {
    const Array<T> own = this->adjoint();
    const std::size_t row = own.rank() - 2;
    if (of_a_ != nullptr) of_a_->add(matrix_product(own, b_.swap_axes(row, row + 1)));
    if (of_b_ != nullptr) of_b_->add(matrix_product(a_.swap_axes(row, row + 1), own));
  }

 private:
  Array<T> a_, b_;
  ArrayStatement<T>*of_a_, *of_b_;
};

/// The same numbers in another order; `back` takes an adjoint to the shape of the source.
template <class T, class Back>
class ViewStatement final : public ArrayStatement<T> {
 public:
  ViewStatement(const Shape& shape, ArrayStatement<T>* source, Back back)
      : ArrayStatement<T>(shape), source_(source), back_(std::move(back)) {}

  void reverse(Adjoints<T>&, std::uint32_t) override { back_(*source_, this->adjoint()); }

 private:
  ArrayStatement<T>* source_;
  Back back_;
};

template <class T, class Back>
Var<Array<T>> record_view(const Var<Array<T>>& x, Array<T> value, Back back) {
  ArrayStatement<T>* const source = recorded_source(x);
  if (source == nullptr) return value;
  const Shape shape = value.shape();
  return record_array(std::move(value),
                      std::make_unique<ViewStatement<T, Back>>(shape, source, std::move(back)));
}

}  // namespace detail

/// The sum of all elements, in one pass together with its derivatives: the expression is not
/// evaluated into memory.
///
///     ad::Real y = sum(relu(a * x + b));
template <ArrayOperand X>
auto sum(const X& x) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  detail::PartialTargets<T, X::leaves> partials;
  if constexpr (is_array_v<V>) {
    detail::IndeterminateNames none;
    return detail::sum_elements<false, T>(x, partials, none);
  } else {
    detail::RecordedElements<T, X::leaves> recorded{
        x.shape(), detail::active_arguments<T>(x, partials), detail::name_of_expression(x), {}};
    const T value = detail::sum_elements<true, T>(x, partials, recorded.indeterminate);
    if (!detail::any_active(recorded.arguments)) return Var<T>(value);
    Tape<T>& tape = *Tape<T>::recording();
    using Statement = detail::SumStatement<T, X::leaves>;
    const std::uint32_t index =
        tape.record_call(std::make_unique<Statement>(std::move(recorded)), 1);
    return Var<T>(value, index, tape.generation());
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
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return Array<T>(x).transpose();
  } else {
    const V source(x);
    return detail::record_view(source, source.value().transpose(),
                               [](detail::ArrayStatement<T>& to, const Array<T>& adjoint) {
                                 to.add(adjoint.transpose().packed());
                               });
  }
}

/// The same numbers, in order, in another shape. Throws ShapeError if it has another size.
template <ArrayOperand X>
auto reshape(const X& x, const Shape& shape) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return Array<T>(x).reshape(shape);
  } else {
    const V source(x);
    return detail::record_view(source, source.value().reshape(shape),
                               [](detail::ArrayStatement<T>& to, const Array<T>& adjoint) {
                                 to.add(adjoint.reshape(to.shape()));
                               });
  }
}

/// Two axes exchanged. Throws ShapeError if there is none of one of them.
template <ArrayOperand X>
auto swap_axes(const X& x, std::size_t a, std::size_t b) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return Array<T>(x).swap_axes(a, b);
  } else {
    const V source(x);
    return detail::record_view(source, source.value().swap_axes(a, b),
                               [a, b](detail::ArrayStatement<T>& to, const Array<T>& adjoint) {
                                 to.add(adjoint.swap_axes(a, b).packed());
                               });
  }
}

namespace detail {

template <class V>
V multiply(const V& a, const V& b) {
  using T = typename V::element_type;
  require_matrices(a.shape(), b.shape());
  if constexpr (is_array_v<V>) {
    return matrix_product(a, b);
  } else {
    Array<T> value = matrix_product(a.value(), b.value());
    ArrayStatement<T>* const of_a = recorded_source(a);
    ArrayStatement<T>* const of_b = recorded_source(b);
    if (of_a == nullptr && of_b == nullptr) return value;
    const Shape shape = value.shape();
    return record_array(std::move(value), std::make_unique<MatmulStatement<T>>(
                                              shape, a.value(), b.value(), of_a, of_b));
  }
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

/// The elements [begin, end) along an axis. Throws ShapeError if there are no such.
template <ArrayOperand X>
auto slice(const X& x, std::size_t axis, std::size_t begin, std::size_t end) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return Array<T>(x).slice(axis, begin, end);
  } else {
    const V source(x);
    return detail::record_view(
        source, source.value().slice(axis, begin, end),
        [axis, begin](detail::ArrayStatement<T>& to, const Array<T>& adjoint) {
          // Blocks of whole inner axes, one for each position of the outer ones.
          const Shape& shape = to.shape();
          std::size_t inner = 1;
          for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
          const std::size_t run = adjoint.shape()[axis] * inner;
          bool is_fresh = false;
          T* const sum = to.accumulator(is_fresh);
          if (is_fresh) std::fill_n(sum, shape.size(), T(0));
          const std::size_t count = run == 0 ? 0 : adjoint.size() / run;
          for (std::size_t outer = 0; outer < count; ++outer) {
            T* const place = sum + outer * shape[axis] * inner + begin * inner;
            const T* const from = adjoint.data() + outer * run;
            for (std::size_t i = 0; i < run; ++i) place[i] += from[i];
          }
        });
  }
}

}  // namespace ad
