#include <cstddef>
#include <string>

#include <autodiff/values/array_format.hpp>

namespace ad::detail {
namespace {

constexpr std::size_t most_elements = 1000;
constexpr std::size_t edge = 3;  ///< how many are shown at either end of a long axis

class Printer {
 public:
  Printer(const Shape& shape, const std::function<std::string(std::size_t)>& element)
      : shape_(shape), element_(element), is_shortened_(shape.size() > most_elements) {}

  void print(std::size_t axis, std::size_t first) {
    if (axis == shape_.rank()) {
      text_ += element_(first);
      return;
    }
    const std::size_t extent = shape_[axis];
    std::size_t step = 1;
    for (std::size_t i = axis + 1; i < shape_.rank(); ++i) step *= shape_[i];
    text_ += '[';
    for (std::size_t i = 0; i < extent; ++i) {
      if (i > 0) separate(axis);
      if (is_shortened_ && extent > 2 * edge && i == edge) {
        text_ += "...";
        i = extent - edge - 1;
        continue;
      }
      print(axis + 1, first + i * step);
    }
    text_ += ']';
  }

  const std::string& text() const { return text_; }

 private:
  void separate(std::size_t axis) {
    if (axis + 1 == shape_.rank()) {
      text_ += ", ";
    } else {
      text_ += ",\n";
      text_.append(axis + 1, ' ');
    }
  }

  const Shape& shape_;
  const std::function<std::string(std::size_t)>& element_;
  bool is_shortened_;
  std::string text_;
};

}  // namespace

std::string format_elements(const Shape& shape,
                            const std::function<std::string(std::size_t)>& element) {
  Printer printer(shape, element);
  printer.print(0, 0);
  return printer.text();
}

}  // namespace ad::detail
