#include "autodiff/verify/projection.hpp"

#include <algorithm>
#include <utility>

#include "autodiff/verify/sampling.hpp"

namespace ad::detail {
namespace {

constexpr int bits_of_one_block = 16;  ///< claims of a block differ by a factor 2^16 at most
constexpr int resolved_bits = 44;      ///< of the smallest claim, at least
constexpr int claim_rounding_bits = 100;

using Variables = std::span<const std::size_t>;

class Projector {
 public:
  Projector(const QuadFunction& function, std::span<const double> point,
            std::span<const Quad> claims, std::uint64_t seed)
      : function_(function), point_(point.begin(), point.end()), claims_(claims), draw_(seed) {}

  Projection run(Variables variables) {
    std::vector<std::size_t> order;
    for (const std::size_t i : variables) {
      (isfinite(claims_[i]) ? order : result_.left).push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return fabs(claims_[a]) < fabs(claims_[b]);
    });
    for (std::size_t begin = 0; begin < order.size();) {
      const Quad limit = ldexp(fabs(claims_[order[begin]]), bits_of_one_block);
      std::size_t end = begin + 1;
      while (end < order.size() && fabs(claims_[order[end]]) <= limit) ++end;
      examine(Variables(order).subspan(begin, end - begin));
      begin = end;
    }
    std::sort(result_.left.begin(), result_.left.end());
    return std::move(result_);
  }

 private:
  enum class Outcome { agrees, disagrees, unclear };

  /// The larger claims first. `suspicious`: a smooth block with this one in it does not agree.
  void examine(Variables block, bool suspicious = false) {
    if (block.size() == 1) {
      result_.left.push_back(block.front());
      if (suspicious) result_.suspects.push_back(block.front());
      return;
    }
    const Outcome outcome = compare(block);
    if (outcome == Outcome::agrees) return;
    const bool is_smooth = outcome == Outcome::disagrees;
    if (is_smooth && result_.suspects.size() >= enough_suspects) {
      result_.left.insert(result_.left.end(), block.begin(), block.end());
      return;
    }
    examine(block.subspan(block.size() / 2), is_smooth);
    examine(block.first(block.size() / 2), is_smooth);
  }

  Outcome compare(Variables block) {
    std::vector<Quad> direction;
    Quad claimed(0);
    Quad size(0);
    for (const std::size_t i : block) {
      direction.push_back(Quad(draw_.away_from_zero(1)));
      const Quad term = claims_[i] * direction.back();
      claimed = claimed + term;
      size = size + fabs(term);
    }
    const QuadFunction along = [&](std::span<const Quad> t) {
      std::vector<Quad> x = point_;
      for (std::size_t k = 0; k < block.size(); ++k) {
        x[block[k]] = x[block[k]] + t[0] * direction[k];
      }
      return function_(x);
    };
    const double origin = 0;
    const Slopes slopes = measure_slopes<Quad>(along, std::span(&origin, 1), 0);
    if (!slopes.resolved || !slopes.finite || slopes.kind != Kind::smooth) return Outcome::unclear;
    const Quad error = slopes.slope.bound + ldexp(size, -claim_rounding_bits);
    if (!(fabs(claimed - slopes.slope.value) <= error)) return Outcome::disagrees;
    const Quad smallest = fabs(claims_[block.front()]);
    const bool is_level = smallest == Quad(0) && slopes.left.value == Quad(0) &&
                          slopes.right.value == Quad(0) && slopes.level_reach > Quad(0);
    if (!is_level && !(error <= ldexp(smallest, -resolved_bits))) return Outcome::unclear;
    result_.blocks.push_back({{block.begin(), block.end()}, claimed, slopes.slope});
    return Outcome::agrees;
  }

  const QuadFunction& function_;
  std::vector<Quad> point_;
  std::span<const Quad> claims_;
  Draw draw_;
  Projection result_;
};

}  // namespace

Projection project(const QuadFunction& function, std::span<const double> point,
                   std::span<const Quad> claims, std::span<const std::size_t> variables,
                   std::uint64_t seed) {
  return Projector(function, point, claims, seed).run(variables);
}

}  // namespace ad::detail
