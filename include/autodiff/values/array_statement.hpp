// What a tape keeps of an operation on arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/core/pool.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>

namespace ad::detail {

/// A recorded array: a call of the tape that keeps its own adjoint.
template <class T>
class ArrayStatement : public CustomCall<T> {
 public:
  explicit ArrayStatement(const Shape& shape) : shape_(shape) {}

  const Shape& shape() const { return shape_; }

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

  static void* operator new(std::size_t bytes) { return take_block(bytes); }
  static void operator delete(void* block, std::size_t bytes) { give_block(block, bytes); }

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

/// An array of independent variables.
template <class T>
class ArrayInput final : public ArrayStatement<T> {
 public:
  using ArrayStatement<T>::ArrayStatement;

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    const Array<T> adjoint = this->adjoint();
    for (std::size_t i = 0; i < adjoint.size(); ++i) {
      if (!all_finite(adjoint.data()[i])) return adjoints.note_nonfinite();
    }
  }
};

/// sum += Σ cotangent * partial over the axes along which `to` was repeated to `shape`. Cotangent
/// and partial are packed; a null cotangent is `factor` everywhere. A form 0 * inf contributes zero
/// and is told.
template <class T>
void add_products(ArrayStatement<T>& to, const Shape& shape, const T* cotangent, T factor,
                  const Array<T>& partial, const char* operation, Adjoints<T>& adjoints);

extern template void add_products(ArrayStatement<float>&, const Shape&, const float*, float,
                                  const Array<float>&, const char*, Adjoints<float>&);
extern template void add_products(ArrayStatement<double>&, const Shape&, const double*, double,
                                  const Array<double>&, const char*, Adjoints<double>&);

}  // namespace ad::detail
