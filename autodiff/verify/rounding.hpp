// How much of a claimed derivative may be the rounding of its own evaluation.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include <autodiff/core/quad.hpp>

namespace ad::detail {

/// Where the claim is looked at.
struct Neighbourhood {
  std::span<const double> point;
  std::size_t coordinate;
  Quad reach;         ///< up to this distance the function is smooth along the coordinate
  bool kink = false;  ///< it is so on either side, but not across the point
};

/// A bound for the rounding error of `claim` at a point, evaluated in the precision T.
///
/// It adds what can be seen of it: the noise, from sixth differences over nine points at spacings
/// that shrink until what is left does not shrink any more (Moré and Wild 2011); the conditioning,
/// the change of the claim over one rounding of the coordinates; and eight roundings of the claim
/// itself. No spacing leaves the reach, but for the shortest one.
template <class T>
T rounding_of_claim(const std::function<T(std::span<const T>)>& claim, const Neighbourhood& at);

extern template double rounding_of_claim(const std::function<double(std::span<const double>)>&,
                                         const Neighbourhood&);
extern template Quad rounding_of_claim(const std::function<Quad(std::span<const Quad>)>&,
                                       const Neighbourhood&);

}  // namespace ad::detail
