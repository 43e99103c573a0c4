#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/formula.hpp>
#include <autodiff/tools/point.hpp>

#include "tests/fuzz/targets.hpp"

namespace ad::fuzz {
namespace {

constexpr std::array numbers{0.0, -1.5, 0x1p-1074, 2.0, 1e300, -0.0, 0.75};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Calls `parse` with the text. The error of text that is not understood lies inside it, and the
/// caret below the excerpt stands under one of the excerpt's characters or just after them.
template <class Parse>
void parse_anything(std::string_view text, Parse&& parse) {
  try {
    parse();
  } catch (const ParseError& error) {
    if (error.offset() > text.size()) throw Failure("an error lies behind the text");
    const std::string& excerpt = error.excerpt();
    const std::size_t line_end = excerpt.find('\n');
    if (excerpt.empty()) return;
    if (line_end == excerpt.npos || excerpt.find('\n', line_end + 1) != excerpt.npos) {
      throw Failure("an excerpt is not two lines: " + excerpt);
    }
    if (excerpt.size() - line_end - 2 > line_end) {
      throw Failure("a caret stands outside of its line: " + excerpt);
    }
  }
}

void evaluate_everywhere(const Formula& formula) {
  const std::size_t n = formula.variables().size();
  for (std::size_t start = 0; start < numbers.size(); ++start) {
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = numbers[(start + i) % numbers.size()];
    const double plain = formula.evaluate(x);

    Tape<double> tape;
    const std::vector<Real> inputs = tape.inputs(std::span<const double>(x));
    const Real result = formula.evaluate(inputs);
    tape.reverse(result);
    if (!same(plain, result.value())) {
      throw Failure(fmt::format("{} is {} as numbers and {} on the tape", formula.text(), plain,
                                result.value()));
    }
    std::vector<Dual<double, 1>> duals(x.begin(), x.end());
    if (n > 0) duals[0] = Dual<double, 1>::variable(x[0], 0);
    if (const double dual = formula.evaluate(duals).value(); !same(plain, dual)) {
      throw Failure(
          fmt::format("{} is {} as numbers and {} as a dual", formula.text(), plain, dual));
    }
    formula.evaluate(std::vector<Quad>(x.begin(), x.end()));
  }
}

}  // namespace

void fuzz_formula(std::string_view bytes) {
  const std::vector<std::string> variables{"x", "y"};
  parse_anything(bytes, [&] { parse_point(bytes, variables); });
  parse_anything(bytes, [&] { parse_domain(bytes, variables); });
  parse_anything(bytes, [&] { Formula::parse(bytes, {.variables = variables}); });
  parse_anything(bytes, [&] {
    const Formula formula = Formula::parse(bytes, {.slope_at_zero = 0.5});
    if (formula.text() != bytes) throw Failure("a formula has another text than was parsed");
    evaluate_everywhere(formula);
  });
}

}  // namespace ad::fuzz
