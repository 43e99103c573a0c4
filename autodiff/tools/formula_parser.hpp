// Translates the text of an expression to its code: operator precedence with an explicit stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/tools/formula.hpp>

#include "autodiff/tools/formula_code.hpp"
#include "autodiff/tools/lexer.hpp"

namespace ad::tools {

class FormulaParser {
 public:
  FormulaParser(std::string_view text, const ParseOptions& options);

  /// Throws ParseError. To be called once.
  FormulaCode parse();

 private:
  /// What the stack of numbers will hold at this point of the evaluation.
  struct Operand {
    bool is_condition;
    std::size_t begin;  ///< where the operand begins; of a condition, where its comparison stands
  };

  /// An operator, call or parenthesis whose right end has not been met.
  struct Pending {
    enum class Kind { unary, binary, comparison, group, call, where };
    Kind kind;
    int precedence;
    std::size_t offset;
    std::uint32_t index;            ///< of the call, or the Relation
    std::size_t parenthesis = 0;    ///< of a call or group: where it opens
    std::size_t arguments = 0;      ///< that are complete
    std::size_t to_be_patched = 0;  ///< of where: the last jump whose target is not known yet
  };

  void take_operand(const Token& token);
  void take_operator(const Token& token);

  void push_literal(const Token& token, const Literal& literal);
  void push_name(const Token& token);
  void begin_call(const Token& token);
  void finish_argument(const Token& token);
  void finish_where_argument(Pending& where);
  void finish_call(const Pending& call);
  void close(const Token& token);
  void finish();

  void reduce(int lowest_precedence);
  void apply(const Pending& operation);
  void need_number(const Operand& operand) const;
  void emit(Step::Kind kind, std::size_t index);
  std::uint32_t call_of(std::string_view operation);
  std::uint32_t call_of(std::shared_ptr<const Primitive> primitive, std::size_t arguments);
  [[noreturn]] void fail_for_want_of_operand(const Token& token) const;
  [[noreturn]] void fail_for_want_of_opening(const Token& token) const;
  [[noreturn]] void fail_for_arity(const Pending& call, std::size_t given) const;

  const ParseOptions& options_;
  Lexer lexer_;
  FormulaCode code_;
  std::map<std::string, std::uint32_t, std::less<>> variable_index_;
  std::map<std::pair<std::string, std::size_t>, std::uint32_t> call_index_;
  std::vector<Operand> operands_;
  std::vector<Pending> pending_;
  Token previous_;
  bool wants_operand_ = true;
};

}  // namespace ad::tools
