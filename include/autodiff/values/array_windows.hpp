// Windows that slide over images: convolution and pooling.
#pragma once

#include <cstddef>

#include <autodiff/values/array_extrema.hpp>
#include <autodiff/values/array_matmul.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {

/// How a window moves over an image: by so many elements at a time, along both axes, and beginning
/// so many before the first and ending as many behind the last, where there are zeros.
struct Steps {
  std::size_t stride = 1;
  std::size_t padding = 0;
};

namespace detail {

/// Compiled for `Array<T>` and `Var<Array<T>>`, T float and double.
template <class V>
struct ArrayWindows : CompiledOperation<V> {
  /// `who` is named in messages.
  static V windows2d(const char* who, const V& x, std::size_t rows, std::size_t columns,
                     const Steps& steps);
};

extern template struct ArrayWindows<Array<float>>;
extern template struct ArrayWindows<Array<double>>;
extern template struct ArrayWindows<Var<Array<float>>>;
extern template struct ArrayWindows<Var<Array<double>>>;

/// Throws ShapeError.
void require_kernels(const Shape& images, const Shape& kernels);

}  // namespace detail

/// All windows of so many rows and columns over images x of shape (batch, channels, height, width):
/// y[c, r * columns + s, b, i, j] = x[b, c, i * stride + r - padding, j * stride + s - padding], or
/// 0 beyond the image. In reverse, adjoints of windows that overlap add up. There are (height + 2
/// padding - rows) / stride + 1 windows along the height, rounded down, and so along the width.
/// Throws ShapeError if x has not four axes or the window is empty or larger than the padded image,
/// ParameterError if the stride is 0, or a step negative.
template <ArrayOperand X>
auto windows2d(const X& x, std::size_t rows, std::size_t columns, const Steps& steps = {}) {
  using V = value_type_t<X>;
  return detail::ArrayWindows<V>::windows2d("windows2d", V(x), rows, columns, steps);
}

/// y[b, o, i, j] = Σ w[o, c, r, s] x[b, c, i * stride + r - padding, j * stride + s - padding] over
/// c, r and s, for images x of shape (batch, channels, height, width) and kernels w of shape
/// (outputs, channels, rows, columns): what networks call convolution, a correlation. One product
/// of matrices, of the kernels and the windows. Throws ShapeError if the shapes do not fit, and as
/// `windows2d`.
///
///     auto y = relu(conv2d(images, kernels, {.stride = 2, .padding = 1}));
template <ArrayOperand X, ArrayOperand W>
requires Compatible<X, W>
auto conv2d(const X& x, const W& w, const Steps& steps = {}) {
  using V = common_value_t<X, W>;
  const V images(x);
  const V kernels(w);
  detail::require_kernels(images.shape(), kernels.shape());
  const std::size_t outputs = kernels.shape()[0];
  const V windows = detail::ArrayWindows<V>::windows2d("conv2d", images, kernels.shape()[2],
                                                       kernels.shape()[3], steps);
  const Shape& shape = windows.shape();
  const std::size_t weights = shape[0] * shape[1];
  const V y = matmul(reshape(kernels, {outputs, weights}),
                     reshape(windows, {weights, shape[2] * shape[3] * shape[4]}));
  return V(swap_axes(reshape(y, {outputs, shape[2], shape[3], shape[4]}), 0, 1));
}

/// The largest element of each window of size x size, of images (batch, channels, height, width):
/// y[b, c, i, j] = max of x[b, c, i * stride + r, j * stride + s] over r and s; elements that tie
/// share the derivative equally, as in `max`. What does not fill a window at the end is left out.
/// Throws as `windows2d`.
template <ArrayOperand X>
auto max_pool2d(const X& x, std::size_t size, std::size_t stride) {
  using V = value_type_t<X>;
  const V windows =
      detail::ArrayWindows<V>::windows2d("max_pool2d", V(x), size, size, {.stride = stride});
  return V(swap_axes(max(windows, Axis{1}), 0, 1));
}
/// The same of windows side by side.
template <ArrayOperand X>
auto max_pool2d(const X& x, std::size_t size) {
  return max_pool2d(x, size, size == 0 ? 1 : size);  // the size is to blame, not the stride
}

}  // namespace ad
