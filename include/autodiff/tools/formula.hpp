// A formula given as text, evaluated on any carrier.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/primitive.hpp>
#include <autodiff/tools/parse_error.hpp>

namespace ad {

namespace tools {
class FormulaCode;
}

/// How a text is read.
struct ParseOptions {
  /// What messages call the text.
  std::string source = "expression";
  /// The variables that may occur, in their order; if absent, every name that is not an operation
  /// or a constant is a variable.
  std::optional<std::vector<std::string>> variables = std::nullopt;
  /// The slope in [0, 1] that operations with a choice of it (relu) declare at 0.
  std::optional<double> slope_at_zero = std::nullopt;
};

/// A parsed formula. Copies are cheap and share it; evaluating is safe from several threads.
///
/// Understood are decimal numbers, `pi`, `e`, variables, `+ - * / ^`, unary minus, parentheses,
/// every registered operation, and `where(comparison, a, b)` with `< <= > >= == !=`. `^` is `pow`,
/// binds tighter than unary minus (-x^2 is -(x^2)) and groups to the right. `where` evaluates only
/// the branch it takes. Neither parsing nor evaluation recurses, however deep the formula is
/// nested.
///
///   const auto f = ad::Formula::parse("relu(w*x + b)^2");
///   ad::Tape<double> tape;
///   const std::vector<ad::Real> at = tape.inputs(std::array{0.5, 2.0, -0.25});  // w, x, b
///   tape.reverse(f.evaluate<ad::Real>(at));
///   const double d_w = tape.adjoint(at[0]);  // 3
class Formula {
 public:
  /// Throws ParseError, also for operations that are not registered, and ParameterError for a slope
  /// outside [0, 1].
  static Formula parse(std::string_view text, const ParseOptions& options = {});

  const std::string& text() const noexcept;

  /// In the order in which they first occur, or as the options gave them.
  const std::vector<std::string>& variables() const noexcept;

  /// The value for one number per variable. T is one of `ErasedCarriers`; a tape must record if T
  /// is a tape's value. Literals are converted to T's own precision. Throws ShapeError if the
  /// number of values differs from that of the variables, and what a registered operation throws.
  template <class T>
  T evaluate(std::span<const T> values) const;

  template <class T>
  T evaluate(const std::vector<T>& values) const {
    return evaluate(std::span<const T>(values));
  }

  /// For the tools of this library.
  const tools::FormulaCode& code() const noexcept { return *code_; }

 private:
  explicit Formula(std::shared_ptr<const tools::FormulaCode> code) : code_(std::move(code)) {}

  std::shared_ptr<const tools::FormulaCode> code_;
};

}  // namespace ad
