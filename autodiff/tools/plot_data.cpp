#include "autodiff/tools/plot_data.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/tools/decimal.hpp>
#include <autodiff/values/dual.hpp>

#include "autodiff/tools/differentiator.hpp"
#include "autodiff/tools/touched_kinks.hpp"

namespace ad::tools {
namespace {

using Signature = std::vector<BranchLog::Entry>;

constexpr int samples = 900;
constexpr std::size_t most_corners = 200;  ///< more are a blur
constexpr int bisections = 140;            ///< past the last bit of a quad number

/// The function at one point, and the branch it took there.
struct Probe {
  Quad x;
  double value, slope;
  Signature signature;

  bool is_finite() const { return std::isfinite(value); }
  CurvePoint point() const { return {x.to_double(), value, slope}; }
};

Probe probe(const Formula& formula, const Quad& x) {
  const std::array at{Dual<Quad, 1>::variable(x, 0)};
  const BranchLog log;
  const Dual<Quad, 1> y = formula.evaluate(std::span<const Dual<Quad, 1>>(at));
  return {x, y.value().to_double(), y.tangent(0).to_double(), log.entries()};
}

/// The first comparison that came out otherwise, if there is one.
std::optional<std::size_t> difference(const Probe& a, const Probe& b) {
  const auto one_way = BranchLog::first_difference(a.signature, b.signature);
  return one_way ? one_way : BranchLog::first_difference(b.signature, a.signature);
}

std::string operation_at(const Probe& a, std::size_t index) {
  if (index >= a.signature.size() || a.signature[index].operation == nullptr) return "a comparison";
  return a.signature[index].operation;
}

/// Beside a vertical tangent a slope is large, not infinite, because no number is near enough.
double slope_at_corner(double slope) {
  constexpr double vertical = 1e15;
  return std::fabs(slope) < vertical
             ? slope
             : std::copysign(std::numeric_limits<double>::infinity(), slope);
}

bool differ(double a, double b) {
  constexpr double tolerance = 1e-9;
  return !(std::fabs(a - b) <= tolerance * (1 + std::fabs(a) + std::fabs(b)));
}

bool has_equality(const Probe& at) {
  return std::any_of(at.signature.begin(), at.signature.end(),
                     [](const BranchLog::Entry& entry) { return entry.sign == 0; });
}

class Sampler {
 public:
  Sampler(const Formula& formula, PlotData& data)
      : formula_(formula), data_(data), width_(Quad(data.domain.upper) - Quad(data.domain.lower)) {}

  void run() {
    Probe last = sample(0);
    begin_piece(last);
    for (int i = 1; i <= samples; ++i) {
      Probe next = sample(i);
      cross(last, next);
      add(next);
      last = std::move(next);
    }
  }

 private:
  /// The i-th sample, but beside a kink rather than on it: there the slope is a convention.
  Probe sample(int i) const {
    const Quad x = Quad(data_.domain.lower) + width_ * Quad(i) / Quad(samples);
    Probe at = probe(formula_, x);
    if (!has_equality(at)) return at;
    constexpr double aside = 1e-6;
    Probe beside = probe(formula_, x + width_ * Quad(i < samples ? aside : -aside));
    return difference(at, beside) ? std::move(beside) : std::move(at);
  }

  /// Everything that happens between two samples.
  void cross(Probe from, const Probe& to) {
    constexpr int most = 8;
    for (int corners = 0; difference(from, to) && corners < most; ++corners) {
      auto [left, right] = bracket(from, to, differ_in_branch);
      if (has_equality(right) && difference(right, to)) {
        right = bracket(right, to, differ_in_branch).second;
      }
      add(left);
      add_corner(left, right);
      from = std::move(right);
    }
    if (from.is_finite() != to.is_finite()) {
      const auto [left, right] = bracket(from, to, differ_in_finiteness);
      add(left);
      add(right);
    }
  }

  static bool differ_in_branch(const Probe& a, const Probe& b) {
    return difference(a, b).has_value();
  }
  static bool differ_in_finiteness(const Probe& a, const Probe& b) {
    return a.is_finite() != b.is_finite();
  }

  /// Neighbours between which the first change happens, as near as quad numbers can be.
  std::pair<Probe, Probe> bracket(Probe left, Probe right,
                                  bool (*differ)(const Probe&, const Probe&)) const {
    for (int i = 0; i < bisections; ++i) {
      const Quad middle = (left.x + right.x) / Quad(2);
      if (!(left.x < middle && middle < right.x)) break;
      Probe between = probe(formula_, middle);
      (differ(left, between) ? right : left) = std::move(between);
    }
    return {std::move(left), std::move(right)};
  }

  void add_corner(const Probe& left, const Probe& right) {
    const bool jumps = differ(left.value, right.value);
    if (!jumps && !differ(left.slope, right.slope)) return;
    if (data_.corners.size() == most_corners) return;
    const double x = nearest_double_on_kink(((left.x + right.x) / Quad(2)).to_double());
    Corner corner{.x = x,
                  .left_value = left.value,
                  .right_value = right.value,
                  .left_slope = slope_at_corner(left.slope),
                  .right_slope = slope_at_corner(right.slope),
                  .jumps = jumps,
                  .convention = std::nullopt,
                  .operation = operation_at(left, *difference(left, right))};
    if (!jumps) corner.convention = convention_at(x);
    data_.corners.push_back(std::move(corner));
    begin_piece(right);
  }

  /// The tape's derivative at a kink that it meets; nothing if it has another reason than a kink's
  /// convention.
  std::optional<double> convention_at(double x) const {
    const std::array at{x};
    const Derivatives derivatives = Differentiator(formula_, false).at(at);
    for (const std::string& flag : derivatives.flags) {
      if (!flag.starts_with("kink") && !flag.starts_with("equality")) return std::nullopt;
    }
    if (derivatives.flags.empty()) return std::nullopt;
    return derivatives.gradient[0];
  }

  /// A corner at 0.1 may be known as 0.1 only up to rounding, one at 0 as 1e-45: a number nearby
  /// that meets the kink exactly is what a person would write.
  double nearest_double_on_kink(double x) const {
    const double tolerance = 1e-12 * width_.to_double();
    for (const double candidate : {0.0, *parse_double(fmt::format("{:.12g}", x)), x}) {
      if (std::fabs(candidate - x) > tolerance) continue;
      if (!touched_kinks(formula_, std::array{candidate}).empty()) return candidate;
    }
    return x;
  }

  void begin_piece(const Probe& first) {
    data_.pieces.emplace_back();
    add(first);
  }

  void add(const Probe& at) {
    if (at.is_finite()) {
      data_.pieces.back().push_back(at.point());
    } else if (!data_.pieces.back().empty()) {
      data_.pieces.emplace_back();
    }
  }

  const Formula& formula_;
  PlotData& data_;
  Quad width_;
};

}  // namespace

PlotData plot_data(const Formula& formula, Interval domain) {
  PlotData data{formula.text(), formula.variables().front(), domain, {}, {}};
  Sampler(formula, data).run();
  std::erase_if(data.pieces, [](const auto& piece) { return piece.empty(); });
  return data;
}

}  // namespace ad::tools
