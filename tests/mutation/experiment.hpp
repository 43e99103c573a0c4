// Plants every mistake in the rule of an operation and sees what notices.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/mutation/mutant.hpp"
#include "tests/mutation/outcome.hpp"
#include "tests/mutation/reductions.hpp"
#include "tests/ops/carriers.hpp"
#include "tests/ops/reference_table.hpp"

namespace mutation {

/// Whether the reference table refutes a rule: the first derivatives on the tape, in double.
template <class Op>
bool is_refuted_by_table(const Mutant<Op>& mutant) {
  for (const auto& row : reference::table<Op>()) {
    const auto result = carriers::Tape::run<double>(mutant, row.x);
    for (std::size_t i = 0; i < ad::arity_v<Op>; ++i) {
      if (!row.first[i]) continue;
      const double error =
          reference::ulps(result.first[i], row.first[i]->number, row.first_scale[i]);
      if (error > Op::meta.ulps.first) return true;
    }
  }
  return false;
}

template <class Op>
bool differs_at(const Mutant<Op>& mutant, const std::array<double, ad::arity_v<Op>>& x) {
  const Op& op = mutant;
  if (!std::isfinite(std::apply([&](auto... a) { return op.value(a...); }, x))) return false;
  for (const double cotangent : {1.0, -2.5}) {
    const auto right = rule_at(op, x, cotangent);
    const auto wrong = rule_at(mutant, x, cotangent);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isfinite(right[i]) && right[i] != wrong[i]) return true;
    }
  }
  return false;
}

/// The points of the table, and for each its neighbours at and on both sides of every kink.
template <class Op>
bool is_equivalent(const Mutant<Op>& mutant) {
  for (const auto& row : reference::table<Op>()) {
    if (differs_at(mutant, row.x)) return false;
    for (const auto& kink : kinks_from<Op>(row.x)) {
      for (const double beside : {0.0, -0.5 * reach, 0.5 * reach}) {
        if (differs_at(mutant, kink.moved(row.x, beside - kink.distance))) return false;
      }
    }
  }
  return true;
}

template <class Op>
Outcome outcome_of(const Mistake& mistake, const ad::CheckOptions& options) {
  const Mutant<Op> mutant{Op{}, mistake};
  Outcome outcome{std::string(Op::meta.name), name_of<Op>(mistake), mistake.kind};
  outcome.equivalent = is_equivalent(mutant);
  outcome.refuted_by_check = check_rule(mutant, options).verdict == ad::Verdict::refuted;
  outcome.refuted_by_tables = is_refuted_by_table(mutant);
  return outcome;
}

/// First the right rule, then every mistake. An operation that has no rule has no outcome.
template <class Op>
std::vector<Outcome> outcomes_of(const ad::CheckOptions& options) {
  std::vector<Outcome> result;
  if constexpr (ad::Reduction<Op>) {
    result = outcomes_of_reduction<Op>(options);
  } else if constexpr (!ad::is_composite_v<Op>) {
    result.push_back(outcome_of<Op>(Mistake{}, options));
    for (const Mistake& mistake : mistakes_of<Op>()) {
      result.push_back(outcome_of<Op>(mistake, options));
    }
  }
  return result;
}

}  // namespace mutation
