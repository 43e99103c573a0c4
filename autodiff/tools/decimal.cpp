#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/core/quad.hpp>
#include <autodiff/tools/decimal.hpp>

namespace ad {

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  // from_chars does not say on which side of the range the number lies; quad precision has a larger
  // range and rounds to double once.
  if (error == std::errc::result_out_of_range) return Quad::parse(text).to_double();
  return value;
}

std::string shortest(double x) {
  if (std::isnan(x)) return "nan";  // whatever its sign bit
  return fmt::format("{}", x);
}

}  // namespace ad
