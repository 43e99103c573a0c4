// The function along one coordinate: its value, and the branch it took, at offsets from the point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/quad.hpp>

namespace ad::detail {

using Signature = std::vector<BranchLog::Entry>;

/// Same comparisons with the same signs; equality with 0 counts as a sign of its own.
bool same_signature(const Signature& a, const Signature& b);

/// "relu", or "a comparison in the function".
std::string operation_that_differs(const Signature& a, const Signature& b);

/// What one evaluation gave.
template <class T>
struct Sample {
  T value;
  std::size_t branch;  ///< a number for the branch; equal numbers are equal signatures
};

/// Evaluates g(t) = f(x + t e_i) and numbers the branches that it meets.
///
/// The branch of an evaluation is told by the signs of its comparisons, which only quad numbers
/// report; in double precision there is one branch. An exception of f makes the value NaN and is
/// kept.
template <class T>
class Probe {
 public:
  Probe(const std::function<T(std::span<const T>)>& function, std::span<const double> point,
        std::size_t coordinate);

  Sample<T> at(const T& offset);

  /// How much rounding on the way changes the value there, as far as it can be seen: 0 in double
  /// precision and where the function is not finite.
  T rounding_at(const T& offset, const T& value);

  const Signature& signature(std::size_t branch) const { return signatures_[branch]; }

  double coordinate() const { return point_value_; }
  const std::string& exception() const { return exception_; }
  const std::vector<std::string>& double_only() const { return double_only_; }

 private:
  void move_to(const T& offset);
  T disturbed(std::uint64_t seed) const;
  std::size_t number_of(const Signature& signature);

  const std::function<T(std::span<const T>)>& function_;
  std::vector<T> arguments_;
  std::size_t coordinate_;
  double point_value_;
  std::vector<Signature> signatures_;
  std::string exception_;
  std::vector<std::string> double_only_;
};

extern template class Probe<double>;
extern template class Probe<Quad>;

}  // namespace ad::detail
