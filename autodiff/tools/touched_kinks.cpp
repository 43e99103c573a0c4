#include "autodiff/tools/touched_kinks.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "autodiff/tools/formula_evaluate.hpp"

namespace ad::tools {
namespace {

using Tangent = Dual<Quad, 1>;

/// Value and derivative with respect to argument k of an operation, at an offset of this argument.
Tangent beside(const Call& call, const std::vector<Quad>& arguments, std::size_t k,
               const Quad& offset) {
  std::vector<Tangent> x(arguments.begin(), arguments.end());
  x[k] = Tangent::variable(arguments[k] + offset, 0);
  return call.evaluator->apply(std::span<const Tangent>(x));
}

bool differ(const Quad& a, const Quad& b) {
  constexpr double tolerance = 1e-6;  // far above what a smooth operation changes between the sides
  const Quad scale = fabs(a) + fabs(b) + Quad(1);
  return (isfinite(a) || isfinite(b)) && !(fabs(a - b) <= scale * Quad(tolerance));
}

class KinkObserver {
 public:
  explicit KinkObserver(std::vector<std::string>& found) : found_(found) {}

  void before(const Call& call, std::span<const double> arguments) {
    // Built-in operations say whether they have kinks or jumps; of others it is not known.
    const Meta& meta = call.primitive->meta;
    if (call.primitive->built_in && meta.kink.empty() && meta.jump.empty()) return;
    const std::vector<Quad> exact(arguments.begin(), arguments.end());
    if (compares_equal_numbers(call, exact)) describe(call, exact);
  }

  void before_comparison(double a, double b) {
    if (a == b) add("equality: where");
  }

 private:
  static bool compares_equal_numbers(const Call& call, const std::vector<Quad>& arguments) {
    const BranchLog log;
    call.evaluator->apply(std::span<const Quad>(arguments));
    return std::any_of(log.entries().begin(), log.entries().end(),
                       [](const BranchLog::Entry& entry) { return entry.sign == 0; });
  }

  // Some operations compare where they are smooth: elu(x) at 0 has the slope 1 on both sides.
  void describe(const Call& call, const std::vector<Quad>& arguments) {
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      if (!isfinite(arguments[k])) continue;
      constexpr int relative_offset = -40;
      const Quad offset = ldexp(fabs(arguments[k]) + Quad(1), relative_offset);
      const Tangent left = beside(call, arguments, k, -offset);
      const Tangent right = beside(call, arguments, k, offset);
      if (differ(left.value(), right.value())) {
        add(fmt::format("jump: {}", call.primitive->name));
      } else if (differ(left.tangent(0), right.tangent(0))) {
        add(fmt::format("kink: {}", call.primitive->name));
      }
    }
  }

  void add(std::string what) {
    if (std::find(found_.begin(), found_.end(), what) == found_.end()) {
      found_.push_back(std::move(what));
    }
  }

  std::vector<std::string>& found_;
};

}  // namespace

std::vector<std::string> touched_kinks(const Formula& formula, std::span<const double> point) {
  std::vector<std::string> found;
  run(formula.code(), point, KinkObserver(found));
  return found;
}

}  // namespace ad::tools
