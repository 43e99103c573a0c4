#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/drivers/error.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void throw_not_scalar(const char* who, std::size_t size) {
  throw ShapeError(fmt::format(
      "{}: the output has shape ({}), but a scalar is needed; use jacobian() or sum the output.",
      who, size));
}

void require_same_size(const char* who, const char* what, std::size_t found, const char* needed_by,
                       std::size_t needed) {
  if (found == needed) return;
  throw ShapeError(
      fmt::format("{}: the {} has {}, but the {} has {}; give one number for each of them.", who,
                  what, counted(found, "number"), needed_by, needed));
}

}  // namespace ad::detail
