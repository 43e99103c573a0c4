#include "autodiff/tools/differentiator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <autodiff/core/notes.hpp>

#include "autodiff/tools/generalized.hpp"
#include "autodiff/tools/touched_kinks.hpp"

namespace ad::tools {
namespace {

void add_once(std::vector<std::string>& flags, std::string flag) {
  if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.push_back(std::move(flag));
}

bool all_finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

void add_indeterminate(const std::vector<Indeterminate>& met, std::vector<std::string>& flags) {
  for (const Indeterminate& form : met) {
    // A statement of the tape is described as "sqrt(.)"; here each holds one operation.
    add_once(flags,
             fmt::format("indeterminate: {}", form.operation.substr(0, form.operation.find('('))));
  }
}

}  // namespace

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
  const bool at_kink =
      std::any_of(result.flags.begin(), result.flags.end(), [](const std::string& flag) {
        return flag.starts_with("kink") || flag.starts_with("equality");
      });
  if (!at_kink) return result;
  auto element = element_unless_right(formula_, point, result.value, result.gradient);
  if (element.empty()) return result;
  result.gradient = std::move(element);
  result.method = Method::generalized;
  return result;
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
