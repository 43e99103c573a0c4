#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include <autodiff/drivers/nonfinite.hpp>

#include "autodiff/core/numbers_text.hpp"

namespace ad {
namespace detail {
namespace {

using Cause = NonfiniteCause;
using Numbers = std::vector<double>;

/// Finite at arguments beside these.
template <class Evaluate>
bool is_finite_beside(const Numbers& arguments, const Evaluate& evaluate) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    for (const int exponent : {-40, -20}) {
      for (const double side : {-1.0, 1.0}) {
        std::vector<Quad> x(arguments.begin(), arguments.end());
        x[i] = x[i] + Quad(side * std::ldexp(1 + std::fabs(arguments[i]), exponent));
        if (isfinite(evaluate(x))) return true;
      }
    }
  }
  return false;
}

/// Why something is not finite at finite arguments.
template <class Evaluate>
Cause cause_at_finite(double result, const Numbers& arguments, const Evaluate& evaluate) {
  if (std::isnan(result)) return Cause::domain;
  if (isfinite(evaluate(std::vector<Quad>(arguments.begin(), arguments.end())))) {
    return Cause::overflow;
  }
  return is_finite_beside(arguments, evaluate) ? Cause::pole : Cause::overflow;
}

std::size_t count_infinite(const Numbers& numbers) {
  return static_cast<std::size_t>(
      std::count_if(numbers.begin(), numbers.end(), [](double x) { return std::isinf(x); }));
}

/// Which form an operation has that makes NaN of these numbers, none of which is NaN.
Cause cause_of_nan(const TraceEntry& entry) {
  static constexpr std::array sums{"add", "sub", "sum", "mean", "fma", "dot"};
  const Numbers& x = entry.arguments;
  const std::size_t infinite = count_infinite(x);
  const bool has_zero = std::find(x.begin(), x.end(), 0.0) != x.end();
  const bool is_quotient = entry.operation == "div";
  if (is_quotient && infinite == 2) return Cause::infinity_over_infinity;
  if (is_quotient && has_zero && x[0] == x[1]) return Cause::zero_over_zero;
  if (has_zero && infinite > 0) return Cause::zero_times_infinity;
  const bool is_sum = std::find(sums.begin(), sums.end(), entry.operation) != sums.end();
  return is_sum && infinite > 1 ? Cause::infinity_minus_infinity : Cause::domain;
}

class Explainer {
 public:
  Explainer(const Trace& trace, const std::vector<std::string>& names)
      : trace_(trace), names_(names) {}

  NonfiniteReport explain() {
    if (!std::isfinite(trace_.output)) {
      follow_value(trace_.output_source, trace_.output);
    } else {
      sweep();
    }
    std::reverse(report_.steps.begin(), report_.steps.end());
    shorten_path();
    return std::move(report_);
  }

 private:
  /// Where a derivative ceased to be finite: at an operation, or where the contributions to the
  /// derivative by an entry's result are added up.
  struct Event {
    NonfiniteStep step;
    std::size_t entry;
    std::size_t earlier;  ///< or none: the event that made the first infinity
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  NonfiniteStep step_at(std::size_t number, Cause cause) const {
    NonfiniteStep step;
    step.cause = cause;
    if (trace_.is_input(number)) {
      step.operation = names_[number - 1];
      step.arguments = {trace_[number].result};
    } else {
      const TraceEntry& entry = trace_[number];
      step.operation = entry.operation;
      step.place = trace_.place(number);
      step.where = entry.where;
      step.arguments = entry.arguments;
    }
    step.result = trace_[number].result;
    return step;
  }

  /// From a value that is not finite back to where it began.
  void follow_value(std::size_t number, double value) {
    if (number == 0) {
      NonfiniteStep constant;
      constant.cause = Cause::constant;
      constant.arguments = {value};
      constant.result = value;
      report_.steps.push_back(constant);
      return;
    }
    for (;;) {
      if (trace_.is_input(number)) {
        report_.steps.push_back(step_at(number, Cause::input));
        report_.path = {names_[number - 1]};
        return;
      }
      const TraceEntry& entry = trace_[number];
      const Numbers& x = entry.arguments;
      auto guilty = std::find_if(x.begin(), x.end(), [](double a) { return std::isnan(a); });
      const bool passes_on = guilty != x.end();
      if (!passes_on) {
        guilty = std::find_if(x.begin(), x.end(), [](double a) { return std::isinf(a); });
        if (guilty == x.end()) {
          report_.steps.push_back(step_at(number, cause_of(entry)));
          report_.path = path_to(number);
          return;
        }
        if (std::isnan(entry.result)) {
          report_.steps.push_back(step_at(number, cause_of_nan(entry)));
        }
      }
      const std::uint32_t source = entry.sources[static_cast<std::size_t>(guilty - x.begin())];
      if (source == 0) {
        report_.steps.push_back(step_at(number, Cause::constant));
        return;
      }
      number = source;
    }
  }

  static Cause cause_of(const TraceEntry& entry) {
    if (std::isnan(entry.result)) return cause_of_nan(entry);
    return cause_at_finite(entry.result, entry.arguments,
                           [&](const std::vector<Quad>& x) { return entry.rule->value(x); });
  }

  /// An input and the operations from it to this entry.
  std::vector<std::string> path_to(std::size_t number) const {
    std::vector<std::string> path;
    for (;;) {
      const std::vector<std::uint32_t>& sources = trace_[number].sources;
      const auto active =
          std::find_if(sources.begin(), sources.end(), [](std::uint32_t s) { return s != 0; });
      if (active == sources.end()) return {};
      number = *active;
      if (trace_.is_input(number)) break;
      path.push_back(trace_[number].operation);
    }
    path.push_back(names_[number - 1]);
    std::reverse(path.begin(), path.end());
    return path;
  }

  /// The reverse sweep of the trace, which notes where numbers cease to be finite.
  void sweep() {
    adjoints_.assign(trace_.size() + 1, 0);
    reached_.assign(trace_.size() + 1, false);
    origins_.assign(trace_.size() + 1, none);
    users_.assign(trace_.size() + 1, 0);
    adjoints_[trace_.output_source] = 1;
    reached_[trace_.output_source] = true;
    for (std::size_t n = trace_.output_source; n > trace_.inputs(); --n) {
      if (reached_[n]) pull_back(n);
    }
    for (std::size_t input = 1; input <= trace_.inputs(); ++input) {
      if (!std::isfinite(adjoints_[input])) return follow_derivative(input);
    }
    if (dropped_.operation.empty()) return;
    report_.steps.push_back(dropped_);
    report_.path = path_to(dropped_entry_);
  }

  /// From an input whose derivative is not finite to where that began.
  void follow_derivative(std::size_t input) {
    std::size_t event = origins_[input];
    while (events_[event].earlier != none) {
      report_.steps.push_back(events_[event].step);
      event = events_[event].earlier;
    }
    report_.steps.push_back(events_[event].step);
    report_.path = {names_[input - 1]};
    if (input == events_[event].entry) return;
    for (std::size_t n = users_[input]; n != events_[event].entry; n = users_[n]) {
      report_.path.push_back(trace_[n].operation);
    }
  }

  void pull_back(std::size_t number) {
    const TraceEntry& entry = trace_[number];
    const double cotangent = adjoints_[number];
    Numbers partials(entry.arguments.size());
    Numbers contributions(entry.arguments.size());
    entry.rule->pull_back(entry.arguments, 1.0, partials);
    if (std::isfinite(cotangent)) {
      entry.rule->pull_back(entry.arguments, cotangent, contributions);
    }
    for (std::size_t i = 0; i < partials.size(); ++i) {
      const std::uint32_t source = entry.sources[i];
      if (source == 0) continue;
      reached_[source] = true;
      const double partial = partials[i];
      if (is_indeterminate(cotangent, partial)) {
        drop(number, i, partial);
        continue;
      }
      double contribution = contributions[i];
      std::size_t origin = none;
      if (!std::isfinite(cotangent)) {
        contribution = cotangent * partial;
        origin = origins_[number];
      } else if (!std::isfinite(partial)) {
        contribution = cotangent * partial;
        origin = add_event(number, i, cause_of_partial(entry, i, partial), partial);
      } else if (!std::isfinite(contribution)) {
        origin = add_event(number, i, Cause::overflow, contribution);
      }
      add(source, contribution, origin, number);
    }
  }

  void add(std::uint32_t source, double contribution, std::size_t origin, std::size_t user) {
    double& adjoint = adjoints_[source];
    const double before = std::exchange(adjoint, adjoint + contribution);
    if (std::isfinite(adjoint) || std::isnan(before)) return;
    const bool is_new_nan = std::isnan(adjoint) && !std::isnan(contribution);
    const bool is_overflow = std::isfinite(before) && std::isfinite(contribution);
    if (is_new_nan || is_overflow) {
      NonfiniteStep step =
          step_at(source, is_new_nan ? Cause::infinity_minus_infinity : Cause::overflow);
      step.in_derivative = true;
      step.arguments = {before, contribution};
      step.result = adjoint;
      origins_[source] = add_event({std::move(step), source, origins_[source]});
    } else if (std::isfinite(before) || std::isnan(contribution)) {
      origins_[source] = origin;
      users_[source] = user;
    }
  }

  static Cause cause_of_partial(const TraceEntry& entry, std::size_t argument, double partial) {
    return cause_at_finite(partial, entry.arguments, [&](const std::vector<Quad>& x) {
      std::vector<Quad> result(x.size());
      entry.rule->pull_back(x, Quad(1), result);
      return result[argument];
    });
  }

  NonfiniteStep derivative_step(std::size_t number, std::size_t argument, Cause cause,
                                double result) const {
    NonfiniteStep step = step_at(number, cause);
    step.in_derivative = true;
    step.argument = argument;
    step.result = result;
    return step;
  }
  std::size_t add_event(std::size_t number, std::size_t argument, Cause cause, double result) {
    return add_event({derivative_step(number, argument, cause, result), number, none});
  }
  std::size_t add_event(Event event) {
    events_.push_back(std::move(event));
    return events_.size() - 1;
  }

  /// The form 0 * infinity contributes nothing; the first one is kept for a report.
  void drop(std::size_t number, std::size_t argument, double partial) {
    if (!dropped_.operation.empty()) return;
    dropped_ = derivative_step(number, argument, Cause::zero_times_infinity, partial);
    dropped_entry_ = number;
  }

  void shorten_path() {
    constexpr std::size_t most = 8;
    std::vector<std::string>& path = report_.path;
    if (path.size() <= most) return;
    path.erase(path.begin() + most / 2, path.end() - most / 2);
    path.insert(path.begin() + most / 2, "...");
  }

  const Trace& trace_;
  const std::vector<std::string>& names_;
  NonfiniteReport report_;
  std::vector<double> adjoints_;
  std::vector<bool> reached_;
  std::vector<std::size_t> origins_;  ///< the event that an adjoint that is not finite goes back to
  std::vector<std::size_t> users_;    ///< the entry that contributed it
  std::vector<Event> events_;
  NonfiniteStep dropped_;
  std::size_t dropped_entry_ = 0;
};

std::string location_text(const NonfiniteStep& step) {
  if (step.where.file == nullptr) return {};
  return fmt::format(" ({}:{})", step.where.file, step.where.line);
}

std::string text_of_value(const NonfiniteStep& step) {
  const std::string got =
      fmt::format("{}{} got {}", step.operation, location_text(step), numbers_text(step.arguments));
  switch (step.cause) {
    case Cause::domain:
      return got + ", outside its domain";
    case Cause::pole:
      return got + ", where it is infinite";
    case Cause::overflow:
      return got + ", too large a result for its type";
    case Cause::input:
      return fmt::format("the input {} is {}", step.operation, step.result);
    case Cause::constant:
      return step.operation.empty() ? fmt::format("the result is the constant {}", step.result)
                                    : got + ", a constant among them";
    default:
      return fmt::format("{}: {}", got, to_string(step.cause));
  }
}

std::string text_of_derivative(const NonfiniteStep& step) {
  if (!step.argument) {
    return fmt::format("the derivative by {}{} is the sum of {}: {}",
                       step.place == 0 ? "" : "the result of ", step.operation,
                       numbers_text(step.arguments), to_string(step.cause));
  }
  const std::string partial = fmt::format(
      "{}{} got {}, where its derivative{}", step.operation, location_text(step),
      numbers_text(step.arguments),
      step.arguments.size() == 1 ? "" : fmt::format(" by argument {}", *step.argument + 1));
  switch (step.cause) {
    case Cause::domain:
      return partial + " is not defined";
    case Cause::pole:
      return partial + " is infinite";
    case Cause::overflow:
      return partial + " is too large for its type";
    default:
      return fmt::format("{} met the form {}, taken as 0", partial, to_string(step.cause));
  }
}

}  // namespace

NonfiniteReport explain(const Trace& trace, const std::vector<std::string>& names) {
  return Explainer(trace, names).explain();
}

}  // namespace detail

std::string_view to_string(NonfiniteCause cause) {
  constexpr std::array<std::string_view, 9> names{"domain",
                                                  "pole",
                                                  "overflow",
                                                  "infinity - infinity",
                                                  "0 * infinity",
                                                  "0 / 0",
                                                  "infinity / infinity",
                                                  "input",
                                                  "constant"};
  return names[static_cast<std::size_t>(cause)];
}

std::string to_string(const NonfiniteReport& report) {
  if (report.steps.empty()) return "the value and the gradient are finite";
  std::string text;
  for (const NonfiniteStep& step : report.steps) {
    text += fmt::format(
        "{}{}", text.empty() ? "" : "; then ",
        step.in_derivative ? detail::text_of_derivative(step) : detail::text_of_value(step));
  }
  const bool tells_input = report.steps[0].place == 0 && !report.steps[0].operation.empty();
  if (!report.path.empty() && !tells_input) {
    text += fmt::format("; from {}", report.path[0]);
    if (report.path.size() > 1) {
      text +=
          fmt::format(" through {}", fmt::join(report.path.begin() + 1, report.path.end(), ", "));
    }
  }
  return text;
}

}  // namespace ad
