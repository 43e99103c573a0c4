// The errors of the drivers, out of line.
#pragma once

#include <cstddef>

namespace ad::detail {

[[noreturn]] void throw_not_scalar(const char* who, std::size_t size);

/// Throws ShapeError if `found`, the size of `what`, is not `needed`, the size of `needed_by`.
void require_same_size(const char* who, const char* what, std::size_t found, const char* needed_by,
                       std::size_t needed);

}  // namespace ad::detail
