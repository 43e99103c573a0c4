#include <algorithm>

#include <fmt/format.h>

#include <autodiff/ops/registry.hpp>
#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/characters.hpp"

namespace ad {
namespace {

constexpr std::size_t excerpt_columns = 72;
constexpr std::size_t quoted_columns = 40;

std::string join(const std::vector<std::string_view>& parts) {
  std::string result;
  for (const std::string_view part : parts) result += part;
  return result;
}

// Columns are counted in characters, as an editor does; lines are only named where there are
// several.
std::string place(std::string_view source, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  std::size_t column = 1;
  for (std::size_t i = line_start; i < before.size(); ++column) {
    i += std::max<std::size_t>(tools::printable_length(before.substr(i)), 1);
  }
  if (text.find('\n') >= text.find_last_not_of("\r\n")) {
    return fmt::format("{}, column {}", source, column);
  }
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return fmt::format("{}, line {}, column {}", source, line, column);
}

}  // namespace

ParseError::ParseError(std::string_view source, std::string_view message, std::string_view text,
                       std::size_t offset)
    : Error(fmt::format("{}: {}", place(source, text, std::min(offset, text.size())), message)),
      offset_(std::min(offset, text.size())) {
  if (text.find_first_not_of(" \t\r\n\v\f") == text.npos) return;
  const tools::Columns around = tools::columns_around(text, offset_, excerpt_columns);
  excerpt_ = fmt::format("  {}\n  {:>{}}", join(around.characters), '^', around.place + 1);
}

std::string in_quotes(std::string_view text) {
  return fmt::format("\"{}\"", join(tools::columns_around(text, 0, quoted_columns).characters));
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  // No name is that long; comparing a megabyte of letters with all of them would take minutes.
  constexpr std::size_t longest_misspelling = 64;
  if (name.size() > longest_misspelling) return ".";
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? "." : fmt::format("; did you mean {}?", in_quotes(nearest));
}

}  // namespace ad
