#include "autodiff/verify/side.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>

#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {
namespace {

using std::fabs;
using std::isfinite;
using std::isinf;
using std::isnan;
using std::ldexp;

constexpr int longest_ladder = 160;  ///< steps, before the finest ones are looked at directly
constexpr int shortest_ladder = 32;
constexpr int check_every = 8;
constexpr int settled_after = 20;  ///< steps without a better estimate
constexpr int window = 20;         ///< steps of a look at finer scales
constexpr double grows_at_least = 4;

/// The range of step exponents that make sense at x.
struct Range {
  int top;
  int bottom;
};

template <class T>
Range range_of_steps(double x) {
  constexpr int bits = std::numeric_limits<T>::digits;
  const int own = x == 0 ? 0 : std::ilogb(x);
  Range range{std::max(own, 0), 0};
  // Some bits of a step remain above the last bit of x; products of several steps do not underflow.
  const int least = bits > 53 ? -1200 : -400;
  range.bottom = x == 0 ? least : own - bits + 9;
  if (bits <= 53) range.bottom = std::max(range.bottom, -1069);
  return range;
}

template <class T>
class Looker {
 public:
  Looker(Probe<T>& probe, int sign, const Sample<T>& at_point, Anchor anchor)
      : probe_(probe),
        sign_(sign),
        at_point_(at_point),
        anchor_(anchor),
        magnitude_(anchor == Anchor::point ? size_of(T(0), at_point.value) : T(0)),
        coordinate_(std::fabs(probe.coordinate())),
        range_(range_of_steps<T>(probe.coordinate())) {}

  Side<T> look() {
    if (!find_nearest_branch()) return side_;
    const double x = std::fabs(probe_.coordinate());
    side_.too_coarse = x > 0 && as_double(step_of<T>(range_.bottom)) > x / 8;
    const std::optional<int> top = find_top();
    if (!top) return side_;
    Ladder<T> main = climb_down(*top);
    side_.steps = main.steps();
    side_.variation = main.variation();
    conclude(main);
    return side_;
  }

 private:
  const Sample<T>& at(int exponent) {
    const auto known = samples_.find(exponent);
    if (known != samples_.end()) return known->second;
    return samples_.emplace(exponent, probe_.at(offset(exponent))).first->second;
  }

  /// The step of an exponent as it is taken: x + h is rounded.
  T offset(int exponent) const {
    const T step = sign_ < 0 ? T(-step_of<T>(exponent)) : step_of<T>(exponent);
    const T x(probe_.coordinate());
    return T(x + step) - x;
  }

  bool usable(const Sample<T>& sample) const {
    return sample.branch == side_.branch && isfinite(sample.value);
  }

  Step<T> step(int exponent, const Sample<T>& sample) {
    const T difference =
        anchor_ == Anchor::point ? sample.value - at_point_.value : T(sample.value);
    const T size = larger(T(fabs(sample.value)), size_near(exponent));
    // The quotient of a step to the left is (g(0) - g(-h)) / h.
    return {fabs(offset(exponent)), sign_ < 0 ? T(-difference) : difference, size};
  }

  /// |g|, or the size of a number of which the ladder expects as much rounding as g shows.
  T size_of(const T& offset, const T& value) {
    const T roundings = probe_.rounding_at(offset, value) / rounding_unit<T>();
    return larger(T(fabs(value)), T(roundings / T(Ladder<T>::roundings)));
  }

  /// From every eighth step, as rounding changes little from one step to the next.
  T size_near(int exponent) {
    constexpr int every = 8;
    const int above = exponent + (every - (exponent % every + every) % every) % every;
    T size(0);
    for (const int sampled : {above, above - every}) {
      const auto [entry, is_new] = sizes_.try_emplace(sampled, T(0));
      if (is_new) {
        const Sample<T>& sample = at(sampled);
        if (usable(sample)) entry->second = size_of(offset(sampled), sample.value);
      }
      size = larger(size, entry->second);
    }
    return size;
  }

  /// The branch that the shortest steps see; false if the function is not finite there.
  bool find_nearest_branch() {
    std::size_t nan = 0;
    std::size_t infinite = 0;
    constexpr int tries = 4;
    for (int i = 0; i < tries; ++i) {
      const Sample<T> sample = at(range_.bottom + 6 * i);
      if (isfinite(sample.value)) {
        side_.branch = sample.branch;
        range_.bottom += 6 * i;
        return true;
      }
      (isnan(sample.value) ? nan : infinite) += 1;
    }
    side_.approach = nan > 0 ? Approach::undefined : Approach::infinite;
    return false;
  }

  /// The longest step from which, going down, the function stays on the nearest branch.
  std::optional<int> find_top() {
    int top = range_.top;
    Sample<T> sample = at(top);
    if (usable(sample)) return top;
    int unusable = top;
    Sample<T> beyond = sample;
    int bottom = range_.bottom;
    while (unusable - bottom > 1) {
      const int middle = bottom + (unusable - bottom) / 2;
      sample = at(middle);
      if (usable(sample)) {
        bottom = middle;
      } else {
        unusable = middle;
        beyond = sample;
      }
    }
    note_switch(unusable, beyond);
    if (bottom - range_.bottom < 10) return std::nullopt;
    return bottom;
  }

  void note_switch(int exponent, const Sample<T>& beyond) {
    if (beyond.branch == side_.branch) {
      side_.switch_operation = "the end of the domain";
    } else {
      side_.switch_operation =
          operation_that_differs(probe_.signature(side_.branch), probe_.signature(beyond.branch));
    }
    side_.switch_distance = as_double(step_of<T>(exponent));
  }

  /// Halves the step until the estimate does not get better any more.
  Ladder<T> climb_down(int top) {
    Ladder<T> ladder(anchor_, magnitude_, coordinate_);
    side_.top = top;
    int taken = 0;
    for (int exponent = top; exponent >= range_.bottom && taken < longest_ladder; --exponent) {
      const Sample<T> sample = at(exponent);
      if (!usable(sample)) {
        // An island of the branch further out: begin again nearer to the point.
        note_switch(exponent, sample);
        ladder = Ladder<T>(anchor_, magnitude_, coordinate_);
        side_.magnitude = T(0);
        side_.top = exponent - 1;
        taken = 0;
        continue;
      }
      ladder.add(step(exponent, sample));
      side_.magnitude = larger(side_.magnitude, T(fabs(sample.value)));
      ++taken;
      end_ = exponent;
      if (taken >= shortest_ladder && taken % check_every == 0 && settled(ladder)) break;
    }
    return ladder;
  }

  bool settled(const Ladder<T>& ladder) const {
    const auto result = ladder.slope();
    return isfinite(result.slope.bound) && result.plausible &&
           result.index + settled_after <= ladder.size();
  }

  /// A short ladder at finer steps.
  std::optional<Ladder<T>> look_closer(int top) {
    if (top >= end_ || top - window < range_.bottom) return std::nullopt;
    Ladder<T> ladder(anchor_, magnitude_, coordinate_);
    for (int exponent = top; exponent > top - window; --exponent) {
      const Sample<T> sample = at(exponent);
      if (!usable(sample)) return std::nullopt;
      ladder.add(step(exponent, sample));
    }
    return ladder;
  }

  /// Finer scales at which something could hide: that of x itself, the ends of the exponents.
  std::vector<int> finer_scales() const {
    std::vector<int> scales;
    const double x = probe_.coordinate();
    if (x != 0 && std::ilogb(x) + 2 < end_) scales.push_back(std::ilogb(x) + 2);
    if (x == 0) {
      scales.push_back(end_ + (range_.bottom - end_) / 8);
      scales.push_back(end_ + (range_.bottom - end_) / 3);
    }
    scales.push_back(range_.bottom + window);
    return scales;
  }

  void conclude(const Ladder<T>& main) {
    const auto result = main.slope();
    side_.limit = main.offset();
    if (sign_ < 0) side_.limit.value = -side_.limit.value;
    if (anchor_ == Anchor::point) side_.limit.value = side_.limit.value + at_point_.value;
    side_.smooth_scale = result.coarsest;
    side_.cautious = result.cautious;
    side_.noise = result.noise;
    side_.slope = result.slope;
    const bool resolved = isfinite(result.slope.bound);

    if (is_vertical(main)) return;
    if (anchor_ == Anchor::point && main.jumps() && jumps_below(main)) {
      side_.approach = Approach::jump;
      return;
    }
    if (resolved) side_.approach = Approach::slope;
    if (!result.ambiguous) compare_with_finer(result);
  }

  bool jumps_below(const Ladder<T>& main) {
    const std::optional<Ladder<T>> finest = look_closer(range_.bottom + window);
    return main.jumps() && (!finest || finest->jumps());
  }

  bool is_vertical(const Ladder<T>& main) {
    const std::optional<T> seen = main.steepest_if_diverging();
    if (!seen) return false;
    T steepest = *seen;
    for (const int scale : finer_scales()) {
      const std::optional<Ladder<T>> finer = look_closer(scale);
      if (!finer || finer->is_drowned()) continue;
      const std::optional<T> further = finer->steepest_if_diverging();
      if (!further) return false;
      steepest = *further;
    }
    if (!(fabs(steepest) >= T(grows_at_least) * fabs(main.first_quotient()))) return false;
    if (anchor_ == Anchor::point && runs_away(main.steps())) {
      side_.approach = Approach::infinite;
      return true;
    }
    side_.approach = Approach::vertical;
    const T infinity = no_bound<T>();
    side_.slope = {signbit(steepest) ? T(-infinity) : infinity, fabs(steepest)};
    return true;
  }

  /// The function does not tend to its value: the shorter the step, the farther off it is.
  static bool runs_away(std::span<const Step<T>> steps) {
    const auto finer = steps.subspan(steps.size() / 2);
    const auto comes_nearer = [](const Step<T>& step, const Step<T>& shorter) {
      return !(fabs(shorter.difference) > fabs(step.difference));
    };
    return std::adjacent_find(finer.begin(), finer.end(), comes_nearer) == finer.end();
  }

  /// A finer look that contradicts the estimate replaces it, if noise lets it see that far.
  void compare_with_finer(const typename Ladder<T>::Result& result) {
    const bool noisy = !result.relative && result.plausible;
    for (const int scale : finer_scales()) {
      const T noise =
          noisy ? T(32) * result.noise / step_of<T>(std::max(scale - window, range_.bottom)) : T(0);
      if (noise > T(1024) * side_.variation) continue;
      const std::optional<Ladder<T>> ladder = look_closer(scale);
      if (!ladder) continue;
      const auto closer = ladder->slope();
      const T bound = closer.slope.bound + noise;
      if (!isfinite(bound)) continue;
      const bool resolved = side_.approach == Approach::slope;
      const bool agrees =
          resolved && fabs(closer.slope.value - side_.slope.value) <= bound + side_.slope.bound;
      if (!agrees || bound < side_.slope.bound) {
        side_.approach = Approach::slope;
        side_.slope = {closer.slope.value, bound};
        side_.smooth_scale = closer.coarsest;
        side_.cautious = closer.cautious;
      }
    }
  }

  Probe<T>& probe_;
  int sign_;
  Sample<T> at_point_;
  Anchor anchor_;
  T magnitude_;
  T coordinate_;
  Range range_;
  std::map<int, Sample<T>> samples_;  ///< by exponents of steps
  std::map<int, T> sizes_;            ///< of some of them
  int end_ = 0;                       ///< exponent of the shortest step of the main ladder
  Side<T> side_;
};

}  // namespace

template <class T>
T step_of(int exponent) {
  // 1/sqrt(2) as far as the 113 bits go.
  static const T mantissa = T(0.70710678118654757) - T(4.8336466567264851e-17);
  return ldexp(mantissa, exponent);
}

template <class T>
Side<T> look(Probe<T>& probe, int sign, const Sample<T>& at_point, Anchor anchor) {
  return Looker<T>(probe, sign, at_point, anchor).look();
}

template double step_of<double>(int);
template Quad step_of<Quad>(int);
template Side<double> look(Probe<double>&, int, const Sample<double>&, Anchor);
template Side<Quad> look(Probe<Quad>&, int, const Sample<Quad>&, Anchor);

}  // namespace ad::detail
