// Products of matrices, and of batches of them.
#pragma once

#include <array>
#include <cstddef>

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>
#include <autodiff/values/array_views.hpp>

namespace ad {

namespace detail {

/// The matrices of two arrays, pair by pair: the axes before the last two broadcast.
class MatrixPairs {
 public:
  /// Of shapes that `require_factors` accepts, of two axes at least.
  MatrixPairs(const Shape& a, const Strides& a_strides, const Shape& b, const Strides& b_strides);

  std::size_t rows() const { return result_[batch_axes_]; }
  std::size_t inner() const { return inner_; }
  std::size_t columns() const { return result_[batch_axes_ + 1]; }
  /// Of the products, one after the other.
  const Shape& result() const { return result_; }

  /// Calls use(k, a, b) for the k-th pair, whose matrices begin so many elements behind the first.
  template <class Use>
  void for_each(const Use& use) const {
    std::array<std::size_t, Shape::most_axes> index{};
    std::ptrdiff_t a = 0;
    std::ptrdiff_t b = 0;
    for (std::size_t k = 0; k < count_; ++k) {
      use(k, a, b);
      for (std::size_t axis = batch_axes_; axis-- > 0;) {
        a += a_strides_[axis];
        b += b_strides_[axis];
        if (++index[axis] < result_[axis]) break;
        const auto all = static_cast<std::ptrdiff_t>(result_[axis]);
        a -= all * a_strides_[axis];
        b -= all * b_strides_[axis];
        index[axis] = 0;
      }
    }
  }

 private:
  std::size_t batch_axes_;
  std::size_t inner_;
  std::size_t count_ = 1;
  Shape result_;
  Strides a_strides_{};  ///< along the axes of the batch
  Strides b_strides_{};
};

/// Throws ShapeError unless arrays of these shapes can be multiplied.
void require_factors(const Shape& a, const Shape& b);

/// The products of all pairs, term by term: `add_term(sum, x, y)` adds that of two numbers.
template <class T, class AddTerm>
Array<T> products_by_terms(const Array<T>& a, const Array<T>& b, const AddTerm& add_term) {
  const Array<T> x = a.packed();
  const Array<T> y = b.packed();
  const MatrixPairs pairs(x.shape(), x.strides(), y.shape(), y.strides());
  const std::size_t columns = pairs.columns();
  Array<T> result = Array<T>::zeros(pairs.result());
  pairs.for_each([&](std::size_t pair, std::ptrdiff_t from_x, std::ptrdiff_t from_y) {
    const T* factor = x.data() + from_x;
    T* row = result.mutable_data() + pair * pairs.rows() * columns;
    for (std::size_t i = 0; i < pairs.rows(); ++i, row += columns) {
      const T* others = y.data() + from_y;
      for (std::size_t k = 0; k < pairs.inner(); ++k, ++factor, others += columns) {
        for (std::size_t j = 0; j < columns; ++j) add_term(row[j], *factor, others[j]);
      }
    }
  });
  return result;
}

/// Of each pair of matrices; float and double by Eigen, which reads them as they lie if their rows
/// or their columns are packed.
Array<float> matrix_product(const Array<float>& a, const Array<float>& b);
Array<double> matrix_product(const Array<double>& a, const Array<double>& b);
template <class T>
Array<T> matrix_product(const Array<T>& a, const Array<T>& b) {
  return products_by_terms(a, b, [](T& sum, const T& x, const T& y) { sum = sum + x * y; });
}

/// xᵀ for each matrix x of an array.
template <class T>
Array<T> transposed(const Array<T>& x) {
  return x.swap_axes(x.rank() - 2, x.rank() - 1);
}

/// Adds the products of matrices, of which one is a cotangent, to what was repeated for them. Forms
/// 0 * inf contribute nothing and are told.
template <class T>
void add_matrix_product(ArrayStatement<T>& to, const Array<T>& a, const Array<T>& b,
                        Adjoints<T>& adjoints) {
  Array<T> product = matrix_product(a, b);
  const bool is_finite = has_finite_elements<T>(product.data(), product.size());
  if (!is_finite) {
    product = products_by_terms(a, b, [&](T& sum, const T& x, const T& y) {
      if (is_indeterminate(x, y)) return adjoints.note_indeterminate("matmul");
      sum = sum + x * y;
    });
  }
  if (product.shape() == to.shape()) return to.add(product, is_finite);
  add_products(to, product.shape(), Products<T>(product.data(), T(1), nullptr, "matmul", adjoints));
}

/// Of matrices and batches of them.
template <class V>
V record_product(const V& a, const V& b) {
  using T = typename V::element_type;
  const Array<T> x = a.array();
  const Array<T> y = b.array();
  return record_rule<V>(matrix_product(x, y), sources_of(a, b),
                        [x, y](const auto& to, const Array<T>& cotangent, auto& adjoints) {
                          if (to[0] != nullptr) {
                            add_matrix_product(*to[0], cotangent, transposed(y), adjoints);
                          }
                          if (to[1] != nullptr) {
                            add_matrix_product(*to[1], transposed(x), cotangent, adjoints);
                          }
                        });
}

/// Of vectors, too.
template <class V>
V multiply(const V& a, const V& b) {
  require_factors(a.shape(), b.shape());
  const std::size_t inner = a.shape()[a.rank() - 1];
  if (a.rank() == 1) {
    const V product = multiply(a.reshape({1, inner}), b);
    return product.reshape(product.shape().without(b.rank() == 1 ? 0 : product.rank() - 2));
  }
  if (b.rank() == 1) {
    const V product = multiply(a, b.reshape({inner, 1}));
    return product.reshape(product.shape().without(product.rank() - 1));
  }
  if (a.rank() > 2 && b.rank() == 2) {  // the rows of all matrices in one product
    const Shape rows = a.shape().without(a.rank() - 1);
    const V product = record_product(a.reshape({rows.size(), inner}), b);
    return product.reshape(rows.with(rows.rank(), b.shape()[1]));
  }
  return record_product(a, b);
}

}  // namespace detail

/// The product of two matrices, of shapes (m, k) and (k, n), or of each pair of two batches of
/// them, (..., m, k) and (..., k, n), where the axes before the last two broadcast. A vector, (k),
/// stands for a row on the left and for a column on the right; its axis is not in the result. Ā = Ȳ
/// Bᵀ and B̄ = Aᵀ Ȳ (Giles, Collected matrix derivative results, 2008), summed over what was
/// repeated. Throws ShapeError for other shapes.
///
///     auto scores = matmul(queries, swap_axes(keys, 2, 3));  // (batch, heads, time, time)
template <ArrayOperand A, ArrayOperand B>
requires Compatible<A, B>
auto matmul(const A& a, const B& b) {
  using V = common_value_t<A, B>;
  return detail::multiply(V(a), V(b));
}

}  // namespace ad
