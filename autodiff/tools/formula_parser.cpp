#include "autodiff/tools/formula_parser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include <autodiff/ops/activation.hpp>
#include <autodiff/ops/registry.hpp>
#include <autodiff/tools/decimal.hpp>

namespace ad::tools {
namespace {

using Kind = Token::Kind;

constexpr int precedence_of_comparison = 1;
constexpr int precedence_of_sum = 2;
constexpr int precedence_of_product = 3;
constexpr int precedence_of_minus = 4;
constexpr int precedence_of_power = 5;
constexpr int above_all = 6;

constexpr std::string_view where_name = "where";
constexpr std::size_t where_arguments = 3;

bool is_operation(std::string_view name) {
  return name == where_name || find_primitive(name) != nullptr;
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names = primitive_names();
  if (find_primitive(where_name) == nullptr) names.emplace_back(where_name);
  return names;
}

const Literal* constant_named(std::string_view name) {
  static const Literal pi{std::numbers::pi,
                          Quad::parse("3.1415926535897932384626433832795028841971693993751"),
                          [] { return Precise::pi(); }};
  static const Literal e{std::numbers::e,
                         Quad::parse("2.7182818284590452353602874713526624977572470936999"),
                         [] { return exp(Precise(1)); }};
  if (name == "pi") return &pi;
  if (name == "e") return &e;
  return nullptr;
}

}  // namespace

FormulaParser::FormulaParser(std::string_view text, const ParseOptions& options)
    : options_(options), lexer_(text, options.source), previous_{Kind::end, 0, {}} {
  code_.text = text;
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    lexer_.fail(0, "an expression of 4 GB or more is not supported.");
  }
  if (options.slope_at_zero) SlopeAtZero{*options.slope_at_zero};  // throws if it is none
  if (!options.variables) return;
  code_.variables = *options.variables;
  for (const std::string& name : code_.variables) {
    variable_index_.emplace(name, static_cast<std::uint32_t>(variable_index_.size()));
  }
}

FormulaCode FormulaParser::parse() {
  for (;;) {
    const Token token = lexer_.next();
    if (wants_operand_) {
      take_operand(token);
    } else {
      take_operator(token);
    }
    if (token.kind == Kind::end) return std::move(code_);
    previous_ = token;
  }
}

void FormulaParser::take_operand(const Token& token) {
  switch (token.kind) {
    case Kind::number: {
      const Literal literal{*parse_double(token.text), Quad::parse(token.text)};
      if (std::isinf(literal.nearest_double)) {
        lexer_.fail(token.offset, fmt::format("{} is larger than any double; the largest is {}.",
                                              in_quotes(token.text),
                                              shortest(std::numeric_limits<double>::max())));
      }
      return push_literal(token, literal);
    }
    case Kind::name:
      return push_name(token);
    case Kind::plus:
      return;
    case Kind::minus:
      pending_.push_back({Pending::Kind::unary, precedence_of_minus, token.offset, call_of("neg")});
      return;
    case Kind::open:
      pending_.push_back({Pending::Kind::group, 0, token.offset, 0, token.offset});
      return;
    default:
      fail_for_want_of_operand(token);
  }
}

void FormulaParser::take_operator(const Token& token) {
  const auto binary = [&](int precedence, int reduced_first, std::string_view operation) {
    reduce(reduced_first);
    pending_.push_back({Pending::Kind::binary, precedence, token.offset, call_of(operation)});
    wants_operand_ = true;
  };
  const auto comparison = [&](Relation relation) {
    reduce(precedence_of_comparison);
    pending_.push_back({Pending::Kind::comparison, precedence_of_comparison, token.offset,
                        static_cast<std::uint32_t>(relation)});
    wants_operand_ = true;
  };
  switch (token.kind) {
    case Kind::plus:
      return binary(precedence_of_sum, precedence_of_sum, "add");
    case Kind::minus:
      return binary(precedence_of_sum, precedence_of_sum, "sub");
    case Kind::times:
      return binary(precedence_of_product, precedence_of_product, "mul");
    case Kind::divide:
      return binary(precedence_of_product, precedence_of_product, "div");
    case Kind::power:  // groups to the right: what stands on the left waits
      return binary(precedence_of_power, above_all, "pow");
    case Kind::less:
      return comparison(Relation::less);
    case Kind::less_equal:
      return comparison(Relation::less_equal);
    case Kind::greater:
      return comparison(Relation::greater);
    case Kind::greater_equal:
      return comparison(Relation::greater_equal);
    case Kind::equal:
      return comparison(Relation::equal);
    case Kind::not_equal:
      return comparison(Relation::not_equal);
    case Kind::comma:
      return finish_argument(token);
    case Kind::close:
      return close(token);
    case Kind::end:
      return finish();
    case Kind::number:
    case Kind::name:
    case Kind::open:
      lexer_.fail(token.offset,
                  fmt::format("an operator is missing before {}; a product is written with \"*\".",
                              in_quotes(token.text)));
  }
}

void FormulaParser::push_literal(const Token& token, const Literal& literal) {
  emit(Step::Kind::constant, code_.literals.size());
  code_.literals.push_back(literal);
  operands_.push_back({false, token.offset});
  wants_operand_ = false;
}

void FormulaParser::push_name(const Token& token) {
  if (lexer_.peek().kind == Kind::open) return begin_call(token);
  if (const Literal* constant = constant_named(token.text)) return push_literal(token, *constant);
  if (is_operation(token.text)) {
    lexer_.fail(token.offset, fmt::format("{} is an operation; its arguments follow in "
                                          "parentheses, as in \"{}(...)\".",
                                          in_quotes(token.text), token.text));
  }
  auto found = variable_index_.find(token.text);
  if (found == variable_index_.end()) {
    if (options_.variables) {
      std::vector<std::string> known = *options_.variables;
      known.insert(known.end(), {"pi", "e"});
      lexer_.fail(token.offset, fmt::format("the name {} is not known here{}",
                                            in_quotes(token.text), suggestion(token.text, known)));
    }
    found = variable_index_.emplace(token.text, static_cast<std::uint32_t>(variable_index_.size()))
                .first;
    code_.variables.emplace_back(token.text);
  }
  emit(Step::Kind::variable, found->second);
  operands_.push_back({false, token.offset});
  wants_operand_ = false;
}

void FormulaParser::begin_call(const Token& token) {
  if (!is_operation(token.text)) {
    const bool has_value =
        variable_index_.find(token.text) != variable_index_.end() || constant_named(token.text);
    lexer_.fail(token.offset,
                has_value ? fmt::format("{} is a number, not an operation; a product is written "
                                        "with \"*\".",
                                        in_quotes(token.text))
                          : fmt::format("there is no operation named {}{}", in_quotes(token.text),
                                        suggestion(token.text, operation_names())));
  }
  previous_ = lexer_.next();  // the parenthesis
  const bool is_where = token.text == where_name;
  pending_.push_back({is_where ? Pending::Kind::where : Pending::Kind::call, 0, token.offset,
                      is_where ? 0 : call_of(token.text), previous_.offset});
  if (lexer_.peek().kind == Kind::close) fail_for_arity(pending_.back(), 0);
}

void FormulaParser::finish_argument(const Token& token) {
  reduce(0);
  if (pending_.empty() || pending_.back().kind == Pending::Kind::group) {
    lexer_.fail(token.offset, "a comma only separates the arguments of an operation.");
  }
  Pending& call = pending_.back();
  if (call.kind == Pending::Kind::where) {
    finish_where_argument(call);
  } else {
    need_number(operands_.back());
  }
  ++call.arguments;
  wants_operand_ = true;
}

// where(c, a, b) becomes: c; unless -> B; a; jump -> end; B: b; end:
void FormulaParser::finish_where_argument(Pending& where) {
  const Operand operand = operands_.back();
  if (where.arguments == 0) {
    if (!operand.is_condition) {  // the operation's own condition: a number that is not 0
      emit(Step::Kind::constant, code_.literals.size());
      code_.literals.push_back({0, Quad(0)});
      code_.depth = std::max(code_.depth, operands_.size() + 1);
      emit(Step::Kind::compare, static_cast<std::size_t>(Relation::not_equal));
    }
    operands_.pop_back();
    where.to_be_patched = code_.steps.size();
    emit(Step::Kind::unless, 0);
    return;
  }
  need_number(operand);
  if (where.arguments == 1) {
    operands_.pop_back();
    const std::size_t jump = code_.steps.size();
    emit(Step::Kind::jump, 0);
    code_.steps[where.to_be_patched].index = static_cast<std::uint32_t>(jump + 1);
    where.to_be_patched = jump;
  }
}

void FormulaParser::close(const Token& token) {
  reduce(0);
  if (pending_.empty()) fail_for_want_of_opening(token);
  const Pending opened = pending_.back();
  pending_.pop_back();
  if (opened.kind != Pending::Kind::group) finish_call(opened);
}

void FormulaParser::finish_call(const Pending& call) {
  const std::size_t given = call.arguments + 1;
  if (call.kind == Pending::Kind::where) {
    if (given != where_arguments) fail_for_arity(call, given);
    need_number(operands_.back());
    code_.steps[call.to_be_patched].index = static_cast<std::uint32_t>(code_.steps.size());
    operands_.back() = {false, call.offset};
    return;
  }
  need_number(operands_.back());
  const std::shared_ptr<const Primitive> primitive = code_.calls[call.index].primitive;
  if (!primitive->takes(given)) fail_for_arity(call, given);
  for (std::size_t i = given; i < primitive->arity; ++i) {
    const double number = primitive->defaults[i + primitive->defaults.size() - primitive->arity];
    push_literal({Kind::number, call.offset, {}}, {number, Quad(number)});
  }
  Pending complete = call;
  complete.index = call_of(primitive, std::max(given, primitive->arity));
  apply(complete);
}

void FormulaParser::finish() {
  reduce(0);
  if (!pending_.empty()) {
    lexer_.fail(pending_.back().parenthesis, "this parenthesis is never closed.");
  }
  need_number(operands_.back());
}

void FormulaParser::reduce(int lowest_precedence) {
  const auto is_operator = [](const Pending& p) {
    return p.kind == Pending::Kind::unary || p.kind == Pending::Kind::binary ||
           p.kind == Pending::Kind::comparison;
  };
  while (!pending_.empty() && is_operator(pending_.back()) &&
         pending_.back().precedence >= lowest_precedence) {
    const Pending operation = pending_.back();
    pending_.pop_back();
    apply(operation);
  }
}

void FormulaParser::apply(const Pending& operation) {
  const bool compares = operation.kind == Pending::Kind::comparison;
  const std::size_t arity = compares ? 2 : code_.calls[operation.index].arguments;
  const std::size_t first = operands_.size() - arity;
  for (std::size_t i = first; i < operands_.size(); ++i) need_number(operands_[i]);
  code_.depth = std::max(code_.depth, operands_.size());
  const bool infix = operation.kind == Pending::Kind::binary;
  const Operand result{compares, infix ? operands_[first].begin : operation.offset};
  operands_.resize(first);
  operands_.push_back(result);
  emit(compares ? Step::Kind::compare : Step::Kind::call, operation.index);
}

void FormulaParser::need_number(const Operand& operand) const {
  if (operand.is_condition) {
    lexer_.fail(operand.begin,
                "a comparison is not a number; it can only be the first argument of "
                "\"where(comparison, a, b)\".");
  }
}

void FormulaParser::emit(Step::Kind kind, std::size_t index) {
  code_.steps.push_back({kind, static_cast<std::uint32_t>(index)});
}

std::uint32_t FormulaParser::call_of(std::string_view operation) {
  std::shared_ptr<const Primitive> primitive = find_primitive(operation);
  const std::size_t arguments = primitive->arity;
  return call_of(std::move(primitive), arguments);
}

std::uint32_t FormulaParser::call_of(std::shared_ptr<const Primitive> primitive,
                                     std::size_t arguments) {
  const auto [found, is_new] = call_index_.try_emplace(
      {primitive->name, arguments}, static_cast<std::uint32_t>(code_.calls.size()));
  if (!is_new) return found->second;
  std::shared_ptr<const Evaluator> evaluator = primitive->evaluator;
  if (options_.slope_at_zero && primitive->with_slope_at_zero != nullptr) {
    evaluator = primitive->with_slope_at_zero(*options_.slope_at_zero);
  }
  code_.calls.push_back({std::move(primitive), std::move(evaluator), arguments});
  return found->second;
}

void FormulaParser::fail_for_want_of_operand(const Token& token) const {
  if (token.kind == Kind::end) {
    if (previous_.kind == Kind::end) lexer_.fail(token.offset, "there is no expression here.");
    lexer_.fail(token.offset,
                fmt::format("something is missing after {}.", in_quotes(previous_.text)));
  }
  if (token.kind == Kind::close && previous_.kind == Kind::open) {
    lexer_.fail(token.offset, "there is nothing between these parentheses.");
  }
  if (token.kind == Kind::close && pending_.empty()) fail_for_want_of_opening(token);
  lexer_.fail(token.offset, fmt::format("something is missing before {}.", in_quotes(token.text)));
}

void FormulaParser::fail_for_want_of_opening(const Token& token) const {
  lexer_.fail(token.offset, "this parenthesis closes none that was opened.");
}

void FormulaParser::fail_for_arity(const Pending& call, std::size_t given) const {
  std::string name(where_name);
  std::size_t most = where_arguments;
  std::size_t fewest = where_arguments;
  std::size_t group = 0;
  if (call.kind == Pending::Kind::call) {
    const Primitive& primitive = *code_.calls[call.index].primitive;
    name = primitive.name;
    most = primitive.arity;
    fewest = most - primitive.defaults.size();
    group = primitive.group;
  }
  std::string wanted = fmt::to_string(fewest);
  if (most > fewest) wanted += fmt::format("{}{}", most == fewest + 1 ? " or " : " to ", most);
  if (group == 1) wanted += " or more";
  if (group > 1) wanted += fmt::format(", {}, {}, ...", fewest + group, fewest + 2 * group);
  const bool one = most == 1 && group == 0;
  lexer_.fail(call.offset, fmt::format("{} takes {} argument{}, but {} {} given.", name, wanted,
                                       one ? "" : "s", given == 0 ? "none" : fmt::to_string(given),
                                       given <= 1 ? "was" : "were"));
}

}  // namespace ad::tools
