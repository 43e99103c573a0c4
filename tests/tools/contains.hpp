// A check of messages that shows the whole message when it fails.
#pragma once

#include <string_view>

#include <gtest/gtest.h>

namespace tools_test {

inline testing::AssertionResult contains(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << part << "\" is not in \"" << text << "\"";
}

}  // namespace tools_test
