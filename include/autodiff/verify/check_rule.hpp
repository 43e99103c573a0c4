// Checks the derivative rule of an operation over its domain.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/values/var.hpp>
#include <autodiff/verify/check.hpp>

namespace ad {
namespace detail {

/// One weight per output of a rule: the cotangent that it is given.
using Weights = std::vector<double>;

/// Checks a rule of `outputs` results: each by itself with the cotangent 1, then all together with
/// random cotangents, over a quarter of the points. `subject_for` makes the subject of Σ w_k y_k.
Report check_with_weights(std::size_t outputs, const std::vector<Interval>& samples,
                          const CheckOptions& options,
                          const std::function<Subject(const Weights&)>& subject_for);

std::vector<std::string> argument_names(std::size_t count);

template <std::size_t N, class T>
std::array<T, N> array_of(std::span<const T> x) {
  std::array<T, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = x[i];
  return result;
}

/// The reverse sweep through a callable, with one cotangent per result.
template <std::size_t N, class T, class F>
void pull_back(const F& f, std::span<const T> x, const Weights& weights, std::span<T> gradient) {
  Tape<T> tape;
  const auto inputs = array_of<N, Var<T>>(std::span<const Var<T>>(tape.inputs(x)));
  std::vector<Var<T>> outputs;
  const auto result = std::apply(f, inputs);
  if constexpr (Operand<std::remove_cvref_t<decltype(result)>>) {
    outputs.push_back(Var<T>(result));
  } else {
    std::apply([&](const auto&... y) { (outputs.push_back(Var<T>(y)), ...); }, result);
  }
  const std::vector<T> seeds(weights.begin(), weights.end());
  tape.reverse(std::span<const Var<T>>(outputs), std::span<const T>(seeds));
  for (std::size_t i = 0; i < N; ++i) gradient[i] = tape.adjoint(inputs[i]);
}

/// Σ w_k y_k of the results of a callable on plain numbers.
template <std::size_t N, class T, class F>
T weighted_value(const F& f, std::span<const T> x, const Weights& weights) {
  const auto result = std::apply(f, array_of<N, T>(x));
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(result)>, T>) {
    return T(weights[0]) * result;
  } else {
    return std::apply(
        [&](const auto&... y) {
          std::size_t k = 0;
          T sum(0);
          ((sum = sum + T(weights[k++]) * T(y)), ...);
          return sum;
        },
        result);
  }
}

/// The rule itself, not what the engine makes of it.
template <class T, class Op, std::size_t N>
std::array<T, N> rule_of(const Op& op, const std::array<T, N>& x, const T& cotangent) {
  return std::apply(
      [&](const auto&... a) {
        const T y = op.value(a...);
        if constexpr (has_vjp_v<Op, T>) {
          return as_array<T, N>(op.vjp(cotangent, a..., y));
        } else {
          Needs<N> needs;
          needs.fill(true);
          std::array<T, N> result = partials(op, needs, y, a...);
          for (T& p : result) p = cotangent * p;
          return result;
        }
      },
      x);
}

template <class T, class Op>
void claim_of_operation(const Op& op, std::span<const T> x, const Weights& weights,
                        std::span<T> gradient) {
  constexpr std::size_t n = arity_v<Op>;
  if constexpr (is_composite_v<Op>) {
    pull_back<n, T>([&](const auto&... a) { return apply(op, a...); }, x, weights, gradient);
  } else {
    const OperationName name(Op::meta.name.data());
    const auto claim = rule_of<T, Op, n>(op, array_of<n, T>(x), T(weights[0]));
    for (std::size_t i = 0; i < n; ++i) gradient[i] = claim[i];
  }
}

template <class Op>
Subject subject_of_operation(const Op& op, const Weights& weights) {
  constexpr std::size_t n = arity_v<Op>;
  const auto function = [op](const auto&... x) { return apply(op, x...); };
  Subject subject;
  subject.variables = argument_names(n);
  subject.value = [=](std::span<const Quad> x) {
    return weighted_value<n, Quad>(function, x, weights);
  };
  subject.value_in_double = [=](std::span<const double> x) {
    return weighted_value<n, double>(function, x, weights);
  };
  subject.claim = [=](std::span<const Quad> x, std::span<Quad> gradient) {
    claim_of_operation<Quad>(op, x, weights, gradient);
  };
  subject.claim_in_double = [=](std::span<const double> x, std::span<double> gradient) {
    claim_of_operation<double>(op, x, weights, gradient);
  };
  return subject;
}

template <class T, class Op>
void claim_of_reduction(const Op& op, std::span<const T> x, const Weights& weights,
                        std::span<T> gradient) {
  const OperationName name(Op::meta.name.data());
  op.partials(x, op.value(x), gradient);
  for (T& p : gradient) p = T(weights[0]) * p;
}

template <class Op>
Subject subject_of_reduction(const Op& op, std::size_t count, const Weights& weights) {
  Subject subject;
  subject.variables = argument_names(count);
  subject.value = [=](std::span<const Quad> x) { return Quad(weights[0]) * ad::apply(op, x); };
  subject.value_in_double = [=](std::span<const double> x) {
    return weights[0] * ad::apply(op, x);
  };
  subject.claim = [=](std::span<const Quad> x, std::span<Quad> gradient) {
    claim_of_reduction(op, x, weights, gradient);
  };
  subject.claim_in_double = [=](std::span<const double> x, std::span<double> gradient) {
    claim_of_reduction(op, x, weights, gradient);
  };
  return subject;
}

}  // namespace detail

/// Checks value and derivative rule of an operation over its sampling domain, or over
/// `options.domain`, kinks and the convention declared there included, with the cotangent 1 and
/// random ones. A rule that ignores its cotangent is refuted. Throws as `check_over_domain`.
///
///     ad::Report report = ad::check_rule<MyOperation>();
template <Operation Op>
Report check_rule(const Op& op, const CheckOptions& options = {}) {
  return detail::check_with_weights(
      1, std::vector<Interval>(Op::samples.begin(), Op::samples.end()), options,
      [&op](const detail::Weights& weights) { return detail::subject_of_operation(op, weights); });
}
template <Operation Op>
Report check_rule(const CheckOptions& options = {}) {
  return check_rule(Op{}, options);
}

/// Checks a reduction of `count` arguments in the same way.
///
///     ad::Report report = ad::check_rule(ad::Norm{}, 3);
template <Reduction Op>
Report check_rule(const Op& op, std::size_t count, const CheckOptions& options = {}) {
  return detail::check_with_weights(1, std::vector<Interval>(count, Op::sample), options,
                                    [&op, count](const detail::Weights& weights) {
                                      return detail::subject_of_reduction(op, count, weights);
                                    });
}

/// Checks a custom rule over `options.domain`, [-4, 4] for every argument by default. Callables
/// that only take double are judged in double precision, which the report notes.
template <class Value, class Vjp, std::size_t Arity>
Report check_rule(const CustomVjp<Value, Vjp, Arity>& rule, const CheckOptions& options = {}) {
  const auto subject_for = [&rule](const detail::Weights& weights) {
    Subject subject;
    subject.variables = detail::argument_names(Arity);
    subject.value = [&rule, weights](std::span<const Quad> x) {
      return detail::weighted_value<Arity, Quad>(rule, x, weights);
    };
    subject.value_in_double = [&rule, weights](std::span<const double> x) {
      return detail::weighted_value<Arity, double>(rule, x, weights);
    };
    subject.claim = [&rule, weights](std::span<const Quad> x, std::span<Quad> gradient) {
      detail::pull_back<Arity, Quad>(rule, x, weights, gradient);
    };
    subject.claim_in_double = [&rule, weights](std::span<const double> x,
                                               std::span<double> gradient) {
      detail::pull_back<Arity, double>(rule, x, weights, gradient);
    };
    return subject;
  };
  return detail::check_with_weights(CustomVjp<Value, Vjp, Arity>::outputs,
                                    std::vector<Interval>(Arity, Interval{-4, 4}), options,
                                    subject_for);
}

}  // namespace ad
