#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>

#include <autodiff/verify/report.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/core/numbers_text.hpp"
#include "autodiff/verify/worst_first.hpp"

namespace ad {
namespace detail {
namespace {

int rank(const CheckEntry& entry) {
  if (!entry.judged) return 3;
  if (entry.verdict == Verdict::refuted) return 0;
  return entry.verdict == Verdict::inconclusive ? 1 : 2;
}

double relative_distance(const CheckEntry& entry) {
  const double distance = std::fabs(entry.claimed - entry.reference);
  const double size = std::max(std::fabs(entry.claimed), std::fabs(entry.reference));
  return std::isnan(distance) ? HUGE_VAL : size > 0 ? distance / size : 0;
}

}  // namespace

bool is_worse(const CheckEntry& a, const CheckEntry& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (a.verdict == Verdict::refuted) return relative_distance(a) > relative_distance(b);
  const bool a_plain = a.kind == Kind::smooth;
  const bool b_plain = b.kind == Kind::smooth;
  if (a_plain != b_plain) return b_plain;
  return a.lost_digits > b.lost_digits;
}

}  // namespace detail

namespace {

constexpr std::array<std::string_view, 3> verdict_names{"verified", "refuted", "inconclusive"};
constexpr std::array<std::string_view, 8> kind_names{"smooth",    "kink", "jump",    "vertical",
                                                     "removable", "edge", "outside", "nonfinite"};

std::string point_text(const std::vector<std::string>& variables,
                       const std::vector<double>& point) {
  std::string text;
  constexpr std::size_t shown = 4;
  for (std::size_t i = 0; i < std::min(shown, point.size()); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ", ", variables[i], point[i]);
  }
  if (point.size() > shown) text += ", ...";
  return text;
}

std::string blame_text(const std::vector<Blame>& all) {
  constexpr std::size_t most_shown = 5;
  std::string text;
  for (const Blame& blame : all) {
    if (&blame - all.data() == most_shown) {
      return text + fmt::format("blame: and {} more\n", all.size() - most_shown);
    }
    text += fmt::format(
        "blame: {} (operation {} of the run{}) got {}; ", blame.operation, blame.place,
        blame.where.file == nullptr ? ""
                                    : fmt::format(", {}:{}", blame.where.file, blame.where.line),
        detail::numbers_text(blame.arguments));
    const std::string result =
        blame.result_name.empty() ? "" : fmt::format(" of {}", blame.result_name);
    const std::string argument =
        blame.arguments.size() == 1 ? "" : fmt::format(" for {}", blame.argument_name);
    text += blame.cotangent == 1
                ? fmt::format("its rule says the derivative{}{} is {}, but it is {}\n", result,
                              argument, blame.claimed, blame.reference)
                : fmt::format("its rule makes of the cotangent {}{}{} {}, but right is {}\n",
                              blame.cotangent, result, argument, blame.claimed, blame.reference);
  }
  return text;
}

bool is_refuted(const Property& property) { return property.verdict == Verdict::refuted; }

Verdict verdict_of(const Report& report) {
  const Report::Counts& n = report.counts;
  if (n.refuted > 0 ||
      std::any_of(report.properties.begin(), report.properties.end(), is_refuted)) {
    return Verdict::refuted;
  }
  return n.inconclusive > 0 || n.verified == 0 ? Verdict::inconclusive : Verdict::verified;
}

std::string properties_text(const Report& report) {
  std::string text;
  std::vector<std::string> holding;
  for (const Property& property : report.properties) {
    if (is_refuted(property)) {
      text += fmt::format(
          "property: not {}{}: {}\n", property.name,
          property.point.empty() ? "" : " at " + point_text(report.variables, property.point),
          property.reason);
    } else if (property.verdict == Verdict::verified) {
      holding.push_back(property.reason.empty()
                            ? property.name
                            : fmt::format("{} ({})", property.name, property.reason));
    }
  }
  if (!holding.empty()) text += fmt::format("properties: {}\n", fmt::join(holding, ", "));
  return text;
}

std::string headline(const Report& report) {
  const Report::Counts& n = report.counts;
  switch (report.verdict) {
    case Verdict::refuted:
      if (n.refuted == 0) return "REFUTED: the rule has not the properties of a derivative";
      return fmt::format(
          "REFUTED: {} of {} {} wrong", n.refuted,
          detail::counted(n.refuted + n.verified + n.inconclusive, "checked derivative"),
          n.refuted == 1 ? "is" : "are");
    case Verdict::verified:
      return n.verified == 1
                 ? "VERIFIED: the derivative agrees with the reference"
                 : fmt::format("VERIFIED: all {} checked derivatives agree with the reference",
                               n.verified);
    case Verdict::inconclusive:
      break;
  }
  if (n.verified + n.inconclusive == 0) {
    return "INCONCLUSIVE: no point lies inside the domain of the function";
  }
  return fmt::format("INCONCLUSIVE: {} of {} could not be decided", n.inconclusive,
                     detail::counted(n.inconclusive + n.verified, "checked derivative"));
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

void Report::add(CheckEntry entry) {
  if (!entry.judged) {
    counts.not_judged += entry.variables;
  } else if (entry.verdict == Verdict::refuted) {
    counts.refuted += entry.variables;
  } else if (entry.verdict == Verdict::verified) {
    counts.verified += entry.variables;
  } else {
    counts.inconclusive += entry.variables;
  }
  entries.push_back(std::move(entry));
  verdict = verdict_of(*this);
}

void Report::add(Property property) {
  properties.push_back(std::move(property));
  verdict = verdict_of(*this);
}

void Report::add_note(const std::string& note) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

void Report::merge(const Report& other) {
  for (const CheckEntry& entry : other.entries) add(entry);
  for (const Property& property : other.properties) add(property);
  for (const std::string& note : other.notes) add_note(note);
  blame.insert(blame.end(), other.blame.begin(), other.blame.end());
  if (!counterexample) counterexample = other.counterexample;
}

std::string Report::to_text(std::size_t rows) const {
  std::string text = headline(*this);
  if (counts.not_judged > 0) {
    text += fmt::format("; {} outside its domain, not judged", counts.not_judged);
  }
  text += fmt::format(" (seed {})\n", seed);
  for (const std::string& note : notes) text += fmt::format("note: {}\n", note);
  text += properties_text(*this);
  text += blame_text(blame);
  if (counterexample) {
    text +=
        fmt::format("simplest point found: {}\n{}", point_text(variables, counterexample->point),
                    counterexample->test.empty() ? "" : "  " + counterexample->test + '\n');
  }

  std::vector<const CheckEntry*> order;
  for (const CheckEntry& entry : entries) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const CheckEntry* a, const CheckEntry* b) {
    return detail::is_worse(*a, *b);
  });
  const std::size_t shown = std::min(rows, order.size());
  std::vector<std::string> points;
  std::size_t point_width = 5;
  std::size_t variable_width = 8;
  for (std::size_t i = 0; i < shown; ++i) {
    points.push_back(point_text(variables, order[i]->point));
    point_width = std::max(point_width, points.back().size());
    variable_width = std::max(variable_width, order[i]->variable.size());
  }
  if (shown > 0) {
    text += fmt::format("\n{:<{}}  {:<{}}  {:<9}  {:<12}  {}\n", "variable", variable_width,
                        "point", point_width, "kind", "verdict", "reason");
  }
  for (std::size_t i = 0; i < shown; ++i) {
    const CheckEntry& entry = *order[i];
    const std::string_view verdict_text = entry.judged ? to_string(entry.verdict) : "not judged";
    std::string lost;
    if (entry.lost_digits >= 1) {
      lost = fmt::format("; plain double loses {:.0f} digits", entry.lost_digits);
    }
    text += fmt::format("{:<{}}  {:<{}}  {:<9}  {:<12}  {}{}\n", entry.variable, variable_width,
                        points[i], point_width, to_string(entry.kind), verdict_text, entry.reason,
                        lost);
  }
  if (shown < order.size()) text += fmt::format("... and {} more\n", order.size() - shown);
  return text;
}

std::ostream& operator<<(std::ostream& stream, const Report& report) {
  return stream << report.to_text();
}

}  // namespace ad
