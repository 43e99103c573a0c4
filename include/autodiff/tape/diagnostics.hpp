// What a tape tells about itself and about its last sweep.
#pragma once

#include <cstddef>
#include <vector>

#include <autodiff/core/notes.hpp>

namespace ad {

/// Size and memory of a recording.
struct TapeStatistics {
  std::size_t inputs = 0;          ///< independent variables that are numbers
  std::size_t statements = 0;      ///< recorded results, inputs included
  std::size_t arguments = 0;       ///< active arguments of all statements
  std::size_t custom_calls = 0;    ///< applications of custom rules, and all arrays
  std::size_t bytes_used = 0;      ///< what the recording occupies
  std::size_t bytes_reserved = 0;  ///< what the tape holds from the system, adjoints included
};

/// What a reverse sweep met on its way.
struct SweepFlags {
  /// Forms 0 * inf or inf * 0 between a cotangent and a partial derivative; each contributed zero.
  /// Every operation is named once.
  std::vector<Indeterminate> indeterminate;
  /// An adjoint that is infinite or NaN reached an input.
  bool nonfinite = false;
};

}  // namespace ad
