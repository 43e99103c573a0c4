// autodiff grad: value and gradient of an expression, at a point or at every row of a table.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/point.hpp>
#include <autodiff/tools/progress_bar.hpp>

#include "autodiff/tools/command.hpp"
#include "autodiff/tools/derivatives_format.hpp"
#include "autodiff/tools/differentiator.hpp"

namespace ad::tools {
namespace {

struct Options {
  std::string expression;
  std::vector<std::string> at;
  std::string data;
  std::string output;
  std::string format;
  std::optional<double> slope_at_zero;
  bool hessian = false;
  bool plain = false;
  bool precise = false;
};

constexpr const char* examples = R"(Examples:
  autodiff grad 'relu(w*x + b)^2' --at w=0.5,x=2,b=-0.25
  autodiff grad -x^2 --at x=1.5 --hessian
  autodiff grad 'relu(x)' --at x=0 --slope-at-zero 0.5 --format json
  autodiff grad 'relu(x) - relu(-x)' --at x=0          the conventions would add up to 0
  autodiff grad '(1 - cos(x)) / x' --at x=1e-9         double precision would answer 0
  autodiff grad 'sin(x) / x' --at x=0                  the limit
  autodiff grad @model.txt --data points.csv -o gradients.csv

Expressions: numbers, names, + - * / ^, parentheses, pi, e, where(x < 0, a, b), and the
operations that "autodiff ops" lists. -x^2 is -(x^2); 2^3^2 is 2^(3^2).

Tables: the first line names the columns; every variable of the expression needs one.)";

Exit at_point(const Options& options, const Formula& formula) {
  if (options.at.empty() && !formula.variables().empty()) {
    throw UsageError(
        fmt::format("a value is needed for {}: add --at {}=..., or --data with a table.",
                    listed(formula.variables()), fmt::join(formula.variables(), "=...,")));
  }
  const std::vector<double> point = parse_point(joined(options.at), formula.variables());
  OutputFile output(options.output);
  Differentiator differentiate(formula, options.hessian);
  Derivatives derivatives = options.plain     ? differentiate.at(point)
                            : options.precise ? differentiate.precisely_at(point)
                                              : differentiate.in_stages_at(point);
  derivatives.nonfinite = explain_nonfinite(formula, point, derivatives);
  if (options.format == "json") {
    output.write(derivatives_json(formula, derivatives));
  } else if (options.format == "csv") {
    output.write(csv_header(formula, options.hessian) + derivatives_csv(derivatives));
  } else {
    output.write(derivatives_text(formula, point, derivatives));
  }
  output.commit();
  return Exit::done;
}

/// The size of a regular file, 0 for anything whose size is not known beforehand.
double size_of(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<double>(size);
}

Exit over_table(const Options& options, const Formula& formula) {
  const bool from_standard_input = options.data == "-";
  std::ifstream file;
  if (!from_standard_input) {
    errno = 0;
    file.open(options.data, std::ios::binary);
    if (!file) {
      throw FileError(fmt::format("cannot read {}: {}.", in_quotes(options.data),
                                  std::error_code(errno, std::generic_category()).message()));
    }
  }
  CsvTable table(from_standard_input ? std::cin : file,
                 from_standard_input ? "standard input" : options.data, formula.variables());
  OutputFile output(options.output);
  ProgressBar progress("grad", from_standard_input ? 0 : size_of(options.data),
                       !output.is_terminal());
  Differentiator differentiate(formula, options.hessian);
  const bool json = options.format == "json";
  if (!json) output.write(csv_header(formula, options.hessian));
  std::vector<double> point(formula.variables().size());
  for (double rows = 1; table.next(point); ++rows) {
    const Derivatives derivatives =
        options.precise ? differentiate.precisely_at(point) : differentiate.at(point);
    output.write(json ? derivatives_json(formula, derivatives) : derivatives_csv(derivatives));
    progress.update(from_standard_input ? rows : static_cast<double>(table.bytes()));
  }
  output.commit();
  return Exit::done;
}

Exit run(const Options& options) {
  const bool has_data = !options.data.empty();
  if (has_data && options.expression == "-" && options.data == "-") {
    throw UsageError("the expression and the table cannot both come from the standard input.");
  }
  if (has_data && options.format == "text") {
    throw UsageError("--format text is for one point; a table is written as csv or json.");
  }
  const Formula formula =
      parse_expression(options.expression, {.slope_at_zero = options.slope_at_zero});
  if (has_data) return over_table(options, formula);
  return at_point(options, formula);
}

}  // namespace

Run add_grad(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      *program.add_subcommand("grad", "value and gradient of an expression, at a point or per row");
  command.footer(examples);
  add_expression(command, options->expression);
  auto* const at = command.add_option("--at", options->at, "the point, such as x=0.5,y=2");
  at->type_name("POINT")->allow_extra_args(false);
  command
      .add_option("--data", options->data,
                  "a CSV file with one point per row; - for standard input")
      ->type_name("FILE")
      ->excludes(at);
  command.add_option("-o,--output", options->output, "where to write; standard output by default")
      ->type_name("FILE");
  command.add_option("--format", options->format, "text, json or csv; with --data csv or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "csv"}));
  command.add_flag("--hessian", options->hessian, "second derivatives too");
  command
      .add_option("--slope-at-zero", options->slope_at_zero,
                  "the derivative of relu at 0, in [0, 1]; default 0")
      ->type_name("S");
  auto* const plain = command.add_flag("--plain", options->plain,
                                       "the tape's answer in double precision with the declared "
                                       "conventions at kinks, right or not; so for --data");
  command
      .add_flag("--precise", options->precise,
                "in as many bits as the answer needs, or its limit; for --data too")
      ->excludes(plain);
  return [options] { return run(*options); };
}

}  // namespace ad::tools
