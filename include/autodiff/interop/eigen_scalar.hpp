// What Eigen must know of a scalar type, for the values of this library: `Eigen::Matrix<ad::Real,
// …>` and matrices of dual, nested and quad numbers.
#pragma once

#include <cmath>
#include <type_traits>

#include <Eigen/Core>
#include <Eigen/LU>

#include <autodiff/core/quad.hpp>
#include <autodiff/core/traits.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/comparison.hpp>
#include <autodiff/values/format.hpp>
#include <autodiff/values/limits.hpp>

namespace ad::detail {

/// A value of this library; expression nodes are none.
template <class V>
concept ActiveValue = Active<V> && !Expression<V>;

/// Two scalar types that meet in one operation: a value with numbers, or with another level.
template <class A, class B>
concept MixedScalars = !std::is_same_v<A, B> &&
                       (ActiveValue<A> || ActiveValue<B>)&&(ActiveValue<A> || Arithmetic<A>)&&(
                           ActiveValue<B> || Arithmetic<B>)&&Compatible<A, B>;

}  // namespace ad::detail

namespace Eigen {

template <ad::detail::ActiveValue V>
struct NumTraits<V> : GenericNumTraits<V> {
  using Number = ad::innermost_t<V>;
  using Literal = std::conditional_t<ad::Arithmetic<Number>, Number, double>;
  // To evaluate a coefficient again is to record it again, so Eigen shall keep results.
  enum { RequireInitialization = 1, ReadCost = 1, AddCost = 8, MulCost = 8 };

  static V dummy_precision() {
    if constexpr (ad::Arithmetic<Number>) {
      return V(NumTraits<Number>::dummy_precision());
    } else {
      return V(1e-25);  // as for double: about the 3/4th power of epsilon
    }
  }
};

/// Eigen asks this where a functor is given an expression such as `(a - b) / a`.
template <ad::Expression E>
struct NumTraits<E> : NumTraits<ad::value_type_t<E>> {};

template <class A, class B, class Operation>
requires ad::detail::MixedScalars<A, B>
struct ScalarBinaryOpTraits<A, B, Operation> {
  using ReturnType = ad::common_value_t<A, B>;
};

namespace internal {

/// numext::sqrt(a * b) and the like answer with a value, not with a node of another type.
template <ad::Expression E>
struct global_math_functions_filtering_base<E, void> {
  using type = ad::value_type_t<E>;
};

/// matrix * (x * y): the factor is recorded once, as a value.
template <class Scalar, ad::Expression E>
requires ad::Compatible<Scalar, E>
struct promote_scalar_arg<Scalar, E, false> {
  using type = ad::value_type_t<E>;
};

/// At a tie both arguments get half of the derivative, as by `ad::min`.
template <ad::detail::ActiveValue V, int nan_propagation>
requires(nan_propagation != PropagateNumbers) struct scalar_min_op<V, V, nan_propagation>
    : binary_op_base<V, V> {
  using result_type = V;
  V operator()(const V& a, const V& b) const { return ad::min(a, b); }
};

/// At a tie both arguments get half of the derivative, as by `ad::max`.
template <ad::detail::ActiveValue V, int nan_propagation>
requires(nan_propagation != PropagateNumbers) struct scalar_max_op<V, V, nan_propagation>
    : binary_op_base<V, V> {
  using result_type = V;
  V operator()(const V& a, const V& b) const { return ad::max(a, b); }
};

/// Eigen's own code for 4 × 4 has calls whose arguments must be of one type; nodes are not.
template <class Derived>
requires ad::detail::ActiveValue<typename traits<Derived>::Scalar>
struct determinant_impl<Derived, 4> {
  using Scalar = typename traits<Derived>::Scalar;

  /// Laplace expansion by the 2 × 2 minors of the first two columns and those of the last two.
  static Scalar run(const Derived& m) {
    const auto minor = [&](Index column, Index i, Index j) -> Scalar {
      return m(i, column) * m(j, column + 1) - m(j, column) * m(i, column + 1);
    };
    return minor(0, 0, 1) * minor(2, 2, 3) - minor(0, 0, 2) * minor(2, 1, 3) +
           minor(0, 0, 3) * minor(2, 1, 2) + minor(0, 1, 2) * minor(2, 0, 3) -
           minor(0, 1, 3) * minor(2, 0, 2) + minor(0, 2, 3) * minor(2, 0, 1);
  }
};

template <ad::detail::ActiveValue V, ad::Arithmetic T>
struct cast_impl<V, T, void> {
  static T run(const V&) {
    static_assert(!std::is_same_v<T, T>,
                  "a cast to a plain number would drop the derivatives unseen: write "
                  "ad::value_of(matrix) for the plain numbers, ad::detach(matrix) for constants");
    return T();
  }
};

}  // namespace internal
}  // namespace Eigen

namespace ad {

/// The innermost plain numbers of a matrix or array, as one.
template <class Derived>
requires Operand<typename Derived::Scalar>
auto value_of(const Eigen::DenseBase<Derived>& x) {
  using Number = innermost_t<typename Derived::Scalar>;
  return x.derived().unaryExpr([](const auto& v) -> Number { return value_of(v); }).eval();
}

/// The matrix or array as constants of the same type: nothing flows back through it.
template <class Derived>
requires Operand<typename Derived::Scalar>
auto detach(const Eigen::DenseBase<Derived>& x) {
  using Scalar = typename Derived::Scalar;
  return x.derived().unaryExpr([](const auto& v) -> Scalar { return detach(v); }).eval();
}

}  // namespace ad
