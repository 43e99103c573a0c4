// autodiff check: verifies our derivative of an expression, or one that somebody claims.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include <autodiff/tape/tape.hpp>
#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/point.hpp>
#include <autodiff/values/var.hpp>
#include <autodiff/verify/blame.hpp>
#include <autodiff/verify/check.hpp>

#include "autodiff/tools/characters.hpp"
#include "autodiff/tools/command.hpp"
#include "autodiff/tools/gnuplot.hpp"
#include "autodiff/tools/report_plot.hpp"
#include "autodiff/tools/traced_formula.hpp"
#include "autodiff/verify/shrink.hpp"

namespace ad::tools {
namespace {

struct Options {
  std::string expression;
  std::vector<std::string> at;
  std::vector<std::string> domain;
  std::vector<std::string> claims;
  std::string format = "text";
  std::string plot;  ///< a file; empty for none
  std::optional<double> slope_at_zero;
  CheckOptions check;
};

constexpr std::uint64_t most_points = 1'000'000;  ///< their report has to fit into memory

constexpr const char* examples = R"(Examples:
  autodiff check 'relu(x)' --at x=0
  autodiff check 'x*relu(y)' --domain x=-3:3,y=-1:1
  autodiff check 'x^3' --gradient x='3*x^2' --domain x=-2:2
  autodiff check 'x^2*y' --gradient x='2*x*y' --gradient y='x^2' --at x=1.5,y=-2
  autodiff check 'relu(x)' --gradient x='where(x < 0.5, 0, 1)' --domain x=-2:2 --plot claim.svg

Function and claim are evaluated in quad precision. At a kink a derivative is right if it lies
between the two one-sided slopes. Exit status: 0 verified, 1 refuted, 3 inconclusive.)";

template <class T>
void differentiate(const Formula& formula, std::span<const T> at, std::span<T> gradient) {
  Tape<T> tape;
  const std::vector<Var<T>> inputs = tape.inputs(at);
  tape.reverse(formula.evaluate<Var<T>>(inputs));
  std::ranges::copy(tape.leading_adjoints(), gradient.begin());
}

struct Claim {
  std::size_t variable;
  Formula derivative;
};

/// From "x=2*x".
Claim parse_claim(const std::string& text, const std::vector<std::string>& variables) {
  const std::size_t equals = text.find('=');
  const std::string_view name = trimmed(std::string_view(text).substr(0, equals));
  if (equals == std::string::npos || !is_name(name)) {
    throw UsageError(
        fmt::format("--gradient needs a variable and its derivative, as in \"x=2*x\", "
                    "but {} was given.",
                    in_quotes(text)));
  }
  const auto found = std::find(variables.begin(), variables.end(), name);
  if (found == variables.end()) {
    throw UsageError(fmt::format("--gradient: the expression has no variable {}{}", in_quotes(name),
                                 suggestion(name, variables)));
  }
  const ParseOptions options{.source = fmt::format("--gradient {}", name), .variables = variables};
  return {static_cast<std::size_t>(found - variables.begin()),
          Formula::parse(std::string_view(text).substr(equals + 1), options)};
}

Subject subject_of(const Formula& formula, const std::vector<Claim>& claims) {
  Subject subject;
  subject.variables = formula.variables();
  subject.value = [formula](std::span<const Quad> x) { return formula.evaluate(x); };
  subject.value_in_double = [formula](std::span<const double> x) { return formula.evaluate(x); };
  if (claims.empty()) {
    subject.claim = [formula](std::span<const Quad> x, std::span<Quad> gradient) {
      differentiate(formula, x, gradient);
    };
    subject.claim_in_double = [formula](std::span<const double> x, std::span<double> gradient) {
      differentiate(formula, x, gradient);
    };
    return subject;
  }
  subject.claimed.assign(subject.variables.size(), false);
  for (const Claim& claim : claims) subject.claimed[claim.variable] = true;
  subject.claim = [claims](std::span<const Quad> x, std::span<Quad> gradient) {
    for (const Claim& claim : claims) gradient[claim.variable] = claim.derivative.evaluate(x);
  };
  subject.claim_in_double = [claims](std::span<const double> x, std::span<double> gradient) {
    for (const Claim& claim : claims) gradient[claim.variable] = claim.derivative.evaluate(x);
  };
  return subject;
}

/// The argument library reads "-3" as a huge number, and "1.5" as 1.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return CLI::Validator(
      [=](const std::string& text) {
        std::uint64_t number = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool good = error == std::errc() && stop == text.data() + text.size() &&
                          number >= least && number <= most;
        return good ? std::string()
                    : fmt::format("a whole number from {} to {} is needed, but {} was given", least,
                                  most, in_quotes(text));
      },
      "");
}

Exit exit_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::verified:
      return Exit::done;
    case Verdict::refuted:
      return Exit::refuted;
    case Verdict::inconclusive:
      break;
  }
  return Exit::inconclusive;
}

void require_plottable(const Options& options, const Formula& formula) {
  require_svg(options.plot);
  if (options.domain.empty() || formula.variables().size() != 1) {
    throw UsageError(
        fmt::format("--plot shows the derivative by one variable over a domain, but {}.",
                    options.domain.empty() ? "--domain is missing"
                                           : "the expression has " + listed(formula.variables())));
  }
}

/// For a shell: nothing between single quotes means anything but itself.
std::string quoted_for_shell(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// The command that checks at the report's counterexample.
std::string command_at(const Options& options, const Report& report) {
  std::string command = "autodiff check " + quoted_for_shell(options.expression);
  for (const std::string& claim : options.claims) {
    command += " --gradient " + quoted_for_shell(claim);
  }
  if (options.slope_at_zero) command += fmt::format(" --slope-at-zero {}", *options.slope_at_zero);
  command += " --at ";
  for (std::size_t i = 0; i < report.variables.size(); ++i) {
    command += fmt::format("{}{}={}", i == 0 ? "" : ",", report.variables[i],
                           report.counterexample->point[i]);
  }
  return command;
}

Exit run(Options options) {
  const Formula formula =
      parse_expression(options.expression, {.slope_at_zero = options.slope_at_zero});
  if (formula.variables().empty()) {
    throw UsageError("the expression has no variable, so there is no derivative to check.");
  }
  if (options.at.empty() && options.domain.empty()) {
    throw UsageError(fmt::format(
        "a point or a domain is needed: add --at {}=... or --domain {}=lower:upper.",
        fmt::join(formula.variables(), "=...,"), fmt::join(formula.variables(), "=lower:upper,")));
  }
  if (!options.plot.empty()) require_plottable(options, formula);
  std::vector<Claim> claims;
  for (const std::string& text : options.claims) {
    claims.push_back(parse_claim(text, formula.variables()));
    for (std::size_t i = 0; i + 1 < claims.size(); ++i) {
      if (claims[i].variable == claims.back().variable) {
        throw UsageError(fmt::format("--gradient is given twice for {}.",
                                     in_quotes(formula.variables()[claims[i].variable])));
      }
    }
  }
  const Subject subject = subject_of(formula, claims);
  Report report;
  if (options.domain.empty()) {
    const std::vector<std::vector<double>> points{
        parse_point(joined(options.at), formula.variables())};
    report = check(subject, points, options.check);
  } else {
    options.check.domain = parse_domain(joined(options.domain), formula.variables());
    report = check_over_domain(subject, options.check);
  }
  detail::shrink(subject, options.check, report);
  if (report.counterexample) report.counterexample->test = command_at(options, report);
  if (claims.empty()) {
    detail::add_blame(report, [&](std::span<const double> point, detail::Trace& trace) {
      run_traced(formula, point, trace);
    });
  }
  if (!options.plot.empty()) {
    OutputFile picture(options.plot);
    const std::string script = report_plot_script(report, formula.text());
    if (script.empty()) throw UsageError("there is nothing to plot: no derivative is finite.");
    picture.write(run_gnuplot(script));
    picture.commit();
  }
  OutputFile output("");
  std::string text = options.format == "json"    ? to_json(report)
                     : options.format == "junit" ? to_junit(report, "autodiff check")
                                                 : fmt::format("{}", report);
  if (!text.ends_with('\n')) text += '\n';
  output.write(text);
  output.commit();
  return exit_of(report.verdict);
}

}  // namespace

Run add_check(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = *program.add_subcommand(
      "check", "verify our derivative of an expression, or one that you claim");
  command.footer(examples);
  add_expression(command, options->expression);
  auto* const at = command.add_option("--at", options->at, "a point, such as x=0.5,y=2");
  at->type_name("POINT")->allow_extra_args(false);
  command
      .add_option("--domain", options->domain, "an interval for each variable, such as x=-3:3,y=2")
      ->type_name("DOMAIN")
      ->allow_extra_args(false)
      ->excludes(at);
  command
      .add_option("--gradient", options->claims,
                  "a claimed derivative, such as x='2*x'; without it our own is checked")
      ->type_name("NAME=EXPR")
      ->allow_extra_args(false);
  command.add_option("--points", options->check.points, "ordinary points drawn from the domain")
      ->type_name("N")
      ->check(whole_number(1, most_points))
      ->capture_default_str();
  command
      .add_option("--seed", options->check.seed, "of the points; the same seed, the same points")
      ->type_name("N")
      ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  command.add_option("--format", options->format, "text, json or junit")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "junit"}));
  command
      .add_option("--plot", options->plot,
                  "an SVG picture of the claimed derivative against the reference, over the domain")
      ->type_name("FILE");
  command
      .add_option("--slope-at-zero", options->slope_at_zero,
                  "the derivative of relu at 0, in [0, 1]; default 0")
      ->type_name("S");
  return [options] { return run(*options); };
}

}  // namespace ad::tools
