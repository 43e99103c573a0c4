#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/verify/check_array_gradient.hpp>
#include <autodiff/verify/check_array_rule.hpp>

namespace ad::detail {

void write_array_test(Report& report, std::string_view functions, std::span<const Shape> shapes) {
  if (!report.counterexample) return;
  std::span<const double> numbers(report.counterexample->point);
  std::vector<std::string> arrays;
  for (const Shape& shape : shapes) {
    arrays.push_back(fmt::format("ad::Array<double>({{{}}}, {{{:#}}})", fmt::join(shape, ", "),
                                 fmt::join(numbers.first(shape.size()), ", ")));
    numbers = numbers.subspan(shape.size());
  }
  const std::string point = arrays.size() == 1
                                ? arrays.front()
                                : fmt::format("std::tuple{{{}}}", fmt::join(arrays, ", "));
  report.counterexample->test = fmt::format("EXPECT_GRADIENT({}, ({}));", functions, point);
}

std::string shapes_in_a_test(std::span<const Shape> shapes) {
  std::vector<std::string> all;
  for (const Shape& shape : shapes) {
    all.push_back(fmt::format("ad::Shape{{{}}}", fmt::join(shape, ", ")));
  }
  return fmt::format("(std::array{{{}}}), ", fmt::join(all, ", "));
}

}  // namespace ad::detail
