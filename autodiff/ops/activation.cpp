#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/activation.hpp>

namespace ad::detail {

void throw_slope_at_zero(double slope) {
  throw ParameterError(
      fmt::format("SlopeAtZero: the slope is {}, but at 0 relu has the one-sided slopes 0 and 1; "
                  "choose a number in [0, 1].",
                  slope));
}

}  // namespace ad::detail
