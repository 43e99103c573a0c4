#include <algorithm>
#include <cstdint>
#include <exception>
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

/// The arguments that depend on an input; of very many some, evenly spread.
std::vector<bool> examined_arguments(const TraceEntry& entry) {
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < entry.sources.size(); ++i) {
    if (entry.sources[i] != 0) active.push_back(i);
  }
  std::vector<bool> result(entry.sources.size(), false);
  const std::size_t count = std::min(active.size(), most_arguments);
  for (std::size_t k = 0; k < count; ++k) {
    result[active[count == 1 ? 0 : k * (active.size() - 1) / (count - 1)]] = true;
  }
  return result;
}

/// cotangent * op(x) and what the operation's rule makes of the cotangent.
Subject subject_of(const TraceEntry& entry, double cotangent) {
  const TracedRule& rule = *entry.rule;
  Subject subject;
  subject.claimed = examined_arguments(entry);
  for (std::size_t i = 0; i < entry.arguments.size(); ++i) {
    subject.variables.push_back(fmt::format("argument {}", i + 1));
  }
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

/// The operations that the output depends on: the first occurrence of each name, in the order of
/// the run, then the second ones, ...
std::vector<std::uint32_t> candidates(const Trace& trace) {
  std::vector<bool> reached(trace.size() + 1, false);
  reached[trace.output_source] = true;
  for (std::size_t n = trace.output_source; n > 0; --n) {
    if (!reached[n]) continue;
    for (const std::uint32_t source : trace[n].sources) reached[source] = true;
  }
  std::map<std::string_view, std::size_t> occurrences;
  std::vector<std::pair<std::size_t, std::uint32_t>> order;
  for (std::size_t n = trace.inputs() + 1; n <= trace.output_source; ++n) {
    if (!reached[n]) continue;
    order.emplace_back(occurrences[trace[n].operation]++, static_cast<std::uint32_t>(n));
  }
  std::sort(order.begin(), order.end());
  std::vector<std::uint32_t> result;
  result.reserve(order.size());
  for (const auto& [occurrence, number] : order) result.push_back(number);
  return result;
}

class Examiner {
 public:
  explicit Examiner(Report& report) : report_(report) {}

  void examine(const Trace& trace, const std::vector<double>& point) {
    std::vector<std::uint32_t> numbers = candidates(trace);
    if (numbers.size() > most_examined) {
      report_.add_note(fmt::format("to find who is to blame, {} of {} operations were examined",
                                   most_examined, numbers.size()));
      numbers.resize(most_examined);
      all_verified_ = false;
    }
    const std::size_t before = report_.blame.size();
    // A rule that forgets to multiply by its cotangent is right for the cotangent 1.
    for (const double cotangent : {1.0, -2.25}) {
      for (const std::uint32_t n : numbers) examine(trace, n, point, cotangent);
      if (report_.blame.size() > before) break;
    }
    examined_ += numbers.size();
  }

  void finish() {
    std::stable_sort(report_.blame.begin(), report_.blame.end(),
                     [](const Blame& a, const Blame& b) { return a.place < b.place; });
    if (!report_.blame.empty() || !all_verified_ || examined_ == 0) return;
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
    const std::vector<std::vector<double>> points{entry.arguments};
    const Report report = check(subject_of(entry, cotangent), points);
    for (const CheckEntry& found : report.entries) {
      all_verified_ = all_verified_ && found.verdict == Verdict::verified;
      if (found.verdict != Verdict::refuted) continue;
      Blame blame{.operation = entry.operation,
                  .place = trace.place(number),
                  .where = entry.where,
                  .point = point,
                  .arguments = entry.arguments,
                  .argument = found.index,
                  .cotangent = cotangent,
                  .claimed = found.claimed,
                  .reference = found.reference,
                  .reason = found.reason};
      if (!is_known(blame)) report_.blame.push_back(std::move(blame));
    }
  }

  /// The same operation may be met at several points.
  bool is_known(const Blame& blame) const {
    return std::any_of(report_.blame.begin(), report_.blame.end(), [&](const Blame& other) {
      return other.operation == blame.operation && other.place == blame.place &&
             other.argument == blame.argument;
    });
  }

  Report& report_;
  std::size_t examined_ = 0;
  bool all_verified_ = true;
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
    Trace trace;
    try {
      run(point, trace);
    } catch (const std::exception&) {
      continue;  // what f throws at the point, the check has told
    }
    examiner.examine(trace, point);
  }
  examiner.finish();
}

}  // namespace ad::detail
