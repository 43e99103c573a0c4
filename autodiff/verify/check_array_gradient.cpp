#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/verify/check_array_gradient.hpp>

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

}  // namespace ad::detail
