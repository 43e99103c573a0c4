#include <algorithm>

#include <fmt/format.h>

#include <autodiff/verify/check_rule.hpp>

#include "autodiff/verify/properties.hpp"
#include "autodiff/verify/sampling.hpp"
#include "autodiff/verify/shrink.hpp"

namespace ad::detail {
namespace {

/// One weight per output: the cotangent that the rule is given.
using Weights = std::vector<double>;

template <class T>
T weighted_value(const RuleIn<T>& rule, std::span<const T> x, const Weights& weights) {
  std::vector<T> y(weights.size());
  rule.value(x, y);
  T sum = T(weights[0]) * y[0];
  for (std::size_t k = 1; k < y.size(); ++k) sum = sum + T(weights[k]) * y[k];
  return sum;
}

template <class T>
void weighted_claim(const RuleIn<T>& rule, std::span<const T> x, const Weights& weights,
                    std::span<T> gradient) {
  const std::vector<T> cotangents(weights.begin(), weights.end());
  rule.pull_back(x, cotangents, gradient);
}

/// Σ w_k y_k and its gradient by the rule.
Subject subject_with(const RuleSubject& rule, const Weights& weights) {
  Subject subject;
  subject.variables = rule.variables;
  subject.value = [&rule, weights](std::span<const Quad> x) {
    return weighted_value(rule.in_quad, x, weights);
  };
  subject.value_in_double = [&rule, weights](std::span<const double> x) {
    return weighted_value(rule.in_double, x, weights);
  };
  subject.claim = [&rule, weights](std::span<const Quad> x, std::span<Quad> gradient) {
    weighted_claim(rule.in_quad, x, weights, gradient);
  };
  subject.claim_in_double = [&rule, weights](std::span<const double> x,
                                             std::span<double> gradient) {
    weighted_claim(rule.in_double, x, weights, gradient);
  };
  return subject;
}

/// Over the one point; the same seed draws the same cotangents.
std::string test_at(const Counterexample& found, const CheckOptions& options,
                    std::string_view shapes) {
  std::string domain;
  for (const double x : found.point) {
    domain += fmt::format("{}{{{:#}, {:#}}}", domain.empty() ? "" : ", ", x, x);
  }
  return fmt::format(
      "EXPECT_RULE(rule, {}(ad::CheckOptions{{.seed = {}, .points = 1, .domain = {{{}}}}}));",
      shapes, options.seed, domain);
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

Report check_rule_subject(const RuleSubject& subject, const CheckOptions& options) {
  CheckOptions ours = options;
  if (ours.domain.empty()) ours.domain = subject.samples;
  std::vector<Weights> all;
  for (std::size_t k = 0; k < subject.outputs; ++k) {
    all.emplace_back(subject.outputs, 0.0);
    all.back()[k] = 1;
  }
  Draw draw(options.seed);
  all.emplace_back();
  // Away from 0, where a cotangent would hide the rule, and from 1, where it would hide in it.
  for (std::size_t k = 0; k < subject.outputs; ++k) all.back().push_back(draw.away_from_zero(1.5));

  Report report;
  report.variables = subject.variables;
  report.seed = options.seed;
  for (const Weights& weights : all) {
    const bool last = &weights == &all.back();
    if (last && options.points > 0) ours.points = std::max<std::size_t>(1, options.points / 4);
    const Subject weighted = subject_with(subject, weights);
    report.merge(check_over_domain(weighted, ours));
    if (!report.counterexample) shrink(weighted, ours, report);
  }
  if (report.counterexample) {
    report.counterexample->test = test_at(*report.counterexample, ours, subject.shapes);
  }
  for (Property& property : properties_of(subject, ours)) report.add(std::move(property));
  return report;
}

}  // namespace ad::detail
