#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <autodiff/tools/decimal.hpp>
#include <autodiff/tools/formula.hpp>
#include <autodiff/tools/point.hpp>

#include "autodiff/tools/characters.hpp"

namespace ad {
namespace {

using tools::is_name;
using tools::trimmed;

/// A part of a text, and the means to complain about it.
struct Piece {
  std::string_view whole;
  std::string_view source;
  std::string_view part;

  std::size_t offset() const { return static_cast<std::size_t>(part.data() - whole.data()); }
  [[noreturn]] void fail(std::string_view message) const {
    throw ParseError(source, message, whole, offset());
  }
  Piece narrowed(std::string_view to) const { return {whole, source, to}; }
};

/// Splits at separators outside of parentheses; each part is trimmed.
std::vector<Piece> split(const Piece& piece, char separator) {
  std::vector<Piece> parts;
  const std::string_view text = piece.part;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i == text.size() || (text[i] == separator && depth <= 0)) {
      parts.push_back(piece.narrowed(trimmed(text.substr(begin, i - begin))));
      begin = i + 1;
    }
  }
  return parts;
}

double parse_value(const Piece& piece) {
  if (piece.part.empty()) piece.fail("a value is missing here.");
  if (const std::optional<double> value = parse_double(piece.part)) {
    const bool named = std::any_of(piece.part.begin(), piece.part.end(),
                                   [](char c) { return c == 'i' || c == 'I'; });
    if (std::isinf(*value) && !named) {
      piece.fail("this is larger than any double; write \"inf\" if infinity is meant.");
    }
    return *value;
  }
  // Not a number; perhaps a formula such as pi/2.
  try {
    const Formula formula = Formula::parse(
        piece.part, ParseOptions{.source = "", .variables = std::vector<std::string>{}});
    return formula.evaluate(std::vector<Quad>{}).to_double();
  } catch (const ParseError&) {
    piece.fail(fmt::format("{} is not a number.", in_quotes(piece.part)));
  }
}

/// Calls use(index, value) for every "name=value" of the text.
template <class Use>
void for_each_assignment(std::string_view text, const std::vector<std::string>& variables,
                         std::string_view source, std::string_view example, Use use) {
  std::vector<bool> seen(variables.size(), false);
  const Piece whole{text, source, text};
  if (!trimmed(text).empty()) {
    for (const Piece& assignment : split(whole, ',')) {
      const std::size_t equals = assignment.part.find('=');
      const std::string_view name = trimmed(assignment.part.substr(0, equals));
      if (equals == std::string_view::npos || !is_name(name)) {
        assignment.fail(fmt::format("an assignment such as \"{}\" is needed here.", example));
      }
      const auto found = std::find(variables.begin(), variables.end(), name);
      if (found == variables.end()) {
        assignment.fail(fmt::format("the expression has no variable {}{}", in_quotes(name),
                                    suggestion(name, variables)));
      }
      const auto index = static_cast<std::size_t>(found - variables.begin());
      if (seen[index]) assignment.fail(fmt::format("{} has been given before.", in_quotes(name)));
      seen[index] = true;
      use(index, assignment.narrowed(trimmed(assignment.part.substr(equals + 1))));
    }
  }
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (!seen[i]) missing.push_back(variables[i]);
  }
  if (!missing.empty()) {
    throw ParseError(source,
                     fmt::format("{} {} no value; add one as in \"{}\".", listed(missing),
                                 missing.size() == 1 ? "has" : "have", example),
                     text, text.size());
  }
}

}  // namespace

std::vector<double> parse_point(std::string_view text, const std::vector<std::string>& variables,
                                std::string_view source) {
  std::vector<double> values(variables.size());
  const std::string example = fmt::format("{}=0.5", variables.empty() ? "x" : variables.front());
  for_each_assignment(text, variables, source, example,
                      [&](std::size_t i, const Piece& value) { values[i] = parse_value(value); });
  return values;
}

std::vector<Interval> parse_domain(std::string_view text, const std::vector<std::string>& variables,
                                   std::string_view source) {
  std::vector<Interval> intervals(variables.size());
  const std::string example = fmt::format("{}=-3:3", variables.empty() ? "x" : variables.front());
  for_each_assignment(text, variables, source, example, [&](std::size_t i, const Piece& value) {
    const std::vector<Piece> ends = split(value, ':');
    if (ends.size() > 2) ends[2].fail("an interval has two ends, as in \"-3:3\".");
    const double lower = parse_value(ends.front());
    const double upper = parse_value(ends.back());
    for (const Piece& end : ends) {
      if (!std::isfinite(parse_value(end))) end.fail("the ends of an interval must be finite.");
    }
    if (lower > upper) value.fail("the lower end comes first.");
    intervals[i] = {lower, upper};
  });
  return intervals;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t at_most = 5;
  const std::size_t shown = names.size() <= at_most ? names.size() : at_most - 1;
  std::string result;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    result += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", in_quotes(names[i]));
  }
  if (shown < names.size()) result += fmt::format(" and {} more", names.size() - shown);
  return result;
}

}  // namespace ad
