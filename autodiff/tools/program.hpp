// The command-line program.
#pragma once

#include <string>
#include <vector>

namespace ad::tools {

/// Runs the program on the arguments behind its name and returns its exit status: 0 done or
/// verified, 1 refuted, 2 bad input or usage, 3 inconclusive. Throws nothing.
int run_program(const std::vector<std::string>& arguments) noexcept;

}  // namespace ad::tools
