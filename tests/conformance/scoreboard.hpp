// The page docs/conformance.md.
#pragma once

#include <string>

namespace conformance {

/// Runs the cases of edge_cases.jsonl and counts the outcomes, beside those of other libraries.
std::string scoreboard();

}  // namespace conformance
