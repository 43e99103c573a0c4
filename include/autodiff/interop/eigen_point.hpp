// Eigen's matrices, arrays, maps and expressions as points of the drivers.
#pragma once

#include <cstddef>
#include <type_traits>

#include <Eigen/Core>

#include <autodiff/drivers/matrix.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/interop/eigen_scalar.hpp>

namespace ad {

namespace detail {

template <class Derived>
void accept_dense(const Eigen::DenseBase<Derived>&);

template <class C>
concept EigenDense = requires(const C& c) {
  accept_dense(c);
}
&&Operand<typename C::Scalar>;

template <class Plain, class V>
struct EigenRebound;
template <class T, int rows, int cols, int options, int max_rows, int max_cols, class V>
struct EigenRebound<Eigen::Matrix<T, rows, cols, options, max_rows, max_cols>, V> {
  using type = Eigen::Matrix<V, rows, cols, options, max_rows, max_cols>;
};
template <class T, int rows, int cols, int options, int max_rows, int max_cols, class V>
struct EigenRebound<Eigen::Array<T, rows, cols, options, max_rows, max_cols>, V> {
  using type = Eigen::Array<V, rows, cols, options, max_rows, max_cols>;
};

}  // namespace detail

/// A function that is differentiated at an Eigen object receives the plain matrix or array of its
/// shape, sizes known at compile time included; results have that type too, and Jacobians and
/// Hessians are Eigen matrices. The numbers are counted as they lie in memory: x.data()[j] is
/// column j of a Jacobian.
template <detail::EigenDense C>
struct PointTraits<C> {
  using Number = detail::FloatingNumber<value_type_t<typename C::Scalar>>;
  using Plain = typename C::PlainObject;
  template <class V>
  using Rebound = typename detail::EigenRebound<Plain, V>::type;

  static std::size_t size(const C& x) { return static_cast<std::size_t>(x.size()); }

  template <class F>
  static void for_each(const C& x, F&& f) {
    const auto& plain = x.eval();
    for (Eigen::Index i = 0; i < plain.size(); ++i) f(static_cast<const Number&>(plain.data()[i]));
  }

  template <class V, class G>
  static Rebound<V> build(const C& x, G&& g) {
    Rebound<V> result;
    result.resize(x.rows(), x.cols());
    for (Eigen::Index i = 0; i < result.size(); ++i) {
      result.data()[i] = g(static_cast<std::size_t>(i));
    }
    return result;
  }

  static Plain owned(const C& x) requires(!std::is_same_v<C, Plain>) { return x; }

  template <class T>
  static auto matrix(const Matrix<T>& m) {
    constexpr int cols = Plain::SizeAtCompileTime;
    constexpr int order = cols == 1 ? Eigen::ColMajor : Eigen::RowMajor;
    using Result = Eigen::Matrix<T, Eigen::Dynamic, cols, order>;
    return Result(Eigen::Map<const Result>(m.data(), static_cast<Eigen::Index>(m.rows()),
                                           static_cast<Eigen::Index>(m.cols())));
  }
};

}  // namespace ad
