#include <array>
#include <iterator>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/verify/check_array_gradient.hpp>

namespace ad::detail {

std::vector<std::string> element_names(std::span<const Shape> shapes) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const Shape& shape = shapes[k];
    const std::string name = shapes.size() == 1 ? "x" : fmt::format("x{}", k);
    std::array<std::size_t, Shape::most_axes> index{};
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const auto end = index.begin() + static_cast<std::ptrdiff_t>(shape.rank());
      names.push_back(shape.rank() == 0
                          ? name
                          : fmt::format("{}[{}]", name, fmt::join(index.begin(), end, ", ")));
      for (std::size_t axis = shape.rank(); axis-- > 0;) {
        if (++index[axis] < shape[axis]) break;
        index[axis] = 0;
      }
    }
  }
  return names;
}

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
