// Small functions that the checks need on double and Quad alike.
#pragma once

#include <cmath>
#include <limits>

#include <autodiff/core/quad.hpp>

namespace ad::detail {

/// Half the distance from 1 to the next number: the largest relative error of one rounding.
template <class T>
T rounding_unit() {
  return std::numeric_limits<T>::epsilon() / T(2);
}

/// The absolute error of one rounding next to 0, where there is no relative one.
template <class T>
T least_step() {
  return std::numeric_limits<T>::denorm_min();
}

template <class T>
T no_bound() {
  return T(std::numeric_limits<double>::infinity());
}

template <class T>
T larger(const T& a, const T& b) {
  return a < b ? b : a;
}

template <class T>
T smaller(const T& a, const T& b) {
  return b < a ? b : a;
}

inline double as_double(double x) { return x; }
inline double as_double(const Quad& x) { return x.to_double(); }

}  // namespace ad::detail
