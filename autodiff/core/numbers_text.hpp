// Lists of numbers in messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace ad::detail {

/// "1, 2.5, -3": the first few.
inline std::string numbers_text(const std::vector<double>& numbers) {
  constexpr std::size_t most = 6;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(most, numbers.size()));
  return fmt::format("{}{}", fmt::join(numbers.begin(), numbers.begin() + shown, ", "),
                     numbers.size() > most ? ", ..." : "");
}

}  // namespace ad::detail
