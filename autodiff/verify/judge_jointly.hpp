// Judges the claims for several variables together, at a kink.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <autodiff/verify/report.hpp>

#include "autodiff/verify/judge.hpp"
#include "autodiff/verify/nearby_gradients.hpp"
#include "autodiff/verify/slopes.hpp"

namespace ad::detail {

/// One claimed variable: its entry, already judged along its own axis, and what that rests on.
struct AxisVerdict {
  CheckEntry entry;
  Slopes slopes;
  Claim claim;
};

/// Judges anew the claims that their own axes do not settle, where the function may be at a kink
/// and is continuous.
///
/// An axis settles a claim if the function is smooth along it and every gradient nearby has its
/// slope. The other claims are right together if they lie in the convex hull of the gradients at
/// smooth points nearby: Clarke's generalised gradient, projected on the claimed variables. If they
/// do not, a direction d separates them from the hull of the gradients known so far, and more of
/// those are sought where they could reach further along d. The claims are refuted if along d they
/// exceed all gradients found and the slopes of the function itself towards d and from -d, by more
/// than the error bounds. Source: Clarke 1975, generalized gradients and applications.
void judge_jointly(std::vector<AxisVerdict>& axes, const QuadFunction& function,
                   std::span<const double> point, std::uint64_t seed);

}  // namespace ad::detail
