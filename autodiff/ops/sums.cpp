#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/sums.hpp>

namespace ad::detail {

void throw_dot_sizes(std::size_t first, std::size_t second) {
  throw ShapeError(fmt::format(
      "dot: the ranges have {} and {} elements; give two of the same length.", first, second));
}

}  // namespace ad::detail
