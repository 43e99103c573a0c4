// Expressions of arrays, evaluated element by element in one pass when their value is wanted.
//
// A node holds its operands by value: arrays share their numbers, so `auto` never dangles. For each
// element the same node is built of plain numbers, on the stack, and the compiler sees through it:
// its value is the operation's own, its partial derivatives are those of the operation's own rule,
// walked in reverse as in a statement of scalars (see node.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/shape.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/node.hpp>
#include <autodiff/values/var.hpp>

namespace ad {
namespace detail {

// --- one element ---

/// An element of an active array, the I-th leaf of its expression. Elements of passive arrays are
/// constants, as numbers are.
template <class T, std::size_t I>
struct ElementLeaf {
  using ad_value_type = Var<T>;
  static constexpr std::size_t leaves = 1;

  T number;

  const T& value() const { return number; }
  bool is_active() const { return true; }
  template <class CT, class Writer>
  [[gnu::always_inline]] void reverse(const CT& cotangent, Writer& writer) const {
    writer.template add<I>(as_number<T>(cotangent));
  }
};

/// Where the leaves of an expression are read, and where their partials go: null for a leaf that is
/// not active.
template <class T, std::size_t N>
struct ElementSource {
  std::array<const T*, N> numbers{};
  std::array<std::ptrdiff_t, N> steps{};
  std::array<T*, N> partials{};
};

/// The partials of the element at `i`.
template <class T, std::size_t N>
struct PartialWriter {
  static constexpr bool careful = false;

  const ElementSource<T, N>& source;
  std::size_t i;

  template <std::size_t I>
  [[gnu::always_inline]] void add(const T& partial) {
    if (source.partials[I] != nullptr) source.partials[I][i] = partial;
  }
};

/// The same where a partial came out infinite or NaN: a form 0 * inf inside the expression
/// contributes zero, and the operation is remembered.
template <class T, std::size_t N>
struct CarefulPartialWriter : PartialWriter<T, N> {
  static constexpr bool careful = true;

  std::vector<const char*>& indeterminate;

  T product(One, const T& partial, std::string_view) const { return partial; }
  T product(const T& cotangent, const T& partial, std::string_view operation) const {
    if (!is_indeterminate(cotangent, partial)) return cotangent * partial;
    if (std::find(indeterminate.begin(), indeterminate.end(), operation) == indeterminate.end()) {
      indeterminate.push_back(operation.data());
    }
    return T(0);
  }
};

template <class T>
bool any_nonfinite(const T* x, std::size_t count) {
  bool found = false;
  for (std::size_t i = 0; i < count; ++i) found |= !(x[i] - x[i] == T(0));
  return found;
}

// --- operands ---

/// A number in an expression of arrays V.
template <class V>
struct ArrayConstant {
  using ad_value_type = V;
  using T = typename V::element_type;
  static constexpr std::size_t leaves = 0;

  T number;

  Shape shape() const { return {}; }
  template <class Visit>
  void for_each_leaf(Visit&&) const {}
  template <std::size_t, bool, std::size_t N>
  [[gnu::always_inline]] auto element(const ElementSource<T, N>&, std::size_t) const {
    return Constant<T>{number};
  }
};

/// The element of leaf I at position i; `steps` is false if every leaf has as many elements as the
/// expression.
template <class V, std::size_t I, bool steps, class T, std::size_t N>
[[gnu::always_inline]] inline auto leaf_element(const ElementSource<T, N>& source, std::size_t i) {
  const std::ptrdiff_t position = static_cast<std::ptrdiff_t>(i) * (steps ? source.steps[I] : 1);
  if constexpr (V::is_constant) {
    return Constant<T>{source.numbers[I][position]};
  } else {
    return ElementLeaf<T, I>{source.numbers[I][position]};
  }
}

template <class V, class X>
auto store_array_operand(const X& x) {
  if constexpr (Arithmetic<X>) {
    return ArrayConstant<V>{static_cast<typename V::element_type>(x)};
  } else {
    return x;
  }
}

template <class V, class X>
using StoredArrayOperand = decltype(store_array_operand<V>(std::declval<const X&>()));

}  // namespace detail

/// An operation on arrays, not yet evaluated. V is the array it stands for.
template <class V, class Op, class... X>
struct ArrayNode {
  using ad_value_type = V;
  using T = typename V::element_type;
  static constexpr std::size_t leaves = (X::leaves + ...);

  ArrayNode(const Op& operation, const X&... x)
      : op(operation), operands(x...), shape_(common(x...)) {}
  ArrayNode(const ArrayNode&) = default;
  ArrayNode& operator=(const ArrayNode&) = delete;  // a node is immutable: declare V y, not auto y

  const Shape& shape() const { return shape_; }

  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    std::apply([&](const auto&... x) { (x.for_each_leaf(visit), ...); }, operands);
  }

  /// The node of the numbers at position i; its leaves are numbered from `First` on.
  template <std::size_t First, bool steps, std::size_t N>
  [[gnu::always_inline]] auto element(const detail::ElementSource<T, N>& source,
                                      std::size_t i) const {
    return element_of<First, steps>(source, i, std::index_sequence_for<X...>{});
  }

  /// The value without derivatives.
  Array<T> evaluated() const;

  Op op;
  std::tuple<X...> operands;

 private:
  static Shape common(const X&... x) {
    Shape result;
    ((result = broadcast(result, x.shape(), Op::meta.name)), ...);
    return result;
  }

  /// Leaves of the operands before the K-th.
  template <std::size_t K>
  static constexpr std::size_t leaves_before() {
    constexpr std::array<std::size_t, sizeof...(X)> counts{X::leaves...};
    std::size_t sum = 0;
    for (std::size_t k = 0; k < K; ++k) sum += counts[k];
    return sum;
  }

  template <std::size_t First, bool steps, std::size_t N, std::size_t... K>
  [[gnu::always_inline]] auto element_of(const detail::ElementSource<T, N>& source, std::size_t i,
                                         std::index_sequence<K...>) const {
    return make(op, std::get<K>(operands).template element<First + leaves_before<K>(), steps>(
                        source, i)...);
  }
  template <class... E>
  [[gnu::always_inline]] static auto make(const Op& o, const E&... e) {
    return Node<Op, E...>(o, e...);
  }

  Shape shape_;
};

namespace detail {

/// Goes over all elements of an expression in runs along which every leaf advances by 0 or 1.
template <class T, class E>
class ElementLoop {
 public:
  static constexpr std::size_t n = E::leaves;

  /// `partials` has a packed array of the expression's shape per leaf, or null.
  ElementLoop(const E& expression, const std::array<T*, n>& partials) : shape_(expression.shape()) {
    source_.partials = partials;
    std::size_t k = 0;
    expression.for_each_leaf([&](const auto& leaf) { set(k++, leaf.array()); });
    length_ = plain_ ? shape_.size() : shape_[shape_.rank() - 1];
  }

  /// Calls run<steps>(source, begin, count): elements begin ... of the result, 0 ... of the source.
  template <class Run>
  void run(Run&& each) {
    if (shape_.size() == 0) return;
    if (plain_ && all_step_) {
      each.template operator()<false>(source_, std::size_t{0}, length_);
    } else if (plain_) {
      each.template operator()<true>(source_, std::size_t{0}, length_);
    } else {
      along(0, source_, each);
    }
  }

 private:
  void set(std::size_t k, const Array<T>& array) {
    Array<T> read = array;
    Strides strides = broadcast_strides(read.shape(), read.strides(), shape_);
    const std::size_t last = shape_.rank() == 0 ? 0 : shape_.rank() - 1;
    const bool is_plain = read.is_packed() && (read.size() == shape_.size() || read.size() == 1);
    if (!is_plain && strides[last] != 0 && strides[last] != 1) {
      read = read.packed();
      strides = broadcast_strides(read.shape(), read.strides(), shape_);
    }
    const bool whole = read.is_packed() && read.size() == shape_.size();
    plain_ = plain_ && (whole || read.size() == 1);
    all_step_ = all_step_ && whole;
    source_.numbers[k] = read.data();
    source_.steps[k] = whole ? 1 : strides[last];
    strides_[k] = strides;
    held_[k] = read;
  }

  /// The runs along the last axis, one for each position of the others.
  template <class Run>
  void along(std::size_t axis, ElementSource<T, n> source, Run& each) {
    if (axis + 1 == shape_.rank()) {
      for (std::size_t k = 0; k < n; ++k) source.steps[k] = strides_[k][axis];
      each.template operator()<true>(source, position_, length_);
      position_ += length_;
      return;
    }
    for (std::size_t i = 0; i < shape_[axis]; ++i) {
      ElementSource<T, n> inner = source;
      for (std::size_t k = 0; k < n; ++k) {
        inner.numbers[k] += static_cast<std::ptrdiff_t>(i) * strides_[k][axis];
        if (inner.partials[k] != nullptr) inner.partials[k] = source_.partials[k] + position_;
      }
      along(axis + 1, inner, each);
    }
  }

  Shape shape_;
  ElementSource<T, n> source_;
  std::array<Strides, n> strides_{};
  std::array<Array<T>, n> held_;  ///< what was packed to be read
  bool plain_ = true;     ///< every leaf is one number, or has all elements one after the other
  bool all_step_ = true;  ///< and none is one number
  std::size_t length_ = 0;
  std::size_t position_ = 0;
};

/// The operations inside the expression that met a form 0 * inf in a partial derivative.
using IndeterminateNames = std::vector<const char*>;

/// Writes the partials of a run once more where one of them is not finite.
template <bool steps, class T, class E>
void mend_partials(const E& expression, const ElementSource<T, E::leaves>& source,
                   std::size_t count, IndeterminateNames& indeterminate) {
  bool nonfinite = false;
  for (const T* const partial : source.partials) {
    nonfinite = nonfinite || (partial != nullptr && any_nonfinite(partial, count));
  }
  if (!nonfinite) return;
  for (std::size_t i = 0; i < count; ++i) {
    CarefulPartialWriter<T, E::leaves> writer{{source, i}, indeterminate};
    expression.template element<0, steps>(source, i).reverse(One{}, writer);
  }
}

/// Writes the values to `result`.
template <class T, class E>
void evaluate_elements(const E& expression, T* result) {
  ElementLoop<T, E> loop(expression, {});
  loop.run([&]<bool steps>(const ElementSource<T, E::leaves>& source, std::size_t begin,
                           std::size_t count) {
    T* const y = result + begin;
    AUTODIFF_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      y[i] = expression.template element<0, steps>(source, i).value();
    }
  });
}

/// Writes the values to `result` and the partials where they go.
template <class T, class E>
void record_elements(const E& expression, const std::array<T*, E::leaves>& partials, T* result,
                     IndeterminateNames& indeterminate) {
  ElementLoop<T, E> loop(expression, partials);
  loop.run([&]<bool steps>(const ElementSource<T, E::leaves>& source, std::size_t begin,
                           std::size_t count) {
    T* const y = result + begin;
    AUTODIFF_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      const auto node = expression.template element<0, steps>(source, i);
      y[i] = node.value();
      PartialWriter<T, E::leaves> writer{source, i};
      node.reverse(One{}, writer);
    }
    mend_partials<steps>(expression, source, count, indeterminate);
  });
}

/// Σ of the values, in eight interleaved parts; writes the partials where they go.
template <class T, class E>
T sum_elements(const E& expression, const std::array<T*, E::leaves>& partials,
               IndeterminateNames& indeterminate) {
  constexpr std::size_t parts = 8;
  std::array<T, parts> sums{};
  ElementLoop<T, E> loop(expression, partials);
  loop.run(
      [&]<bool steps>(const ElementSource<T, E::leaves>& source, std::size_t, std::size_t count) {
        const auto one = [&](std::size_t i, T& sum) {
          const auto node = expression.template element<0, steps>(source, i);
          sum += node.value();
          PartialWriter<T, E::leaves> writer{source, i};
          node.reverse(One{}, writer);
        };
        const std::size_t whole = count - count % parts;
        for (std::size_t i = 0; i < whole; i += parts) {
          for (std::size_t k = 0; k < parts; ++k) one(i + k, sums[k]);
        }
        for (std::size_t i = whole; i < count; ++i) one(i, sums[i - whole]);
        mend_partials<steps>(expression, source, count, indeterminate);
      });
  for (std::size_t step = parts / 2; step > 0; step /= 2) {
    for (std::size_t k = 0; k < step; ++k) sums[k] += sums[k + step];
  }
  return sums[0];
}

}  // namespace detail

template <class V, class Op, class... X>
Array<typename V::element_type> ArrayNode<V, Op, X...>::evaluated() const {
  auto result = Array<T>::uninitialized(shape_);
  detail::evaluate_elements<T>(*this, result.mutable_data());
  return result;
}

template <class T>
template <class Op, class... X>
auto Array<T>::apply(const Op& op, const X&... x) {
  return ArrayNode<Array, Op, detail::StoredArrayOperand<Array, X>...>(
      op, detail::store_array_operand<Array>(x)...);
}

}  // namespace ad
