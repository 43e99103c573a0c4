// Value, gradient and Hessian of a formula at one point after the other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/drivers/nonfinite.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/tools/formula.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::tools {

/// Which stage the answer comes from: the tape with the declared conventions; an element of the
/// generalised gradient where they do not add up to one; raised precision where double loses
/// digits; the limit where there is nothing at the point itself.
enum class Method { tape, generalized, precise, limit };

std::string_view to_string(Method method);

struct Derivatives {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;  ///< row by row; empty if it was not asked for
  Method method = Method::tape;
  std::vector<std::string> flags;  ///< "indeterminate: sqrt", "nonfinite", "kink: relu", ...
  /// How many of 16 decimal digits the tape has wrong in its worst result; where a later stage
  /// says.
  std::optional<int> lost_digits;
  /// Why the value or the gradient is not finite, where that is asked for.
  std::optional<NonfiniteReport> nonfinite;
};

/// Why the value or the gradient of these derivatives is not finite, by a run in double precision;
/// nothing if they are finite, or if such a run does not show it.
std::optional<NonfiniteReport> explain_nonfinite(const Formula& formula,
                                                 std::span<const double> point,
                                                 const Derivatives& derivatives);

/// Differentiates on a tape of its own, whose memory serves all points. While it lives, this thread
/// records on that tape.
class Differentiator {
 public:
  Differentiator(Formula formula, bool with_hessian);

  /// With the declared conventions. Throws what operations of the formula throw.
  Derivatives at(std::span<const double> point);

  /// The same where that is right. Else by raised precision, or the limit; at a kink, variables
  /// whose conventions do not add up are those of an element of the generalised gradient. Where
  /// there is nothing of these, at a jump for instance, the answer of the tape with its flags.
  Derivatives in_stages_at(std::span<const double> point);

  /// The same, by raised precision also at jumps and where numbers are compared that are equal in
  /// double precision. Tells how many digits the tape lost.
  Derivatives precisely_at(std::span<const double> point);

 private:
  void refine(std::span<const double> point, bool may_be_precise, Derivatives& result);
  /// Takes the answer of raised precision, or of the limit, in place of one that differs from it.
  void raise_precision(std::span<const double> point, bool may_be_precise, bool at_kink,
                       Derivatives& result);
  /// Says how many digits the tape lost, and keeps its answer.
  void note_lost_digits(std::span<const double> point, Derivatives& result) const;
  void add_first_order(std::span<const double> point, Derivatives& result);
  void add_second_order(std::span<const double> point, Derivatives& result);

  Formula formula_;
  bool with_hessian_;
  Tape<double> tape_;
  Tape<Dual<double, 1>> tangent_tape_;
};

}  // namespace ad::tools
