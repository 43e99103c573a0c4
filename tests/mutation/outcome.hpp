// What became of one mistake.
#pragma once

#include <string>

#include "tests/mutation/mutant.hpp"

namespace mutation {

struct Outcome {
  std::string operation;
  std::string name;  ///< of operation and mistake
  Kind kind = Kind::none;
  bool equivalent = false;         ///< in double the mutant never differs from the right rule
  bool refuted_by_check = false;   ///< by check_rule
  bool refuted_by_tables = false;  ///< by the reference table, within the declared ulps
};

}  // namespace mutation
