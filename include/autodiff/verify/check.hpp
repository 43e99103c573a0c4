// The gradient check: one-sided slopes of the function itself, with error bounds, against a claim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <autodiff/ops/rule.hpp>
#include <autodiff/verify/report.hpp>
#include <autodiff/verify/subject.hpp>

namespace ad {

struct CheckOptions {
  /// Of the points that are drawn, also of those beside a kink; the same seed draws the same
  /// points.
  std::uint64_t seed = 1;
  /// How many ordinary points a check over a domain draws, besides the special ones.
  std::size_t points = 100;
  /// One closed interval per variable; lower = upper holds a variable fixed.
  std::vector<Interval> domain = {};
};

/// Checks the claimed partial derivatives at the given points.
///
/// The reference is the slope from the left and from the right along each variable: differences of
/// the function over halved steps, extrapolated to step 0 (Richardson; Ridders 1982), in quad
/// precision where the function exists in it. Its error bound is derived from the disagreement of
/// the extrapolations and from the rounding noise seen in the differences; no tolerance is guessed.
/// A step never crosses a branch of the function unseen. At a kink a claim must lie between the two
/// slopes; at a kink of several variables the claims for all of them together must lie in the
/// convex hull of the gradients at smooth points nearby (Clarke 1975; functions in double: each for
/// itself). A claim is refuted only if it is further from the reference than the bound and its own
/// rounding together. Throws ShapeError if a point has the wrong number of coordinates,
/// ParameterError if the subject lacks a function, a claim or a variable, or if there are no
/// points.
Report check(const Subject& subject, std::span<const std::vector<double>> points,
             const CheckOptions& options = {});

/// Checks over `options.domain`: ordinary points, the ends, special values such as 0 and subnormal
/// numbers, and both sides of, and exactly at, every kink or jump of the function and of the claim,
/// which are located by bisection.
/// Throws ShapeError if there is not one interval per variable, ParameterError if an interval is
/// reversed or not finite, or if no points are asked for.
Report check_over_domain(const Subject& subject, const CheckOptions& options);

}  // namespace ad
