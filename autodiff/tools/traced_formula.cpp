#include "autodiff/tools/traced_formula.hpp"

#include <memory>
#include <vector>

#include <autodiff/values/traced.hpp>

#include "autodiff/tools/formula_evaluate.hpp"

namespace ad::tools {
namespace {

/// Applies the calls of a formula to traced numbers.
struct Tracer {
  using Number = Traced<double>;

  Number apply(const Call& call, std::span<const Number> arguments) const {
    std::vector<double> numbers;
    for (const Number& x : arguments) numbers.push_back(x.value());
    const double y = call.evaluator->apply(std::span<const double>(numbers));
    return Number::record(call.primitive->name, {}, arguments, y, [&] {
      auto function = [evaluator = call.evaluator](const auto& x) { return evaluator->apply(x); };
      return std::make_shared<const detail::TracedFunction<double, decltype(function)>>(function);
    });
  }
  void before_comparison(const Number&, const Number&) const {}
};

}  // namespace

void run_traced(const Formula& formula, std::span<const double> point, detail::Trace& trace) {
  std::vector<Traced<double>> inputs;
  for (const double x : point) inputs.push_back(Traced<double>::input(x, trace));
  const auto y = run(formula.code(), std::span<const Traced<double>>(inputs), Tracer{});
  trace.output = y.value();
  trace.output_source = y.source();
}

}  // namespace ad::tools
