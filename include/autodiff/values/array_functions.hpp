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

/// aᵀ, seen through exchanged strides, costs nothing; products read it as it is.
Array<float> matrix_product(const Array<float>& a, const Array<float>& b);
Array<double> matrix_product(const Array<double>& a, const Array<double>& b);

/// Of other numbers, term by term.
template <class T>
Array<T> matrix_product(const Array<T>& a, const Array<T>& b) {
  const Array<T> x = a.packed();
  const Array<T> y = b.packed();
  const std::size_t inner = x.shape()[1];
  const std::size_t columns = y.shape()[1];
  Array<T> result = Array<T>::zeros({x.shape()[0], columns});
  for (std::size_t i = 0; i < x.shape()[0]; ++i) {
    T* const row = result.mutable_data() + i * columns;
    for (std::size_t k = 0; k < inner; ++k) {
      for (std::size_t j = 0; j < columns; ++j) {
        row[j] = row[j] + x.data()[i * inner + k] * y.data()[k * columns + j];
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
    if (of_a_ != nullptr) of_a_->add(matrix_product(own, b_.transpose()));
    if (of_b_ != nullptr) of_b_->add(matrix_product(a_.transpose(), own));
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

/// The product of two matrices, of shapes (m, k) and (k, n). Throws ShapeError for others.
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto matmul(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  using T = typename V::element_type;
  detail::require_matrices(a.shape(), b.shape());
  if constexpr (is_array_v<V>) {
    return detail::matrix_product(Array<T>(a), Array<T>(b));
  } else {
    const V x(a);
    const V y(b);
    Array<T> value = detail::matrix_product(x.value(), y.value());
    detail::ArrayStatement<T>* const of_x = detail::recorded_source(x);
    detail::ArrayStatement<T>* const of_y = detail::recorded_source(y);
    if (of_x == nullptr && of_y == nullptr) return V(value);
    const Shape shape = value.shape();
    return detail::record_array(std::move(value), std::make_unique<detail::MatmulStatement<T>>(
                                                      shape, x.value(), y.value(), of_x, of_y));
  }
}

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
