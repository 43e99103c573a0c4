// Value, gradient and Hessian of a formula at one point after the other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <autodiff/tape/tape.hpp>
#include <autodiff/tools/formula.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::tools {

/// Which stage the answer comes from: the declared conventions, or an element of the generalised
/// gradient where they do not add up to one.
enum class Method { tape, generalized };

struct Derivatives {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;  ///< row by row; empty if it was not asked for
  Method method = Method::tape;
  std::vector<std::string> flags;  ///< "indeterminate: sqrt", "nonfinite", "kink: relu", ...
};

/// Differentiates on a tape of its own, whose memory serves all points. While it lives, this thread
/// records on that tape.
class Differentiator {
 public:
  Differentiator(Formula formula, bool with_hessian);

  /// With the declared conventions. Throws what operations of the formula throw.
  Derivatives at(std::span<const double> point);

  /// The same; but if the gradient at a kink is not an element of the generalised gradient, one is
  /// taken in its place. Where the formula jumps there is none, and nothing is replaced.
  Derivatives in_stages_at(std::span<const double> point);

 private:
  void add_first_order(std::span<const double> point, Derivatives& result);
  void add_second_order(std::span<const double> point, Derivatives& result);

  Formula formula_;
  bool with_hessian_;
  Tape<double> tape_;
  Tape<Dual<double, 1>> tangent_tape_;
};

}  // namespace ad::tools
