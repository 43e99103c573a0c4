// Runs the code of a formula.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

#include "autodiff/tools/formula_code.hpp"

namespace ad::tools {

template <class T>
T number_of(const Literal& literal) {
  if constexpr (std::is_same_v<innermost_t<T>, Quad>) {
    return T(literal.quad);
  } else if constexpr (std::is_same_v<innermost_t<T>, Precise>) {
    return T(literal.constant != nullptr ? literal.constant() : Precise(literal.nearest_double));
  } else {
    return T(literal.nearest_double);
  }
}

template <class T>
bool holds(Relation relation, const T& a, const T& b) {
  // Comparisons of Quad are logged under this name.
  const detail::OperationName scope("where");
  switch (relation) {
    case Relation::less:
      return a < b;
    case Relation::less_equal:
      return a <= b;
    case Relation::greater:
      return a > b;
    case Relation::greater_equal:
      return a >= b;
    case Relation::equal:
      return a == b;
    case Relation::not_equal:
      break;
  }
  return a != b;
}

/// Watches nothing.
struct NoObserver {
  template <class T>
  T apply(const Call& call, std::span<const T> arguments) const {
    return call.evaluator->apply(arguments);
  }
  template <class T>
  void before_comparison(const T&, const T&) const {}
};

/// The value of the formula. The observer applies each call to its arguments, and is told of the
/// two sides of each comparison.
template <class T, class Observer>
T run(const FormulaCode& code, std::span<const T> values, Observer&& observer) {
  std::vector<T> stack;
  stack.reserve(code.depth);
  bool condition = false;
  for (std::size_t i = 0; i < code.steps.size(); ++i) {
    const Step step = code.steps[i];
    switch (step.kind) {
      case Step::Kind::constant:
        stack.push_back(number_of<T>(code.literals[step.index]));
        break;
      case Step::Kind::variable:
        stack.push_back(values[step.index]);
        break;
      case Step::Kind::call: {
        const Call& call = code.calls[step.index];
        const std::size_t arity = call.arguments;
        const std::size_t first = stack.size() - arity;
        const std::span<const T> arguments(stack.data() + first, arity);
        stack[first] = observer.apply(call, arguments);
        stack.resize(first + 1);
        break;
      }
      case Step::Kind::compare: {
        const std::size_t right = stack.size() - 1;
        observer.before_comparison(stack[right - 1], stack[right]);
        condition = holds(static_cast<Relation>(step.index), stack[right - 1], stack[right]);
        stack.resize(right - 1);
        break;
      }
      case Step::Kind::unless:
        if (!condition) i = step.index - std::size_t{1};
        break;
      case Step::Kind::jump:
        i = step.index - std::size_t{1};
        break;
    }
  }
  return stack.back();
}

}  // namespace ad::tools
