// Printing: a value or an expression prints as the plain number it stands for.
#pragma once

#include <ostream>
#include <string>

#include <fmt/format.h>

#include <autodiff/core/quad.hpp>
#include <autodiff/values/comparison.hpp>

namespace ad {

template <Layered X>
std::ostream& operator<<(std::ostream& stream, const X& x) {
  return stream << value_of(x);
}

}  // namespace ad

/// Prints 34 digits and takes a width, `{:>40}`; `Quad::to_string` takes a number of digits.
template <>
struct fmt::formatter<ad::Quad> : fmt::formatter<std::string_view> {
  constexpr auto parse(fmt::format_parse_context& context) {
    const auto* it = context.begin();
    while (it != context.end() && *it != '}' && *it != '.') ++it;
    if (it == context.end() || *it == '}') return fmt::formatter<std::string_view>::parse(context);
    throw fmt::format_error(
        "a Quad takes a width only; for a number of digits use to_string(digits)");
  }
  auto format(const ad::Quad& x, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(x.to_string(), context);
  }
};

/// Takes the format of the plain number: `{:.3f}`.
template <ad::Layered X>
struct fmt::formatter<X> : fmt::formatter<ad::innermost_t<X>> {
  auto format(const X& x, fmt::format_context& context) const {
    return fmt::formatter<ad::innermost_t<X>>::format(ad::value_of(x), context);
  }
};
