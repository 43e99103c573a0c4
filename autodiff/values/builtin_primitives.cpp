#include <type_traits>

#include "autodiff/values/builtin_primitive.hpp"

namespace ad::detail {

std::vector<Primitive> builtin_primitives() {
  std::vector<Primitive> list;
  append_algebraic_primitives(list);
  append_transcendental_primitives(list);
  append_piecewise_primitives(list);
  append_reduction_primitives(list);
  return list;
}

}  // namespace ad::detail
