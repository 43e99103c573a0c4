#include "autodiff/values/builtin_primitive.hpp"

namespace ad::detail {

void append_reduction_primitives(std::vector<Primitive>& list) {
  append_reductions(list, ReductionOperations{});
}

}  // namespace ad::detail
