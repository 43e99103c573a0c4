#include <algorithm>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/values/array_rule.hpp>
#include <autodiff/values/array_windows.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/values/array_instances.hpp"

namespace ad::detail {

/// Where the windows over a batch of packed images lie.
struct WindowLayout {
  std::size_t batch, channels, height, width;  ///< of the images
  std::size_t rows, columns;                   ///< of a window
  std::size_t stride, padding;
  std::size_t down, across;  ///< windows along the height and the width

  Shape shape() const { return {channels, rows * columns, batch, down, across}; }

  /// Calls visit(element, place, count) for the same element of windows side by side, as far as it
  /// lies on the image: elements `element`, `element + stride`, ... of the images are `place`,
  /// `place + 1`, ... of the windows.
  template <class Visit>
  void for_each_line(const Visit& visit) const {
    std::size_t line = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t s = 0; s < columns; ++s) {
          // The windows [begin, end) have element s on the image.
          const std::size_t begin = s < padding ? (padding - s + stride - 1) / stride : 0;
          const std::size_t end =
              s < width + padding ? std::min(across, (width + padding - s - 1) / stride + 1) : 0;
          for (std::size_t b = 0; b < batch; ++b) {
            for (std::size_t i = 0; i < down; ++i, line += across) {
              const std::size_t row = i * stride + r;
              if (row < padding || row >= height + padding || begin >= end) continue;
              const std::size_t image_row = (b * channels + c) * height + row - padding;
              visit(image_row * width + begin * stride + s - padding, line + begin, end - begin);
            }
          }
        }
      }
    }
  }
};

namespace {

std::size_t count_along(const char* who, const Shape& shape, std::size_t axis, std::size_t window,
                        const Steps& steps) {
  const std::size_t padded = shape[axis] + 2 * steps.padding;
  if (window == 0 || window > padded) {
    throw ShapeError(
        fmt::format("{}: a window of {} elements does not fit axis {} of the shape {}, which "
                    "has {} with its padding of {} at both ends; 1 to {} are needed.",
                    who, as_meant(window), axis, shape, padded, steps.padding, padded));
  }
  return (padded - window) / steps.stride + 1;
}

WindowLayout layout_of(const char* who, const Shape& shape, std::size_t rows, std::size_t columns,
                       const Steps& steps) {
  if (shape.rank() != 4) {
    throw ShapeError(fmt::format(
        "{}: images of the shape (batch, channels, height, width) are needed, not {}; reshape "
        "them.",
        who, shape));
  }
  if (as_meant(steps.stride) < 1) {
    throw ParameterError(
        fmt::format("{}: the stride is {}; give 1 or more.", who, as_meant(steps.stride)));
  }
  if (as_meant(steps.padding) < 0) {
    throw ParameterError(
        fmt::format("{}: the padding is {}; give 0 or more.", who, as_meant(steps.padding)));
  }
  return {shape[0],
          shape[1],
          shape[2],
          shape[3],
          rows,
          columns,
          steps.stride,
          steps.padding,
          count_along(who, shape, 2, rows, steps),
          count_along(who, shape, 3, columns, steps)};
}

}  // namespace

template <class V>
V ArrayWindows<V>::windows2d(const char* who, const V& x, std::size_t rows, std::size_t columns,
                             const Steps& steps) {
  using T = typename V::element_type;
  const WindowLayout layout = layout_of(who, x.shape(), rows, columns, steps);
  const Array<T> images = x.array().packed();
  Array<T> windows = Array<T>::uninitialized(layout.shape());
  T* const to = windows.mutable_data();
  if (steps.padding > 0) std::fill_n(to, windows.size(), T(0));
  layout.for_each_line([&](std::size_t element, std::size_t place, std::size_t count) {
    const T* const from = images.data() + element;
    if (layout.stride == 1) {
      std::copy_n(from, count, to + place);
    } else {
      for (std::size_t k = 0; k < count; ++k) to[place + k] = from[k * layout.stride];
    }
  });
  return record_rule<V>(
      std::move(windows), sources_of(x),
      [layout](const auto& sources, const Array<T>& cotangent, Adjoints<T>&) {
        T* const sum = begun_accumulator(*sources[0]);
        layout.for_each_line([&](std::size_t element, std::size_t place, std::size_t count) {
          const T* const more = cotangent.data() + place;
          T* const line = sum + element;
          for (std::size_t k = 0; k < count; ++k) {
            line[k * layout.stride] = line[k * layout.stride] + more[k];
          }
        });
      });
}

void require_kernels(const Shape& images, const Shape& kernels) {
  if (images.rank() == 4 && kernels.rank() == 4 && images[1] == kernels[1]) return;
  throw ShapeError(
      fmt::format("conv2d: images of the shape {} and kernels of the shape {} do not fit together; "
                  "(batch, channels, height, width) and (outputs, channels, rows, columns) are "
                  "needed.",
                  images, kernels));
}

#define AUTODIFF_INSTANTIATE(T)           \
  template struct ArrayWindows<Array<T>>; \
  template struct ArrayWindows<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
#define AUTODIFF_INSTANTIATE(T) template struct ArrayWindows<Array<T>>;
AUTODIFF_FOR_EACH_TRACED_NUMBER(AUTODIFF_INSTANTIATE)
AUTODIFF_FOR_EACH_NUMBER_AT_KINKS(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
