// What the commands of the program have in common.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <autodiff/core/error.hpp>
#include <autodiff/tools/formula.hpp>

namespace ad::tools {

/// The exit status of the program; part of its interface.
enum class Exit : int { done = 0, refuted = 1, bad_input = 2, inconclusive = 3 };

/// A command line that makes no sense.
class UsageError : public Error {
 public:
  using Error::Error;
};

using Run = std::function<Exit()>;

// Each declares its command and returns what runs it once the command line is parsed.
Run add_grad(CLI::App& program);
Run add_check(CLI::App& program);
Run add_plot(CLI::App& program);
Run add_ops(CLI::App& program);

/// What was typed in an expression's place, read from a file for "@file" and from the standard
/// input for "-".
struct ExpressionText {
  std::string text;
  std::string source;  ///< what messages call it
};

/// Throws FileError.
ExpressionText read_expression(const std::string& argument);

/// Reads and parses it. Throws FileError, ParseError and ParameterError.
Formula parse_expression(const std::string& argument, ParseOptions options = {});

/// The occurrences of an option that lists assignments, as one list.
std::string joined(const std::vector<std::string>& occurrences);

/// Throws UsageError if the file of a picture is not named .svg.
void require_svg(const std::string& file);

/// Declares the argument EXPR that several commands take.
void add_expression(CLI::App& command, std::string& expression);

}  // namespace ad::tools
