#include "autodiff/tools/command.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>

#include <fmt/format.h>

#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/characters.hpp"

namespace ad::tools {
namespace {

std::string all_of(std::istream& stream, const std::string& name) {
  std::string text;
  std::array<char, 65536> buffer;
  while (stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  // A directory can be opened, but not read.
  if (stream.bad()) throw FileError(fmt::format("cannot read {}: not a file of text.", name));
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

}  // namespace

ExpressionText read_expression(const std::string& argument) {
  if (argument == "-") return {all_of(std::cin, "the standard input"), "standard input"};
  if (!argument.starts_with('@')) return {argument, "expression"};
  const std::string path = argument.substr(1);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw FileError(fmt::format("cannot read {}: {}.", in_quotes(path),
                                std::error_code(errno, std::generic_category()).message()));
  }
  return {all_of(file, in_quotes(path)), path};
}

Formula parse_expression(const std::string& argument, ParseOptions options) {
  const ExpressionText expression = read_expression(argument);
  options.source = expression.source;
  return Formula::parse(expression.text, options);
}

std::string joined(const std::vector<std::string>& occurrences) {
  return fmt::format("{}", fmt::join(occurrences, ","));
}

void require_svg(const std::string& file) {
  if (file.ends_with(".svg")) return;
  throw UsageError(
      fmt::format("the picture is SVG, so its file must be named .svg; got {}.", in_quotes(file)));
}

void add_expression(CLI::App& command, std::string& expression) {
  command
      .add_option("EXPR", expression,
                  "the formula; @file reads it from a file, - from the standard input")
      ->type_name("")
      ->required();
}

}  // namespace ad::tools
