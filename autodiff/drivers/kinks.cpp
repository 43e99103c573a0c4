#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/ranges.h>

#include <autodiff/core/error.hpp>
#include <autodiff/drivers/kinks.hpp>

#include "autodiff/core/counted.hpp"

namespace ad {

AtKinks AtKinks::position(double t) {
  if (!(t >= 0 && t <= 1)) {
    throw ParameterError(fmt::format(
        "AtKinks: the position is {}; it must lie between 0, the left slope, and 1, the right one.",
        t));
  }
  return {detail::KinkWatch::Answer::position, t};
}

namespace detail {

void KinkSearch::begin(const KinkWatch& watch, std::vector<double> lower,
                       std::vector<double> upper) {
  report_.kinks = watch.kinks();
  report_.ties = watch.ties();
  report_.equalities = watch.equalities();
  report_.lower = std::move(lower);
  report_.upper = std::move(upper);
  const auto touched = static_cast<std::size_t>(
      std::count_if(report_.kinks.begin(), report_.kinks.end(),
                    [](const TouchedKink& kink) { return kink.distance == 0; }));
  const bool has_cone = watch.met_cone();
  is_trying_ = touched + report_.ties.size() > 0 && !has_cone &&
               touched + report_.ties.size() <= options_.tried_out;
  report_.is_exact = is_trying_ || touched + report_.ties.size() == 0;
}

bool KinkSearch::next(std::vector<bool>& choices) {
  if (!is_trying_) return false;
  choices = choices_;
  return true;
}

void KinkSearch::add(const KinkWatch& watch, const std::vector<double>& gradient) {
  if (is_first_) report_.lower = report_.upper = gradient;
  is_first_ = false;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    report_.lower[i] = std::min(report_.lower[i], gradient[i]);
    report_.upper[i] = std::max(report_.upper[i], gradient[i]);
  }
  // The next leaf of the tree of choices: the last left one becomes a right one.
  choices_ = watch.choices;
  while (!choices_.empty() && choices_.back()) choices_.pop_back();
  is_trying_ = !choices_.empty() && choices_.size() <= 2 * options_.tried_out;
  if (!is_trying_) return;
  choices_.back() = true;
}

KinkReport KinkSearch::finish(std::vector<double> declared, const SweepFlags& flags) {
  report_.gradient = std::move(declared);
  report_.indeterminate = flags.indeterminate;
  if (!report_.indeterminate.empty()) {
    report_.trust = Trust::unknown;
    return std::move(report_);
  }
  const bool touched = !report_.ties.empty() ||
                       std::any_of(report_.kinks.begin(), report_.kinks.end(),
                                   [](const TouchedKink& kink) { return kink.distance == 0; });
  if (!touched) return std::move(report_);
  report_.trust = Trust::independent;
  for (std::size_t i = 0; i < report_.lower.size(); ++i) {
    constexpr double rounding = 1e-12;
    const double size = std::max(std::fabs(report_.lower[i]), std::fabs(report_.upper[i]));
    if (!(report_.upper[i] - report_.lower[i] <= rounding * size)) {
      report_.trust = Trust::dependent;
    }
  }
  return std::move(report_);
}

namespace {

std::string place_of(const TouchedKink& kink) {
  std::string text = fmt::format("watched operation {}", kink.place);
  if (kink.where.file != nullptr) text += fmt::format(", {}:{}", kink.where.file, kink.where.line);
  return text;
}

std::string headline(const KinkReport& report) {
  switch (report.trust) {
    case Trust::no_kink:
      return "no kink touched: the gradient is the derivative";
    case Trust::independent:
      return "kinks touched, and the gradient does not depend on the slopes taken there";
    case Trust::unknown:
      return "a form 0 * infinity was met: the derivative may be another than the gradient";
    case Trust::dependent:
      break;
  }
  return "the gradient depends on the slopes taken at the kinks";
}

}  // namespace
}  // namespace detail

std::string to_string(const KinkReport& report) {
  std::string text = detail::headline(report) + '\n';
  for (const TouchedKink& kink : report.kinks) {
    text += kink.distance == 0
                ? fmt::format("  on its kink: {} ({})\n", kink.operation, detail::place_of(kink))
                : fmt::format("  near its kink: {} at a distance of {} ({})\n", kink.operation,
                              kink.distance, detail::place_of(kink));
  }
  for (const TouchedKink& tie : report.ties) {
    text += fmt::format("  comparison {} of equal numbers ({})\n", tie.operation,
                        detail::place_of(tie));
  }
  for (const TouchedKink& equality : report.equalities) {
    text += fmt::format(
        "  comparison {} that hits exactly ({}): what the function is beside this point stays "
        "unseen\n",
        equality.operation, detail::place_of(equality));
  }
  for (const Indeterminate& form : report.indeterminate) {
    text += fmt::format("  0 * infinity: {}\n", form.operation);
  }
  if (report.trust != Trust::dependent) return text;
  for (std::size_t i = 0; i < report.gradient.size(); ++i) {
    const std::string name =
        report.names.empty() ? fmt::format("component {}", i) : report.names[i];
    text += fmt::format("  {}: {} by convention, {} [{}, {}]\n", name, report.gradient[i],
                        report.is_exact ? "over all slopes" : "over all slopes within",
                        report.lower[i], report.upper[i]);
  }
  return text;
}

}  // namespace ad
