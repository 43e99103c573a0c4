// autodiff plot: a picture of functions of one variable, their derivatives and their kinks.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/point.hpp>

#include "autodiff/tools/command.hpp"
#include "autodiff/tools/gnuplot.hpp"
#include "autodiff/tools/plot_data.hpp"
#include "autodiff/tools/plot_script.hpp"

namespace ad::tools {
namespace {

struct Options {
  std::vector<std::string> expressions;
  std::vector<std::string> domain;
  std::string output;
  std::optional<double> slope_at_zero;
};

constexpr const char* examples = R"(Examples:
  autodiff plot 'relu(x)' --domain x=-3:3 -o relu.svg
  autodiff plot 'abs(sin(x))' --domain x=-pi:2*pi -o sine.svg
  autodiff plot 'relu(x)' 'leaky_relu(x, 0.1)' --domain x=-3:3 -o both.svg
  autodiff plot 'relu(x)' --slope-at-zero 0.5 --domain x=-1:1 -o half.svg

The picture has the function above and its derivative below, or up to five functions of the
same variable. At a kink it shows the slopes from both sides and the derivative that is
declared there.)";

std::vector<Formula> parse_functions(const Options& options) {
  if (options.expressions.size() > most_functions) {
    throw UsageError(fmt::format("a plot shows {} functions at most, but {} were given.",
                                 most_functions, options.expressions.size()));
  }
  std::vector<Formula> functions;
  for (const std::string& text : options.expressions) {
    const Formula formula = parse_expression(text, {.slope_at_zero = options.slope_at_zero});
    const std::vector<std::string>& variables = formula.variables();
    if (variables.size() != 1) {
      throw UsageError(variables.empty()
                           ? "the expression has no variable; a plot needs one."
                           : fmt::format("a plot is of one variable, but the expression has {}.",
                                         listed(variables)));
    }
    if (!functions.empty() && variables != functions.front().variables()) {
      throw UsageError(
          fmt::format("the functions of one plot have the same variable, but these have {}.",
                      listed({functions.front().variables().front(), variables.front()})));
    }
    functions.push_back(formula);
  }
  return functions;
}

Exit run(const Options& options) {
  require_svg(options.output);
  const std::vector<Formula> functions = parse_functions(options);
  const std::vector<std::string>& variable = functions.front().variables();
  const Interval domain = parse_domain(joined(options.domain), variable).front();
  if (!(domain.lower < domain.upper)) {
    throw UsageError("the domain of a plot must be an interval, not a point.");
  }
  OutputFile output(options.output);
  std::vector<PlotData> data;
  for (const Formula& function : functions) {
    data.push_back(plot_data(function, domain));
    if (data.back().pieces.empty()) {
      throw UsageError(
          fmt::format("there is nothing to plot: {} has no finite value for {} in this interval.",
                      in_quotes(function.text()), variable.front()));
    }
  }
  output.write(run_gnuplot(plot_script(data)));
  output.commit();
  return Exit::done;
}

}  // namespace

Run add_plot(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = *program.add_subcommand(
      "plot", "a picture of functions of one variable, their derivatives, their kinks");
  command.footer(examples);
  command
      .add_option("EXPR", options->expressions,
                  "one or more formulas; @file reads one from a file, - from the standard input")
      ->type_name("")
      ->required();
  command.add_option("--domain", options->domain, "the interval, such as x=-3:3")
      ->type_name("DOMAIN")
      ->allow_extra_args(false)
      ->required();
  command.add_option("-o,--output", options->output, "the SVG file to write")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--slope-at-zero", options->slope_at_zero,
                  "the derivative of relu at 0, in [0, 1]; default 0")
      ->type_name("S");
  return [options] { return run(*options); };
}

}  // namespace ad::tools
