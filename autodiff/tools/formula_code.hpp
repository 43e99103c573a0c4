// What an expression is translated to: steps in postfix order on a stack of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <autodiff/core/precise.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/ops/primitive.hpp>

namespace ad::tools {

struct Step {
  enum class Kind : std::uint8_t {
    constant,  ///< pushes the constant number `index`
    variable,  ///< pushes the value of variable `index`
    call,      ///< replaces the topmost numbers by the result of call `index`
    compare,   ///< takes two numbers away and sets the condition; `index` is a Relation
    unless,    ///< continues at step `index` if the condition is false
    jump,      ///< continues at step `index`
  };

  Kind kind;
  std::uint32_t index;
};

enum class Relation : std::uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };

/// One literal in double and quad precision; each is rounded from the text itself. In raised
/// precision a literal is the double, but for the constants, which say how they are computed.
struct Literal {
  double nearest_double;
  Quad quad;
  Precise (*constant)() = nullptr;
};

struct Call {
  std::shared_ptr<const Primitive> primitive;
  std::shared_ptr<const Evaluator> evaluator;
  std::size_t arguments;
};

class FormulaCode {
 public:
  std::string text;
  std::vector<std::string> variables;
  std::vector<Step> steps;
  std::vector<Literal> literals;
  std::vector<Call> calls;  ///< one for each operation and number of arguments that occur
  std::size_t depth = 0;    ///< the numbers on the stack at most
};

}  // namespace ad::tools
