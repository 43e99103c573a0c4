#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <autodiff/verify/blame.hpp>
#include <autodiff/verify/check.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {
namespace {

constexpr std::size_t most_points = 4;
constexpr std::size_t most_examined = 1000;
constexpr std::size_t most_arguments = 32;
constexpr std::size_t most_results = 8;                    // of a call
constexpr std::size_t most_traced = std::size_t{1} << 22;  // numbers that take some 500 MB

/// So many of them, evenly spread, the first and the last among them.
template <class X>
std::vector<X> some_of(const std::vector<X>& all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<X> result;
  for (std::size_t k = 0; k < most; ++k) result.push_back(all[k * (all.size() - 1) / (most - 1)]);
  return result;
}

/// The arguments that depend on an input; of very many some.
std::vector<bool> examined_arguments(const TraceEntry& entry) {
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < entry.sources.size(); ++i) {
    if (entry.sources[i] != 0) active.push_back(i);
  }
  std::vector<bool> result(entry.sources.size(), false);
  for (const std::size_t i : some_of(active, most_arguments)) result[i] = true;
  return result;
}

/// cotangent * op(x) and what the operation's rule makes of the cotangent.
Subject subject_of(const TraceEntry& entry, double cotangent) {
  const TracedRule& rule = *entry.rule;
  Subject subject;
  subject.claimed = examined_arguments(entry);
  subject.variables = rule.argument_names(entry.arguments.size());
  subject.value = [&rule, cotangent](std::span<const Quad> x) {
    return Quad(cotangent) * rule.value(x);
  };
  subject.value_in_double = [&rule, cotangent](std::span<const double> x) {
    return cotangent * rule.value(x);
  };
  subject.claim = [&rule, cotangent](std::span<const Quad> x, std::span<Quad> result) {
    rule.pull_back(x, Quad(cotangent), result);
  };
  subject.claim_in_double = [&rule, cotangent](std::span<const double> x,
                                               std::span<double> result) {
    rule.pull_back(x, cotangent, result);
  };
  return subject;
}

/// Entries of one call that the output depends on.
using TracedCall = std::vector<std::uint32_t>;

/// The calls that the output depends on: the first occurrence of each name, in the order of the
/// run, then the second ones, ...
std::vector<TracedCall> candidates(const Trace& trace) {
  std::vector<bool> reached(trace.size() + 1, false);
  reached[trace.output_source] = true;
  for (std::size_t n = trace.output_source; n > 0; --n) {
    if (!reached[n]) continue;
    for (const std::uint32_t source : trace[n].sources) reached[source] = true;
  }
  std::vector<TracedCall> calls;
  for (auto n = static_cast<std::uint32_t>(trace.inputs() + 1); n <= trace.output_source; ++n) {
    if (!reached[n]) continue;
    const bool goes_on = !calls.empty() && trace.call_of(calls.back().front()) == trace.call_of(n);
    if (!goes_on) calls.emplace_back();
    calls.back().push_back(n);
  }
  std::map<std::string_view, std::size_t> occurrences;
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t k = 0; k < calls.size(); ++k) {
    order.emplace_back(occurrences[trace[calls[k].front()].operation]++, k);
  }
  std::sort(order.begin(), order.end());
  std::vector<TracedCall> result;
  result.reserve(order.size());
  for (const auto& [occurrence, k] : order) result.push_back(std::move(calls[k]));
  return result;
}

class Examiner {
 public:
  explicit Examiner(Report& report) : report_(report) {}

  void examine(const Trace& trace, const std::vector<double>& point) {
    std::vector<TracedCall> calls = candidates(trace);
    if (calls.size() > most_examined) {
      report_.add_note(fmt::format("to find who is to blame, {} of {} operations were examined",
                                   most_examined, calls.size()));
      calls.resize(most_examined);
      all_verified_ = false;
    }
    const std::size_t before = report_.blame.size();
    // A rule that forgets to multiply by its cotangent is right for the cotangent 1.
    for (const double cotangent : {1.0, -2.25}) {
      for (const TracedCall& call : calls) {
        is_complete_ = is_complete_ && call.size() <= most_results;
        for (const std::uint32_t n : some_of(call, most_results)) {
          examine(trace, n, point, cotangent);
        }
      }
      if (report_.blame.size() > before) break;
    }
    examined_ += calls.size();
  }

  /// A run that is too long to be traced.
  void give_up() {
    report_.add_note(
        "who is to blame was not examined: the run has too many operations; check a smaller one");
    all_verified_ = false;
  }

  void finish() {
    std::stable_sort(report_.blame.begin(), report_.blame.end(),
                     [](const Blame& a, const Blame& b) { return a.place < b.place; });
    if (!report_.blame.empty() || !all_verified_ || examined_ == 0) return;
    if (!is_complete_) {
      report_.add_note(
          "no operation was found to be to blame, but of those with very many arguments or results "
          "only some entries were examined; check_rule looks at all of a rule");
      return;
    }
    report_.add_note(
        fmt::format("no operation is to blame: {} agree with the slopes of their own functions; at "
                    "kinks such slopes need not add up to one of the whole, and what is detached "
                    "has none",
                    counted(examined_, "rule")));
  }

 private:
  void examine(const Trace& trace, std::uint32_t number, const std::vector<double>& point,
               double cotangent) {
    const TraceEntry& entry = trace[number];
    is_complete_ = is_complete_ && entry.arguments.size() <= most_arguments;
    const std::vector<std::vector<double>> points{entry.arguments};
    const Report report = check(subject_of(entry, cotangent), points);
    for (const CheckEntry& found : report.entries) {
      all_verified_ = all_verified_ && found.verdict == Verdict::verified;
      if (found.verdict != Verdict::refuted) continue;
      add({.operation = entry.operation,
           .place = trace.place(trace.call_of(number)),
           .where = entry.where,
           .point = point,
           .arguments = entry.arguments,
           .argument = found.index,
           .argument_name = found.variable,
           .result_name = entry.rule->result_name(),
           .cotangent = cotangent,
           .claimed = found.claimed,
           .reference = found.reference,
           .reason = found.reason});
    }
  }

  /// The same operation may be met at several points; of a rule of arrays the worst entry is told.
  void add(Blame blame) {
    const auto known =
        std::find_if(report_.blame.begin(), report_.blame.end(), [&](const Blame& other) {
          return other.operation == blame.operation && other.place == blame.place &&
                 (other.argument == blame.argument || !blame.result_name.empty());
        });
    if (known == report_.blame.end()) {
      report_.blame.push_back(std::move(blame));
    } else if (!blame.result_name.empty() && error_of(blame) > error_of(*known)) {
      *known = std::move(blame);
    }
  }

  static double error_of(const Blame& blame) {
    const double error = std::fabs(blame.claimed - blame.reference);
    return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
  }

  Report& report_;
  std::size_t examined_ = 0;
  bool all_verified_ = true;
  bool is_complete_ = true;  ///< of every operation all arguments and results
};

}  // namespace

void add_blame(Report& report, const TracedRun& run) {
  if (report.verdict != Verdict::refuted) return;
  std::vector<std::vector<double>> points;
  for (const CheckEntry& entry : report.entries) {
    if (points.size() == most_points) break;
    if (!entry.judged || entry.verdict != Verdict::refuted) continue;
    if (std::find(points.begin(), points.end(), entry.point) == points.end()) {
      points.push_back(entry.point);
    }
  }
  Examiner examiner(report);
  for (const std::vector<double>& point : points) {
    Trace trace(most_traced);
    try {
      run(point, trace);
    } catch (const TraceIsFull&) {
      examiner.give_up();
      break;
    } catch (const std::exception&) {
      continue;  // what f throws at the point, the check has told
    }
    examiner.examine(trace, point);
  }
  examiner.finish();
}

}  // namespace ad::detail
