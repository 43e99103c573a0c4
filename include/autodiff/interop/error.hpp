// The errors of the linear algebra, out of line.
#pragma once

#include <cstddef>

namespace ad::detail {

/// Throws ShapeError if a matrix is not square.
void require_square(const char* who, std::ptrdiff_t rows, std::ptrdiff_t cols);

/// Throws ShapeError if the right-hand side has not as many rows as the matrix.
void require_rows(const char* who, std::ptrdiff_t found, std::ptrdiff_t needed);

}  // namespace ad::detail
