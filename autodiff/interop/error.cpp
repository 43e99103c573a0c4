#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/interop/error.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void require_square(const char* who, std::ptrdiff_t rows, std::ptrdiff_t cols) {
  if (rows == cols) return;
  throw ShapeError(fmt::format(
      "{}: the matrix has shape ({}, {}), but a square one is needed; for least squares use one of "
      "Eigen's QR decompositions.",
      who, rows, cols));
}

void require_rows(const char* who, std::ptrdiff_t found, std::ptrdiff_t needed) {
  if (found == needed) return;
  throw ShapeError(
      fmt::format("{}: the right-hand side has {}, but the matrix has {}; give one row for "
                  "each of its rows.",
                  who, counted(static_cast<std::size_t>(found), "row"), needed));
}

}  // namespace ad::detail
