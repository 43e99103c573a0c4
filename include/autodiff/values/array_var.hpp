// The active array of the tape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/array_evaluation.hpp>
#include <autodiff/values/array_statement.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

namespace detail {

template <class T, class E>
Var<Array<T>> record_elementwise(const E& expression);

}  // namespace detail

/// An array and its place in the recording of a `Tape<T>`, beside the scalars `Var<T>`.
///
/// Made from an array or a number it is passive. Operations give lazy nodes; a node that becomes a
/// `Var<Array<T>>` is evaluated in one pass, which also keeps one partial derivative per element of
/// each active array in it. Throws TapeError as `Var<T>` does.
template <class T>
class Var<Array<T>> {
 public:
  using ad_value_type = Var;
  using inner_type = Array<T>;
  using element_type = T;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_constant = false;
  static constexpr bool vectorizes = true;

  Var() = default;
  Var(const Array<T>& value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  template <Arithmetic X>
  Var(X number) : value_(number) {}  // NOLINT(google-explicit-constructor)

  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Var> Var(
      const E& expression)  // NOLINT(google-explicit-constructor)
      : Var(detail::record_elementwise<T>(expression)) {}
  /// Arrays of other numbers that stand for these are constants.
  template <Active X>
  requires(!std::is_same_v<value_type_t<X>, Array<T>> &&
           detail::is_level_of<value_type_t<X>, Array<T>>() && HasElements<X>)
      Var(const X& x)  // NOLINT(google-explicit-constructor)
      : value_(Array<T>(value_type_t<X>(x))) {}
  /// An expression of plain arrays is a constant.
  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Array<T>> Var(const E& expression)
      : value_(expression) {}

  /// Of the library: a recorded array.
  Var(Array<T> value, detail::ArrayStatement<T>* statement, std::uint32_t index,
      std::uint32_t generation)
      : value_(std::move(value)), statement_(statement), index_(index), generation_(generation) {}

  const Array<T>& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  std::size_t rank() const { return value_.rank(); }
  std::size_t size() const { return value_.size(); }
  bool is_active() const { return index_ != 0; }
  std::uint32_t index() const { return index_; }
  std::uint32_t generation() const { return generation_; }
  detail::ArrayStatement<T>* statement() const { return statement_; }

  /// A tape's scalar as an array without axes.
  static Var of_scalar(const Var<T>& scalar);

  /// Of `Tape::input` and `Tape::adjoint`.
  static Var input(Tape<T>& tape, const Array<T>& value);
  Array<T> adjoint(std::size_t swept) const {
    return is_active() && index_ <= swept ? statement_->adjoint() : Array<T>::zeros(shape());
  }

  // What expressions ask of a leaf.
  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    visit(*this);
  }
  const Array<T>& array() const { return value_; }
  template <class Number, std::size_t First, std::size_t N>
  [[gnu::always_inline]] auto element(const detail::ElementSource<T, N>& source,
                                      std::size_t i) const {
    return detail::leaf_element<Var, Number, First>(source, i);
  }

  /// How `ad::apply` applies an operation.
  template <class Op, class... X>
  static auto apply(const Op& op, const X&... x) {
    return ArrayNode<Var, Op, detail::StoredArrayOperand<Var, X>...>(
        op, detail::store_array_operand<Var>(x)...);
  }

 private:
  Array<T> value_;
  detail::ArrayStatement<T>* statement_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t generation_ = 0;
};

namespace detail {

/// An active array of an expression, with the partial of each element of the result.
template <class T>
struct ArrayArgument {
  ArrayStatement<T>* source = nullptr;
  Array<T> partial;
};

template <class T, std::size_t N>
using ArrayArguments = std::array<ArrayArgument<T>, N>;

/// What is recorded of x; null if x is passive. Throws TapeError if it is of no tape that records.
template <class T>
ArrayStatement<T>* recorded_source(const Var<Array<T>>& x) {
  if (!x.is_active()) return nullptr;
  Tape<T>::verify(x.index(), x.generation(), "recording");
  return x.statement();
}

/// The leaves of an expression that belong to the tape that records, with room for their partials;
/// where an array occurs again its partials are added up. Throws TapeError if one belongs
/// elsewhere.
template <class T, class E>
ArrayArguments<T, E::leaves> active_arguments(const E& expression,
                                              PartialTargets<T, E::leaves>& partials) {
  ArrayArguments<T, E::leaves> result;
  std::size_t sources = 0;
  std::size_t k = 0;
  expression.for_each_leaf([&](const auto& leaf) {
    const std::size_t here = k++;
    if constexpr (!std::remove_cvref_t<decltype(leaf)>::is_constant) {
      ArrayStatement<T>* const source = recorded_source(leaf);
      if (source == nullptr) return;
      for (std::size_t earlier = 0; earlier < here; ++earlier) {
        if (result[earlier].source != source) continue;
        partials.numbers[here] = partials.numbers[earlier];
        partials.shared[here] = true;
        return;
      }
      ++sources;
      result[here] = {source, Array<T>::uninitialized(expression.shape())};
      partials.numbers[here] = result[here].partial.mutable_data();
    }
  });
  partials.is_single = sources == 1;
  return result;
}

template <class T, std::size_t N>
bool any_active(const ArrayArguments<T, N>& arguments) {
  for (const auto& each : arguments) {
    if (each.source != nullptr) return true;
  }
  return false;
}

/// What is recorded of an expression: where its partials belong.
template <class T, std::size_t N>
struct RecordedElements {
  Shape shape;
  ArrayArguments<T, N> arguments;
  const char* operation;             ///< the outermost one, for messages
  IndeterminateNames indeterminate;  ///< inside the expression

  std::size_t bytes() const {
    std::size_t count = 0;
    for (const ArrayArgument<T>& argument : arguments) {
      if (argument.source != nullptr) count += argument.partial.size();
    }
    return count * sizeof(T);
  }

  /// Adds cotangent * partial for every element; a null cotangent is `factor` everywhere.
  void reverse(const T* cotangent, T factor, Adjoints<T>& adjoints) const {
    for (const char* const name : indeterminate) adjoints.note_indeterminate(name);
    for (const ArrayArgument<T>& argument : arguments) {
      if (argument.source == nullptr) continue;
      if (cotangent == nullptr) {
        add_scaled(*argument.source, argument.partial, factor, operation, adjoints);
      } else {
        add_products(*argument.source, shape,
                     Products<T>(cotangent, factor, argument.partial.data(), operation, adjoints));
      }
    }
  }
};

/// y = f(x...) element by element.
template <class T, std::size_t N>
class ElementwiseStatement final : public ArrayStatement<T> {
 public:
  explicit ElementwiseStatement(RecordedElements<T, N> recorded)
      : ArrayStatement<T>(recorded.shape), recorded_(std::move(recorded)) {}

  std::size_t bytes() const override { return ArrayStatement<T>::bytes() + recorded_.bytes(); }

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    const Array<T> own = this->adjoint();
    recorded_.reverse(own.data(), T(1), adjoints);
  }

 private:
  RecordedElements<T, N> recorded_;
};

/// Σ of the elements of f(x...).
template <class T, std::size_t N>
class SumStatement final : public CustomCall<T> {
 public:
  explicit SumStatement(RecordedElements<T, N> recorded) : recorded_(std::move(recorded)) {}

  std::size_t bytes() const override { return recorded_.bytes(); }

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    recorded_.reverse(nullptr, adjoints.of(first_output), adjoints);
  }

 private:
  RecordedElements<T, N> recorded_;
};

/// Enters a statement whose result is an array.
template <class T, class Statement>
Var<Array<T>> record_array(Array<T> value, std::unique_ptr<Statement> statement) {
  Tape<T>& tape = *Tape<T>::recording();
  ArrayStatement<T>* const entered = statement.get();
  const std::uint32_t index = tape.record_call(std::move(statement), 1);
  return Var<Array<T>>(std::move(value), entered, index, tape.generation());
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
  PartialTargets<T, E::leaves> partials;
  RecordedElements<T, E::leaves> recorded{expression.shape(),
                                          active_arguments<T>(expression, partials),
                                          name_of_expression(expression),
                                          {}};
  auto value = Array<T>::uninitialized(expression.shape());
  if (!any_active(recorded.arguments)) {
    evaluate_elements<T>(expression, value.mutable_data());
    return value;
  }
  record_elements<T>(expression, partials, value.mutable_data(), recorded.indeterminate);
  using Statement = ElementwiseStatement<T, E::leaves>;
  return record_array(std::move(value), std::make_unique<Statement>(std::move(recorded)));
}

}  // namespace detail

template <class T>
Var<Array<T>> Var<Array<T>>::input(Tape<T>&, const Array<T>& value) {
  const Array<T> packed = value.packed();
  return detail::record_array(packed, std::make_unique<detail::ArrayInput<T>>(packed.shape()));
}

}  // namespace ad
