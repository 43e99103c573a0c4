// What is checked: a scalar function of several variables and the gradient claimed for it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <autodiff/core/quad.hpp>

namespace ad {

/// A function and the gradient somebody claims for it, in the precisions in which they exist.
///
/// Of each pair the quad version is preferred: a reference is then good to far more digits than a
/// double has. A callable that uses a rule which only exists in double precision may still be given
/// in quad; such a rule leaves a note (`Notes::double_only`), and the check falls back to double.
struct Subject {
  std::vector<std::string> variables;

  /// The function; either one may be empty, not both.
  std::function<Quad(std::span<const Quad>)> value;
  std::function<double(std::span<const double>)> value_in_double;

  /// Writes the claimed partial derivative of each variable; what is not claimed is left alone.
  /// Either one may be empty, not both. With both, the second one only tells the digits lost.
  std::function<void(std::span<const Quad>, std::span<Quad>)> claim;
  std::function<void(std::span<const double>, std::span<double>)> claim_in_double;

  /// Which variables have a claim; empty means all of them.
  std::vector<bool> claimed;
};

}  // namespace ad
