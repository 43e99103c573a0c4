// Printing of arrays.
#pragma once

#include <functional>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include <autodiff/values/array_functions.hpp>

namespace ad {
namespace detail {

/// "[[1, 2], [3, 4]]": a bracket for each axis, rows of two and more axes each on a line. Of more
/// than 1000 elements the inner ones of long axes are left out. `element(i)` prints the i-th.
std::string format_elements(const Shape& shape,
                            const std::function<std::string(std::size_t)>& element);

}  // namespace detail

template <ArrayOperand X>
std::ostream& operator<<(std::ostream& stream, const X& x) {
  return stream << fmt::format("{}", x);
}

}  // namespace ad

/// Takes the format of the elements: `{:.3f}`. An active array prints its numbers.
template <ad::ArrayOperand X>
struct fmt::formatter<X> : fmt::formatter<typename ad::value_type_t<X>::element_type> {
  auto format(const X& x, fmt::format_context& context) const {
    using Element = fmt::formatter<typename ad::value_type_t<X>::element_type>;
    const ad::value_type_t<X> value(x);
    const auto numbers = value.array().packed();
    const std::string text = ad::detail::format_elements(value.shape(), [&](std::size_t i) {
      fmt::memory_buffer buffer;
      fmt::format_context inner(fmt::appender(buffer), {});
      Element::format(numbers.data()[i], inner);
      return fmt::to_string(buffer);
    });
    return fmt::format_to(context.out(), "{}", text);
  }
};
