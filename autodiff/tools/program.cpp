#include "autodiff/tools/program.hpp"

#include <cstdio>
#include <new>
#include <utility>

#include <fmt/format.h>

#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/command.hpp"
#include "autodiff/tools/command_line.hpp"

namespace ad::tools {
namespace {

struct Command {
  CLI::App* app;
  Run run;
};

constexpr const char* footer = R"(Examples:
  autodiff grad 'relu(w*x + b)^2' --at w=0.5,x=2,b=-0.25
  autodiff check 'x*relu(x)' --domain x=-3:3
  autodiff check 'x^3' --gradient x='3*x' --domain x=-1:1
  autodiff plot 'relu(x)' --domain x=-3:3 -o relu.svg
  autodiff ops relu

"autodiff COMMAND --help" says more. Exit status: 0 done or verified, 1 refuted,
2 bad input or usage, 3 inconclusive.)";

/// Its name, to be put before a message, if the arguments begin with a command.
std::string speaker(const std::vector<Command>& commands,
                    const std::vector<std::string>& arguments) {
  for (const Command& command : commands) {
    if (!arguments.empty() && arguments.front() == command.app->get_name()) {
      return "autodiff " + command.app->get_name();
    }
  }
  return "autodiff";
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

void check_command(const std::vector<Command>& commands,
                   const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const Command& command : commands) names.push_back(command.app->get_name());
  if (arguments.empty()) {
    throw UsageError(
        fmt::format("a command is needed: {}; see \"autodiff --help\".", fmt::join(names, ", ")));
  }
  const std::string& first = arguments.front();
  if (first.starts_with('-')) return;
  for (const std::string& name : names) {
    if (first == name) return;
  }
  throw UsageError(fmt::format("there is no command {}{} See \"autodiff --help\".",
                               in_quotes(first), suggestion(first, names)));
}

int run(const std::vector<std::string>& arguments) {
  CLI::App program("Differentiates formulas and verifies derivatives; right at the kinks too.",
                   "autodiff");
  program.footer(footer);
  program.set_version_flag("--version", std::string("autodiff " AUTODIFF_VERSION));
  program.require_subcommand(1);
  std::vector<Command> commands;
  for (const auto& add : {add_grad, add_check, add_plot, add_ops}) {
    Run command_run = add(program);
    commands.push_back({program.get_subcommands(nullptr).back(), std::move(command_run)});
  }

  const std::string name = speaker(commands, arguments);
  try {
    check_command(commands, arguments);
    std::vector<std::string> reversed = arranged(program, arguments);
    std::reverse(reversed.begin(), reversed.end());
    program.parse(std::move(reversed));
    for (const Command& command : commands) {
      if (command.app->parsed()) return static_cast<int>(command.run());
    }
  } catch (const CLI::Success& success) {  // --help, --version
    const int status = program.exit(success);
    OutputFile("").commit();
    return status;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}; see \"{} --help\".\n", name, one_line(error.what()), name);
  } catch (const ParseError& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    if (!error.excerpt().empty()) fmt::print(stderr, "{}\n", error.excerpt());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "{}: out of memory.\n", name);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name, one_line(error.what()));
  }
  return static_cast<int>(Exit::bad_input);
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) noexcept {
  try {
    return run(arguments);
  } catch (...) {  // not even a message could be written
    return static_cast<int>(Exit::bad_input);
  }
}

}  // namespace ad::tools
