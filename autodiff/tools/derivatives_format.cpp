#include "autodiff/tools/derivatives_format.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <autodiff/ops/registry.hpp>
#include <autodiff/tools/decimal.hpp>

#include "autodiff/tools/characters.hpp"

namespace ad::tools {
namespace {

using Json = nlohmann::ordered_json;

Json json_number(double x) {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

Json step_json(const NonfiniteStep& step) {
  Json json{{"operation", step.operation},
            {"class", to_string(step.cause)},
            {"arguments", Json::array()},
            {"of", step.in_derivative ? "derivative" : "value"}};
  for (const double x : step.arguments) json["arguments"].push_back(json_number(x));
  if (step.argument) json["argument"] = *step.argument;
  json["result"] = json_number(step.result);
  json["place"] = step.place;
  return json;
}

/// The first step, with the path to it, and the later ones.
Json nonfinite_json(const NonfiniteReport& report) {
  Json json = step_json(report.steps.front());
  json["path"] = report.path;
  json["then"] = Json::array();
  for (std::size_t i = 1; i < report.steps.size(); ++i) {
    json["then"].push_back(step_json(report.steps[i]));
  }
  return json;
}

/// The flag's subject: of "kink: relu" the operation relu.
std::string_view subject(std::string_view flag) {
  const std::size_t colon = flag.find(": ");
  return colon == std::string_view::npos ? std::string_view() : flag.substr(colon + 2);
}

std::string explained(const std::string& flag) {
  const std::string_view operation = subject(flag);
  if (flag.starts_with("indeterminate")) {
    return fmt::format(
        "indeterminate: a derivative of {} met the form 0 * infinity here; it contributed 0, so "
        "the "
        "derivatives above may be incomplete.",
        operation);
  }
  if (flag.starts_with("equality")) {
    return "equality: both sides of a comparison in where are equal here; the derivatives are "
           "those of "
           "the branch that was taken.";
  }
  if (flag.starts_with("kink")) {
    const auto primitive = find_primitive(operation);
    std::string where;
    std::string convention;
    if (primitive != nullptr && !primitive->meta.kink.empty()) {
      where = fmt::format(" ({})", primitive->meta.kink);
      convention = primitive->with_slope_at_zero != nullptr
                       ? ", 0 unless --slope-at-zero is given"
                       : fmt::format(": {}", primitive->meta.convention);
    }
    return fmt::format("kink: {} is not differentiable here{}; its slope is a convention{}.",
                       operation, where, convention);
  }
  if (flag.starts_with("jump")) {
    return fmt::format("jump: {} is not continuous here; it has no derivative.", operation);
  }
  if (flag == "vertical") {
    return "vertical: on one side of this point the slope grows without bound; there is no "
           "derivative.";
  }
  if (flag.starts_with("lost digits")) {
    return fmt::format("lost digits: in double precision {} of 16 digits are wrong here.",
                       operation);
  }
  if (flag.starts_with("second derivatives")) {
    return "second derivatives: at a kink they are computed in double precision only, and may have "
           "lost digits, too.";
  }
  return "nonfinite: the value or a derivative is infinite or not a number here.";
}

std::string explained(Method method) {
  switch (method) {
    case Method::tape:
      break;
    case Method::generalized:
      return "method: generalized. The conventions at these kinks do not fit together; the "
             "derivatives above are an element of the generalised gradient. --plain keeps the "
             "conventions.\n";
    case Method::precise:
      return "method: precise. Double precision is not enough for this expression; the numbers "
             "above were computed with more. --plain keeps double precision.\n";
    case Method::limit:
      return "method: limit. The expression has no value or no derivative at this very point; the "
             "numbers above are the limits, the same from all sides. --plain evaluates at the "
             "point.\n";
  }
  return {};
}

std::string heading(std::string_view expression) {
  constexpr std::size_t at_most = 90;
  std::string result;
  for (const std::string_view c : columns_around(trimmed(expression), 0, at_most).characters) {
    result += c;
  }
  return result;
}

void add_hessian(std::string& text, const std::vector<std::string>& names,
                 const Derivatives& derivatives) {
  const std::size_t n = names.size();
  std::vector<std::size_t> widths;
  for (std::size_t j = 0; j < n; ++j) {
    std::size_t width = names[j].size();
    for (std::size_t i = 0; i < n; ++i) {
      width = std::max(width, shortest(derivatives.hessian[i * n + j]).size());
    }
    widths.push_back(width);
  }
  std::size_t label = 0;
  for (const std::string& name : names) label = std::max(label, name.size());
  text += fmt::format("\n  second derivatives\n  {:{}}", "", label);
  for (std::size_t j = 0; j < n; ++j) text += fmt::format("  {:>{}}", names[j], widths[j]);
  for (std::size_t i = 0; i < n; ++i) {
    text += fmt::format("\n  {:{}}", names[i], label);
    for (std::size_t j = 0; j < n; ++j) {
      text += fmt::format("  {:>{}}", shortest(derivatives.hessian[i * n + j]), widths[j]);
    }
  }
  text += '\n';
}

}  // namespace

std::string derivatives_text(const Formula& formula, const std::vector<double>& point,
                             const Derivatives& derivatives) {
  const std::vector<std::string>& names = formula.variables();
  std::string text = heading(formula.text()) + '\n';
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("{}{} = {}", i == 0 ? "at " : ", ", names[i], shortest(point[i]));
  }
  text += names.empty() ? "\n" : "\n\n";
  std::size_t label = std::string_view("value").size();
  for (const std::string& name : names) label = std::max(label, name.size() + 3);
  text += fmt::format("  {:{}}  {}\n", "value", label, shortest(derivatives.value));
  for (std::size_t i = 0; i < names.size(); ++i) {
    text +=
        fmt::format("  {:{}}  {}\n", "d/d" + names[i], label, shortest(derivatives.gradient[i]));
  }
  if (!derivatives.hessian.empty()) add_hessian(text, names, derivatives);
  if (!derivatives.flags.empty()) text += '\n';
  for (const std::string& flag : derivatives.flags) text += explained(flag) + '\n';
  if (derivatives.nonfinite) text += fmt::format("why: {}.\n", *derivatives.nonfinite);
  text += explained(derivatives.method);
  return text;
}

std::string derivatives_json(const Formula& formula, const Derivatives& derivatives) {
  const std::vector<std::string>& names = formula.variables();
  Json json;
  json["value"] = json_number(derivatives.value);
  json["gradient"] = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    json["gradient"][names[i]] = json_number(derivatives.gradient[i]);
  }
  if (!derivatives.hessian.empty()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = 0; j < names.size(); ++j) {
        json["hessian"][names[i]][names[j]] =
            json_number(derivatives.hessian[i * names.size() + j]);
      }
    }
  }
  json["method"] = to_string(derivatives.method);
  json["flags"] = derivatives.flags;
  if (derivatives.nonfinite) json["nonfinite"] = nonfinite_json(*derivatives.nonfinite);
  if (derivatives.lost_digits) json["lost_digits"] = *derivatives.lost_digits;
  return json.dump() + '\n';
}

std::string csv_header(const Formula& formula, bool with_hessian) {
  const std::vector<std::string>& names = formula.variables();
  std::string line = "value";
  for (const std::string& name : names) line += fmt::format(",d_{}", name);
  for (std::size_t i = 0; with_hessian && i < names.size(); ++i) {
    for (std::size_t j = i; j < names.size(); ++j) {
      line += fmt::format(",d2_{}_{}", names[i], names[j]);
    }
  }
  return line + ",flags\n";
}

std::string derivatives_csv(const Derivatives& derivatives) {
  std::string line = shortest(derivatives.value);
  for (const double d : derivatives.gradient) line += fmt::format(",{}", shortest(d));
  const std::size_t n = derivatives.gradient.size();
  for (std::size_t i = 0; !derivatives.hessian.empty() && i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) {
      line += fmt::format(",{}", shortest(derivatives.hessian[i * n + j]));
    }
  }
  // Flags hold names of operations: neither commas nor quotes.
  return line + fmt::format(",{}\n", fmt::join(derivatives.flags, "; "));
}

}  // namespace ad::tools
