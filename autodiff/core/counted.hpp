// Numbers in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace ad::detail {

/// "1 number", "3 numbers"
inline std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// An index as it was meant: what was negative is no huge number.
inline std::ptrdiff_t as_meant(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

}  // namespace ad::detail
