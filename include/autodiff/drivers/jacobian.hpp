// The Jacobian matrix, in the mode that its shape makes cheaper.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/matrix.hpp>
#include <autodiff/drivers/point.hpp>

namespace ad {

namespace detail {

/// Tangents carried at once by drivers that need many: fills vector registers, costs few spills.
inline constexpr std::size_t jacobian_lanes = 8;
inline constexpr std::size_t hessian_lanes = 4;
/// The most that one pass carries where the type of the point tells how many are needed: two passes
/// evaluate the function twice, but more tangents spill.
inline constexpr std::size_t widest_pass = 28;

/// How many numbers a point of type C has, where the type tells; else 0.
template <class C>
inline constexpr std::size_t static_size_v = 0;
template <Operand T, std::size_t N>
inline constexpr std::size_t static_size_v<std::array<T, N>> = N;
template <class T, std::size_t N>
inline constexpr std::size_t static_size_v<Scalars<T, N>> = N;

/// Columns first ... first + N of the Jacobian, by one evaluation with N tangents of the tag. The
/// matrix gets its size from the first evaluation. With a `first` that is known when compiling the
/// tangents of the variables are constants. False if numbers that are not checked may be NaN.
template <std::size_t N, class Tag, class F, class C, class Numbers, class First, class T>
bool evaluate_columns(const F& f, const C& x, const Numbers& numbers, First first,
                      Matrix<T>& jacobian) {
  using V = Dual<T, N, Tag>;
  const auto y = call_at<V>(
      f, x, [&](std::size_t i) __attribute__((always_inline)) {
        return i >= first && i < first + N ? V::variable(numbers[i], i - first) : V(numbers[i]);
      });
  if (first == 0) {
    const std::size_t outputs = PointTraits<std::remove_cvref_t<decltype(y)>>::size(y);
    jacobian = Matrix<T>(outputs, numbers.size());
  }
  const std::size_t count = std::min(N, numbers.size() - first);
  std::size_t i = 0;
  bool is_suspect = false;
  for_each_output<V>(y, [&](const V& output) {
    output.copy_tangents(&jacobian(i++, first), count);
    if constexpr (is_unchecked<Tag>) is_suspect = is_suspect || output.has_suspect_tangent();
  });
  return !is_suspect;
}

/// The same, without a look at every operation's tangents if the result has no NaN.
template <std::size_t N, class F, class C, class Numbers, class First, class T>
void forward_columns(const F& f, const C& x, const Numbers& numbers, First first,
                     Matrix<T>& jacobian) {
  constexpr bool gains = std::is_floating_point_v<T> && N > 2;
  if constexpr (gains) {
    if (evaluate_columns<N, Unchecked<TagOf<F>>>(f, x, numbers, first, jacobian)) return;
  }
  evaluate_columns<N, TagOf<F>>(f, x, numbers, first, jacobian);
}

template <class T, class F, class C>
Matrix<T> reverse_rows(const F& f, const C& x) {
  Tape<T> tape;
  const std::vector<Var<T>> y = record_run(tape, f, x);
  Matrix<T> jacobian(y.size(), PointTraits<C>::size(x));
  for (std::size_t i = 0; i < y.size(); ++i) {
    tape.reverse(y[i]);
    const std::span<const T> row = tape.leading_adjoints();
    for (std::size_t j = 0; j < row.size(); ++j) jacobian(i, j) = row[j];
  }
  return jacobian;
}

template <class C, class F>
Matrix<number_t<C>> jacobian(const F& f, const C& x) {
  using T = number_t<C>;
  const auto& numbers = indexed_numbers<T>(x);
  if constexpr (is_tape_only<F>) {
    return reverse_rows<T>(f, x);
  } else if constexpr (static_size_v<C> > 0 && static_size_v<C> <= widest_pass) {
    Matrix<T> result;
    forward_columns<static_size_v<C>>(f, x, numbers, fixed<0>, result);
    return result;
  } else {
    const std::size_t n = numbers.size();
    if (n == 0) return reverse_rows<T>(f, x);
    Matrix<T> result;
    if (n == 1) {
      forward_columns<1>(f, x, numbers, fixed<0>, result);
      return result;
    }
    if (n == 2) {
      forward_columns<2>(f, x, numbers, fixed<0>, result);
      return result;
    }
    // One forward pass of the first columns shows the number of outputs. A reverse sweep costs
    // about as much as one such pass, the recording twice as much.
    forward_columns<jacobian_lanes>(f, x, numbers, std::size_t{0}, result);
    const std::size_t passes = (n - 1) / jacobian_lanes;
    if (passes > result.rows() + 2) return reverse_rows<T>(f, x);
    for (std::size_t j = jacobian_lanes; j < n; j += jacobian_lanes) {
      forward_columns<jacobian_lanes>(f, x, numbers, j, result);
    }
    return result;
  }
}

}  // namespace detail

/// J(i, j) = ∂f_i/∂x_j as a row-major matrix. f returns a container (or one number: one row).
/// Forward mode, several columns at once, if there are few variables for the number of outputs;
/// else one recording and one reverse sweep per output.
template <class F, Point C>
requires(!Operand<C>) auto jacobian(const F& f, const C& x) {
  return detail::matrix_for<C>(detail::jacobian(f, x));
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) auto jacobian(const F& f, const X&... x) {
  return detail::jacobian(f, detail::scalars(x...));
}

}  // namespace ad
