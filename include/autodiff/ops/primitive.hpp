// The type-erased record of an operation, built-in or registered.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <autodiff/core/forward.hpp>
#include <autodiff/ops/rule.hpp>

namespace ad {

template <class... T>
struct TypeList {};

/// The carriers on which a type-erased operation can be evaluated.
using ErasedCarriers = TypeList<double, Quad, Real, Dual<double, 1>, Var<Dual<double, 1>>,
                                Var<Quad>, Dual<Quad, 1>, Var<Directed<double>>, Dual<Precise, 1>>;

namespace detail {

template <class T>
class EvaluatorOn {
 public:
  /// The operation at the arguments x, as many as the operation takes.
  virtual T apply(std::span<const T> x) const = 0;

 protected:
  ~EvaluatorOn() = default;
};

template <class List>
class EvaluatorOnAll;

template <class... T>
class EvaluatorOnAll<TypeList<T...>> : public EvaluatorOn<T>... {
 public:
  using EvaluatorOn<T>::apply...;
  virtual ~EvaluatorOnAll() = default;
};

}  // namespace detail

/// Evaluates one operation on any of the `ErasedCarriers`, derivatives included.
using Evaluator = detail::EvaluatorOnAll<ErasedCarriers>;

/// Everything known of an operation at run time.
struct Primitive {
  std::string name;
  Meta meta;                      ///< the texts; of a registered rule only `name` is set
  std::size_t arity = 0;          ///< number of arguments, of a reduction the least one
  std::size_t group = 0;          ///< of a reduction: more arguments come in groups of this many
  std::vector<double> defaults;   ///< of the last arguments, which may be left out
  std::vector<Interval> samples;  ///< where tests and checks draw the first `arity` arguments
  bool built_in = false;
  std::shared_ptr<const Evaluator> evaluator;
  /// The same operation with another convention at 0; null if the operation has no such choice.
  std::shared_ptr<const Evaluator> (*with_slope_at_zero)(double slope) = nullptr;

  /// It can be called with this many arguments.
  bool takes(std::size_t count) const {
    if (count <= arity) return count + defaults.size() >= arity;
    return group != 0 && (count - arity) % group == 0;
  }
};

}  // namespace ad
