// Values and intervals of variables, as typed: "w=0.5,x=2" and "x=-3:3,y=0:1".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <autodiff/ops/rule.hpp>
#include <autodiff/tools/parse_error.hpp>

namespace ad {

/// The values in `text`, one for each of `variables` and in their order. A value is a decimal,
/// "inf",
/// "-inf", "nan", or a formula of constants such as "pi/2". Throws ParseError, whose message calls
/// the text `source`: for what is no value, for a name that is not among `variables` or occurs
/// twice, and for a variable that has no value.
std::vector<double> parse_point(std::string_view text, const std::vector<std::string>& variables,
                                std::string_view source = "--at");

/// The same for intervals "lower:upper" with finite ends in this order; "x=2" is the interval 2:2.
std::vector<Interval> parse_domain(std::string_view text, const std::vector<std::string>& variables,
                                   std::string_view source = "--domain");

/// Names for a message: `"x"`, `"x" and "y"`, `"x", "y" and 3 more`.
std::string listed(const std::vector<std::string>& names);

}  // namespace ad
