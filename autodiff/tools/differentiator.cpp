#include "autodiff/tools/differentiator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <autodiff/core/notes.hpp>

#include "autodiff/tools/generalized.hpp"
#include "autodiff/tools/precise_derivatives.hpp"
#include "autodiff/tools/touched_kinks.hpp"
#include "autodiff/tools/traced_formula.hpp"

namespace ad::tools {
namespace {

void add_once(std::vector<std::string>& flags, std::string flag) {
  if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.push_back(std::move(flag));
}

bool all_finite(std::span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

void add_indeterminate(const std::vector<Indeterminate>& met, std::vector<std::string>& flags) {
  for (const Indeterminate& form : met) {
    // A statement of the tape is described as "sqrt(.)"; here each holds one operation.
    add_once(flags,
             fmt::format("indeterminate: {}", form.operation.substr(0, form.operation.find('('))));
  }
}

bool has_flag(const Derivatives& derivatives, std::string_view kind) {
  return std::any_of(derivatives.flags.begin(), derivatives.flags.end(),
                     [&](const std::string& flag) { return flag.starts_with(kind); });
}

/// How many of the digits that a double has are wrong in `found`.
int lost_digits(double found, double right) {
  constexpr int digits = 16;
  if (found == right) return 0;
  if (!std::isfinite(found) || !std::isfinite(right)) return digits;
  const double size = std::max(std::fabs(right), std::numeric_limits<double>::min());
  const double ulps =
      std::fabs(found / size - right / size) / std::numeric_limits<double>::epsilon();
  return static_cast<int>(
      std::clamp(std::floor(std::log10(std::max(ulps, 1.0))), 0.0, double{digits}));
}

/// Of the worst result.
int lost_digits(const Derivatives& found, const PreciseDerivatives& right) {
  int lost = lost_digits(found.value, right.value);
  for (std::size_t i = 0; i < right.gradient.size(); ++i) {
    lost = std::max(lost, lost_digits(found.gradient[i], right.gradient[i]));
  }
  for (std::size_t i = 0; i < right.hessian.size(); ++i) {
    lost = std::max(lost, lost_digits(found.hessian[i], right.hessian[i]));
  }
  return lost;
}

constexpr int tolerable_loss = 3;

std::string flag_of_lost_digits(int lost) { return fmt::format("lost digits: {}", lost); }

}  // namespace

std::string_view to_string(Method method) {
  constexpr std::array names{"tape", "generalized", "precise", "limit"};
  return names[static_cast<std::size_t>(method)];
}

std::optional<NonfiniteReport> explain_nonfinite(const Formula& formula,
                                                 std::span<const double> point,
                                                 const Derivatives& derivatives) {
  if (std::isfinite(derivatives.value) && all_finite(derivatives.gradient)) return std::nullopt;
  detail::Trace trace;
  run_traced(formula, point, trace);
  NonfiniteReport report = detail::explain(trace, formula.variables());
  if (report.steps.empty()) return std::nullopt;
  return report;
}

Differentiator::Differentiator(Formula formula, bool with_hessian)
    : formula_(std::move(formula)), with_hessian_(with_hessian) {}

Derivatives Differentiator::at(std::span<const double> point) {
  Derivatives result;
  add_first_order(point, result);
  if (with_hessian_) add_second_order(point, result);
  if (!std::isfinite(result.value) || !all_finite(result.gradient) || !all_finite(result.hessian)) {
    add_once(result.flags, "nonfinite");
  }
  for (std::string& kink : touched_kinks(formula_, point)) {
    add_once(result.flags, std::move(kink));
  }
  return result;
}

Derivatives Differentiator::in_stages_at(std::span<const double> point) {
  Derivatives result = at(point);
  // More bits may take another branch here, which says nothing of this one.
  const bool at_jump = has_flag(result, "jump");
  const bool at_equality = has_flag(result, "equality");
  if (!at_jump) refine(point, !at_equality, result);
  if (result.lost_digits.value_or(0) <= tolerable_loss) result.lost_digits.reset();
  if ((at_jump || at_equality) && result.method == Method::tape) note_lost_digits(point, result);
  return result;
}

Derivatives Differentiator::precisely_at(std::span<const double> point) {
  Derivatives result = at(point);
  refine(point, true, result);
  return result;
}

void Differentiator::refine(std::span<const double> point, bool may_be_precise,
                            Derivatives& result) {
  std::optional<std::vector<double>> element;
  const bool at_kink = has_flag(result, "kink") || has_flag(result, "equality");
  if (at_kink && !has_flag(result, "jump")) {
    element = generalized_element(formula_, point, result.value, result.gradient);
  }
  const std::vector<double> by_conventions = result.gradient;
  raise_precision(point, may_be_precise, element.has_value(), result);
  // More digits do not help where it is the conventions that do not add up.
  for (std::size_t i = 0; element && i < point.size(); ++i) {
    if ((*element)[i] == by_conventions[i]) continue;
    result.gradient[i] = (*element)[i];
    result.method = Method::generalized;
  }
}

void Differentiator::raise_precision(std::span<const double> point, bool may_be_precise,
                                     bool at_kink, Derivatives& result) {
  if (!all_finite(point)) return;
  // At a kink there are no limits from all sides, and differences of the gradient are none of its
  // derivatives.
  const bool with_hessian = with_hessian_ && !at_kink;
  Method method = Method::precise;
  std::optional<PreciseDerivatives> answer;
  if (may_be_precise) answer = precise_derivatives(formula_, point, with_hessian);
  if (!answer && !at_kink) {
    Limits limits = limits_of_derivatives(formula_, point, with_hessian);
    // A branch that a comparison of equal numbers chose says nothing of a steep one beside it.
    if (limits.is_steep && has_flag(result, "equality")) {
      add_once(result.flags, "vertical");
      std::fill(result.gradient.begin(), result.gradient.end(),
                std::numeric_limits<double>::quiet_NaN());
    }
    method = Method::limit;
    answer = std::move(limits.derivatives);
  }
  if (!answer) return;
  const int lost = lost_digits(result, *answer);
  result.lost_digits = lost;
  if (lost <= tolerable_loss) return;
  result.value = answer->value;
  result.gradient = std::move(answer->gradient);
  if (with_hessian) result.hessian = std::move(answer->hessian);
  result.method = method;
  // These speak of the answer that is replaced.
  std::erase_if(result.flags, [](const std::string& flag) {
    return flag == "nonfinite" || flag.starts_with("indeterminate");
  });
  if (method == Method::precise) add_once(result.flags, flag_of_lost_digits(lost));
  if (with_hessian_ && !with_hessian) {
    add_once(result.flags, "second derivatives: double precision");
  }
}

void Differentiator::note_lost_digits(std::span<const double> point, Derivatives& result) const {
  if (!all_finite(point)) return;
  const auto answer = precise_derivatives(formula_, point, false);
  if (!answer) return;
  const int lost = lost_digits(result, *answer);
  if (lost <= tolerable_loss) return;
  result.lost_digits = lost;
  add_once(result.flags, flag_of_lost_digits(lost));
}

void Differentiator::add_first_order(std::span<const double> point, Derivatives& result) {
  tape_.clear();
  const std::vector<Real> inputs = tape_.inputs(point);
  const Real y = formula_.evaluate<Real>(inputs);
  result.value = y.value();
  tape_.reverse(y);
  for (const Real& x : inputs) result.gradient.push_back(tape_.adjoint(x));
  add_indeterminate(tape_.flags().indeterminate, result.flags);
  if (tape_.flags().nonfinite) add_once(result.flags, "nonfinite");
}

// Reverse over forward: the sweep of a recording whose numbers carry the tangent e_j gives row j.
void Differentiator::add_second_order(std::span<const double> point, Derivatives& result) {
  using Number = Dual<double, 1>;
  const Notes notes;
  for (std::size_t j = 0; j < point.size(); ++j) {
    tangent_tape_.clear();
    std::vector<Var<Number>> inputs;
    for (std::size_t i = 0; i < point.size(); ++i) {
      inputs.push_back(
          tangent_tape_.input(i == j ? Number::variable(point[i], 0) : Number(point[i])));
    }
    tangent_tape_.reverse(formula_.evaluate<Var<Number>>(inputs));
    for (const Var<Number>& x : inputs) {
      result.hessian.push_back(tangent_tape_.adjoint(x).tangent(0));
    }
    add_indeterminate(tangent_tape_.flags().indeterminate, result.flags);
  }
  add_indeterminate(notes.indeterminate(), result.flags);
}

}  // namespace ad::tools
