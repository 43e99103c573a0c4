#include "autodiff/verify/slopes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "autodiff/verify/number_tools.hpp"
#include "autodiff/verify/probe.hpp"
#include "autodiff/verify/side.hpp"

namespace ad::detail {
namespace {

using std::fabs;
using std::isfinite;
using std::isinf;
using std::isnan;
using std::ldexp;

/// A step of the function below this share of its value cannot be seen in double precision: two
/// formulas for one function that do not meet exactly in quad.
constexpr int invisible_bits = 54;

template <class T>
Estimate<Quad> in_quad(const Estimate<T>& estimate) {
  return {Quad(estimate.value), Quad(estimate.bound)};
}

template <class T>
bool is_known(const Side<T>& side) {
  return side.approach == Approach::slope || side.approach == Approach::vertical;
}

/// The function itself tends to a number there.
template <class T>
bool has_limit(const Side<T>& side) {
  return side.limit.bound <= ldexp(side.magnitude, -10);
}

template <class T>
bool is_absent(const Side<T>& side) {
  return side.approach == Approach::undefined || side.approach == Approach::infinite;
}

template <class T>
bool agree(const Estimate<T>& a, const Estimate<T>& b) {
  return fabs(a.value - b.value) <= a.bound + b.bound;
}

template <class T>
class Measurement {
 public:
  Measurement(const std::function<T(std::span<const T>)>& function, std::span<const double> point,
              std::size_t coordinate)
      : probe_(function, point, coordinate),
        here_(probe_.at(T(0))),
        finite_(isfinite(here_.value)) {
    result_.finite = finite_;
    result_.exception = probe_.exception();
  }

  Slopes run() {
    const Anchor anchor = finite_ ? Anchor::point : Anchor::nearby;
    left_ = look(probe_, -1, here_, anchor);
    right_ = look(probe_, +1, here_, anchor);
    describe_scale();
    if (!finite_) {
      combine_without_value();
    } else {
      overlook_invisible_jump(left_, -1);
      overlook_invisible_jump(right_, +1);
      combine();
    }
    if (result_.kind != Kind::outside && result_.kind != Kind::nonfinite) {
      result_.left = side_estimate(left_);
      result_.right = side_estimate(right_);
    }
    result_.double_only = probe_.double_only();
    return result_;
  }

 private:
  static Estimate<Quad> side_estimate(const Side<T>& side) {
    if (is_known(side)) return in_quad(side.slope);
    return {Quad(std::numeric_limits<double>::quiet_NaN()), no_bound<Quad>()};
  }

  void describe_scale() {
    T size = larger(left_.variation, right_.variation);
    const double x = std::fabs(probe_.coordinate());
    const T magnitude = finite_ ? T(fabs(here_.value)) : T(0);
    size = larger(size, T(magnitude / T(std::max(1.0, x))));
    result_.natural_slope = Quad(size);
    result_.magnitude = Quad(magnitude);
    const bool is_level = left_.variation == T(0) && right_.variation == T(0);
    if (is_level && left_.slope.value == T(0) && right_.slope.value == T(0)) {
      result_.level_reach = Quad(larger(left_.smooth_scale, right_.smooth_scale));
    }
    result_.noise = Quad(larger(left_.noise, right_.noise));
    result_.cautious =
        in_quad(left_.cautious.bound < right_.cautious.bound ? left_.cautious : right_.cautious);
    T scale = larger(left_.smooth_scale, right_.smooth_scale);
    if (left_.smooth_scale > T(0)) scale = smaller(scale, left_.smooth_scale);
    if (right_.smooth_scale > T(0)) scale = smaller(scale, right_.smooth_scale);
    const bool steep =
        left_.approach == Approach::vertical || right_.approach == Approach::vertical;
    result_.smooth_scale = steep ? Quad(0) : Quad(scale);
  }

  /// A side that jumps by less than a double can show is looked at for itself.
  void overlook_invisible_jump(Side<T>& side, int sign) {
    if (side.approach != Approach::jump || std::numeric_limits<T>::digits <= 53) return;
    const T size = fabs(side.limit.value - here_.value);
    if (size > ldexp(T(fabs(here_.value)), -invisible_bits)) return;
    side = look(probe_, sign, here_, Anchor::nearby);
  }

  void combine() {
    if (is_out_of_reach()) {
      result_.kind = Kind::kink;
      result_.obstacle = "the point is too near to 0 for a step in double precision";
      return;
    }
    if (left_.approach == Approach::jump || right_.approach == Approach::jump ||
        is_infinite_next_door()) {
      describe_jump();
      return;
    }
    if (is_absent(left_) && is_absent(right_)) {
      result_.kind = Kind::edge;
      result_.obstacle = "the function is defined at this point but on neither side of it";
      return;
    }
    if (is_absent(left_) || is_absent(right_)) {
      combine_edge(is_absent(left_) ? right_ : left_);
      return;
    }
    if (!same_branch_as_point(left_) || !same_branch_as_point(right_)) return;
    combine_two_sides();
  }

  /// What looks like a kink or a jump may as well lie between the point and 0.
  bool is_out_of_reach() const {
    if (!left_.too_coarse && !right_.too_coarse) return false;
    const bool regular = left_.approach == Approach::slope && right_.approach == Approach::slope;
    return !regular || !agree(left_.slope, right_.slope);
  }

  bool is_infinite_next_door() const {
    return left_.approach == Approach::infinite || right_.approach == Approach::infinite;
  }

  void describe_jump() {
    result_.kind = Kind::jump;
    const auto side = [&](const char* name, const Side<T>& s) -> std::string {
      if (s.approach == Approach::infinite) return fmt::format("infinite on the {}", name);
      const bool has_limit = !finite_ && isfinite(s.limit.bound);
      if (s.approach != Approach::jump && !has_limit) return {};
      return fmt::format("{:.9g} from the {}", as_double(s.limit.value), name);
    };
    const std::string left = side("left", left_);
    const std::string right = side("right", right_);
    const bool has_two = !left.empty() && !right.empty();
    const bool has_none = left.empty() && right.empty();
    result_.obstacle =
        fmt::format("the function is {:.9g} here{}{}{}{}", as_double(here_.value),
                    has_none ? "" : " but tends to ", left, has_two ? " and " : "", right);
    measure_past_the_jump(left_, -1);
    measure_past_the_jump(right_, +1);
  }

  /// One-sided slopes for the reader; no verdict rests on them.
  void measure_past_the_jump(Side<T>& side, int sign) {
    if (side.approach == Approach::jump) side = look(probe_, sign, here_, Anchor::nearby);
  }

  void combine_edge(const Side<T>& side) {
    result_.kind = side.approach == Approach::vertical ? Kind::vertical : Kind::edge;
    result_.slope = in_quad(side.slope);
    result_.resolved = is_known(side);
    if (!result_.resolved) describe_unresolved(side, &side == &left_ ? "left" : "right");
  }

  /// A switch closer to the point than any step can come hides what the function does there.
  bool same_branch_as_point(const Side<T>& side) {
    const Signature& here = probe_.signature(here_.branch);
    const Signature& nearby = probe_.signature(side.branch);
    if (BranchLog::compatible(here, nearby) || BranchLog::parts_at_equality(here, nearby)) {
      return true;
    }
    result_.obstacle =
        fmt::format("{} changes branch closer to the point than any step can resolve",
                    operation_that_differs(here, nearby));
    result_.kind = Kind::kink;
    return false;
  }

  void combine_two_sides() {
    const bool inside = left_.branch == right_.branch;
    const bool interior = inside && left_.branch == here_.branch;
    if (left_.approach == Approach::vertical || right_.approach == Approach::vertical) {
      combine_vertical();
    } else if (is_known(left_) && is_known(right_)) {
      combine_slopes(inside);
    } else if (interior && (is_known(left_) || is_known(right_))) {
      // No comparison is near equality: the function is one formula around the point, and what one
      // side shows holds for the other, where a switch is too close for a step.
      Side<T>& known = is_known(left_) ? left_ : right_;
      (is_known(left_) ? right_ : left_) = known;
      result_.slope = in_quad(known.slope);
      result_.resolved = true;
    } else {
      result_.kind = inside ? Kind::smooth : Kind::kink;
      describe_unresolved(is_known(left_) ? right_ : left_, is_known(left_) ? "right" : "left");
    }
  }

  void combine_vertical() {
    result_.kind = Kind::vertical;
    result_.resolved = is_known(left_) && is_known(right_);
    result_.slope = in_quad(left_.approach == Approach::vertical ? left_.slope : right_.slope);
    if (!result_.resolved) describe_unresolved(is_known(left_) ? right_ : left_, "other side");
  }

  void combine_slopes(bool inside) {
    result_.resolved = true;
    if (!agree(left_.slope, right_.slope)) {
      result_.kind = Kind::kink;
      return;
    }
    Estimate<T> best = left_.slope.bound < right_.slope.bound ? left_.slope : right_.slope;
    if (inside) {
      const Estimate<T> central = central_slope();
      if (central.bound < best.bound && agree(central, left_.slope) &&
          agree(central, right_.slope)) {
        best = central;
      }
    }
    if (std::numeric_limits<T>::digits <= 53) {
      // No branches were seen, so each side answers for the other: what differs is not known.
      best.bound = larger(best.bound, T(fabs(best.value - left_.slope.value)));
      best.bound = larger(best.bound, T(fabs(best.value - right_.slope.value)));
    }
    result_.slope = in_quad(best);
  }

  /// From the steps that both sides took.
  Estimate<T> central_slope() const {
    Ladder<T> ladder(Anchor::central, T(fabs(here_.value)));
    const int top = std::min(left_.top, right_.top);
    for (int exponent = top;; --exponent) {
      const auto i = static_cast<std::size_t>(left_.top - exponent);
      const auto j = static_cast<std::size_t>(right_.top - exponent);
      if (i >= left_.steps.size() || j >= right_.steps.size()) break;
      const Step<T>& l = left_.steps[i];
      const Step<T>& r = right_.steps[j];
      ladder.add(
          {r.distance, (r.difference + l.difference) / T(2), larger(l.magnitude, r.magnitude)});
    }
    if (ladder.size() == 0) return {};
    return ladder.slope().slope;
  }

  void describe_unresolved(const Side<T>& side, const char* name) {
    result_.resolved = false;
    if (!side.switch_operation.empty()) {
      result_.obstacle = fmt::format(
          "no stable slope from the {}: {} lies at a distance of {:.3g}, too close for a step",
          name, side.switch_operation, side.switch_distance);
    } else {
      result_.obstacle = fmt::format("no stable slope from the {} at any step", name);
    }
  }

  /// The function is infinite or NaN at the point: does it have a limit there?
  void combine_without_value() {
    const Kind without = isinf(here_.value) ? Kind::nonfinite : Kind::outside;
    if (is_absent(left_) && is_absent(right_)) {
      result_.kind = without;
      return;
    }
    if (is_absent(left_) || is_absent(right_)) {
      const Side<T>& side = is_absent(left_) ? right_ : left_;
      if (without == Kind::nonfinite || !is_known(side) || !has_limit(side)) {
        result_.kind = without;
      } else {
        combine_edge(side);
      }
      return;
    }
    if (!is_known(left_) || !is_known(right_) || !has_limit(left_) || !has_limit(right_)) {
      result_.kind = without;
      return;
    }
    if (!agree(left_.limit, right_.limit)) {
      describe_jump();
      return;
    }
    result_.kind = Kind::removable;
    result_.resolved = true;
    if (agree(left_.slope, right_.slope)) {
      result_.slope = in_quad(left_.slope.bound < right_.slope.bound ? left_.slope : right_.slope);
    }
  }

  Probe<T> probe_;
  Sample<T> here_;
  bool finite_;
  Side<T> left_, right_;
  Slopes result_;
};

}  // namespace

template <class T>
Slopes measure_slopes(const std::function<T(std::span<const T>)>& function,
                      std::span<const double> point, std::size_t coordinate) {
  return Measurement<T>(function, point, coordinate).run();
}

template Slopes measure_slopes(const std::function<double(std::span<const double>)>&,
                               std::span<const double>, std::size_t);
template Slopes measure_slopes(const std::function<Quad(std::span<const Quad>)>&,
                               std::span<const double>, std::size_t);

}  // namespace ad::detail
