#include "autodiff/verify/judge.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {
namespace {

/// A bound above this share of the slopes at hand says nothing worth a verdict.
constexpr int meaningful_bits_in_quad = 20;
constexpr int meaningful_bits_in_double = 10;

constexpr double double_roundings = 4;
constexpr double quad_roundings = 8;

const Quad infinity = no_bound<Quad>();

/// An absolute error of this size is meaningful whatever it is compared with: next to 0 doubles
/// have no better.
const Quad negligible(0x1p-1000);

std::string number(const Quad& x) { return fmt::format("{}", x.to_double()); }
std::string bound_text(const Quad& x) { return fmt::format("{:.1e}", x.to_double()); }

/// The slopes that a claim may have.
struct Allowed {
  Quad lower, upper;
  Quad lower_bound, upper_bound;  ///< error bounds of the two
};

class Judge {
 public:
  Judge(CheckEntry& entry, const Slopes& slopes, const Claim& claim)
      : entry_(entry), slopes_(slopes), claim_(claim) {}

  void run() {
    entry_.kind = slopes_.kind;
    entry_.claimed = claim_.value.to_double();
    entry_.left = slopes_.left.value.to_double();
    entry_.right = slopes_.right.value.to_double();
    entry_.reference = slopes_.slope.value.to_double();
    entry_.error_bound = slopes_.slope.bound.to_double();
    if (!slopes_.resolved) entry_.reference = std::numeric_limits<double>::quiet_NaN();
    if (is_settled_without_claim()) return;
    if (isnan(claim_.value)) {
      conclude(Verdict::refuted, fmt::format("claimed NaN, {}", reference_text()));
    } else if (slopes_.kind == Kind::vertical) {
      judge_vertical();
    } else {
      judge_distance(allowed());
    }
  }

 private:
  void conclude(Verdict verdict, std::string reason) {
    entry_.verdict = verdict;
    entry_.reason = std::move(reason);
  }

  void leave_unjudged(std::string reason) {
    entry_.judged = false;
    conclude(Verdict::inconclusive, std::move(reason));
  }

  bool is_settled_without_claim() {
    if (!slopes_.exception.empty()) {
      conclude(Verdict::inconclusive,
               fmt::format("the function threw here: {}", slopes_.exception));
    } else if (slopes_.kind == Kind::outside) {
      leave_unjudged("the function is not defined here");
    } else if (slopes_.kind == Kind::nonfinite) {
      leave_unjudged("the function is infinite here");
    } else if (slopes_.kind == Kind::jump) {
      conclude(Verdict::inconclusive, slopes_.obstacle + ": nothing can be verified at a jump");
    } else if (!slopes_.resolved) {
      conclude(Verdict::inconclusive, slopes_.obstacle);
    } else if (!slopes_.finite && (slopes_.kind == Kind::removable || isnan(claim_.value)) &&
               !isfinite(claim_.value)) {
      leave_unjudged(
          fmt::format("the function is not defined here; {} by continuity", reference_text()));
    } else {
      return false;
    }
    return true;
  }

  bool has_common_slope() const { return isfinite(slopes_.slope.bound); }

  Allowed allowed() const {
    if (has_common_slope()) {
      const Estimate<Quad>& s = slopes_.slope;
      return {s.value, s.value, s.bound, s.bound};
    }
    const Estimate<Quad>& l = slopes_.left;
    const Estimate<Quad>& r = slopes_.right;
    if (l.value < r.value) return {l.value, r.value, l.bound, r.bound};
    return {r.value, l.value, r.bound, l.bound};
  }

  std::string reference_text() const {
    if (slopes_.kind == Kind::vertical)
      return fmt::format("reference {}", number(slopes_.slope.value));
    if (has_common_slope()) {
      return fmt::format("reference {} ± {}", number(slopes_.slope.value),
                         bound_text(slopes_.slope.bound));
    }
    return fmt::format("one-sided slopes {} ± {} and {} ± {}", number(slopes_.left.value),
                       bound_text(slopes_.left.bound), number(slopes_.right.value),
                       bound_text(slopes_.right.bound));
  }

  void judge_vertical() {
    const Quad& l = slopes_.left.value;
    const Quad& r = slopes_.right.value;
    const Quad& c = claim_.value;
    entry_.error_bound = 0;
    if (isinf(l) && isinf(r) && signbit(l) != signbit(r)) {
      conclude(Verdict::inconclusive,
               fmt::format("a cusp: the slopes tend to {} from the left and {} from the right; no "
                           "number can be verified",
                           number(l), number(r)));
    } else if (isfinite(l) || isfinite(r)) {
      judge_half_vertical();
    } else if (isinf(c) && signbit(c) == signbit(slopes_.slope.value)) {
      conclude(Verdict::verified, fmt::format("claimed {}, and the slope tends to it", number(c)));
    } else if (isinf(c) || fabs(c) <= slopes_.slope.bound) {
      conclude(Verdict::refuted, fmt::format("claimed {}, but the slope tends to {}", number(c),
                                             number(slopes_.slope.value)));
    } else {
      conclude(
          Verdict::inconclusive,
          fmt::format("claimed {}; the slope was seen to reach {}, and seems to tend to {}",
                      number(c), bound_text(slopes_.slope.bound), number(slopes_.slope.value)));
    }
  }

  /// One slope is finite: everything between it and the infinity is allowed.
  void judge_half_vertical() {
    const bool left_finite = isfinite(slopes_.left.value);
    const Estimate<Quad>& finite = left_finite ? slopes_.left : slopes_.right;
    const bool up = !signbit(slopes_.slope.value);
    entry_.reference = claim_.value.to_double();
    if (isinf(claim_.value)) {
      conclude(signbit(claim_.value) == !up ? Verdict::verified : Verdict::refuted,
               fmt::format("claimed {}, {}", number(claim_.value), two_slopes()));
      return;
    }
    judge_distance(up ? Allowed{finite.value, infinity, finite.bound, Quad(0)}
                      : Allowed{-infinity, finite.value, Quad(0), finite.bound});
  }

  std::string two_slopes() const {
    return fmt::format("one-sided slopes {} and {}", number(slopes_.left.value),
                       number(slopes_.right.value));
  }

  void judge_distance(const Allowed& a) {
    const Quad& c = claim_.value;
    Quad nearest = c;
    Quad bound = larger(a.lower_bound, a.upper_bound);
    if (c < a.lower) {
      nearest = a.lower;
      bound = a.lower_bound;
    } else if (c > a.upper) {
      nearest = a.upper;
      bound = a.upper_bound;
    }
    entry_.reference = nearest.to_double();
    entry_.error_bound = bound.to_double();
    if (isinf(c)) {
      judge_overflow(nearest, bound);
      return;
    }
    const Quad distance = fabs(c - nearest);
    Quad rounding = Quad(quad_roundings) * rounding_unit<Quad>() * fabs(c);
    if (claim_.only_in_double) rounding = own_rounding();
    const Quad of_double = Quad(double_roundings) * (Quad(rounding_unit<double>()) * fabs(nearest) +
                                                     Quad(least_step<double>()));
    if (distance > bound + rounding + of_double && !claim_.only_in_double) {
      rounding = larger(rounding, own_rounding());
    }
    entry_.claim_bound = rounding.to_double();
    decide(distance, nearest, bound, rounding, of_double);
  }

  void judge_overflow(const Quad& nearest, const Quad& bound) {
    if (std::isinf(nearest.to_double()) && signbit(nearest) == signbit(claim_.value)) {
      conclude(Verdict::verified, "the slope is beyond the range of double");
    } else if (is_too_coarse(bound, nearest)) {
      conclude_too_coarse(Quad(0));
    } else {
      conclude(Verdict::refuted,
               fmt::format("claimed {}, {}", number(claim_.value), reference_text()));
    }
  }

  /// The bound is too large against the slopes at hand to say anything.
  bool is_too_coarse(const Quad& total, const Quad& nearest) const {
    const bool coarse = claim_.only_in_double || claim_.reference_in_double;
    const int bits = coarse ? meaningful_bits_in_double : meaningful_bits_in_quad;
    Quad scale = larger(fabs(nearest), slopes_.natural_slope);
    const Quad claimed = isfinite(claim_.value) ? fabs(claim_.value) : Quad(0);
    scale = larger(scale, claimed);
    // A claim of the bound's own size could be 0 as well; a much smaller one is 0 for this
    // function.
    const bool is_like_claim = total > ldexp(claimed, -meaningful_bits_in_double) &&
                               claimed > ldexp(total, -meaningful_bits_in_double);
    return (total > ldexp(scale, -bits) || is_like_claim) && total > negligible;
  }

  void conclude_too_coarse(const Quad& rounding) {
    conclude(Verdict::inconclusive,
             fmt::format("claimed {}, {}{}: known too coarsely to tell", number(claim_.value),
                         reference_text(), rounding_text(rounding)));
  }

  void decide(const Quad& distance, const Quad& nearest, const Quad& bound, const Quad& rounding,
              const Quad& of_double) {
    const Quad total = bound + rounding;
    if (distance > total + of_double) {
      if (is_invisible(distance)) {
        conclude_invisible(distance);
      } else {
        conclude(Verdict::refuted, refutation(distance, total + of_double));
      }
      return;
    }
    if (is_too_coarse(total, nearest)) {
      conclude_too_coarse(rounding);
      return;
    }
    conclude(Verdict::verified, agreement(distance, total, rounding));
  }

  /// Rounding could hide a difference of this size from the reference, or from a claim in double.
  /// Over the distance of the coordinate from 0, its own scale, it changes the function by less
  /// than the rounding of its values (in quad, which has bits to spare, also over a much finer
  /// scale: a saturated function may have one); or, for a function in double, over the steps taken
  /// it changes the function by less than the rounding of the coordinate itself.
  bool is_invisible(const Quad& distance) const {
    const bool coarse = claim_.only_in_double || claim_.reference_in_double;
    const Quad unit = coarse ? Quad(rounding_unit<double>()) : rounding_unit<Quad>();
    const Quad finest_scale = Quad(coarse ? 1 : 0x1p-16);
    // Where the function does not move at all, nothing tells the size of what its results are made
    // of; 1 is common.
    const Quad common = larger(Quad(1), slopes_.magnitude);
    if (slopes_.level_reach > Quad(0) &&
        distance * slopes_.level_reach <= Quad(16) * unit * common) {
      return true;
    }
    const Quad x = fabs(Quad(entry_.point[entry_.index]));
    if (x == Quad(0)) return false;
    const Quad seen = claim_.reference_in_double ? slopes_.noise : Quad(0);
    if (distance * finest_scale * x <= larger(Quad(16) * unit * slopes_.magnitude, seen)) {
      return true;
    }
    return claim_.reference_in_double && isfinite(slopes_.cautious.bound) &&
           fabs(claim_.value - slopes_.cautious.value) <= slopes_.cautious.bound;
  }

  void conclude_invisible(const Quad& distance) {
    const std::string numbers =
        fmt::format("claimed {}, {}", number(claim_.value), reference_text());
    const Quad negligible_slope = Quad(4 * rounding_unit<double>()) * slopes_.natural_slope;
    if (claim_.only_in_double && !claim_.reference_in_double && distance <= negligible_slope) {
      conclude(Verdict::verified,
               fmt::format("{}: off by {}, which is rounding against slopes of {}", numbers,
                           bound_text(distance), bound_text(slopes_.natural_slope)));
    } else {
      conclude(Verdict::inconclusive,
               numbers + ": the function's rounding could hide the difference");
    }
  }

  Quad own_rounding() const { return claim_.rounding(slopes_.kind != Kind::smooth); }

  std::string rounding_text(const Quad& rounding) const {
    if (rounding <= negligible) return {};
    if (!(rounding > Quad(quad_roundings) * rounding_unit<Quad>() * fabs(claim_.value))) return {};
    return fmt::format(", the claim's own rounding {}", bound_text(rounding));
  }

  std::string refutation(const Quad& distance, const Quad& total) const {
    return fmt::format("claimed {}, {}: off by {:.3g}, where {} is allowed", number(claim_.value),
                       reference_text(), distance.to_double(), bound_text(total));
  }

  std::string agreement(const Quad& distance, const Quad& total, const Quad& rounding) const {
    if (!has_common_slope()) {
      return fmt::format("claimed {}, {}: between them", number(claim_.value),
                         slopes_.kind == Kind::vertical ? two_slopes() : reference_text());
    }
    const std::string numbers = fmt::format("claimed {}, {}{}", number(claim_.value),
                                            reference_text(), rounding_text(rounding));
    if (distance <= total) return numbers + ": they agree";
    return fmt::format("{}: off by {}, less than the rounding of a double", numbers,
                       bound_text(distance));
  }

  CheckEntry& entry_;
  const Slopes& slopes_;
  const Claim& claim_;
};

}  // namespace

void judge(CheckEntry& entry, const Slopes& slopes, const Claim& claim) {
  Judge(entry, slopes, claim).run();
}

}  // namespace ad::detail
