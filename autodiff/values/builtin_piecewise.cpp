#include "autodiff/values/builtin_primitive.hpp"

namespace ad::detail {

void append_piecewise_primitives(std::vector<Primitive>& list) {
  append_primitives(list, PiecewiseOperations{});
  append_primitives(list, StepOperations{});
  append_primitives(list, SpecialOperations{});
  append_primitives(list, NormalOperations{});
  append_primitives(list, GammaOperations{});
  append_primitives(list, BesselOperations{});
  append_primitives(list, ActivationOperations{});
  append_primitives(list, SmoothActivationOperations{});
}

}  // namespace ad::detail
