#include "autodiff/tools/command_line.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/command.hpp"

namespace ad::tools {
namespace {

/// --name or --name=value: nothing that would be a sensible expression.
bool looks_like_option(std::string_view argument) {
  if (!argument.starts_with("--") || argument.size() == 2) return false;
  const std::string_view name = argument.substr(2, argument.substr(2).find('='));
  return name.size() > 1 && std::all_of(name.begin(), name.end(),
                                        [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

std::vector<std::string> option_names(CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// How many arguments that are no options the command takes.
std::size_t positional_arguments(CLI::App& command) {
  std::size_t most = 0;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional())
      most += static_cast<std::size_t>(option->get_items_expected_max());
  }
  return most;
}

CLI::App* find_command(CLI::App& program, const std::string& name) {
  for (CLI::App* command : program.get_subcommands(nullptr)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> arranged(CLI::App& program, const std::vector<std::string>& arguments) {
  CLI::App* const command = arguments.empty() ? nullptr : find_command(program, arguments.front());
  if (command == nullptr) return arguments;

  std::vector<std::string> result{arguments.front()};
  std::vector<std::string> others;
  bool only_others = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool dashed = !only_others && argument.size() > 1 && argument.front() == '-';
    if (!only_others && argument == "--") {
      only_others = true;
      continue;
    }
    const std::string name = argument.substr(0, argument.find('='));
    const CLI::Option* const option =
        dashed ? command->get_option_no_throw(argument.starts_with("--") ? name : argument)
               : nullptr;
    if (option != nullptr) {
      if (option->get_items_expected_max() == 0) {
        result.push_back(argument);
        continue;
      }
      std::string value;
      if (name.size() < argument.size()) {
        value = argument.substr(name.size() + 1);
      } else if (i + 1 < arguments.size()) {
        value = arguments[++i];
      } else {
        throw UsageError(fmt::format("{} needs a value.", argument));
      }
      const std::string long_name = "--" + option->get_lnames().front();
      if (value.empty()) {  // the argument parser would take the next argument for the value
        result.insert(result.end(), {long_name, value});
      } else {
        result.push_back(fmt::format("{}={}", long_name, value));
      }
    } else if (dashed && looks_like_option(argument)) {
      throw UsageError(fmt::format("there is no option {}{}", in_quotes(name),
                                   suggestion(name, option_names(*command))));
    } else {
      others.push_back(argument);
    }
  }
  if (others.size() > 1 && others.size() > positional_arguments(*command)) {
    throw UsageError(
        fmt::format("one argument is expected, but {} were given: {} and {}; put "
                    "quotes around the expression.",
                    others.size(), in_quotes(others[0]), in_quotes(others[1])));
  }
  if (!others.empty()) {
    result.emplace_back("--");
    result.insert(result.end(), others.begin(), others.end());
  }
  return result;
}

}  // namespace ad::tools
