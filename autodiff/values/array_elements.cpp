#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_rule.hpp>

#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

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

}  // namespace

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

#define AUTODIFF_INSTANTIATE(T) template struct ArrayElements<T>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
