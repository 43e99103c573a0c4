#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/custom_rule.hpp>

namespace ad::detail {

void throw_no_second_derivative(const std::string& rule) {
  throw RuleError(fmt::format(
      "custom_vjp: a second derivative of the rule \"{}\" is asked for, but its callables "
      "take double only; write both with auto parameters.",
      rule));
}

void throw_cotangent_count(const std::string& rule, std::size_t found, std::size_t arity) {
  throw RuleError(
      fmt::format("custom_vjp: the VJP of \"{}\" returned {} cotangents, but the rule has {} "
                  "arguments; return one cotangent per argument.",
                  rule, found, arity));
}

}  // namespace ad::detail
