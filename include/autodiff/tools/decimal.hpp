// Between numbers and the text a person reads or types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ad {

/// The double nearest to a decimal such as "-1.5e-3", subnormals included, or "inf", "-inf",
/// "infinity", "nan" in any case; nothing for other text. What is too large becomes an infinity.
std::optional<double> parse_double(std::string_view text);

/// The shortest decimal that `parse_double` brings back to x: "0.1", "-0", "1e-300", "inf", "nan".
std::string shortest(double x);

}  // namespace ad
