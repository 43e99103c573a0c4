#include "tests/conformance/case.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <autodiff/tools/decimal.hpp>

#include "tests/tools/run_program.hpp"

namespace conformance {
namespace {

using nlohmann::json;

/// A number, or the string that stands for one that is not finite, in any of the usual spellings.
double number(const json& text) {
  if (text.is_number()) return text.get<double>();
  const auto value = ad::parse_double(text.get<std::string>());
  if (!value) throw std::runtime_error("not a number: " + text.dump());
  return *value;
}

/// Half a unit of the last digit printed, for a number that was visibly rounded: one of five to
/// nine digits. Shorter ones are exact.
double printed_rounding(double x) {
  const auto printed_with = [x](int decimals) {
    return *ad::parse_double(fmt::format("{:.{}e}", x, decimals)) == x;
  };
  if (printed_with(3)) return 0;
  for (int decimals = 4; decimals < 9; ++decimals) {
    if (printed_with(decimals)) {
      return 0.5 * std::pow(10, std::floor(std::log10(std::fabs(x))) - decimals);
    }
  }
  return 0;
}

bool matches(double found, double expected) {
  if (!std::isfinite(expected) || !std::isfinite(found)) {
    return std::isnan(expected) ? std::isnan(found) : found == expected;
  }
  if (expected == 0) return std::fabs(found) <= 1e-12;
  return std::fabs(found - expected) <=
         std::max(1e-9 * std::fabs(expected), printed_rounding(expected));
}

bool matches(double found, const json& expected) {
  if (!expected.is_array()) return matches(found, number(expected));
  const double lower = number(expected[0]), upper = number(expected[1]);
  return (lower <= found && found <= upper) || matches(found, lower) || matches(found, upper);
}

/// "sum of squares<=1" bounds the squares; every other one, such as "gx+gy=1", gives the sum.
bool satisfies(const std::vector<double>& found, const std::string& constraint) {
  const double bound = *ad::parse_double(constraint.substr(constraint.find('=') + 1));
  double sum = 0, squares = 0;
  for (const double x : found) {
    sum += x;
    squares += x * x;
  }
  if (constraint.starts_with("sum of squares<=")) return squares <= bound + 1e-9;
  return std::fabs(sum - bound) <= 1e-9;
}

}  // namespace

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::right:
      return "right";
    case Outcome::flagged:
      return "flagged";
    case Outcome::refused:
      return "refused";
    case Outcome::silent:
      break;
  }
  return "silent";
}

std::string Case::point() const {
  std::string result;
  for (const auto& [name, value] : text_.at("point").items()) {
    result += fmt::format("{}{}={}", result.empty() ? "" : ",", name, ad::shortest(number(value)));
  }
  return result;
}

std::map<std::string, bool> Case::measured() const {
  std::map<std::string, bool> right;
  if (!text_.contains("measured")) return right;
  for (const auto& [library, answer] : text_.at("measured").items()) {
    right[library] = answer.at("ok").get<bool>();
  }
  return right;
}

bool Case::accepts(const json& answer) const {
  const json accepted = text_.value("accept", json::object());
  std::vector<double> found;
  bool all_are_intervals = true;
  for (const auto& [key, expected] : text_.at("expected_grad").items()) {
    const auto comma = key.find(',');
    const std::string first = key.substr(0, comma);
    const std::string second = comma == std::string::npos ? first : key.substr(comma + 1);
    const double x = number(is_second_order() ? answer.at("hessian").at(first).at(second)
                                              : answer.at("gradient").at(first));
    found.push_back(x);
    all_are_intervals = all_are_intervals && expected.is_array();
    const json others = accepted.value(key, json::array());
    if (!matches(x, expected) && std::none_of(others.begin(), others.end(), [&](const json& other) {
          return matches(x, number(other));
        })) {
      return false;
    }
  }
  const bool is_constrained = all_are_intervals && text_.contains("constraint");
  return !is_constrained || satisfies(found, text_.at("constraint"));
}

std::vector<Case> read_cases(const std::string& file) {
  std::ifstream lines(AUTODIFF_TEST_DATA_DIR "/conformance/" + file);
  if (!lines) throw std::runtime_error("tests/conformance/" + file + " is missing");
  std::vector<Case> cases;
  for (std::string line; std::getline(lines, line);) cases.emplace_back(json::parse(line));
  return cases;
}

Outcome run(const Case& subject, std::string& said) {
  if (subject.is_replay()) {
    said = "the program has no recording to evaluate again";
    return Outcome::refused;
  }
  std::vector<std::string> arguments{"grad",          subject.expression(), "--at",
                                     subject.point(), "--format",           "json"};
  if (subject.is_second_order()) arguments.emplace_back("--hessian");
  const tools_test::Outcome outcome = tools_test::run_program(std::move(arguments));
  said = outcome.status == 0 ? outcome.output : outcome.errors;
  if (outcome.status != 0) return Outcome::refused;
  const json answer = json::parse(outcome.output);
  if (subject.accepts(answer)) return Outcome::right;
  return answer.at("flags").empty() ? Outcome::silent : Outcome::flagged;
}

}  // namespace conformance
