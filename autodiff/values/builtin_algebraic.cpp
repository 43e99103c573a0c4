#include "autodiff/values/builtin_primitive.hpp"

namespace ad::detail {

void append_algebraic_primitives(std::vector<Primitive>& list) {
  append_primitives(list, ArithmeticOperations{});
  append_primitives(list, PowerOperations{});
}

}  // namespace ad::detail
