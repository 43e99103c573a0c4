// How expressions of active arrays are recorded.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/array_evaluation.hpp>
#include <autodiff/values/array_statement.hpp>
#include <autodiff/values/array_var_class.hpp>

namespace ad {

namespace detail {

/// What is recorded of x; null if x is passive. Throws TapeError if it is of no tape that records.
template <class T>
ArrayStatement<T>* recorded_source(const Var<Array<T>>& x) {
  if (!x.is_active()) return nullptr;
  const Tape<T>* const tape = Tape<T>::recording();
  if (tape == nullptr || difference(x.place(), tape->last()) >> 32U != 0) [[unlikely]] {
    Tape<T>::verify(x.index(), x.generation(), "recording");
  }
  return x.statement();
}

/// What is recorded of each leaf of an expression; null if it is passive.
template <class T, std::size_t N>
using LeafSources = std::array<ArrayStatement<T>*, N>;

/// Throws TapeError if a leaf is of no tape that records.
template <class T, class E>
LeafSources<T, E::leaves> sources_of_leaves(const E& expression) {
  LeafSources<T, E::leaves> sources{};
  std::size_t k = 0;
  expression.for_each_leaf([&](const auto& leaf) {
    if constexpr (!std::remove_cvref_t<decltype(leaf)>::is_constant) {
      sources[k] = recorded_source(leaf);
    }
    ++k;
  });
  return sources;
}

template <class Sources>
bool any_source(const Sources& sources) {
  return std::any_of(sources.begin(), sources.end(), [](const auto* s) { return s != nullptr; });
}

/// What is kept of the partials of an argument.
enum class PartialKind : std::uint8_t {
  unit,   ///< nothing: all are 1, or all are -1
  total,  ///< their sum: every element of the result has the same cotangent, or there is only one
  each    ///< one for each element of the result
};

/// An active array of an expression.
template <class T>
struct ArrayArgument {
  ArrayStatement<T>* source = nullptr;
  PartialKind kind = PartialKind::unit;
  T total{};  ///< or the unit
  Array<T> each;
};

/// What is recorded of an expression: where its partials belong.
template <class T, std::size_t N>
class RecordedElements {
 public:
  /// `operation` is the outermost one, for messages.
  explicit RecordedElements(const char* operation) : operation_(operation) {}

  /// Where the partials of the leaves that have a source are to be written; where an array occurs
  /// again its partials are added up.
  template <class E>
  PartialTargets<T, N> targets(const E& expression, const LeafSources<T, N>& sources, bool is_sum) {
    const bool is_one_element = expression.shape().size() == 1;
    PartialTargets<T, N> result;
    std::size_t written = 0;
    std::size_t totals = 0;
    for (std::size_t here = 0; here < N; ++here) {
      if (sources[here] == nullptr) continue;
      std::size_t first = 0;  // leaf with this source
      while (sources[first] != sources[here]) ++first;
      if (first < here) {
        result.numbers[here] = result.numbers[first];
        result.is_total[here] = result.is_total[first];
        result.shared[here] = true;
        continue;
      }
      ArrayArgument<T>& argument = arguments_[here];
      argument.source = sources[here];
      bool is_alone = true;
      for (std::size_t later = here + 1; later < N; ++later) {
        is_alone = is_alone && sources[later] != sources[here];
      }
      if (is_alone && E::unit_leaves[here] != 0) {
        argument.total = T(E::unit_leaves[here]);
        continue;
      }
      if (is_one_element || (is_sum && sources[here]->size() == 1)) {
        argument.kind = PartialKind::total;
        result.numbers[here] = &argument.total;
        result.is_total[here] = !is_one_element;
      } else {
        argument.kind = PartialKind::each;
        argument.each = Array<T>::uninitialized(expression.shape());
        result.numbers[here] = argument.each.mutable_data();
      }
      ++(result.is_total[here] ? totals : written);
    }
    result.is_single = written == 1 && totals == 0;
    return result;
  }

  std::size_t bytes() const {
    std::size_t count = 0;
    for (const ArrayArgument<T>& argument : arguments_) {
      if (argument.kind == PartialKind::each) count += argument.each.size();
    }
    return count * sizeof(T);
  }

  /// Adds cotangent * partial for every element, the cotangent being the adjoint of `result`.
  void reverse(const ArrayStatement<T>& result, Adjoints<T>& adjoints) const {
    for (const char* const name : notes.indeterminate) adjoints.note_indeterminate(name);
    for (const ArrayArgument<T>& argument : arguments_) {
      if (argument.source == nullptr) continue;
      ArrayStatement<T>& to = *argument.source;
      const bool is_unit = argument.kind == PartialKind::unit;
      if (is_unit && all_zero(T(argument.total - T(1))) && to.shape() == result.shape()) {
        to.add(result);
      } else {
        add_products(to, result.shape(),
                     Products<T>(result.adjoint_numbers(), is_unit ? argument.total : T(1),
                                 partials_of(argument), operation_, adjoints));
      }
    }
  }

  /// The same where the cotangent is `factor` everywhere in this shape.
  void reverse(const Shape& shape, const T& factor, Adjoints<T>& adjoints) const {
    for (const char* const name : notes.indeterminate) adjoints.note_indeterminate(name);
    for (const ArrayArgument<T>& argument : arguments_) {
      if (argument.source == nullptr) continue;
      ArrayStatement<T>& to = *argument.source;
      switch (argument.kind) {
        case PartialKind::unit:
          add_everywhere(to, shape, T(factor * argument.total));
          break;
        case PartialKind::total:
          add_products(to, to.shape(),
                       Products<T>(nullptr, factor, partials_of(argument), operation_, adjoints));
          break;
        case PartialKind::each:
          add_scaled(to, argument.each, factor, operation_, adjoints, notes.all_finite);
          break;
      }
    }
  }

  PartialNotes notes;

 private:
  static const T* partials_of(const ArrayArgument<T>& argument) {
    if (argument.kind == PartialKind::unit) return nullptr;
    return argument.kind == PartialKind::total ? &argument.total : argument.each.data();
  }

  std::array<ArrayArgument<T>, N> arguments_;
  const char* operation_;
};

/// y = f(x...) element by element.
template <class T, std::size_t N>
class ElementwiseStatement final : public ArrayStatement<T> {
 public:
  ElementwiseStatement(const Shape& shape, const char* operation)
      : ArrayStatement<T>(shape), elements(operation) {}

  std::size_t bytes() const override { return ArrayStatement<T>::bytes() + elements.bytes(); }

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override { elements.reverse(*this, adjoints); }

  RecordedElements<T, N> elements;
};

/// Σ of the elements of f(x...).
template <class T, std::size_t N>
class SumStatement final : public CustomCall<T> {
 public:
  SumStatement(const Shape& shape, const char* operation) : elements(operation), shape_(shape) {}

  std::size_t bytes() const override { return elements.bytes(); }
  bool has_nonfinite_partials() const override { return !elements.notes.all_finite; }

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    elements.reverse(shape_, T(adjoints.of(first_output)), adjoints);
  }

  RecordedElements<T, N> elements;

 private:
  Shape shape_;
};

/// Enters a statement whose result is an array.
template <class T, class Statement>
Var<Array<T>> record_array(Array<T> value, std::unique_ptr<Statement> statement) {
  Tape<T>& tape = *Tape<T>::recording();
  ArrayStatement<T>* const entered = statement.get();
  const std::uint32_t index = tape.record_call(std::move(statement), 1);
  return Var<Array<T>>(std::move(value), entered, index, tape.generation());
}

/// Enters a statement whose result is a single number.
template <class T, class Statement>
Var<T> record_scalar(const T& value, std::unique_ptr<Statement> statement) {
  Tape<T>& tape = *Tape<T>::recording();
  const std::uint32_t index = tape.record_call(std::move(statement), 1);
  return Var<T>(value, index, tape.generation());
}

template <class V, class Op, class... X>
constexpr const char* name_of_expression(const ArrayNode<V, Op, X...>&) {
  return Op::meta.name.data();
}
template <class T>
constexpr const char* name_of_expression(const Var<Array<T>>&) {
  return "sum";
}

/// An expression as a value: recorded if an array in it is active.
template <class T, class E>
Var<Array<T>> record_elementwise(const E& expression) {
  const auto sources = sources_of_leaves<T>(expression);
  auto value = Array<T>::uninitialized(expression.shape());
  if (!any_source(sources)) {
    evaluate_elements<T>(expression, value.mutable_data());
    return value;
  }
  auto statement = std::make_unique<ElementwiseStatement<T, E::leaves>>(
      expression.shape(), name_of_expression(expression));
  auto& elements = statement->elements;
  record_elements<T>(expression, elements.targets(expression, sources, false), value.mutable_data(),
                     elements.notes);
  return record_array(std::move(value), std::move(statement));
}

/// Σ of the elements of an expression: recorded if an array in it is active.
template <class T, class E>
Var<T> record_sum(const E& expression) {
  const auto sources = sources_of_leaves<T>(expression);
  if (!any_source(sources)) {
    PartialNotes none;
    return sum_elements<false, T>(expression, {}, none);
  }
  auto statement = std::make_unique<SumStatement<T, E::leaves>>(expression.shape(),
                                                                name_of_expression(expression));
  auto& elements = statement->elements;
  const T value = sum_elements<true, T>(expression, elements.targets(expression, sources, true),
                                        elements.notes);
  return record_scalar(value, std::move(statement));
}

}  // namespace detail

template <class T>
Var<Array<T>> Var<Array<T>>::input(const Array<T>& value) {
  const Array<T> packed = value.packed();
  return detail::record_array(packed, std::make_unique<detail::ArrayInput<T>>(packed.shape()));
}

}  // namespace ad
