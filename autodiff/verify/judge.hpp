// From a reference and a claim to a verdict with its reason.
#pragma once

#include <functional>

#include <autodiff/core/quad.hpp>
#include <autodiff/verify/report.hpp>

#include "autodiff/verify/slopes.hpp"

namespace ad::detail {

/// A claimed partial derivative.
struct Claim {
  Quad value;
  bool only_in_double = false;       ///< the value was computed in double precision
  bool reference_in_double = false;  ///< the reference was
  /// A bound for the claim's own rounding, which costs evaluations; at a kink none across it.
  std::function<Quad(bool at_kink)> rounding;
};

/// Fills in the entry's reference, bounds, kind, verdict and reason.
///
/// The claim must be as near to the reference, or to the interval between the one-sided slopes, as
/// the reference's error bound, the claim's own rounding and four roundings of a double allow. What
/// is known too coarsely to mean anything is inconclusive, not verified.
void judge(CheckEntry& entry, const Slopes& slopes, const Claim& claim);

}  // namespace ad::detail
