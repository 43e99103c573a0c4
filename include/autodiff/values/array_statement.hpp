// What a tape keeps of an operation on arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/core/lanes.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/products.hpp>

namespace ad::detail {

/// Σ of term<Number>(i), the terms from position i on, for all i < count: in lanes, and in chains
/// that do not wait for each other.
template <class T, class Term>
[[gnu::always_inline]] inline T sum_in_chains(std::size_t count, Term&& term) {
  using Number = Widest<T>;
  constexpr std::size_t width = width_v<Number>;
  std::array<Number, 4> sums{T(0), T(0), T(0), T(0)};
  std::size_t i = 0;
  for (; i + 4 * width <= count; i += 4 * width) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += term.template operator()<Number>(i + k * width);
  }
  T total = sum_of_lanes<T>(Number((sums[0] + sums[1]) + (sums[2] + sums[3])));
  for (; i < count; ++i) total += term.template operator()<T>(i);
  return total;
}

/// No element of a packed array is infinite or NaN.
template <class T>
bool has_finite_elements(const Array<T>& x) {
  return all_finite(sum_in_chains<T>(
      x.size(), [numbers = x.data()]<class Number>(std::size_t i) __attribute__((always_inline)) {
        return Number(read_number<Number>(numbers + i) * T(0));
      }));
}

/// A recorded array: a call of the tape that keeps its own adjoint.
template <class T>
class ArrayStatement : public CustomCall<T> {
 public:
  explicit ArrayStatement(const Shape& shape) : shape_(shape) {}

  const Shape& shape() const { return shape_; }

  /// Its value and its adjoint.
  std::size_t bytes() const override { return 2 * shape_.size() * sizeof(T); }

  void begin_sweep() override { reached_ = false; }
  bool is_wanted(const Adjoints<T>&, std::uint32_t, std::uint32_t) const override {
    return reached_;
  }

  /// Zeros if nothing was added.
  Array<T> adjoint() const { return reached_ ? adjoint_ : Array<T>::zeros(shape_); }
  bool is_reached() const { return reached_; }

  /// Adds a packed array of its own shape.
  void add(const Array<T>& contribution) {
    if (!reached_) {
      adjoint_ = contribution;
      reached_ = true;
      return;
    }
    T* const sum = writable();
    const T* const more = contribution.data();
    const std::size_t n = shape_.size();
    AUTODIFF_INDEPENDENT
    for (std::size_t i = 0; i < n; ++i) sum[i] += more[i];
  }

  /// The adjoint to be added to; `is_fresh` if it holds nothing yet and is to be written instead.
  T* accumulator(bool& is_fresh) {
    is_fresh = !reached_;
    if (is_fresh && (adjoint_.shape() != shape_ || adjoint_.is_shared())) {
      adjoint_ = Array<T>::uninitialized(shape_);
    }
    reached_ = true;
    return writable();
  }

 private:
  /// Others may hold the numbers of an adjoint; they keep what they have seen.
  T* writable() {
    if (adjoint_.is_shared()) {
      Array<T> copy = Array<T>::uninitialized(shape_);
      std::copy_n(adjoint_.data(), shape_.size(), copy.mutable_data());
      adjoint_ = std::move(copy);
    }
    return adjoint_.mutable_data();
  }

  Shape shape_;
  Array<T> adjoint_;
  bool reached_ = false;
};

/// What is to be added to: zeros if nothing was yet.
template <class T>
T* begun_accumulator(ArrayStatement<T>& to) {
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) std::fill_n(sum, to.shape().size(), T(0));
  return sum;
}

/// An array of independent variables.
template <class T>
class ArrayInput final : public ArrayStatement<T> {
 public:
  using ArrayStatement<T>::ArrayStatement;

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    if (!has_finite_elements(this->adjoint())) adjoints.note_nonfinite();
  }
};

/// The products of cotangents and partials, both packed; a null cotangent is `factor` everywhere. A
/// form 0 * inf gives zero and is told.
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

  template <class Number>
  Number at(std::size_t i) {
    const Number cotangent = cotangent_ ? read_number<Number>(cotangent_ + i) : Number(factor_);
    const Number product = cotangent * read_number<Number>(partial_ + i);
    if (!holds_everywhere(all_finite(product))) [[unlikely]]
      return mended<Number>(i);
    return product;
  }

 private:
  template <class Number>
  [[gnu::noinline, gnu::cold]] Number mended(std::size_t i) {
    std::array<T, width_v<Number>> products;
    for (std::size_t lane = 0; lane < products.size(); ++lane) {
      const T cotangent = cotangent_ ? cotangent_[i + lane] : factor_;
      const T partial = partial_[i + lane];
      const bool indeterminate = is_indeterminate(cotangent, partial);
      if (indeterminate) adjoints_.note_indeterminate(operation_);
      products[lane] = indeterminate ? T(0) : cotangent * partial;
    }
    return read_number<Number>(products.data());
  }

  const T* cotangent_;
  T factor_;
  const T* partial_;
  const char* operation_;
  Adjoints<T>& adjoints_;
};

/// Calls f with the positions of all lanes that are full, as Lanes<T>, then with those that are
/// left, as T.
template <class T, class F>
[[gnu::always_inline]] inline void for_each_lanes(std::size_t count, F&& f) {
  constexpr std::size_t width = width_v<Widest<T>>;
  std::size_t i = 0;
  for (; i + width <= count; i += width) f.template operator()<Widest<T>>(i);
  for (; i < count; ++i) f.template operator()<T>(i);
}

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
  if (stride == 0) {
    *sum += sum_in_chains<T>(extent, [&]<class Number>(std::size_t i) {
      return products.template at<Number>(position + i);
    });
  } else {
    for_each_lanes<T>(extent, [&]<class Number>(std::size_t i) {
      write(sum + i,
            Number(read_number<Number>(sum + i) + products.template at<Number>(position + i)));
    });
  }
  position += extent;
}

/// sum += Σ products over the axes along which `to` was repeated to `shape`.
template <class T>
void add_repeated_products(ArrayStatement<T>& to, const Shape& shape, Products<T>& products) {
  T* const sum = begun_accumulator(to);
  const Strides strides = broadcast_strides(to.shape(), packed_strides(to.shape()), shape);
  std::size_t position = 0;
  if (shape.size() > 0) add_along(0, shape, strides, sum, position, products);
}

template <class T>
void add_products(ArrayStatement<T>& to, const Shape& shape, Products<T> products) {
  const std::size_t n = shape.size();
  if (to.shape().size() != n) return add_repeated_products(to, shape, products);
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) {
    for_each_lanes<T>(
        n, [&]<class Number>(std::size_t i) { write(sum + i, products.template at<Number>(i)); });
  } else {
    for_each_lanes<T>(n, [&]<class Number>(std::size_t i) {
      write(sum + i, Number(read_number<Number>(sum + i) + products.template at<Number>(i)));
    });
  }
}

/// Adds factor * partial for every element.
template <class T>
void add_scaled(ArrayStatement<T>& to, const Array<T>& partial, const T& factor,
                const char* operation, Adjoints<T>& adjoints) {
  const bool is_one = all_zero(T(factor - T(1)));  // a 1 with a tangent is none
  if (is_one && to.shape() == partial.shape()) return to.add(partial);
  add_products(to, partial.shape(),
               Products<T>(nullptr, factor, partial.data(), operation, adjoints));
}

}  // namespace ad::detail
