// Derivatives of a formula with as many bits as they need.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <autodiff/tools/formula.hpp>

namespace ad::tools {

/// Rounded from numbers of raised precision.
struct PreciseDerivatives {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;  ///< row by row; empty if it was not asked for
};

/// Value and derivatives of the formula at the very point, which is finite, in precision that is
/// raised until the double results stay the same. The numbers of the point and of the formula are
/// those of double precision; pi and e are exact. None if a result is not finite or met an
/// indeterminate form, if it does not settle within the bits at hand, or if the formula is too long
/// for this.
std::optional<PreciseDerivatives> precise_derivatives(const Formula& formula,
                                                      std::span<const double> point,
                                                      bool with_hessian);

struct Limits {
  /// The limits of value and derivatives at the point, if they are the same from all directions
  /// from which the formula is defined, and the value, where there is one, is its limit.
  std::optional<PreciseDerivatives> derivatives;
  /// From some direction a derivative grows without bound.
  bool is_steep = false;
};

/// The point is finite.
Limits limits_of_derivatives(const Formula& formula, std::span<const double> point,
                             bool with_hessian);

}  // namespace ad::tools
