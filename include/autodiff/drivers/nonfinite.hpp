// Why is this value or gradient not finite? Where it began, and from which input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/source_location.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/drivers/traced_run.hpp>

namespace ad {

/// How something that is not finite comes to be.
enum class NonfiniteCause {
  domain,                   ///< not defined at these arguments
  pole,                     ///< infinite there
  overflow,                 ///< finite, but too large for the number type
  infinity_minus_infinity,  ///< also as the sum of several contributions to one derivative
  zero_times_infinity,
  zero_over_zero,
  infinity_over_infinity,
  input,     ///< an input of the function is not finite
  constant,  ///< a constant of the function is not finite
};

/// "domain", "pole", "overflow", "infinity - infinity", "0 * infinity", ...
std::string_view to_string(NonfiniteCause cause);

struct NonfiniteStep {
  NonfiniteCause cause = NonfiniteCause::domain;
  bool in_derivative = false;     ///< the operation's value is finite, its derivative is not
  std::string operation;          ///< its name; of an input the input's
  std::size_t place = 0;          ///< the how-manieth operation of the run, from 1; of an input 0
  SourceLocation where;           ///< of the call, where it is known
  std::vector<double> arguments;  ///< what it got; of a sum its contributions
  /// In a derivative: by which one, from 0; none if several contributions do not add up.
  std::optional<std::size_t> argument;
  double result = 0;  ///< the value, or the partial derivative, its product with a cotangent, a sum
};

/// What `ad::explain_nonfinite` found. Formatted by fmt as a text for people.
struct NonfiniteReport {
  /// From the first operation that made something not finite on. Operations that only pass it on
  /// are left out; one that makes NaN of infinities is a step of its own. Empty if there are none.
  std::vector<NonfiniteStep> steps;
  /// From an input to the first step: the name of the input, then the operations in between. Of a
  /// long path the middle is left out, "..." in its place. Empty if it begins with a constant.
  std::vector<std::string> path;
};

/// In one line: "log got -1, outside its domain; from x through sub".
std::string to_string(const NonfiniteReport& report);

namespace detail {

/// `names` are those of the inputs.
NonfiniteReport explain(const Trace& trace, const std::vector<std::string>& names);

}  // namespace detail

/// Explains why f(x) or its gradient is infinite or NaN.
///
/// f is a scalar function with `auto` parameters, x a point as for `gradient`. If the value is not
/// finite the report explains the value, else the first component of the gradient that is not. If
/// all are finite, but a form 0 * infinity met in the sweep was taken as 0, it explains that.
///
///     auto report = ad::explain_nonfinite([](auto x) { return log(x[0] - 1) * x[1]; },
///                                         std::array{0.0, 2.0});
///     report.steps[0].operation;  // "log"
///     report.steps[0].cause;      // NonfiniteCause::domain
///
/// Throws ShapeError if f returns more than one number.
template <class F, Point C>
NonfiniteReport explain_nonfinite(const F& f, const C& x) {
  static_assert(is_generic_v<F>,
                "operations are traced on numbers of their own: the function must have `auto` "
                "parameters");
  using T = typename PointTraits<C>::Number;
  std::vector<double> numbers;
  PointTraits<C>::for_each(x, [&](const auto& v) { numbers.push_back(static_cast<double>(v)); });
  detail::Trace trace;
  detail::run_traced<T>(f, x, numbers, trace, "explain_nonfinite");
  return detail::explain(trace, detail::variable_names(numbers.size()));
}
template <class F, Operand... X>
requires(sizeof...(X) > 1) NonfiniteReport explain_nonfinite(const F& f, const X&... x) {
  return explain_nonfinite(f, detail::scalars(x...));
}

}  // namespace ad

template <>
struct fmt::formatter<ad::NonfiniteCause> : fmt::formatter<std::string_view> {
  auto format(ad::NonfiniteCause cause, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(ad::to_string(cause), context);
  }
};

template <>
struct fmt::formatter<ad::NonfiniteReport> : fmt::formatter<std::string_view> {
  auto format(const ad::NonfiniteReport& report, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(ad::to_string(report), context);
  }
};
