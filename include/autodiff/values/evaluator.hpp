// Makes the type-erased evaluator of anything that can be applied to values.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <autodiff/core/precise.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/ops/primitive.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

/// In place of an arity: the function is called with the span of its arguments.
inline constexpr std::size_t any_arity = static_cast<std::size_t>(-1);

template <class Function, std::size_t Arity, class Base, class List>
class EvaluatorLayers;

template <class Function, std::size_t Arity, class Base>
class EvaluatorLayers<Function, Arity, Base, TypeList<>> : public Base {
 public:
  explicit EvaluatorLayers(Function f) : function_(std::move(f)) {}

 protected:
  Function function_;
};

template <class Function, std::size_t Arity, class Base, class T, class... Rest>
class EvaluatorLayers<Function, Arity, Base, TypeList<T, Rest...>>
    : public EvaluatorLayers<Function, Arity, Base, TypeList<Rest...>> {
 public:
  using Next = EvaluatorLayers<Function, Arity, Base, TypeList<Rest...>>;
  using Next::apply;
  using Next::Next;

  T apply(std::span<const T> x) const override {
    if constexpr (Arity == any_arity) {
      return T(this->function_(x));
    } else {
      return [&]<std::size_t... I>(std::index_sequence<I...>)->T {
        return T(this->function_(x[I]...));
      }
      (std::make_index_sequence<Arity>{});
    }
  }
};

/// `Function` is called as f(x...) with `Arity` arguments of each erased carrier.
template <class Function, std::size_t Arity>
using EvaluatorFor = EvaluatorLayers<Function, Arity, Evaluator, ErasedCarriers>;

}  // namespace ad::detail
