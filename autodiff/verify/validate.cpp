#include "autodiff/verify/validate.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void validate_subject(const Subject& subject, const char* who) {
  const std::size_t count = subject.variables.size();
  if (count == 0) {
    throw ParameterError(fmt::format("{}: the subject has no variable; name at least one.", who));
  }
  if (!subject.value && !subject.value_in_double) {
    throw ParameterError(fmt::format(
        "{}: the subject has no function; give it in quad, in double, or in both.", who));
  }
  if (!subject.claim && !subject.claim_in_double) {
    throw ParameterError(fmt::format(
        "{}: the subject has no claimed gradient; give it in quad, in double, or in both.", who));
  }
  if (!subject.claimed.empty() && subject.claimed.size() != count) {
    throw ShapeError(fmt::format(
        "{}: the subject has {} for its claims, but {}; give one flag "
        "per variable, or none if all have one.",
        who, detail::counted(subject.claimed.size(), "flag"), detail::counted(count, "variable")));
  }
  if (!subject.claimed.empty() &&
      std::none_of(subject.claimed.begin(), subject.claimed.end(), [](bool b) { return b; })) {
    throw ParameterError(
        fmt::format("{}: no variable has a claim; there is nothing to check.", who));
  }
}

void validate_points(const Subject& subject, std::span<const std::vector<double>> points,
                     const char* who) {
  if (points.empty()) {
    throw ParameterError(fmt::format("{}: there are no points; give at least one.", who));
  }
  for (const std::vector<double>& point : points) {
    if (point.size() != subject.variables.size()) {
      throw ShapeError(
          fmt::format("{}: a point has {}, but the function has {}; give one "
                      "coordinate per variable.",
                      who, detail::counted(point.size(), "coordinate"),
                      detail::counted(subject.variables.size(), "variable")));
    }
  }
}

void validate_domain(const Subject& subject, const CheckOptions& options, const char* who) {
  if (options.domain.size() != subject.variables.size()) {
    throw ShapeError(
        fmt::format("{}: the domain has {}, but the function has {}; give one interval "
                    "per variable.",
                    who, detail::counted(options.domain.size(), "interval"),
                    detail::counted(subject.variables.size(), "variable")));
  }
  for (std::size_t i = 0; i < options.domain.size(); ++i) {
    const Interval& interval = options.domain[i];
    if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper) ||
        interval.lower > interval.upper) {
      throw ParameterError(fmt::format(
          "{}: the interval of {} is [{}, {}]; both ends must be finite, the lower one first.", who,
          subject.variables[i], interval.lower, interval.upper));
    }
  }
  if (options.points == 0) {
    throw ParameterError(
        fmt::format("{}: 0 points are asked for; draw at least one from the domain.", who));
  }
}

}  // namespace ad::detail
