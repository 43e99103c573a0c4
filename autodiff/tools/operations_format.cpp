#include "autodiff/tools/operations_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <autodiff/tools/decimal.hpp>

namespace ad::tools {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::array<std::string, 4>;

/// "leaky_relu(x, y = 0.01)", "norm(x1, ...)"
std::string signature(const Primitive& operation) {
  if (operation.group > 1) return operation.name + "(x1, ..., xn, y1, ..., yn)";
  if (operation.group == 1) {
    return operation.name + (operation.arity > 1 ? "(x1, x2, ...)" : "(x1, ...)");
  }
  constexpr std::array names{"x", "y", "z"};
  std::string text = operation.name + "(";
  for (std::size_t i = 0; i < operation.arity; ++i) {
    const std::size_t first_default = operation.arity - operation.defaults.size();
    text += i == 0 ? "" : ", ";
    text += i < names.size() ? names[i] : fmt::format("x{}", i + 1);
    if (i >= first_default) {
      text += fmt::format(" = {}", shortest(operation.defaults[i - first_default]));
    }
  }
  return text + ")";
}

void add_line(std::string& text, std::string_view label, std::string_view content) {
  if (!content.empty()) text += fmt::format("  {:<12}{}\n", label, content);
}

Json json_of(const Primitive& operation) {
  const Meta& meta = operation.meta;
  Json json;
  json["name"] = operation.name;
  json["arguments"] = operation.arity;
  json["more_arguments_by"] = operation.group;
  json["defaults"] = operation.defaults;
  json["symbol"] = meta.symbol;
  json["formula"] = meta.formula;
  json["derivative"] = meta.derivative;
  json["domain"] = meta.domain;
  json["kink"] = meta.kink;
  json["convention"] = meta.convention;
  json["jump"] = meta.jump;
  json["ulps"] = {meta.ulps.value, meta.ulps.first, meta.ulps.second};
  json["source"] = meta.source;
  json["built_in"] = operation.built_in;
  return json;
}

/// "x = 0; jumps: y = 0"
std::string kinks_and_jumps(const Meta& meta) {
  std::string text(meta.kink);
  if (meta.jump.empty()) return text;
  return text + (text.empty() ? "" : "; ") + fmt::format("jumps: {}", meta.jump);
}

/// "value 2, first derivatives 4, second 6 ulps at most"
std::string ulps(const Meta& meta) {
  return fmt::format("value {}, first derivatives {}, second {} ulps at most", meta.ulps.value,
                     meta.ulps.first, meta.ulps.second);
}

std::string cell(std::string_view content) {
  std::string escaped;
  for (const char c : content) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string operations_text(const std::vector<std::shared_ptr<const Primitive>>& operations) {
  std::vector<Row> rows{{"operation", "value", "derivative", "kink"}};
  for (const auto& operation : operations) {
    const Meta& meta = operation->meta;
    rows.push_back({signature(*operation), std::string(meta.formula), std::string(meta.derivative),
                    kinks_and_jumps(meta)});
  }
  std::array<std::size_t, 3> widths{};
  for (std::size_t column = 0; column < widths.size(); ++column) {
    // One long formula must not push the rest of every line off the screen.
    constexpr std::size_t widest = 34;
    for (const Row& row : rows) {
      if (row[column].size() <= widest)
        widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = fmt::format("{:<{}}  {:<{}}  {:<{}}  {}", row[0], widths[0], row[1],
                                   widths[1], row[2], widths[2], row[3]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text + "\n\"autodiff ops NAME\" tells more, such as the convention at a kink.\n";
}

std::string operation_page(const Primitive& operation) {
  const Meta& meta = operation.meta;
  std::string text = signature(operation) + "\n\n";
  add_line(text, "value", meta.formula);
  add_line(text, "derivative", meta.derivative);
  add_line(text, "domain", meta.domain);
  add_line(text, "kink", meta.kink.empty() && operation.built_in ? "none" : meta.kink);
  add_line(text, "convention", meta.convention);
  add_line(text, "jump", meta.jump);
  add_line(text, "written", meta.symbol.empty() ? "" : fmt::format("also as {}", meta.symbol));
  if (operation.built_in) add_line(text, "error", ulps(meta));
  add_line(text, "source", meta.source);
  return text;
}

std::string operations_json(const std::vector<std::shared_ptr<const Primitive>>& operations) {
  Json json = Json::array();
  for (const auto& operation : operations) json.push_back(json_of(*operation));
  return json.dump(2) + '\n';
}

std::string operation_json(const Primitive& operation) { return json_of(operation).dump(2) + '\n'; }

std::string operations_markdown(const std::vector<std::shared_ptr<const Primitive>>& operations) {
  std::string text =
      "# Operations\n\n"
      "Written by `./dev docs` from the definitions in `include/autodiff/ops/`. Partial "
      "derivatives\n"
      "are separated by semicolons; \"convention\" is the slope declared where there is none.\n"
      "\"Ulps\" bounds the error of the value, of first and of second derivatives in float and "
      "double, in units\n"
      "in the last place; the tests hold every operation to it, `accuracy.md` shows what they "
      "measure.\n\n"
      "| operation | value | derivative | domain | kink | convention | jump | ulps | source |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& operation : operations) {
    const Meta& meta = operation->meta;
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {}; {}; {} | {} |\n",
                        signature(*operation), cell(meta.formula), cell(meta.derivative),
                        cell(meta.domain), cell(meta.kink), cell(meta.convention), cell(meta.jump),
                        meta.ulps.value, meta.ulps.first, meta.ulps.second, cell(meta.source));
  }
  return text;
}

}  // namespace ad::tools
