#include "autodiff/verify/ladder.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {
namespace {

using std::fabs;
using std::isfinite;
using std::ldexp;

constexpr double safety = 4;  ///< on truncation
/// On rounding, of which a few samples are seen; quad has digits to spare.
template <class T>
constexpr double rounding_safety = std::numeric_limits<T>::digits > 53 ? 16 : 8;

/// How much extrapolation of the given order amplifies rounding: the sum of its absolute weights,
/// the product of (2^j + 1) / (2^j - 1).
constexpr std::array<double, 11> amplification{1,    3,    5,    6.43, 7.29, 7.76,
                                               8.01, 8.14, 8.20, 8.23, 8.25};

/// Noise of up to 2^plausible roundings of g comes from intermediate results larger than g. More
/// may be that or a structure of the function. A structure of less than 2^-70 of g is not found in
/// functions that people differentiate; double has no such room.
template <class T>
constexpr int plausible_bits = std::numeric_limits<T>::digits > 53 ? 40 : 10;
template <class T>
constexpr int possible_bits = std::numeric_limits<T>::digits > 53 ? 40 : 20;

/// The risers of a staircase of rounding are below this share of g. In double, where no branch is
/// seen, any riser may be rounding.
template <class T>
constexpr int riser_bits = std::numeric_limits<T>::digits > 53 ? -20 : 0;

/// From one step to the next a smooth function departs from its tangent by a factor of 2^2 more,
/// 2^n if the derivatives before the n-th vanish; a staircase does so at once.
template <class T>
constexpr int abrupt_bits = std::numeric_limits<T>::digits > 53 ? 12 : 8;

}  // namespace

template <class T>
Ladder<T>::Ladder(Anchor anchor, T magnitude, T coordinate)
    : anchor_(anchor), magnitude_(magnitude), coordinate_(coordinate) {}

template <class T>
typename Ladder<T>::Row Ladder<T>::extrapolate(const T& first, const std::vector<Row>& rows,
                                               std::size_t highest, int bits_per_order) const {
  Row row{first};
  const std::size_t count = std::min(rows.size(), highest);
  for (std::size_t j = 1; j <= count; ++j) {
    const T factor = ldexp(T(1), bits_per_order * static_cast<int>(j)) - T(1);
    row.push_back(row[j - 1] + (row[j - 1] - rows.back()[j - 1]) / factor);
  }
  return row;
}

template <class T>
void Ladder<T>::add(const Step<T>& step) {
  T quotient = step.difference / step.distance;
  if (anchor_ == Anchor::nearby) {
    // The first step only serves the second one.
    if (steps_.empty()) {
      steps_.push_back(step);
      return;
    }
    const Step<T>& before = steps_.back();
    quotient = (before.difference - step.difference) / (before.distance - step.distance);
  }
  const bool central = anchor_ == Anchor::central;
  slopes_.push_back(extrapolate(quotient, slopes_, orders, central ? 2 : 1));
  offsets_.push_back(extrapolate(step.difference, offsets_, noise_order, 1));
  steps_.push_back(step);
  if (anchor_ == Anchor::nearby && slopes_.size() == 1) steps_.erase(steps_.begin());

  const std::size_t k = slopes_.size() - 1;
  T fluctuation = T(0);
  if (k > noise_order) {
    fluctuation = fabs(slopes_[k][noise_order] - slopes_[k - 1][noise_order]) * step.distance;
  }
  fluctuations_.push_back(fluctuation);
  last_change_.push_back(quotient == T(0) && k > 0 ? last_change_.back() : k);
}

template <class T>
T Ladder<T>::noise_at(std::size_t k) const {
  // Not next to k, where the fluctuation is still truncation.
  const std::size_t last = slopes_.size() - 1;
  std::size_t from = std::max(k + 5, noise_order + 1);
  if (from + 3 > last) from = std::max(last >= 3 ? last - 3 : 0, noise_order + 1);
  T noise = riser();
  for (std::size_t i = from; i <= last; ++i) noise = larger(noise, fluctuations_[i]);
  return noise;
}

/// The last difference before rounding swallowed them, 0 if it did not.
template <class T>
T Ladder<T>::riser() const {
  const std::size_t last = slopes_.size() - 1;
  return is_swallowed(last) ? T(fabs(steps_[last_change_[last]].difference)) : T(0);
}

template <class T>
T Ladder<T>::quotient_noise(std::size_t k) const {
  const Step<T>& step = steps_[k];
  const T magnitude = larger(step.magnitude, magnitude_);
  const T floor = T(roundings) * (rounding_unit<T>() * magnitude + least_step<T>()) / step.distance;
  T noise = larger(T(noise_at(k) / step.distance), floor);
  if (is_swallowed(k)) noise = larger(noise, T(fabs(slopes_[last_change_[k]][0])));
  return noise;
}

/// Rounding may be why g(h) = g(0), although coarser steps differed.
template <class T>
bool Ladder<T>::is_swallowed(std::size_t k) const {
  const std::size_t last = last_change_[k];
  if (last == k || slopes_[last][0] == T(0)) return false;
  const T riser = fabs(slopes_[last][0]) * steps_[last].distance;
  const T magnitude = larger(steps_[last].magnitude, magnitude_);
  return riser <= ldexp(magnitude, riser_bits<T>) && !is_kink_before(last);
}

/// The differences down to step k lie on a line that does not go through 0: a branch ends between
/// step k and the point, where the function is level. A staircase has no such line.
template <class T>
bool Ladder<T>::is_kink_before(std::size_t k) const {
  constexpr std::size_t steps = 4;
  if (k < steps) return true;
  const auto intercept = [&](std::size_t i) -> T {
    return T(2) * steps_[i].difference - steps_[i - 1].difference;
  };
  const T last = intercept(k);
  for (std::size_t i = k - steps + 1; i < k; ++i) {
    if (!(fabs(intercept(i) - last) <= fabs(last) / T(8))) return false;
  }
  return last != T(0);
}

template <class T>
T Ladder<T>::truncation(std::size_t k, std::size_t j, const T& noise) const {
  const T improvement = fabs(slopes_[k][j] - slopes_[k][j - 1]);
  const T change = fabs(slopes_[k][j] - slopes_[k - 1][j]);
  const T change_before = fabs(slopes_[k - 1][j] - slopes_[k - 2][j]);
  // Noise does not shrink with the step; what does may be a slope that is reached ever so slowly.
  if (change <= noise && change >= change_before) return larger(improvement, change);
  if (!(change <= T(0.98) * change_before)) return no_bound<T>();
  const T ratio = change / change_before;
  return larger(improvement, larger(change, change * (ratio / (T(1) - ratio))));
}

template <class T>
std::vector<typename Ladder<T>::Candidate> Ladder<T>::candidates() const {
  const std::size_t count = slopes_.size();
  std::vector<T> noise(count);
  std::size_t first = 0;
  for (std::size_t k = 0; k < count; ++k) {
    noise[k] = quotient_noise(k);
    if (offset_is_significant(k)) first = k + 1;
  }
  std::vector<Candidate> result;
  for (std::size_t k = std::max<std::size_t>(first, 3); k < count; ++k) {
    Candidate best;
    best.index = k;
    const std::size_t highest = std::min(slopes_[k].size() - 1, k - 2);
    for (std::size_t j = 1; j <= highest; ++j) {
      const T rounding = T(amplification[j]) * larger(noise[k], noise[k - j]);
      const T part = T(rounding_safety<T>) * rounding;
      if (!(part < best.slope.bound)) continue;
      const T bound = T(safety) * truncation(k, j, rounding) + part;
      if (bound < best.slope.bound) {
        best.slope = {slopes_[k][j], bound};
        best.order = j;
      }
    }
    if (isfinite(best.slope.bound) && isfinite(best.slope.value)) result.push_back(best);
  }
  return result;
}

template <class T>
bool Ladder<T>::offset_is_significant(std::size_t k) const {
  if (anchor_ != Anchor::point || k < noise_order + 4) return false;
  const T offset = fabs(offsets_[k][noise_order]);
  T change = T(0);
  for (std::size_t i = k - 3; i <= k; ++i) {
    change = larger(change, fabs(offsets_[i][noise_order] - offsets_[i - 1][noise_order]));
  }
  const T rounding = rounding_unit<T>() * (steps_[k].magnitude + magnitude_);
  return offset > T(1024) * change && offset > T(64) * rounding;
}

template <class T>
typename Ladder<T>::Result Ladder<T>::result_of(const Candidate& candidate) const {
  Result result;
  T magnitude = magnitude_;
  T largest_difference = T(0);
  for (const Step<T>& step : steps_) {
    magnitude = larger(magnitude, step.magnitude);
    largest_difference = larger(largest_difference, T(fabs(step.difference)));
  }
  result.slope = candidate.slope;
  result.index = candidate.index;
  result.coarsest = steps_[candidate.index - candidate.order].distance;
  result.noise = noise_at(candidate.index);
  result.plausible = result.noise <= ldexp(rounding_unit<T>(), plausible_bits<T>) * magnitude;
  const std::size_t last = slopes_.size() - 1;
  const std::size_t seen = std::min(candidate.index + 5, last);
  result.relative =
      last - seen >= 8 && noise_at(last) <= ldexp(result.noise, -static_cast<int>(last - seen) / 2);
  // If all the variation seen is as large as the noise, nothing was resolved.
  if (!result.plausible && anchor_ == Anchor::point &&
      result.noise >= largest_difference / T(256)) {
    result.slope = {};
  }
  return result;
}

template <class T>
typename Ladder<T>::Result Ladder<T>::slope() const {
  if (slopes_.size() < noise_order + 6) return {};
  if (!is_possible_rounding(riser())) return ambiguous();
  const std::vector<Candidate> all = candidates();
  const Candidate* chosen = nullptr;
  T lowest_upper = no_bound<T>();
  T highest_lower = -no_bound<T>();
  for (std::size_t i = all.size(); i-- > 0;) {
    const Candidate& candidate = all[i];
    const T lower = candidate.slope.value - candidate.slope.bound;
    const T upper = candidate.slope.value + candidate.slope.bound;
    // All finer ones must overlap with this one, and there must be some.
    const bool agrees = upper >= highest_lower && lower <= lowest_upper;
    const bool confirmed = all.size() - i > 4;
    if (confirmed && agrees && (!chosen || candidate.slope.bound <= chosen->slope.bound)) {
      chosen = &candidate;
    }
    highest_lower = larger(highest_lower, lower);
    lowest_upper = smaller(lowest_upper, upper);
  }
  return chosen ? settle(*chosen, all) : Result{};
}

template <class T>
typename Ladder<T>::Result Ladder<T>::settle(const Candidate& chosen,
                                             const std::vector<Candidate>& all) const {
  Result result = result_of(chosen);
  result.cautious = cautious(chosen, all);
  // Do coarser steps see a slope that finer ones contradict, and may rounding be why?
  const Candidate* coarser = nullptr;
  for (const Candidate& candidate : all) {
    if (candidate.index >= chosen.index) break;
    const T distance = fabs(candidate.slope.value - chosen.slope.value);
    const bool contradicts = distance > candidate.slope.bound + chosen.slope.bound;
    if (contradicts && (!coarser || candidate.slope.bound <= coarser->slope.bound)) {
      coarser = &candidate;
    }
  }
  if (!coarser) return result;
  const Result before = result_of(*coarser);
  // Over the finer steps the rounding must be able to make the difference.
  const T difference =
      fabs(coarser->slope.value - chosen.slope.value) * steps_[chosen.index].distance;
  if (T(64) * before.noise < difference || before.noise == T(0)) return result;
  if (before.plausible && isfinite(before.slope.bound)) return before;
  if (is_possible_rounding(before.noise) || breaks_off(chosen, before.noise)) return ambiguous();
  return result;
}

template <class T>
Estimate<T> Ladder<T>::cautious(const Candidate& chosen, const std::vector<Candidate>& all) const {
  const T rounding = T(16) * rounding_unit<T>() * coordinate_ * fabs(chosen.slope.value);
  Estimate<T> best;
  for (const Candidate& candidate : all) {
    const T bound = candidate.slope.bound + rounding / steps_[candidate.index].distance;
    if (bound < best.bound) best = {candidate.slope.value, bound};
  }
  return best;
}

template <class T>
typename Ladder<T>::Result Ladder<T>::ambiguous() {
  Result result;
  result.ambiguous = true;
  return result;
}

template <class T>
bool Ladder<T>::is_possible_rounding(const T& noise) const {
  T magnitude = magnitude_;
  for (const Step<T>& step : steps_) magnitude = larger(magnitude, step.magnitude);
  return noise <= ldexp(rounding_unit<T>(), possible_bits<T>) * magnitude;
}

/// Going out from the point, the function leaves the line of `finer` abruptly, by as much as
/// `noise`.
template <class T>
bool Ladder<T>::breaks_off(const Candidate& finer, const T& noise) const {
  const auto departure = [&](std::size_t k) -> T {
    return fabs(steps_[k].difference - finer.slope.value * steps_[k].distance);
  };
  for (std::size_t k = steps_.size() - 2; k-- > 0;) {
    const T here = departure(k);
    const T nearer = larger(departure(k + 1), departure(k + 2));
    if (here >= noise / T(64)) return here > ldexp(nearer, abrupt_bits<T>);
  }
  return false;
}

template <class T>
Estimate<T> Ladder<T>::offset() const {
  // At the finest steps: coarser ones may converge to something else by accident.
  if (offsets_.size() < noise_order + 5) return {};
  const std::size_t k = offsets_.size() - 1;
  T change = T(0);
  for (std::size_t i = k - 3; i <= k; ++i) {
    change = larger(change, T(fabs(offsets_[i][noise_order] - offsets_[i - 1][noise_order])));
  }
  const T rounding = T(4) * rounding_unit<T>() * larger(steps_[k].magnitude, magnitude_);
  return {offsets_[k][noise_order],
          T(safety) * change + T(rounding_safety<T> * amplification[noise_order]) * rounding};
}

template <class T>
bool Ladder<T>::jumps() const {
  const std::size_t count = slopes_.size();
  if (count < noise_order + 12) return false;
  for (std::size_t k = count - 6; k < count; ++k) {
    if (!offset_is_significant(k)) return false;
  }
  return true;
}

template <class T>
bool Ladder<T>::is_drowned(std::size_t k, double reserve) const {
  const T rounding = rounding_unit<T>() * larger(steps_[k].magnitude, magnitude_);
  return T(256 * reserve) * (rounding + least_step<T>()) > fabs(steps_[k].difference);
}

template <class T>
std::optional<T> Ladder<T>::steepest_if_diverging() const {
  constexpr std::size_t window = 16;
  std::size_t count = slopes_.size();
  while (count > 0 && is_drowned(count - 1)) --count;
  if (count < window + 2 || offset_is_significant(count - 1)) return std::nullopt;
  // Differences drown little by little; if they break off, another branch begins there.
  if (count < slopes_.size() && !is_drowned(count - 1, 64)) return std::nullopt;
  bool power = true;
  T smallest = no_bound<T>();
  T largest = T(0);
  for (std::size_t k = count - window; k < count; ++k) {
    const T now = slopes_[k][0];
    const T before = slopes_[k - 1][0];
    const T growth = fabs(now) - fabs(before);
    if (!(growth > T(0)) || signbit(now) != signbit(before)) return std::nullopt;
    power = power && fabs(now) >= T(1.01) * fabs(before);
    smallest = smaller(smallest, growth);
    largest = larger(largest, growth);
  }
  if (!power && smallest < T(0.9) * largest) return std::nullopt;
  return slopes_[count - 1][0];
}

template <class T>
T Ladder<T>::variation() const {
  T result = T(0);
  for (const Row& row : slopes_) result = larger(result, fabs(row[0]));
  return result;
}

template class Ladder<double>;
template class Ladder<Quad>;

}  // namespace ad::detail
