// From arrays to scalars and back, on one tape.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

namespace detail {

/// The array of what a scalar operand stands for; integers become double.
template <class X>
using array_of_scalar_t = typename ArrayOfNumbers<common_value_t<X>>::type;

/// The elements of an array as scalars, the next outputs of the recording.
template <class T>
class ElementsStatement final : public CustomCall<T> {
 public:
  explicit ElementsStatement(ArrayStatement<T>* source) : source_(source) {}

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    T* const sum = begun_accumulator(*source_);
    const auto count = static_cast<std::uint32_t>(source_->shape().size());
    for (std::uint32_t i = 0; i < count; ++i) sum[i] += adjoints.of(first_output + i);
  }

 private:
  ArrayStatement<T>* source_;
};

/// An array of scalars; those that are passive have the place 0.
template <class T>
class OfScalarsStatement final : public ArrayStatement<T> {
 public:
  OfScalarsStatement(const Shape& shape, std::span<const Var<T>> scalars)
      : ArrayStatement<T>(shape) {
    places_.reserve(scalars.size());
    for (const Var<T>& each : scalars) places_.push_back(each.index());
  }

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    const Array<T> own = this->adjoint();
    for (std::size_t i = 0; i < places_.size(); ++i) adjoints.add(places_[i], own.data()[i]);
  }

 private:
  PooledVector<std::uint32_t> places_;
};

/// Compiled for T float and double.
template <class T>
struct ArrayElements {
  static Var<T> element(const Var<Array<T>>& x, std::span<const std::size_t> index);
  static std::vector<Var<T>> elements(const Var<Array<T>>& x);
  static Var<Array<T>> array(std::span<const Var<T>> scalars, const Shape& shape);
  static Array<T> array(std::span<const T> scalars, const Shape& shape) { return {shape, scalars}; }
};

template <class T>
Var<T> ArrayElements<T>::element(const Var<Array<T>>& x, std::span<const std::size_t> index) {
  const Shape& shape = x.shape();
  const Strides strides = x.value().strides();
  if (index.size() != shape.rank()) throw_array_index(shape, index);
  std::size_t position = 0;
  std::ptrdiff_t offset = 0;
  for (std::size_t axis = 0; axis < index.size(); ++axis) {
    if (index[axis] >= shape[axis]) throw_array_index(shape, index);
    position = position * shape[axis] + index[axis];
    offset += static_cast<std::ptrdiff_t>(index[axis]) * strides[axis];
  }
  return record_scalar_rule<Var<Array<T>>>(x.value().data()[offset], sources_of(x),
                                           [position](const auto& to, T cotangent, Adjoints<T>&) {
                                             begun_accumulator(*to[0])[position] += cotangent;
                                           });
}

template <class T>
std::vector<Var<T>> ArrayElements<T>::elements(const Var<Array<T>>& x) {
  const Array<T> numbers = x.value().packed();
  ArrayStatement<T>* const source = recorded_source(x);
  std::vector<Var<T>> result;
  result.reserve(numbers.size());
  if (source == nullptr || numbers.size() == 0) {
    for (std::size_t i = 0; i < numbers.size(); ++i) result.emplace_back(numbers.data()[i]);
    return result;
  }
  Tape<T>& tape = *Tape<T>::recording();
  const std::uint32_t first =
      tape.record_call(std::make_unique<ElementsStatement<T>>(source), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    result.emplace_back(numbers.data()[i], first + static_cast<std::uint32_t>(i),
                        tape.generation());
  }
  return result;
}

template <class T>
Var<Array<T>> ArrayElements<T>::array(std::span<const Var<T>> scalars, const Shape& shape) {
  if (scalars.size() != shape.size()) throw_array_values(shape, scalars.size());
  Array<T> value = Array<T>::uninitialized(shape);
  bool active = false;
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    value.mutable_data()[i] = scalars[i].value();
    active = active || scalars[i].is_active();
  }
  if (!active) return value;
  for (const Var<T>& each : scalars) Tape<T>::verify(each.index(), each.generation(), "recording");
  return record_array(std::move(value), std::make_unique<OfScalarsStatement<T>>(shape, scalars));
}

extern template struct ArrayElements<float>;
extern template struct ArrayElements<double>;

}  // namespace detail

/// A number, a tape value, or an expression of tape values, that an array can hold.
template <class X>
concept ArrayScalar = Operand<X> && !HasElements<X> && requires {
  typename detail::array_of_scalar_t<X>;
};

/// A container, span or C array of them.
template <class R>
concept ArrayScalarRange =
    std::ranges::input_range<const R&> && ArrayScalar<std::ranges::range_value_t<const R&>>;

/// The element of x at these indices as a scalar: `Var<T>` of an active array, else T. Throws
/// ShapeError if an index is out of range or missing.
///
///     ad::Real y = element(x, 1, 0) * exp(element(x, 1, 1));
template <ArrayOperand X, std::convertible_to<std::size_t>... I>
auto element(const X& x, I... indices) {
  using V = value_type_t<X>;
  using T = typename V::element_type;
  if constexpr (is_array_v<V>) {
    return V(x)(indices...);
  } else {
    const std::array<std::size_t, sizeof...(I)> index{static_cast<std::size_t>(indices)...};
    return detail::ArrayElements<T>::element(V(x), index);
  }
}

/// All elements of x as scalars, in row-major order.
template <ArrayOperand X>
auto elements(const X& x) {
  using V = value_type_t<X>;
  if constexpr (is_array_v<V>) {
    return V(x).to_vector();
  } else {
    return detail::ArrayElements<typename V::element_type>::elements(V(x));
  }
}

/// A scalar as an array without axes, so that it goes with arrays: active if the scalar is.
///
///     ad::Var<ad::Array<double>> y = relu(array_of(scale) * x);  // scale is a Real
template <ArrayScalar X>
auto array_of(const X& scalar) {
  using S = common_value_t<X>;
  using T = typename detail::array_of_scalar_t<X>::element_type;
  const std::array<S, 1> one{static_cast<S>(scalar)};
  return detail::ArrayElements<T>::array(std::span<const S>(one), Shape{});
}

template <class T>
Var<Array<T>> Var<Array<T>>::of_scalar(const Var<T>& scalar) {
  return array_of(scalar);
}

/// Scalars as an array of a shape, in row-major order; active if they are. Throws ShapeError if
/// they are not as many as the shape has elements.
template <ArrayScalarRange R>
auto array_of(const R& scalars, const Shape& shape) {
  using X = std::ranges::range_value_t<const R&>;
  using S = common_value_t<X>;
  using T = typename detail::array_of_scalar_t<X>::element_type;
  if constexpr (std::is_convertible_v<const R&, std::span<const S>>) {
    return detail::ArrayElements<T>::array(std::span<const S>(scalars), shape);
  } else {
    std::vector<S> values;
    for (const auto& each : scalars) values.push_back(static_cast<S>(each));
    return detail::ArrayElements<T>::array(std::span<const S>(values), shape);
  }
}
/// Scalars as a vector.
template <ArrayScalarRange R>
auto array_of(const R& scalars) {
  return array_of(scalars, Shape{static_cast<std::size_t>(std::ranges::distance(scalars))});
}

}  // namespace ad
