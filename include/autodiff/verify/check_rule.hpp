// Checks the derivative rule of an operation over its domain.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <tuple>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/verify/check.hpp>
#include <autodiff/verify/rule_subject.hpp>

namespace ad {
namespace detail {

/// Checks each output by itself with the cotangent 1, then all together with random cotangents over
/// a quarter of the points, then the properties of a rule.
Report check_rule_subject(const RuleSubject& subject, const CheckOptions& options);

/// The rule itself, not what the engine makes of it.
template <class T, class Op, std::size_t N>
std::array<T, N> rule_of(const Op& op, const std::array<T, N>& x, const T& cotangent) {
  return std::apply(
      [&](const auto&... a) {
        const T y = evaluate(op, a...);
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

template <class Op>
RuleSubject rule_subject_of(const Op& op) {
  constexpr std::size_t n = arity_v<Op>;
  RuleSubject subject =
      rule_subject(on_spans<n>([op](const auto&... x) { return apply(op, x...); }),
                   {Op::samples.begin(), Op::samples.end()}, 1);
  if constexpr (!is_composite_v<Op>) {
    const auto use_rule = [&]<class T>(RuleIn<T>& rule) {
      rule.pull_back = [op](std::span<const T> x, std::span<const T> cotangents,
                            std::span<T> result) {
        const OperationName name(Op::meta.name.data());
        const std::array<T, n> claim = rule_of(op, array_of<n>(x), cotangents[0]);
        for (std::size_t i = 0; i < n; ++i) result[i] = claim[i];
      };
    };
    use_rule(subject.in_float);
    use_rule(subject.in_double);
    use_rule(subject.in_quad);
  }
  return subject;
}

template <class Op>
RuleSubject rule_subject_of(const Op& op, std::size_t count) {
  const auto function = [op]<class V>(std::span<const V> x, std::span<V> y) {
    y[0] = V(ad::apply(op, x));
  };
  RuleSubject subject = rule_subject(function, std::vector<Interval>(count, Op::sample), 1);
  const auto use_rule = [&]<class T>(RuleIn<T>& rule) {
    rule.pull_back = [op](std::span<const T> x, std::span<const T> cotangents,
                          std::span<T> result) {
      const OperationName name(Op::meta.name.data());
      op.partials(x, op.value(x), result);
      for (T& p : result) p = cotangents[0] * p;
    };
  };
  use_rule(subject.in_float);
  use_rule(subject.in_double);
  use_rule(subject.in_quad);
  return subject;
}

}  // namespace detail

/// Checks value and derivative rule of an operation over its sampling domain, or over
/// `options.domain`, kinks and the convention declared there included, with the cotangent 1 and
/// random ones; then what every rule must be, which `Report::properties` lists: linear in its
/// cotangent, 0 for a cotangent 0, the same in forward mode and in reverse, with right second
/// derivatives or none, right in float, and alike on all number types where an argument is not
/// finite. Throws as `check_over_domain`.
///
///     ad::Report report = ad::check_rule<MyOperation>();
template <Operation Op>
Report check_rule(const Op& op, const CheckOptions& options = {}) {
  return detail::check_rule_subject(detail::rule_subject_of(op), options);
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
  return detail::check_rule_subject(detail::rule_subject_of(op, count), options);
}

/// Checks a custom rule over `options.domain`, [-4, 4] for every argument by default. Callables
/// that only take double are judged in double precision, which the report notes.
template <class Value, class Vjp, std::size_t Arity>
Report check_rule(const CustomVjp<Value, Vjp, Arity>& rule, const CheckOptions& options = {}) {
  return detail::check_rule_subject(
      detail::rule_subject(detail::on_spans<Arity>(rule),
                           std::vector<Interval>(Arity, Interval{-4, 4}),
                           CustomVjp<Value, Vjp, Arity>::outputs),
      options);
}

}  // namespace ad
