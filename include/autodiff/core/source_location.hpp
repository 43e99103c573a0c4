// Where in a user's source a function was called.
#pragma once

namespace ad {

/// A line of the user's source. Functions that take one as their last parameter, by default, are
/// told from where they were called.
struct SourceLocation {
  const char* file = nullptr;  ///< null if it is not known
  int line = 0;

  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          int line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace ad
