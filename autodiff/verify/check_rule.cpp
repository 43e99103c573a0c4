#include <algorithm>

#include <fmt/format.h>

#include <autodiff/verify/check_rule.hpp>

#include "autodiff/verify/sampling.hpp"

namespace ad::detail {
namespace {

/// Away from 0, where a cotangent would hide the rule, and from 1, where it would hide in it.
double random_weight(Draw& draw) {
  const double size = 1.5 + draw.unit();
  return draw.unit() < 0.5 ? -size : size;
}

}  // namespace

std::vector<std::string> argument_names(std::size_t count) {
  if (count <= 3) {
    const std::vector<std::string> names{"x", "y", "z"};
    return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("x{}", i));
  return names;
}

Report check_with_weights(std::size_t outputs, const std::vector<Interval>& samples,
                          const CheckOptions& options,
                          const std::function<Subject(const Weights&)>& subject_for) {
  CheckOptions ours = options;
  if (ours.domain.empty()) ours.domain = samples;
  std::vector<Weights> all;
  for (std::size_t k = 0; k < outputs; ++k) {
    all.emplace_back(outputs, 0.0);
    all.back()[k] = 1;
  }
  Draw draw(options.seed);
  all.emplace_back();
  for (std::size_t k = 0; k < outputs; ++k) all.back().push_back(random_weight(draw));

  Report report;
  for (const Weights& weights : all) {
    const bool last = &weights == &all.back();
    if (last) ours.points = std::max<std::size_t>(1, options.points / 4);
    if (options.points == 0) ours.points = 0;
    const Report part = check_over_domain(subject_for(weights), ours);
    report.variables = part.variables;
    report.seed = part.seed;
    report.merge(part);
  }
  return report;
}

}  // namespace ad::detail
