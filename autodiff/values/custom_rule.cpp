#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_custom_vjp.hpp>
#include <autodiff/values/custom_rule.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void throw_no_second_derivative(const std::string& rule) {
  throw RuleError(fmt::format(
      "custom_vjp: a second derivative of the rule \"{}\" is asked for, but its callables "
      "take double only; write both with auto parameters.",
      rule));
}

void throw_cotangent_count(const std::string& rule, std::size_t found, std::size_t arity) {
  throw RuleError(
      fmt::format("custom_vjp: the VJP of \"{}\" returned {}, but the rule has {}; "
                  "return one cotangent per argument.",
                  rule, counted(found, "cotangent"), counted(arity, "argument")));
}

void throw_cotangent_shape(const std::string& rule, std::size_t argument, const Shape& found,
                           const Shape& needed) {
  throw ShapeError(
      fmt::format("custom_vjp: the VJP of \"{}\" returned a cotangent of the shape {} for argument "
                  "{}, but the argument has {}; return them in the shapes of the arguments.",
                  rule, found, argument, needed));
}

}  // namespace ad::detail
