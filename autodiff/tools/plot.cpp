// autodiff plot: a picture of a function of one variable, its derivative and its kinks.
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
  std::string expression;
  std::vector<std::string> domain;
  std::string output;
  std::optional<double> slope_at_zero;
};

constexpr const char* examples = R"(Examples:
  autodiff plot 'relu(x)' --domain x=-3:3 -o relu.svg
  autodiff plot 'abs(sin(x))' --domain x=-pi:2*pi -o sine.svg
  autodiff plot 'relu(x)' --slope-at-zero 0.5 --domain x=-1:1 -o half.svg

The picture has the function above and its derivative below. At a kink it shows the slopes
from both sides and the derivative that is declared there.)";

Exit run(const Options& options) {
  if (!options.output.ends_with(".svg")) {
    throw UsageError(fmt::format("the picture is SVG, so its file must be named .svg; got {}.",
                                 in_quotes(options.output)));
  }
  const Formula formula =
      parse_expression(options.expression, {.slope_at_zero = options.slope_at_zero});
  if (formula.variables().size() != 1) {
    throw UsageError(formula.variables().empty()
                         ? "the expression has no variable; a plot needs one."
                         : fmt::format("a plot is of one variable, but the expression has {}.",
                                       listed(formula.variables())));
  }
  const Interval domain = parse_domain(joined(options.domain), formula.variables()).front();
  if (!(domain.lower < domain.upper)) {
    throw UsageError("the domain of a plot must be an interval, not a point.");
  }
  OutputFile output(options.output);
  const PlotData data = plot_data(formula, domain);
  if (data.pieces.empty()) {
    throw UsageError(
        fmt::format("there is nothing to plot: the function has no finite value for {} "
                    "in this interval.",
                    formula.variables().front()));
  }
  output.write(run_gnuplot(plot_script(data)));
  output.commit();
  return Exit::done;
}

}  // namespace

Run add_plot(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = *program.add_subcommand(
      "plot", "a picture of a function of one variable, its derivative, its kinks");
  command.footer(examples);
  add_expression(command, options->expression);
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
