#include "autodiff/tools/touched_kinks.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <autodiff/core/probing_direction.hpp>

#include "autodiff/tools/formula_evaluate.hpp"

namespace ad::tools {
namespace {

using Tangent = Dual<Quad, 1>;

/// Value and partial derivatives of an operation.
std::vector<Quad> results_at(const Call& call, const std::vector<Quad>& arguments) {
  std::vector<Quad> results;
  std::vector<Tangent> x(arguments.begin(), arguments.end());
  for (std::size_t k = 0; k < x.size(); ++k) {
    x[k] = Tangent::variable(arguments[k], 0);
    const Tangent y = call.evaluator->apply(std::span<const Tangent>(x));
    if (k == 0) results.push_back(y.value());
    results.push_back(y.tangent(0));
    x[k] = Tangent(arguments[k]);
  }
  return results;
}

bool differ(const Quad& a, const Quad& b) {
  constexpr double tolerance = 1e-6;  // far above what a smooth operation changes between the sides
  const Quad scale = fabs(a) + fabs(b) + Quad(1);
  return (isfinite(a) || isfinite(b)) && !(fabs(a - b) <= scale * Quad(tolerance));
}

class KinkObserver {
 public:
  explicit KinkObserver(std::vector<std::string>& found) : found_(found) {}

  double apply(const Call& call, std::span<const double> arguments) {
    look_at(call, arguments);
    return call.evaluator->apply(arguments);
  }

  void before_comparison(double a, double b) {
    if (a == b) add("equality: where");
  }

 private:
  void look_at(const Call& call, std::span<const double> arguments) {
    // Built-in operations say whether they have kinks or jumps; of others it is not known.
    const Meta& meta = call.primitive->meta;
    if (call.primitive->built_in && meta.kink.empty() && meta.jump.empty()) return;
    const std::vector<Quad> exact(arguments.begin(), arguments.end());
    if (has_zero(arguments) || compares_equal_numbers(call, exact)) describe(call, exact);
  }

  // What looks at signs or lengths compares nothing: copysign, atan2, hypot.
  static bool has_zero(std::span<const double> arguments) {
    return std::find(arguments.begin(), arguments.end(), 0.0) != arguments.end();
  }

  static bool compares_equal_numbers(const Call& call, const std::vector<Quad>& arguments) {
    const BranchLog log;
    call.evaluator->apply(std::span<const Quad>(arguments));
    return std::any_of(log.entries().begin(), log.entries().end(),
                       [](const BranchLog::Entry& entry) { return entry.sign == 0; });
  }

  // Some operations compare where they are smooth: elu(x) at 0 has the slope 1 on both sides. Along
  // the axes alone some kinks are smooth: the median of equal numbers.
  void describe(const Call& call, const std::vector<Quad>& arguments) {
    constexpr std::size_t probes = 4, most_axes = 16;
    std::vector<std::vector<Quad>> results;
    const auto look = [&](auto&& direction) {
      std::vector<Quad> beside = arguments;
      for (std::size_t k = 0; k < beside.size(); ++k) {
        constexpr int relative_offset = -40;
        if (!isfinite(beside[k])) continue;
        beside[k] += Quad(direction(k)) * ldexp(fabs(beside[k]) + Quad(1), relative_offset);
      }
      results.push_back(results_at(call, beside));
    };
    for (const double sign : {1.0, -1.0}) {
      for (std::size_t axis = 0; axis < std::min(arguments.size(), most_axes); ++axis) {
        look([&](std::size_t k) { return k == axis ? sign : 0.0; });
      }
      for (std::size_t probe = 0; probe < probes; ++probe) {
        detail::ProbingDirection direction(probe);
        look([&](std::size_t) { return sign * direction.next<double>(); });
      }
    }
    const auto differs = [&](std::size_t first, std::size_t last) {
      return std::any_of(results.begin(), results.end(), [&](const std::vector<Quad>& other) {
        for (std::size_t i = first; i < last; ++i) {
          if (differ(results.front()[i], other[i])) return true;
        }
        return false;
      });
    };
    if (differs(0, 1)) {
      add(fmt::format("jump: {}", call.primitive->name));
    } else if (differs(1, arguments.size() + 1)) {
      add(fmt::format("kink: {}", call.primitive->name));
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
