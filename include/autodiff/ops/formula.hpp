// What the formulas of several operations share. Formulas branch on plain numbers with the
// functions below and not with the operators: these are choices between two formulas of one smooth
// function, and a comparison by operator would tell a BranchLog of a branch where the function has
// none.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include <autodiff/core/forward.hpp>
#include <autodiff/core/lanes.hpp>
#include <autodiff/core/number.hpp>

namespace ad::detail {

void log_quad_piece(const Quad& number, bool at_jump);

template <class T>
T nan() {
  return T(std::numeric_limits<double>::quiet_NaN());
}

/// NaN with derivatives that are NaN: the slope outside the domain of an operation.
template <class T>
T nan_of(const T& x) {
  return x * nan<T>();
}

template <class T>
T infinity() {
  return T(std::numeric_limits<double>::infinity());
}

/// A number of the machine, alone or in lanes: has its arithmetic and no more digits.
template <class T>
inline constexpr bool is_machine_number_v = std::is_floating_point_v<T> || InLanes<T>;

/// The formula that holds. Numbers in lanes need both where the lanes differ; others evaluate one.
template <class Condition, class F, class G>
auto choose(const Condition& condition, const F& f, const G& g) {
  if constexpr (std::is_same_v<Condition, bool>) {
    return condition ? f() : g();
  } else {
    return select(condition, f(), g());
  }
}

/// A parameter to go with an argument of type X: beside a float it is a float.
template <class X>
constexpr auto beside(double parameter) {
  if constexpr (std::is_arithmetic_v<X>) {
    return static_cast<common_value_t<X>>(parameter);
  } else {
    return parameter;
  }
}

/// What decides between branches at x: its plain number, or its number with a direction.
template <class T>
auto deciding(const T& x) {
  if constexpr (std::is_same_v<T, innermost_t<T>> || ComparesAlongTangents<T>) {
    return x;
  } else {
    return deciding(x.value());
  }
}

template <class T>
using deciding_t = decltype(deciding(std::declval<const T&>()));

// The questions below are answered with a bool, or for numbers in lanes with one for each lane.

/// a < b for numbers that decide.
template <class Number>
auto is_less(const Number& a, const Number& b) {
  if constexpr (is_machine_number_v<Number> || ComparesAlongTangents<Number>) {
    return a < b;
  } else {
    const Number difference = a - b;
    return signbit(difference) && !all_zero(difference) && !isnan(difference);
  }
}

/// x < limit; false for NaN.
template <class T>
auto is_below(const T& x, double limit) {
  const auto number = value_of(x);
  return is_less(number, decltype(number)(limit));
}

/// |x| < limit; false for NaN.
template <class T>
auto is_within(const T& x, double limit) {
  using std::fabs;
  return is_below(fabs(value_of(x)), limit);
}

/// |x| < |y|
template <class T>
auto is_smaller(const T& x, const T& y) {
  using std::fabs;
  return is_less(fabs(value_of(x)), fabs(value_of(y)));
}

/// The larger one of |x| and |y|, as a constant.
template <class T>
T larger_size(const T& x, const T& y) {
  using std::fabs;
  return T(fabs(choose(
      is_smaller(x, y), [&] { return value_of(y); }, [&] { return value_of(x); })));
}

/// Neither zero nor subnormal, infinite or NaN: has its full precision.
template <class T>
auto is_normal(const T& x) {
  using std::isnormal;
  const auto number = value_of(x);
  if constexpr (is_machine_number_v<decltype(value_of(x))>) {
    return isnormal(number);
  } else {
    return isfinite(number) && !all_zero(number);
  }
}

template <class T>
auto is_zero(const T& x) {
  return all_zero(value_of(x));
}

template <class T>
auto is_infinite(const T& x) {
  using std::isinf;
  return isinf(value_of(x));
}

template <class T>
auto is_nan(const T& x) {
  using std::isnan;
  return isnan(value_of(x));
}

/// The number y where x is negative -y, else y.
template <class T>
T with_sign_of(const T& x, const T& y) {
  return choose(
      is_below(x, 0), [&] { return T(-y); }, [&] { return y; });
}

/// 1 - x^2, to the last place near the ends +-1 and with a derivative -2x that keeps its own near
/// 0.
template <class T>
T one_minus_square(const T& x) {
  return choose(
      is_within(x, 0.5), [&] { return T(T(1) - x * x); },
      [&] { return T((T(1) - x) * (T(1) + x)); });
}

/// exp(factor x^2) for plain numbers; factor is a power of two. What rounding takes from x^2 counts
/// as much as x^2 is large, and is brought back.
template <class T>
T exp_of_square(const T& x, double factor) {
  using std::exp;
  using std::fma;
  const T square = x * x;
  const T result = exp(T(factor) * square);
  return choose(
      is_normal(result), [&] { return T(result + result * (T(factor) * fma(x, x, T(-square)))); },
      [&] { return result; });
}

/// Tells a BranchLog on which piece a function of many steps is: one comparison for each of the low
/// bits of the piece's number, all of them equalities at a jump. Only quad numbers are logged.
template <class T>
void log_piece(const T& number, bool at_jump) {
  if constexpr (std::is_same_v<T, Quad>) log_quad_piece(number, at_jump);
}

}  // namespace ad::detail
