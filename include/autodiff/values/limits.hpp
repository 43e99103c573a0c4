// std::numeric_limits of values: those of the plain number inside, as constants of the value type.
#pragma once

#include <limits>

#include <autodiff/core/quad.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/traced.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

template <class V>
class ValueLimits : public std::numeric_limits<innermost_t<V>> {
  using Number = std::numeric_limits<innermost_t<V>>;

 public:
  static constexpr V min() noexcept { return V(Number::min()); }
  static constexpr V max() noexcept { return V(Number::max()); }
  static constexpr V lowest() noexcept { return V(Number::lowest()); }
  static constexpr V epsilon() noexcept { return V(Number::epsilon()); }
  static constexpr V round_error() noexcept { return V(Number::round_error()); }
  static constexpr V infinity() noexcept { return V(Number::infinity()); }
  static constexpr V quiet_NaN() noexcept { return V(Number::quiet_NaN()); }
  static constexpr V signaling_NaN() noexcept { return V(Number::signaling_NaN()); }
  static constexpr V denorm_min() noexcept { return V(Number::denorm_min()); }
};

}  // namespace ad::detail

template <class T>
class std::numeric_limits<ad::Var<T>> : public ad::detail::ValueLimits<ad::Var<T>> {};

template <class T, std::size_t N, class Tag>
class std::numeric_limits<ad::Dual<T, N, Tag>>
    : public ad::detail::ValueLimits<ad::Dual<T, N, Tag>> {};

template <class T>
class std::numeric_limits<ad::Traced<T>> : public ad::detail::ValueLimits<ad::Traced<T>> {};
