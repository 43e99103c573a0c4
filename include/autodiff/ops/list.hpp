// The lists of all operations. A new one is added to its family here; documentation, parser,
// registry and tests read this list and no other.
#pragma once

#include <cstddef>
#include <string_view>

#include <autodiff/ops/activation.hpp>
#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/ops/bessel.hpp>
#include <autodiff/ops/celu.hpp>
#include <autodiff/ops/error_function.hpp>
#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/gamma.hpp>
#include <autodiff/ops/hyperbolic.hpp>
#include <autodiff/ops/log_sum_exp.hpp>
#include <autodiff/ops/logarithmic.hpp>
#include <autodiff/ops/normal.hpp>
#include <autodiff/ops/norms.hpp>
#include <autodiff/ops/piecewise.hpp>
#include <autodiff/ops/power.hpp>
#include <autodiff/ops/products.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/ops/smooth_activation.hpp>
#include <autodiff/ops/special.hpp>
#include <autodiff/ops/statistics.hpp>
#include <autodiff/ops/steps.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/ops/trigonometric.hpp>

namespace ad {

template <class... Op>
requires((Operation<Op> || Reduction<Op>)&&...) struct OperationList {
  static constexpr std::size_t size = sizeof...(Op);
};

using ArithmeticOperations = OperationList<Add, Sub, Mul, Div, Neg, Square, Fma>;
using PowerOperations = OperationList<Pow, Sqrt, Rsqrt, Cbrt, Hypot>;
using ExponentialOperations = OperationList<Exp, Exp2, Expm1, Log, Log2, Log10, Log1p>;
using LogarithmicOperations = OperationList<Logit, Xlogy, Logaddexp>;
using TrigonometricOperations = OperationList<Sin, Cos, Tan, Asin, Acos, Atan, Atan2, Sinc>;
using HyperbolicOperations = OperationList<Sinh, Cosh, Tanh, Asinh, Acosh, Atanh>;
using PiecewiseOperations = OperationList<Abs, Max, Min, Fmax, Fmin, Clamp, CopySign, Where>;
using StepOperations = OperationList<Sign, Floor, Ceil, Round, Trunc, Fmod, Remainder, FloorMod>;
using ErrorFunctionOperations = OperationList<Erf, Erfc>;
using SpecialOperations = OperationList<NormalPdf, NormalCdf>;
using NormalOperations = OperationList<Erfinv, LogNdtr>;
using GammaOperations = OperationList<Lgamma, Digamma>;
using BesselOperations = OperationList<BesselI0>;
using ActivationOperations =
    OperationList<Relu, LeakyRelu, Elu, Selu, HardTanh, HardSigmoid, Relu6>;
using SmoothActivationOperations =
    OperationList<Sigmoid, LogSigmoid, Softplus, Softsign, Gelu, Silu, Mish, Celu>;

/// Of any number of arguments. Not part of `Operations`: those have an arity.
using ReductionOperations = OperationList<Sum, Mean, Prod, CumprodSum, Dot, Norm, Norm1, NormInf,
                                          LogSumExp, Std, PStd, Median>;

namespace detail {

template <class... List>
struct Joined;
template <class... Op>
struct Joined<OperationList<Op...>> {
  using type = OperationList<Op...>;
};
template <class... A, class... B, class... Rest>
struct Joined<OperationList<A...>, OperationList<B...>, Rest...>
    : Joined<OperationList<A..., B...>, Rest...> {};

template <class... Op>
consteval bool names_are_unique(OperationList<Op...>) {
  constexpr std::string_view names[] = {Op::meta.name...};
  for (std::size_t i = 0; i < sizeof...(Op); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

}  // namespace detail

/// Every operation, in the order of the documentation.
using Operations =
    detail::Joined<ArithmeticOperations, PowerOperations, ExponentialOperations,
                   LogarithmicOperations, TrigonometricOperations, HyperbolicOperations,
                   PiecewiseOperations, StepOperations, ErrorFunctionOperations, SpecialOperations,
                   NormalOperations, GammaOperations, BesselOperations, ActivationOperations,
                   SmoothActivationOperations>::type;

static_assert(detail::names_are_unique(detail::Joined<Operations, ReductionOperations>::type{}),
              "two operations have the same name");

/// Calls `visitor.template operator()<Op>()` for every operation of the list.
///
///     ad::for_each_operation([]<class Op>() { fmt::print("{}\n", Op::meta.name); });
template <class Visitor, class... Op>
constexpr void for_each_operation(Visitor&& visitor, OperationList<Op...>) {
  (visitor.template operator()<Op>(), ...);
}
template <class Visitor>
constexpr void for_each_operation(Visitor&& visitor) {
  for_each_operation(visitor, Operations{});
}

}  // namespace ad
