#include <utility>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/tools/formula.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/tools/formula_evaluate.hpp"
#include "autodiff/tools/formula_parser.hpp"

namespace ad {

Formula Formula::parse(std::string_view text, const ParseOptions& options) {
  return Formula(
      std::make_shared<const tools::FormulaCode>(tools::FormulaParser(text, options).parse()));
}

const std::string& Formula::text() const noexcept { return code_->text; }

const std::vector<std::string>& Formula::variables() const noexcept { return code_->variables; }

template <class T>
T Formula::evaluate(std::span<const T> values) const {
  if (values.size() != code_->variables.size()) {
    throw ShapeError(fmt::format("Formula::evaluate: the formula has {}, but was given {}.",
                                 detail::counted(code_->variables.size(), "variable"),
                                 detail::counted(values.size(), "value")));
  }
  return tools::run(*code_, values, tools::NoObserver{});
}

template double Formula::evaluate(std::span<const double>) const;
template Quad Formula::evaluate(std::span<const Quad>) const;
template Real Formula::evaluate(std::span<const Real>) const;
template Dual<double, 1> Formula::evaluate(std::span<const Dual<double, 1>>) const;
template Var<Dual<double, 1>> Formula::evaluate(std::span<const Var<Dual<double, 1>>>) const;
template Var<Quad> Formula::evaluate(std::span<const Var<Quad>>) const;
template Dual<Quad, 1> Formula::evaluate(std::span<const Dual<Quad, 1>>) const;
template Dual<Precise, 1> Formula::evaluate(std::span<const Dual<Precise, 1>>) const;
template Var<Directed<double>> Formula::evaluate(std::span<const Var<Directed<double>>>) const;

}  // namespace ad
