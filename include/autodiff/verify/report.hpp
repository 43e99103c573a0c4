// What a check found: one entry per point and variable, and one verdict over all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <autodiff/core/source_location.hpp>

namespace ad {

/// What a check can say of a claimed derivative. `inconclusive` is never a pass.
enum class Verdict { verified, refuted, inconclusive };

/// What the function does at the point, seen along one variable.
enum class Kind {
  smooth,     ///< the slopes from the left and from the right agree
  kink,       ///< continuous, with two different finite slopes, or with others beside the axis
  jump,       ///< discontinuous
  vertical,   ///< continuous, and a one-sided slope is infinite
  removable,  ///< not finite here, but both sides meet in value and slope
  edge,       ///< defined on one side only
  outside,    ///< not defined here nor nearby
  nonfinite,  ///< infinite here
};

/// "verified", "refuted", "inconclusive".
std::string_view to_string(Verdict verdict);

/// "smooth", "kink", ...
std::string_view to_string(Kind kind);

/// The check of one partial derivative at one point, or of those of many variables together, along
/// a random direction of theirs.
struct CheckEntry {
  std::string variable;
  std::size_t index = 0;      ///< of the variable among all variables, or of the first one
  std::size_t variables = 1;  ///< whose partial derivatives are checked here
  std::vector<double> point;  ///< one coordinate per variable
  double claimed = 0;
  /// What the claim was compared with: the slope; at a kink the one between the two one-sided
  /// slopes, or in the convex hull of the gradients nearby, that is nearest to the claim.
  double reference = 0;
  double error_bound = 0;  ///< of the reference; infinite if there is none
  double claim_bound = 0;  ///< how much of the claim may be its own rounding
  double left = 0;         ///< one-sided slopes; NaN where the function is not defined
  double right = 0;
  Verdict verdict = Verdict::inconclusive;
  Kind kind = Kind::smooth;
  bool judged = true;  ///< false outside the domain: listed and counted, no part of the verdict
  double claimed_in_double = 0;  ///< the claim in plain double arithmetic; NaN if not evaluated
  double lost_digits = 0;        ///< decimal digits that double arithmetic loses on the claim
  std::string reason;            ///< of the verdict, in words and numbers
};

/// An operation of a refuted function whose own rule is wrong at the arguments that it got.
struct Blame {
  std::string operation;  ///< its name
  /// The how-manieth operation of the run, from 1. Operations on arrays count once per element.
  std::size_t place = 0;
  SourceLocation where;           ///< of the call, where it is known
  std::vector<double> point;      ///< of the run
  std::vector<double> arguments;  ///< what the operation got
  std::size_t argument = 0;       ///< whose partial derivative is wrong, from 0
  std::string argument_name;      ///< "argument 1"; an element of an array: "x[0, 2]"
  std::string result_name;        ///< of a rule of arrays, the element that is derived: "y[1]"
  double cotangent = 1;           ///< what the rule was given; the next two are multiples of it
  double claimed = 0;             ///< by the rule
  double reference = 0;           ///< from the operation's values
  std::string reason;             ///< in words and numbers
};

/// Something that holds of every right rule, looked at beside its slopes.
struct Property {
  std::string name;  ///< such as "linear in the cotangent"
  /// Inconclusive if there was no point to try it at; that says nothing against the rule.
  Verdict verdict = Verdict::inconclusive;
  std::size_t trials = 0;
  std::vector<double> point = {};  ///< where it failed
  std::string reason = {};         ///< in words and numbers
};

/// A refuted point made as simple as it can be while it stays refuted.
struct Counterexample {
  std::vector<double> point;
  std::size_t index = 0;  ///< of the variable whose derivative is wrong there
  std::string test;       ///< what shows it again, to be pasted: C++, or a command
};

/// The outcome of a check.
///
///   ad::Report report = ad::check_gradient(f, x);
///   if (report.verdict != ad::Verdict::verified) fmt::print("{}\n", report);
struct Report {
  struct Counts {  ///< of partial derivatives at points
    std::size_t verified = 0, refuted = 0, inconclusive = 0, not_judged = 0;
  };

  /// Refuted if any entry or property is; else inconclusive if any judged entry is, or if none is
  /// judged; else verified.
  Verdict verdict = Verdict::inconclusive;
  std::vector<std::string> variables;
  std::vector<CheckEntry> entries;
  std::vector<Property> properties;  ///< of a rule that `check_rule` checked
  std::vector<std::string> notes;    ///< what else a reader must know, such as a rule without quad
  /// Which operations are to blame if our own derivative is refuted, in the order of the run.
  std::vector<Blame> blame;
  std::optional<Counterexample> counterexample;  ///< if an entry is refuted
  std::uint64_t seed = 0;
  Counts counts;

  /// Adds an entry and brings the verdict and the counts up to date.
  void add(CheckEntry entry);
  void add(Property property);

  /// Adds a note unless it is there already.
  void add_note(const std::string& note);

  /// Adds the entries, properties, notes and blame of another report on the same variables.
  void merge(const Report& other);

  /// A verdict in one line, the notes, who is to blame, and a table of the entries, the worst
  /// first, at most `rows`.
  std::string to_text(std::size_t rows = 12) const;
};

/// Prints `to_text`.
std::ostream& operator<<(std::ostream& stream, const Report& report);

/// The report as a JSON document. Non-finite numbers are the strings "NaN", "Infinity",
/// "-Infinity".
std::string to_json(const Report& report);

/// The report as a JUnit XML document, which build servers read: a test case for each entry and
/// each property in a suite of the given name. What is refuted is a failure, what is inconclusive
/// an error, what is not judged is skipped.
std::string to_junit(const Report& report, std::string_view suite = "autodiff");

}  // namespace ad

template <>
struct fmt::formatter<ad::Verdict> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(ad::Verdict verdict, Context& context) const {
    return fmt::formatter<std::string_view>::format(ad::to_string(verdict), context);
  }
};

template <>
struct fmt::formatter<ad::Kind> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(ad::Kind kind, Context& context) const {
    return fmt::formatter<std::string_view>::format(ad::to_string(kind), context);
  }
};

template <>
struct fmt::formatter<ad::Report> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const ad::Report& report, Context& context) const {
    return fmt::formatter<std::string>::format(report.to_text(), context);
  }
};
