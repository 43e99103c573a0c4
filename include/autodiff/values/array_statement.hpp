// What a tape keeps of an operation on arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/core/lane_loops.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/products.hpp>

namespace ad::detail {

/// A recorded array: a call of the tape that keeps its own adjoint.
template <class T>
class ArrayStatement : public CustomCall<T> {
 public:
  explicit ArrayStatement(const Shape& shape) : shape_(shape) {}

  const Shape& shape() const { return shape_; }
  std::size_t size() const { return shape_.size(); }

  /// Its value and its adjoint.
  std::size_t bytes() const override { return 2 * size() * sizeof(T); }

  void begin_sweep() override { reached_ = false; }
  bool is_wanted(const Adjoints<T>&, std::uint32_t, std::uint32_t) const override {
    return reached_;
  }

  /// Zeros if nothing was added.
  Array<T> adjoint() const {
    if (!reached_) return Array<T>::zeros(shape_);
    return is_number() ? Array<T>::full(shape_, number_) : adjoint_;
  }
  bool is_reached() const { return reached_; }
  /// What was added; packed.
  const T* adjoint_numbers() const { return is_number() ? &number_ : adjoint_.data(); }

  /// Adds a packed array of its own shape, of which may be known that it is finite.
  void add(const Array<T>& contribution, bool is_finite = false) {
    add(contribution, contribution.data(), is_finite);
  }
  /// Adds the adjoint of another statement of its own shape.
  void add(const ArrayStatement& other) {
    add(other.adjoint_, other.adjoint_numbers(), other.is_known_finite_);
  }

  /// Large adjoints are not read again where those who wrote them saw that they are finite.
  bool has_finite_adjoint() const {
    return is_known_finite_ || has_finite_elements<T>(adjoint_numbers(), size());
  }
  void know_finite() { is_known_finite_ = true; }

  /// The adjoint to be added to; `is_fresh` if it holds nothing yet and is to be written instead.
  T* accumulator(bool& is_fresh) {
    is_fresh = !reached_;
    reached_ = true;
    is_known_finite_ = false;
    return is_number() ? &number_ : writable(is_fresh);
  }

 private:
  /// An adjoint of one element needs no block of its own.
  bool is_number() const { return size() == 1; }

  /// `more` are the numbers of the array, which is shared if nothing was added before.
  void add(const Array<T>& array, const T* more, bool is_finite) {
    if (!reached_ && !is_number()) {
      adjoint_ = array;
      reached_ = true;
      is_known_finite_ = is_finite;
      return;
    }
    bool is_fresh = false;
    T* const sum = accumulator(is_fresh);
    if (is_fresh) {
      *sum = *more;
    } else {
      const std::size_t n = size();
      AUTODIFF_INDEPENDENT
      for (std::size_t i = 0; i < n; ++i) sum[i] += more[i];
    }
  }

  /// Others may hold the numbers of an adjoint; they keep what they have seen.
  T* writable(bool is_fresh) {
    if (adjoint_.is_shared()) {
      Array<T> own = Array<T>::uninitialized(shape_);
      if (!is_fresh) std::copy_n(adjoint_.data(), size(), own.mutable_data());
      adjoint_ = std::move(own);
    }
    return adjoint_.mutable_data();
  }

  Shape shape_;
  Array<T> adjoint_;
  T number_{};
  bool reached_ = false;
  bool is_known_finite_ = false;
};

/// What is to be added to: zeros if nothing was yet.
template <class T>
T* begun_accumulator(ArrayStatement<T>& to) {
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) std::fill_n(sum, to.size(), T(0));
  return sum;
}

/// An array of independent variables.
template <class T>
class ArrayInput final : public ArrayStatement<T> {
 public:
  using ArrayStatement<T>::ArrayStatement;

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    if (!this->has_finite_adjoint()) adjoints.note_nonfinite();
  }
};

/// The products of cotangents and partials, both packed; where one of them is null, it is `factor`
/// everywhere. A form 0 * inf gives zero and is told.
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
  [[gnu::always_inline]] Number at(std::size_t i) {
    Number product = read<Number>(cotangent_, i, factor_) * read<Number>(partial_, i, factor_);
    if (!holds_everywhere(all_finite(product))) [[unlikely]] {
      product = mended<Number>(cotangent_, factor_, partial_, i, operation_, adjoints_);
      is_finite_ = is_finite_ && holds_everywhere(all_finite(product));
    }
    return product;
  }

  /// All products so far are.
  bool is_finite() const { return is_finite_; }

 private:
  /// Takes values, so that the caller's may stay in registers.
  template <class Number>
  [[gnu::noinline, gnu::cold]] static Number mended(const T* cotangents, T factor,
                                                    const T* partials, std::size_t i,
                                                    const char* operation, Adjoints<T>& adjoints) {
    std::array<T, width_v<Number>> products;
    for (std::size_t lane = 0; lane < products.size(); ++lane) {
      const T cotangent = read<T>(cotangents, i + lane, factor);
      const T partial = read<T>(partials, i + lane, factor);
      const bool indeterminate = is_indeterminate(cotangent, partial);
      if (indeterminate) adjoints.note_indeterminate(operation);
      products[lane] = indeterminate ? T(0) : cotangent * partial;
    }
    return read_number<Number>(products.data());
  }

  template <class Number>
  [[gnu::always_inline]] static Number read(const T* numbers, std::size_t i, const T& factor) {
    return numbers == nullptr ? Number(factor) : read_number<Number>(numbers + i);
  }

  const T* cotangent_;
  T factor_;
  const T* partial_;
  const char* operation_;
  Adjoints<T>& adjoints_;
  bool is_finite_ = true;
};

/// Adds what lies along the axes from `axis` on to the repeated ones it came from.
template <class T>
void add_along(std::size_t axis, const Shape& shape, const Strides& strides, T* sum,
               std::size_t& position, const Products<T>& products) {
  const std::size_t extent = shape.rank() == 0 ? 1 : shape[axis];
  const std::ptrdiff_t stride = shape.rank() == 0 ? 0 : strides[axis];
  if (axis + 1 < shape.rank()) {
    for (std::size_t i = 0; i < extent; ++i, sum += stride) {
      add_along(axis + 1, shape, strides, sum, position, products);
    }
    return;
  }
  Products<T> local = products;  // in registers
  if (stride == 0) {
    *sum += sum_in_chains<T>(
        extent, [&]<class Number>(std::size_t i) __attribute__((always_inline)) {
          return local.template at<Number>(position + i);
        });
  } else {
    for_each_lanes<T>(
        extent, [&, position ]<class Number>(std::size_t i) __attribute__((always_inline)) {
          write(sum + i,
                Number(read_number<Number>(sum + i) + local.template at<Number>(position + i)));
        });
  }
  position += extent;
}

/// sum += Σ products over the axes along which `to` was repeated to `shape`.
template <class T>
void add_repeated_products(ArrayStatement<T>& to, const Shape& shape, const Products<T>& products) {
  T* const sum = begun_accumulator(to);
  const Strides strides = broadcast_strides(to.shape(), packed_strides(to.shape()), shape);
  std::size_t position = 0;
  if (shape.size() > 0) add_along(0, shape, strides, sum, position, products);
}

template <class T>
void add_products(ArrayStatement<T>& to, const Shape& shape, Products<T> products) {
  const std::size_t n = shape.size();
  if (to.size() != n) return add_repeated_products(to, shape, products);
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) {
    for_each_lanes<T>(
        n, [&]<class Number>(std::size_t i)
               __attribute__((always_inline)) { write(sum + i, products.template at<Number>(i)); });
    if (products.is_finite()) to.know_finite();
  } else {
    for_each_lanes<T>(
        n, [&]<class Number>(std::size_t i) __attribute__((always_inline)) {
          write(sum + i, Number(read_number<Number>(sum + i) + products.template at<Number>(i)));
        });
  }
}

/// Adds the same number for every element of `shape`, in which `to` may be repeated.
template <class T>
void add_everywhere(ArrayStatement<T>& to, const Shape& shape, const T& number) {
  if (shape.size() == 0) return;
  const T more = number * T(static_cast<double>(shape.size() / to.size()));
  bool is_fresh = false;
  T* const sum = to.accumulator(is_fresh);
  if (is_fresh) {
    std::fill_n(sum, to.size(), more);
    if (all_finite(more)) to.know_finite();
  } else {
    for (std::size_t i = 0; i < to.size(); ++i) sum[i] += more;
  }
}

/// Adds factor * partial for every element; the partials may be known to be finite.
template <class T>
void add_scaled(ArrayStatement<T>& to, const Array<T>& partial, const T& factor,
                const char* operation, Adjoints<T>& adjoints, bool is_finite = false) {
  const bool is_one = all_zero(T(factor - T(1)));  // a 1 with a tangent is none
  if (is_one && to.shape() == partial.shape()) return to.add(partial, is_finite);
  add_products(to, partial.shape(),
               Products<T>(nullptr, factor, partial.data(), operation, adjoints));
}

}  // namespace ad::detail
