// Makes the type-erased records of a group of operations. Private to the library: each group is a
// source file of its own, so that they compile in parallel.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/ops/list.hpp>
#include <autodiff/ops/registry.hpp>
#include <autodiff/values/evaluator.hpp>

namespace ad::detail {

/// An operation as a callable of operands.
template <class Op>
struct Applied {
  Op op;

  template <class... X>
  auto operator()(const X&... x) const {
    return ad::apply(op, x...);
  }
};

template <class Op>
std::shared_ptr<const Evaluator> make_evaluator(const Op& op) {
  return std::make_shared<const EvaluatorFor<Applied<Op>, arity_v<Op>>>(Applied<Op>{op});
}

template <class Op>
Primitive make_primitive() {
  Primitive p;
  p.name = std::string(Op::meta.name);
  p.meta = Op::meta;
  p.arity = arity_v<Op>;
  p.samples.assign(Op::samples.begin(), Op::samples.end());
  p.built_in = true;
  p.evaluator = make_evaluator(Op{});
  if constexpr (requires { Op::defaults; }) {
    p.defaults.assign(Op::defaults.begin(), Op::defaults.end());
  }
  if constexpr (requires(Op op) { op.slope_at_zero; }) {
    p.with_slope_at_zero = [](double slope) {
      Op op;
      op.slope_at_zero = slope;
      return make_evaluator(op);
    };
  }
  return p;
}

template <class... Op>
void append_primitives(std::vector<Primitive>& list, OperationList<Op...>) {
  (list.push_back(make_primitive<Op>()), ...);
}

template <class... Op>
void append_reductions(std::vector<Primitive>& list, OperationList<Op...>) {
  const auto append = [&]<class R>(const R& op) {
    Primitive p;
    p.name = std::string(R::meta.name);
    p.meta = R::meta;
    p.arity = R::arguments.least;
    p.group = R::arguments.group;
    p.samples.assign(p.arity, R::sample);
    p.built_in = true;
    p.evaluator = std::make_shared<const EvaluatorFor<Applied<R>, any_arity>>(Applied<R>{op});
    list.push_back(std::move(p));
  };
  (append(Op{}), ...);
}

void append_algebraic_primitives(std::vector<Primitive>& list);
void append_transcendental_primitives(std::vector<Primitive>& list);
void append_piecewise_primitives(std::vector<Primitive>& list);
void append_reduction_primitives(std::vector<Primitive>& list);

}  // namespace ad::detail
