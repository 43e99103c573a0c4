#include "autodiff/verify/judge_jointly.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <autodiff/core/probing_direction.hpp>

#include "autodiff/verify/number_tools.hpp"
#include "autodiff/verify/separation.hpp"

namespace ad::detail {
namespace {

constexpr int most_rounds = 40;
constexpr int searches = 3;             ///< in one direction, before it counts as exhausted
constexpr double least_progress = 0.9;  ///< of a search: what it leaves of the gap to the claims
constexpr int climbs = 12;              ///< from the furthest gradient to one still further
constexpr std::size_t few_samples = 8;
constexpr std::size_t most_samples = 64;  ///< random ones at a time
constexpr std::size_t explored_directions = 256;
constexpr double least_share = 1e-3;  ///< of the distance: a smaller one has no part in it
constexpr int meaningful_bits = 10;   ///< as for a claim in double that is judged alone
constexpr double double_roundings = 4;
constexpr std::size_t most_coordinates = 8;  ///< of a direction in words

/// An allowance of this size is meaningful whatever it is compared with.
const Quad negligible(0x1p-1000);

using Indices = std::vector<std::size_t>;
using Direction = std::vector<Quad>;

Direction opposite(Direction d) {
  for (Quad& each : d) each = -each;
  return d;
}

std::string in_words(const Direction& d) {
  std::vector<std::string> words;
  for (const Quad& each : d) {
    if (words.size() == most_coordinates) {
      words.push_back("...");
      break;
    }
    words.push_back(fmt::format("{:.4g}", each.to_double()));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

class JointJudge {
 public:
  JointJudge(std::vector<AxisVerdict>& axes, const QuadFunction& function,
             std::span<const double> point, std::uint64_t seed)
      : axes_(axes),
        nearby_(function, point, natural_slopes(axes, point.size()), seed, any_kink(axes)),
        dimension_(point.size()),
        tentative_(!std::all_of(axes.begin(), axes.end(),
                                [](const auto& axis) { return axis.slopes.resolved; })),
        concluded_(axes.size()) {}

  void run() {
    if (!nearby_.touches() && !any_kink(axes_)) return;
    nearby_.sample_randomly(few_samples);
    if (open().empty()) return;
    sample_along_probing_directions();
    nearby_.sample_randomly(many_samples());
    while (!nearby_.is_unusable() && !nearby_.found().empty() && decide()) {
    }
  }

 private:
  static bool any_kink(const std::vector<AxisVerdict>& axes) {
    return std::any_of(axes.begin(), axes.end(),
                       [](const AxisVerdict& axis) { return axis.slopes.kind == Kind::kink; });
  }

  static std::vector<Quad> natural_slopes(const std::vector<AxisVerdict>& axes,
                                          std::size_t variables) {
    std::vector<Quad> result(variables, no_bound<Quad>());
    for (const AxisVerdict& axis : axes) result[axis.entry.index] = axis.slopes.natural_slope;
    return result;
  }

  std::size_t many_samples() const { return std::min(8 + 4 * dimension_, most_samples); }

  /// Where generalized_gradient looks: what it answers is among the gradients.
  void sample_along_probing_directions() {
    constexpr std::size_t count = 4;
    for (std::size_t which = 0; which < count; ++which) {
      ProbingDirection probing(which);
      Direction d(dimension_);
      for (Quad& each : d) each = probing.next<double>();
      nearby_.sample(d);
      nearby_.sample(opposite(d));
    }
  }

  /// All gradients nearby have the slope that the axis shows.
  bool is_constant(const AxisVerdict& axis) const {
    const Estimate<Quad>& slope = axis.slopes.slope;
    return axis.slopes.kind == Kind::smooth &&
           std::all_of(nearby_.found().begin(), nearby_.found().end(), [&](const auto& gradient) {
             const Estimate<Quad>& partial = gradient.partials[axis.entry.index];
             return fabs(partial.value - slope.value) <= partial.bound + slope.bound;
           });
  }

  /// The claims without a verdict that the gradients found so far do not leave to their own axis.
  Indices open() const {
    Indices result;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const AxisVerdict& axis = axes_[i];
      if (concluded_[i] || !isfinite(axis.claim.value)) continue;
      if (axis.entry.verdict != Verdict::verified || !is_constant(axis)) result.push_back(i);
    }
    // The slopes along its own axis bound what a variable by itself may have, from within.
    if (result.size() == 1 && axes_[result[0]].entry.verdict == Verdict::verified) result.clear();
    return result;
  }

  std::vector<JointClaim> claims_of(const Indices& open) const {
    std::vector<JointClaim> result;
    for (const std::size_t i : open) {
      const Claim& claim = axes_[i].claim;
      const Quad of_double =
          Quad(rounding_unit<double>()) * fabs(claim.value) + Quad(least_step<double>());
      result.push_back({axes_[i].entry.index, claim.value,
                        claim.rounding(true) + Quad(double_roundings) * of_double,
                        axes_[i].slopes.natural_slope});
    }
    return result;
  }

  /// Judges open claims. False if that leaves none to judge.
  bool decide() {
    for (int round = 0; round < most_rounds; ++round) {
      const Indices now = open();
      if (now.empty()) return false;
      const std::vector<JointClaim> claims = claims_of(now);
      const std::vector<NearbyGradient> gradients = nearby_.found();
      const Separation separation(claims, gradients);
      if (!separation.is_known()) break;
      if (separation.is_within()) {
        verify(now, separation);
        return false;
      }
      const Direction d = separation.direction(dimension_);
      const Quad claimed = least_claimed(claims, d);
      const Quad gap = claimed - reach(d);
      bool any = false;
      for (int attempt = 0; attempt < searches && reach(d) < claimed; ++attempt) {
        any = search(d, separation, attempt) || any;
        if (nearby_.is_unusable()) return false;
      }
      const bool comes_nearer = claimed - reach(d) <= Quad(least_progress) * gap;
      if (comes_nearer || open() != now) continue;
      if (!any || !exceeds_slopes(d, claimed)) break;
      refute(now, separation, d);
      return true;
    }
    return leave(open());
  }

  /// The claimed slope along d, less what the claims may be off by.
  static Quad least_claimed(const std::vector<JointClaim>& claims, const Direction& d) {
    Quad result(0);
    for (const JointClaim& claim : claims) {
      result += d[claim.variable] * claim.value - fabs(d[claim.variable]) * claim.allowance;
    }
    return result;
  }

  static Quad upper(const Estimate<Quad>& estimate) { return estimate.value + estimate.bound; }

  const NearbyGradient& furthest(const Direction& d) const {
    return *std::max_element(nearby_.found().begin(), nearby_.found().end(),
                             [&](const auto& a, const auto& b) {
                               return upper(slope_of(a, d)) < upper(slope_of(b, d));
                             });
  }

  Quad reach(const Direction& d) const { return upper(slope_of(furthest(d), d)); }

  /// Samples where a gradient could reach further along d. False if there is no smooth point near
  /// d or its opposite.
  bool search(const Direction& d, const Separation& separation, int attempt) {
    bool any = false;
    for (const Direction& way : {d, opposite(d)}) {
      any = nearby_.sample(way) || any;
      any = nearby_.sample_near(way, std::ldexp(1.0, -2 - 3 * attempt), 3) || any;
    }
    for (int climb = 0; climb < climbs; ++climb) {
      const Direction best = furthest(d).direction;
      nearby_.sample_near(best, std::ldexp(1.0, -1 - climb / 2 - attempt), 2);
    }
    if (attempt == 0) {
      // At the apex of a cone the gradient turns with the direction.
      nearby_.sample(separation.mixed_direction());
      Direction claimed(dimension_);
      for (const AxisVerdict& axis : axes_) claimed[axis.entry.index] = axis.claim.value;
      nearby_.sample(claimed);
    } else {
      nearby_.sample_randomly(many_samples());
      nearby_.explore(explored_directions);
    }
    return any;
  }

  /// The claimed slope also exceeds the function's own slopes towards d and from -d, which its
  /// generalised gradient covers.
  bool exceeds_slopes(const Direction& d, const Quad& claimed) {
    Estimate<Quad> back = nearby_.slope_along(opposite(d));
    back.value = -back.value;
    return upper(nearby_.slope_along(d)) < claimed && upper(back) < claimed;
  }

  void conclude(std::size_t i, Verdict verdict, const std::string& reason) {
    concluded_[i] = true;
    CheckEntry& entry = axes_[i].entry;
    entry.kind = Kind::kink;
    entry.verdict = verdict;
    entry.reason = fmt::format("claimed {}: {}", entry.claimed, reason);
  }

  /// False, and the claim is left as it is, if the axes are too little known for such a verdict.
  bool counts(std::size_t i, Verdict verdict) {
    const bool takes_back =
        axes_[i].entry.verdict == Verdict::refuted && verdict != Verdict::refuted;
    if (tentative_ && !takes_back) concluded_[i] = true;
    return !tentative_ || takes_back;
  }

  void verify(const Indices& now, const Separation& separation) {
    const char* others = now.size() == 1 ? "" : ", with the other claims";
    for (std::size_t j = 0; j < now.size(); ++j) {
      if (!counts(now[j], Verdict::verified)) continue;
      CheckEntry& entry = axes_[now[j]].entry;
      const JointClaim claim = claims_of({now[j]}).front();
      entry.reference = entry.claimed;
      entry.error_bound = separation.nearest(j).bound.to_double();
      entry.claim_bound = claim.allowance.to_double();
      const Quad size = larger(fabs(claim.value), claim.natural_slope);
      if (claim.allowance > larger(negligible, ldexp(size, -meaningful_bits))) {
        conclude(now[j], Verdict::inconclusive, "its own rounding is too large to tell");
      } else {
        conclude(now[j], Verdict::verified,
                 fmt::format("in the convex hull of the gradients nearby{}", others));
      }
    }
  }

  /// Refutes the claims that have a part in the distance.
  void refute(const Indices& now, const Separation& separation, const Direction& d) {
    Quad claimed(0);
    for (const std::size_t i : now) claimed += d[axes_[i].entry.index] * axes_[i].claim.value;
    const std::string reason = fmt::format(
        "along d = ({}) the claimed slope is {:.9g}, but no gradient nearby exceeds {:.9g}",
        in_words(d), claimed.to_double(), reach(d).to_double());
    for (std::size_t j = 0; j < now.size(); ++j) {
      if (separation.share(j) < least_share || !counts(now[j], Verdict::refuted)) continue;
      if (is_wrong_by_itself(now[j])) {
        concluded_[now[j]] = true;  // its own axis says it better
        continue;
      }
      CheckEntry& entry = axes_[now[j]].entry;
      const Estimate<Quad> nearest = separation.nearest(j);
      entry.reference = nearest.value.to_double();
      entry.error_bound = nearest.bound.to_double();
      conclude(now[j], Verdict::refuted, reason);
    }
  }

  /// Leaves the claims undecided, but for those that are wrong along their own axis while no
  /// gradient nearby knows better. False if that leaves none to judge.
  bool leave(const Indices& now) {
    Indices others;
    for (const std::size_t i : now) {
      if (is_wrong_by_itself(i)) {
        concluded_[i] = true;
      } else {
        others.push_back(i);
      }
    }
    if (others.size() < now.size()) return !others.empty();
    for (const std::size_t i : now) {
      if (!counts(i, Verdict::inconclusive)) continue;
      conclude(i, Verdict::inconclusive, "the gradients nearby are not known well enough to tell");
    }
    return false;
  }

  bool is_wrong_by_itself(std::size_t i) const {
    return axes_[i].entry.verdict == Verdict::refuted && is_constant(axes_[i]);
  }

  std::vector<AxisVerdict>& axes_;
  NearbyGradients nearby_;
  std::size_t dimension_;
  bool tentative_;  ///< an axis is not resolved: what is said here can only take a refutation back
  std::vector<bool> concluded_;
};

/// The function has a value here and comes back to it along the axis.
bool is_continuous(const AxisVerdict& axis) {
  const bool regular = axis.slopes.kind == Kind::smooth || axis.slopes.kind == Kind::kink;
  return regular && axis.slopes.finite && axis.slopes.exception.empty() &&
         !axis.claim.reference_in_double;
}

}  // namespace

void judge_jointly(std::vector<AxisVerdict>& axes, const QuadFunction& function,
                   std::span<const double> point, std::uint64_t seed) {
  if (point.size() < 2 || !std::all_of(axes.begin(), axes.end(), is_continuous)) return;
  JointJudge(axes, function, point, seed).run();
}

}  // namespace ad::detail
