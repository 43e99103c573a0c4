#include "autodiff/values/builtin_primitive.hpp"

namespace ad::detail {

void append_transcendental_primitives(std::vector<Primitive>& list) {
  append_primitives(list, ExponentialOperations{});
  append_primitives(list, LogarithmicOperations{});
  append_primitives(list, TrigonometricOperations{});
  append_primitives(list, HyperbolicOperations{});
  append_primitives(list, ErrorFunctionOperations{});
}

}  // namespace ad::detail
