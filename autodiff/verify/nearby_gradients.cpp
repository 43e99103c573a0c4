#include "autodiff/verify/nearby_gradients.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>

#include <autodiff/core/notes.hpp>

#include "autodiff/verify/number_tools.hpp"
#include "autodiff/verify/side.hpp"

namespace ad::detail {
namespace {

constexpr std::array distances{-24, -34, -44, -54};  ///< exponents of the farthest points tried
constexpr int nearest_distance = -68;  ///< as near the branch must be the one seen farther out
constexpr int before_all_kinks = -96;
constexpr int level_bits = 2;
constexpr int step_bits = 24;  ///< a difference takes steps shorter by this than the distance
constexpr double safety = 4;
constexpr int precise_bits = 40;
/// A step of the function below this share of its value cannot be seen in double precision.
constexpr int invisible_bits = 54;

/// What a sequence over distances that shrink by 2^level_bits misses from its limit, of this order.
Quad towards_zero(const Quad& far, const Quad& near, int order) {
  return near + (near - far) / Quad(std::ldexp(1.0, level_bits * order) - 1);
}

/// The limit, and by how much the last order of the extrapolation moved it.
Estimate<Quad> limit_of(const std::array<Quad, nearby_levels>& sequence) {
  const Quad first = towards_zero(sequence[0], sequence[1], 1);
  const Quad second = towards_zero(sequence[1], sequence[2], 1);
  const Quad best = towards_zero(first, second, 2);
  return {best, fabs(best - second)};
}

}  // namespace

bool is_meaningful(const Quad& bound, const Quad& size) {
  constexpr int bits = 20;
  return bound <= ldexp(size, -bits);
}

/// Central differences at one point.
struct NearbyGradients::Gradient {
  Quad value;
  std::vector<Quad> partials;
  std::vector<Quad> bounds;
  bool same_branch = true;  ///< all evaluations met the same comparisons
};

NearbyGradients::NearbyGradients(const QuadFunction& function, std::span<const double> point,
                                 std::vector<Quad> natural_slopes, std::uint64_t seed, bool at_kink)
    : function_(function),
      point_(point.begin(), point.end()),
      natural_slopes_(std::move(natural_slopes)),
      draw_(seed) {
  Notes notes;
  value_here_ = value({point_.begin(), point_.end()}, here_);
  unusable_ = !notes.double_only().empty() || !isfinite(value_here_);
  touches_ = std::any_of(here_.begin(), here_.end(),
                         [](const BranchLog::Entry& entry) { return entry.sign == 0; });
  if ((touches_ || at_kink) && !unusable_) choose_scales();
}

Quad NearbyGradients::value(const std::vector<Quad>& x, Signature& signature) {
  BranchLog log;
  Quad result(std::numeric_limits<double>::quiet_NaN());
  try {
    result = function_(x);
  } catch (const std::exception&) {
    // no point to look at
  }
  signature = log.entries();
  return result;
}

std::vector<Quad> NearbyGradients::normalized(std::span<const Quad> d) const {
  Quad longest(0);
  for (std::size_t i = 0; i < d.size(); ++i) longest = larger(longest, fabs(d[i] / scales_[i]));
  std::vector<Quad> result(d.begin(), d.end());
  for (Quad& each : result) each = each / longest;
  return result;
}

std::vector<Quad> NearbyGradients::moved(std::span<const Quad> d, const Quad& h) const {
  std::vector<Quad> result;
  for (std::size_t i = 0; i < d.size(); ++i) result.push_back(Quad(point_[i]) + h * d[i]);
  return result;
}

Signature NearbyGradients::signature(std::span<const Quad> d, int exponent) {
  Signature result;
  value(moved(d, step_of<Quad>(exponent)), result);
  return result;
}

/// A coordinate that is 0 moves on the scale 1, or on that of the smallest other one, if gradients
/// show better so.
void NearbyGradients::choose_scales() {
  double smallest = 1;
  for (const double x : point_) {
    if (x != 0) smallest = std::fmin(smallest, std::fabs(x));
  }
  const auto choose = [&](double scale_of_zero) {
    scales_.clear();
    for (const double x : point_) scales_.push_back(Quad(x == 0 ? scale_of_zero : std::fabs(x)));
  };
  choose(1);
  constexpr double next_to_zero = 0x1p-20;
  if (smallest > next_to_zero) return;
  const auto meaningful = [&] {
    found_.clear();
    sample_randomly(4);
    std::size_t count = 0;
    for (const NearbyGradient& sample : found_) {
      for (std::size_t i = 0; i < point_.size(); ++i) {
        const Estimate<Quad>& partial = sample.partials[i];
        const Quad size = larger(fabs(partial.value), natural_slopes_[i]);
        count += is_meaningful(partial.bound, size) ? 1 : 0;
      }
    }
    found_.clear();
    return count;
  };
  const auto before = meaningful();
  choose(smallest);
  if (meaningful() < before) choose(1);
}

bool NearbyGradients::gradient_at(std::vector<Quad> x, const Signature& branch, const Quad& step,
                                  Gradient& result) {
  Signature met;
  result.value = value(x, met);
  result.same_branch = same_signature(branch, met);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Quad centre = x[i];
    std::array<Quad, 2> slopes;
    Quad bound(0);
    for (std::size_t k = 0; k < 2; ++k) {
      const Quad h = ldexp(step * scales_[i], k == 0 ? 0 : -level_bits);
      x[i] = centre + h;
      const Quad above = value(x, met);
      result.same_branch = result.same_branch && same_signature(branch, met);
      x[i] = centre - h;
      const Quad below = value(x, met);
      result.same_branch = result.same_branch && same_signature(branch, met);
      if (!isfinite(above) || !isfinite(below)) return false;
      slopes[k] = (above - below) / ((centre + h) - (centre - h));
      if (k == 1) continue;
      bound = Quad(2) * rounding_unit<Quad>() * fabs(result.value) / h;
    }
    x[i] = centre;
    result.partials.push_back(slopes[0]);
    result.bounds.push_back(fabs(slopes[0] - slopes[1]) + bound);
  }
  return result.same_branch || is_linear(x, step, result);
}

/// Steps in some oblique directions change the function as the gradient says, forth and back.
bool NearbyGradients::is_linear(const std::vector<Quad>& x, const Quad& step,
                                const Gradient& gradient) {
  constexpr int directions = 3;
  Signature met;
  for (int k = 0; k < directions; ++k) {
    std::vector<Quad> forth = x;
    std::vector<Quad> back = x;
    Quad change(0);
    Quad size = step * fabs(gradient.value);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Quad h = Quad(2 * draw_.unit() - 1) * step * scales_[i];
      forth[i] = x[i] + h;
      back[i] = x[i] - h;
      change += gradient.partials[i] * h;
      size = larger(size, step * scales_[i] * fabs(gradient.partials[i]));
    }
    const Quad ahead = fabs(value(forth, met) - gradient.value - change);
    const Quad behind = fabs(gradient.value - value(back, met) - change);
    if (!is_meaningful(ahead, size) || !is_meaningful(behind, size)) return false;
  }
  return true;
}

bool NearbyGradients::extrapolate(std::span<const Quad> d, int exponent, const Signature& branch,
                                  NearbyGradient& result) {
  std::array<Gradient, nearby_levels> at;
  for (std::size_t k = 0; k < nearby_levels; ++k) {
    const Quad h = step_of<Quad>(exponent - level_bits * static_cast<int>(k));
    if (!gradient_at(moved(d, h), branch, ldexp(h, -step_bits), at[k])) return false;
  }
  if (!returns_to_point(at)) return false;
  result.direction.assign(d.begin(), d.end());
  result.partials.clear();
  for (std::size_t i = 0; i < d.size(); ++i) {
    const auto& [far, middle, near] = at;
    const auto [limit, change] = limit_of({far.partials[i], middle.partials[i], near.partials[i]});
    const Quad difference = larger(larger(far.bounds[i], middle.bounds[i]), near.bounds[i]);
    result.partials.push_back({limit, Quad(safety) * (change + difference)});
  }
  return true;
}

/// The value tends to the one at the point. Where that could be seen only if rounding decided some
/// comparisons, it must do so without a bend on the way.
bool NearbyGradients::returns_to_point(const std::array<Gradient, nearby_levels>& at) {
  const auto [limit, change] = limit_of({at[0].value, at[1].value, at[2].value});
  const Quad gap = fabs(limit - value_here_);
  const bool same_branch =
      std::all_of(at.begin(), at.end(), [](const Gradient& each) { return each.same_branch; });
  if (!same_branch) {
    return gap <= Quad(safety) * (change + Quad(4) * rounding_unit<Quad>() * fabs(value_here_));
  }
  const Quad moves = fabs(at[1].value - at[2].value);
  unusable_ = gap > moves + ldexp(fabs(value_here_), -invisible_bits);
  return !unusable_;
}

/// No nearer distance needs to be tried for better bounds.
bool NearbyGradients::is_precise(const NearbyGradient& sample) const {
  Quad size = fabs(value_here_);
  for (std::size_t i = 0; i < point_.size(); ++i) {
    size = larger(size, fabs(sample.partials[i].value) * scales_[i]);
  }
  return total_bound(sample) <= ldexp(size, -precise_bits);
}

/// The bounds in the change of the function that they stand for.
Quad NearbyGradients::total_bound(const NearbyGradient& sample) const {
  Quad result(0);
  for (std::size_t i = 0; i < sample.partials.size(); ++i) {
    result += sample.partials[i].bound * scales_[i];
  }
  return result;
}

bool NearbyGradients::sample(std::span<const Quad> direction) {
  if (unusable_) return false;
  const std::vector<Quad> d = normalized(direction);
  if (!std::all_of(d.begin(), d.end(), [](const Quad& each) { return isfinite(each); })) {
    return false;
  }
  const Signature branch = signature(d, nearest_distance);
  // A kink so near that only steps too short for a gradient stay before it. Where those do not see
  // the branch of the point either, rounding has put a kink of the point beside it.
  if (BranchLog::compatible(here_, signature(d, before_all_kinks)) &&
      !BranchLog::compatible(here_, branch)) {
    return false;
  }
  NearbyGradient best;
  for (const int exponent : distances) {
    NearbyGradient now;
    if (!extrapolate(d, exponent, branch, now)) {
      if (unusable_) return false;
      continue;
    }
    const bool better = best.partials.empty() || total_bound(now) < total_bound(best);
    if (better) best = std::move(now);
    if (is_precise(best)) break;
  }
  if (best.partials.empty()) return false;
  keep(std::move(best));
  return true;
}

void NearbyGradients::keep(NearbyGradient sample) {
  const auto same = [&](const NearbyGradient& other) {
    for (std::size_t i = 0; i < sample.partials.size(); ++i) {
      const Estimate<Quad>& a = sample.partials[i];
      const Estimate<Quad>& b = other.partials[i];
      if (fabs(a.value - b.value) > a.bound + b.bound) return false;
    }
    return true;
  };
  if (std::none_of(found_.begin(), found_.end(), same)) found_.push_back(std::move(sample));
}

void NearbyGradients::sample_randomly(std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) sample(random_direction());
}

std::vector<Quad> NearbyGradients::random_direction() {
  std::vector<Quad> d;
  for (const Quad& scale : scales_) d.push_back(Quad(2 * draw_.unit() - 1) * scale);
  return d;
}

void NearbyGradients::explore(std::size_t count) {
  constexpr int distance = distances[1];
  constexpr std::size_t most_branches = 256;
  for (std::size_t k = 0; k < count && explored_.size() < most_branches; ++k) {
    const std::vector<Quad> d = random_direction();
    const Signature branch = signature(normalized(d), distance);
    const bool known = std::any_of(explored_.begin(), explored_.end(), [&](const Signature& seen) {
      return same_signature(seen, branch);
    });
    if (known) continue;
    explored_.push_back(branch);
    sample(d);
  }
}

bool NearbyGradients::sample_near(std::span<const Quad> d, double radius, std::size_t count) {
  bool any = false;
  const std::vector<Quad> centre = normalized(d);
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<Quad> near = centre;
    for (std::size_t i = 0; i < near.size(); ++i) {
      near[i] = near[i] + Quad(radius * (2 * draw_.unit() - 1)) * scales_[i];
    }
    any = sample(near) || any;
  }
  return any;
}

Estimate<Quad> NearbyGradients::slope_along(std::span<const Quad> d) {
  Estimate<Quad> best;
  const std::vector<Quad> unit = normalized(d);
  Signature met;
  for (const int exponent : distances) {
    std::array<Quad, nearby_levels> quotients;
    Quad rounding(0);
    for (std::size_t k = 0; k < nearby_levels; ++k) {
      const Quad h = step_of<Quad>(exponent - level_bits * static_cast<int>(k));
      quotients[k] = (value(moved(unit, h), met) - value_here_) / h;
      rounding = Quad(4) * rounding_unit<Quad>() * fabs(value_here_) / h;
    }
    const auto [limit, change] = limit_of(quotients);
    const Quad bound = Quad(safety) * (change + rounding);
    if (bound < best.bound) best = {limit, bound};
  }
  // Back from the unit to d itself.
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (all_zero(unit[i])) continue;
    const Quad length = d[i] / unit[i];
    return {best.value * length, best.bound * length};
  }
  return {};
}

}  // namespace ad::detail
