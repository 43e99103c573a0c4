#include "autodiff/verify/rounding.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <type_traits>
#include <vector>

#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {
namespace {

using std::fabs;
using std::isfinite;
using std::ldexp;

constexpr int points = 9;
constexpr int level_bits = 3;  ///< each spacing is 8 times shorter than the one before
/// A level below this share of the one before was truncation, which falls by 2^18 a level.
constexpr int noise_falls_less_than_bits = 9;

/// The weights of a sixth difference have the square sum 924.
constexpr double root_of_square_sum = 30.397;

/// How the coordinates move together.
enum class Pattern { only_one, all, alternating };

template <class T>
class Rounding {
 public:
  Rounding(const std::function<T(std::span<const T>)>& claim, const Neighbourhood& at)
      : claim_(claim), at_(at), moved_(at.point.size()) {}

  T bound() {
    // At a kink the points lie on one side at a time and leave out the point itself.
    const std::vector<int> centres = at_.kink ? std::vector<int>{-5, 5} : std::vector<int>{0};
    for (const int centre : centres) {
      look(Pattern::only_one, centre);
      if (at_.point.size() == 1) continue;
      look(Pattern::all, centre);
      look(Pattern::alternating, centre);
    }
    const T claim = fabs(value(Pattern::only_one, T(0)));
    return T(8) * noise_ + T(4) * conditioning_ +
           T(8) * (rounding_unit<T>() * claim + least_step<T>());
  }

 private:
  static constexpr int finest_bits = (std::numeric_limits<T>::digits - 5) / level_bits * level_bits;

  /// Where the coordinate is 0 the function's own scale is the only one there is.
  T unit(std::size_t i) const {
    if (at_.point[i] != 0) return T(std::fabs(at_.point[i]));
    return i == at_.coordinate && isfinite(at_.reach) ? reach() : T(0);
  }

  T reach() const {
    if constexpr (std::is_same_v<T, double>) {
      return at_.reach.to_double();
    } else {
      return at_.reach;
    }
  }

  T value(Pattern pattern, const T& relative) {
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      const bool moves = pattern != Pattern::only_one || i == at_.coordinate;
      const bool backwards = pattern == Pattern::alternating && (i + at_.coordinate) % 2 == 1;
      moved_[i] = T(at_.point[i]);
      if (moves) moved_[i] = moved_[i] + (backwards ? T(-relative) : relative) * unit(i);
    }
    return claim_(moved_);
  }

  void look(Pattern pattern, int centre) {
    bool has_before = false;
    T before = T(0);
    for (int bits = level_bits; bits <= finest_bits; bits += level_bits) {
      const T spacing = ldexp(T(1), -bits);
      const bool finest = bits == finest_bits;
      const T extent = T(points + std::abs(centre));
      if (!finest && spacing * extent * unit(at_.coordinate) > reach()) continue;
      std::array<T, points> values;
      bool finite = true;
      for (int t = 0; t < points; ++t) {
        auto& v = values[static_cast<std::size_t>(t)];
        v = value(pattern, T(centre + t - points / 2) * spacing);
        finite = finite && isfinite(v);
      }
      if (!finite) continue;
      const T slope = fabs(values[points / 2 + 1] - values[points / 2 - 1]) / (T(2) * spacing);
      const T now = sixth_difference(values);
      const bool settled = has_before && now >= ldexp(before, -noise_falls_less_than_bits);
      if (settled || finest) {
        noise_ = larger(noise_, settled ? larger(now, before) : now);
        conditioning_ = larger(conditioning_, T(rounding_unit<T>() * slope));
        return;
      }
      before = now;
      has_before = true;
    }
  }

  static T sixth_difference(std::array<T, points> values) {
    for (int order = 1; order <= 6; ++order) {
      for (std::size_t i = 0; i + static_cast<std::size_t>(order) < points; ++i) {
        values[i] = values[i + 1] - values[i];
      }
    }
    T largest = T(0);
    for (std::size_t i = 0; i < 3; ++i) largest = larger(largest, T(fabs(values[i])));
    return largest / T(root_of_square_sum);
  }

  const std::function<T(std::span<const T>)>& claim_;
  const Neighbourhood& at_;
  std::vector<T> moved_;
  T noise_ = T(0);
  T conditioning_ = T(0);
};

}  // namespace

template <class T>
T rounding_of_claim(const std::function<T(std::span<const T>)>& claim, const Neighbourhood& at) {
  return Rounding<T>(claim, at).bound();
}

template double rounding_of_claim(const std::function<double(std::span<const double>)>&,
                                  const Neighbourhood&);
template Quad rounding_of_claim(const std::function<Quad(std::span<const Quad>)>&,
                                const Neighbourhood&);

}  // namespace ad::detail
