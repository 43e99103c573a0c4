#include "autodiff/tools/generalized.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <autodiff/drivers/one_sided.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

#include "autodiff/verify/hull.hpp"

namespace ad::tools {
namespace {

/// The limit of the gradients along one direction; empty if there is none.
std::vector<double> limit_along(const Formula& formula, std::span<const double> point, double value,
                                detail::ProbingDirection direction, double sign) {
  using D = Directed<double>;
  Tape<D> tape;
  std::vector<Var<D>> inputs;
  for (const double x : point) {
    inputs.push_back(tape.input(D(x, {sign * direction.next<double>()})));
  }
  const Var<D> y = formula.evaluate<Var<D>>(inputs);
  if (y.value().value() != value) return {};
  tape.reverse(y);
  if (!tape.flags().indeterminate.empty()) return {};
  std::vector<double> gradient;
  for (const Var<D>& x : inputs) gradient.push_back(tape.adjoint(x).value());
  const bool finite =
      std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); });
  return finite ? gradient : std::vector<double>();
}

}  // namespace

std::optional<std::vector<double>> generalized_element(const Formula& formula,
                                                       std::span<const double> point, double value,
                                                       std::span<const double> gradient) {
  const std::size_t pairs = 4 + 4 * point.size();
  std::vector<std::vector<double>> elements;
  for (std::size_t k = 0; k < pairs; ++k) {
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> element =
          limit_along(formula, point, value, detail::ProbingDirection(k), sign);
      if (element.empty()) return {};
      if (std::find(elements.begin(), elements.end(), element) == elements.end()) {
        elements.push_back(std::move(element));
      }
    }
  }
  // The hull of some elements is part of the generalised gradient: what lies in it is right.
  if (detail::is_in_hull(elements, gradient)) return std::vector(gradient.begin(), gradient.end());
  return elements.front();
}

}  // namespace ad::tools
