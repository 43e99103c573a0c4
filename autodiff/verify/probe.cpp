#include "autodiff/verify/probe.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include <autodiff/core/notes.hpp>

#include "autodiff/core/rounding_noise.hpp"
#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {

bool same_signature(const Signature& a, const Signature& b) {
  // Equality at `at` is compatible with every sign nearby, so it takes both directions.
  return BranchLog::compatible(a, b) && BranchLog::compatible(b, a);
}

std::string operation_that_differs(const Signature& a, const Signature& b) {
  const auto forth = BranchLog::first_difference(a, b);
  const auto back = BranchLog::first_difference(b, a);
  const std::size_t first = std::min(forth.value_or(a.size()), back.value_or(b.size()));
  const char* name = nullptr;
  if (first < a.size()) {
    name = a[first].operation;
  } else if (first < b.size()) {
    name = b[first].operation;
  }
  return name == nullptr ? std::string("a comparison in the function") : fmt::format("{}", name);
}

template <class T>
Probe<T>::Probe(const std::function<T(std::span<const T>)>& function, std::span<const double> point,
                std::size_t coordinate)
    : function_(function), coordinate_(coordinate), point_value_(point[coordinate]) {
  for (const double x : point) arguments_.push_back(T(x));
}

template <class T>
void Probe<T>::move_to(const T& offset) {
  arguments_[coordinate_] = T(point_value_) + offset;
  // -0 + 0 is 0, but the function may tell them apart.
  if (offset == T(0)) arguments_[coordinate_] = T(point_value_);
}

template <class T>
Sample<T> Probe<T>::at(const T& offset) {
  move_to(offset);
  Notes notes;
  BranchLog log;
  T value(std::numeric_limits<double>::quiet_NaN());
  try {
    value = function_(arguments_);
  } catch (const std::exception& error) {
    exception_ = error.what();
  }
  for (const std::string& name : notes.double_only()) {
    if (std::find(double_only_.begin(), double_only_.end(), name) == double_only_.end()) {
      double_only_.push_back(name);
    }
  }
  return {value, number_of(log.entries())};
}

/// The value at the arguments as they are, with other rounding; NaN for an exception.
template <class T>
T Probe<T>::disturbed(std::uint64_t seed) const {
  const RoundingNoise noise(seed);
  try {
    return function_(arguments_);
  } catch (const std::exception&) {
    return T(std::numeric_limits<double>::quiet_NaN());
  }
}

template <class T>
T Probe<T>::rounding_at(const T& offset, const T& value) {
  T largest(0);
  if constexpr (std::is_same_v<T, Quad>) {
    move_to(offset);
    const Notes notes;
    // By chance two roundings may cancel.
    for (const std::uint64_t seed : {3, 5}) {
      const T change = fabs(disturbed(seed) - value);
      if (isfinite(change)) largest = larger(largest, change);
    }
  }
  return largest;
}

template <class T>
std::size_t Probe<T>::number_of(const Signature& signature) {
  for (std::size_t i = signatures_.size(); i-- > 0;) {
    if (same_signature(signatures_[i], signature)) return i;
  }
  signatures_.push_back(signature);
  return signatures_.size() - 1;
}

template class Probe<double>;
template class Probe<Quad>;

}  // namespace ad::detail
