// Mistakes planted in reductions. Their rules are given no cotangent, so none can be ignored, and
// they tell no distances to their kinks, so there is no side to mistake for the other one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <autodiff/ops/reduction.hpp>
#include <autodiff/verify/check_rule.hpp>

#include "tests/mutation/mutant.hpp"
#include "tests/mutation/outcome.hpp"
#include "tests/ops/reduction_carriers.hpp"
#include "tests/ops/reduction_table.hpp"

namespace mutation {

/// The reduction with this mistake in its rule.
template <class Op>
struct ReductionMutant : Op {
  Mistake mistake;

  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    Op::partials(x, y, result);
    if (mistake.kind != Kind::outside_of_the_slopes) {
      plant(mistake, result);
    } else if (ad::all_zero(ad::value_of(y))) {
      result[mistake.first] = T(2);  // the slopes of the cones are in [-1, 1]
    }
  }
};

template <class Op>
std::vector<double> partials_at(const Op& op, const std::vector<double>& x) {
  std::vector<double> result(x.size());
  const std::span<const double> at(x);
  op.partials(at, op.value(at), std::span<double>(result));
  return result;
}

template <class Op>
bool differs_at(const ReductionMutant<Op>& mutant, const std::vector<double>& x) {
  const std::vector<double> right = partials_at<Op>(mutant, x);
  const std::vector<double> wrong = partials_at(mutant, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(right[i]) && right[i] != wrong[i]) return true;
  }
  return false;
}

/// The rows of the reference table with this many arguments.
template <class Op>
std::vector<reference::LongRow> rows_of(std::size_t count) {
  std::vector<reference::LongRow> rows;
  for (const auto& row : reference::reduction_table<Op>()) {
    if (row.x.size() == count) rows.push_back(row);
  }
  return rows;
}

template <class Op>
bool is_equivalent(const ReductionMutant<Op>& mutant, std::size_t count) {
  const auto rows = rows_of<Op>(count);
  return !differs_at(mutant, std::vector<double>(count)) &&
         std::none_of(rows.begin(), rows.end(),
                      [&](const auto& row) { return differs_at(mutant, row.x); });
}

template <class Op>
bool is_refuted_by_table(const ReductionMutant<Op>& mutant, std::size_t count) {
  for (const auto& row : rows_of<Op>(count)) {
    const auto result = reduction_carriers::Tape::run<double>(mutant, row.x);
    const long double scale = Op::meta.cancels.empty() ? 0 : reference::size_of(row.first);
    for (std::size_t i = 0; i < row.first.size(); ++i) {
      if (!row.first[i]) continue;
      const double error = reference::ulps(result.first[i], row.first[i]->number, scale);
      if (error > Op::meta.ulps.first) return true;
    }
  }
  return false;
}

template <class Op>
std::vector<Mistake> mistakes_of_reduction(std::size_t count) {
  std::vector<Mistake> result;
  for (std::size_t i = 0; i < count; ++i) {
    for (const Kind kind : {Kind::sign, Kind::factor, Kind::dropped}) {
      result.push_back({kind, i});
    }
    if constexpr (ad::detail::ConeAtKink<Op>) {
      result.push_back({Kind::outside_of_the_slopes, i});
    }
    for (std::size_t j = i + 1; j < count; ++j) result.push_back({Kind::swapped, i, j});
  }
  return result;
}

/// First the right rule, then every mistake, of two arguments: where three are equal the median is
/// level along every axis, and a check that looks along the axes cannot see its generalised
/// gradient.
template <class Op>
std::vector<Outcome> outcomes_of_reduction(const ad::CheckOptions& options) {
  constexpr std::size_t count = 2;
  std::vector<Mistake> mistakes = mistakes_of_reduction<Op>(count);
  mistakes.insert(mistakes.begin(), Mistake{});
  std::vector<Outcome> result;
  for (const Mistake& mistake : mistakes) {
    const ReductionMutant<Op> mutant{Op{}, mistake};
    Outcome outcome{std::string(Op::meta.name), name_of<Op>(mistake), mistake.kind};
    outcome.equivalent = is_equivalent(mutant, count);
    outcome.refuted_by_check = check_rule(mutant, count, options).verdict == ad::Verdict::refuted;
    outcome.refuted_by_tables = is_refuted_by_table(mutant, count);
    result.push_back(outcome);
  }
  return result;
}

}  // namespace mutation
