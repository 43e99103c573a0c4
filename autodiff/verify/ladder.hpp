// Differences of a function over halved steps, extrapolated to step 0, with derived error bounds.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include <autodiff/core/quad.hpp>

namespace ad::detail {

/// One evaluation beside the point.
template <class T>
struct Step {
  T distance;    ///< h > 0, exact
  T difference;  ///< g(h) - g(0), or g(h) itself where g(0) does not count
  T magnitude;   ///< |g(h)|; larger where rounding on the way is more than one of |g(h)|
};

/// What the difference quotients are made from.
enum class Anchor {
  point,    ///< (g(h) - g(0)) / h
  nearby,   ///< (g(2h) - g(h)) / h: for a g(0) that is missing or not the limit
  central,  ///< (g(h) - g(-h)) / 2h, given as `difference` = (g(h) - g(-h)) / 2
};

/// A number known up to a bound; the bound is infinite if nothing is known.
template <class T>
struct Estimate {
  T value = T(0);
  T bound = T(std::numeric_limits<double>::infinity());
};

/// A sequence of steps h, h/2, h/4, ... towards the point, and the slope they tend to.
///
/// The quotients have a series in h (in h^2 for central ones), whose terms Richardson extrapolation
/// removes one by one. The bound of an extrapolation adds
/// - its truncation: the larger of its distance to the extrapolation of one order less, which it
///   improves on, and of the tail of the geometric series that its sequence over h follows;
/// - its rounding: the fluctuation that extrapolations at finer steps, where truncation is gone,
/// show
///   in g; at least two units of g; all quotients if g(h) = g(0) where coarser steps differed,
/// times safety factors of 4 and of 16 (8 in double). An extrapolation counts only if all finer
/// ones agree with it within bounds, so that neither a structure finer than its steps nor an
/// unresolved one passes for smooth; unless rounding explains why finer ones see something else: a
/// staircase has level treads. Sources: Ridders 1982; Moré and Wild 2011 for noise from
/// differences.
template <class T>
class Ladder {
 public:
  /// So many roundings of its magnitude each value may be off by, even if they all seem exact.
  static constexpr double roundings = 4;

  /// `magnitude` is that of g(0), or 0 if g(0) does not count; `coordinate` is |x| at the point.
  Ladder(Anchor anchor, T magnitude, T coordinate = T(0));

  /// The next step, half as long as the one before.
  void add(const Step<T>& step);

  std::size_t size() const { return steps_.size(); }
  const std::vector<Step<T>>& steps() const { return steps_; }

  /// The best estimate of the slope after the steps so far; `bound` is infinite if there is none.
  struct Result {
    Estimate<T> slope;
    std::size_t index = 0;  ///< of the finest step it used
    T coarsest = T(0);      ///< the longest step it used
    T finest = T(0);        ///< the shortest
    T noise = T(0);         ///< rounding of g, absolute, as seen
    bool plausible = true;  ///< that noise is no more than rounding and cancellation make
    bool relative = false;  ///< the noise shrinks with the step: finer steps are no worse
    /// The best estimate if the function may also round the coordinate, as x + h with a large
    /// constant does: then finer steps cross fewer roundings, which none of them shows.
    Estimate<T> cautious;
    bool ambiguous = false;  ///< noise or structure, it cannot be told: no slope
  };
  Result slope() const;

  /// The limit of `difference` at step 0: a jump, if g(0) counts.
  Estimate<T> offset() const;

  /// The offset is not zero, in every one of the finest steps.
  bool jumps() const;

  /// The quotients grow without bound, as far as rounding lets them: like a power of 1/h, or like a
  /// logarithm. The last one that rounding left alone is returned, and nothing if they do not.
  std::optional<T> steepest_if_diverging() const;

  /// Already the first difference is so small that it may be rounding.
  bool is_drowned() const { return is_drowned(0); }

  /// The largest quotient in absolute value.
  T variation() const;
  T first_quotient() const { return slopes_.front()[0]; }

 private:
  static constexpr std::size_t orders = 10;
  static constexpr std::size_t noise_order = 4;  ///< of the extrapolations that noise is read from
  using Row = std::vector<T>;

  /// The best extrapolation that ends with step k.
  struct Candidate {
    Estimate<T> slope;
    std::size_t index = 0;
    std::size_t order = 0;
  };

  Row extrapolate(const T& first, const std::vector<Row>& rows, std::size_t highest,
                  int bits_per_order) const;
  T noise_at(std::size_t k) const;
  T riser() const;
  bool is_possible_rounding(const T& noise) const;
  T quotient_noise(std::size_t k) const;
  T truncation(std::size_t k, std::size_t j, const T& noise) const;
  bool offset_is_significant(std::size_t k) const;
  bool is_drowned(std::size_t k, double reserve = 1) const;
  bool is_swallowed(std::size_t k) const;
  bool is_kink_before(std::size_t k) const;
  bool breaks_off(const Candidate& finer, const T& noise) const;

  std::vector<Candidate> candidates() const;
  Result result_of(const Candidate& candidate) const;
  static Result ambiguous();
  Result settle(const Candidate& chosen, const std::vector<Candidate>& all) const;
  Estimate<T> cautious(const Candidate& chosen, const std::vector<Candidate>& all) const;

  Anchor anchor_;
  T magnitude_;
  T coordinate_;
  std::vector<Step<T>> steps_;
  std::vector<Row> slopes_;   ///< slopes_[k][j]: from the steps k - j ... k
  std::vector<Row> offsets_;  ///< the same for `difference`
  std::vector<T> fluctuations_;
  std::vector<std::size_t> last_change_;  ///< the last step whose quotient was not 0
};

extern template class Ladder<double>;
extern template class Ladder<Quad>;

}  // namespace ad::detail
