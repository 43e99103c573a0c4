#include "autodiff/tools/lexer.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/characters.hpp"

namespace ad::tools {
namespace {

using Kind = Token::Kind;

struct Symbol {
  std::string_view text;
  Kind kind;
};

// Longer symbols before those they begin with.
constexpr std::array symbols{
    Symbol{"<=", Kind::less_equal}, Symbol{">=", Kind::greater_equal}, Symbol{"==", Kind::equal},
    Symbol{"!=", Kind::not_equal},  Symbol{"<", Kind::less},           Symbol{">", Kind::greater},
    Symbol{"+", Kind::plus},        Symbol{"-", Kind::minus},          Symbol{"*", Kind::times},
    Symbol{"/", Kind::divide},      Symbol{"^", Kind::power},          Symbol{"(", Kind::open},
    Symbol{")", Kind::close},       Symbol{",", Kind::comma},
};

struct Advice {
  std::string_view found;
  std::string_view message;
};

// What people write in other languages, or paste from a formula in a document.
constexpr std::array advices{
    Advice{"&&", "conditions cannot be combined with \"&&\"; nest one where(...) in the other."},
    Advice{"||", "conditions cannot be combined with \"||\"; nest one where(...) in the other."},
    Advice{"=", "\"=\" is no operator; a comparison for equality is \"==\"."},
    Advice{"!", "\"!\" is no operator; a comparison for inequality is \"!=\"."},
    Advice{"[", "brackets are not understood; use parentheses."},
    Advice{"]", "brackets are not understood; use parentheses."},
    Advice{"{", "braces are not understood; use parentheses."},
    Advice{"}", "braces are not understood; use parentheses."},
    Advice{"\u2212", "this is a typographic minus sign; write \"-\"."},
    Advice{"\u2013", "this is a dash; write \"-\"."},
    Advice{"\u00d7", "write \"*\" for a product."},
    Advice{"\u00b7", "write \"*\" for a product."},
    Advice{"\u22c5", "write \"*\" for a product."},
    Advice{"\u00f7", "write \"/\" for a quotient."},
    Advice{"\u03c0", "write \"pi\"."},
    Advice{"\u00b2", "write \"^2\" for a square."},
    Advice{"\u00b3", "write \"^3\" for a cube."},
    Advice{"\u2264", "write \"<=\"."},
    Advice{"\u2265", "write \">=\"."},
    Advice{"\u2260", "write \"!=\"."},
    Advice{"\u00a0", "this is a no-break space; write an ordinary one."},
};

}  // namespace

void Lexer::fail(std::size_t offset, std::string_view message) const {
  throw ParseError(source_, message, text_, offset);
}

Token Lexer::peek() {
  const std::size_t before = position_;
  const Token token = next();
  position_ = before;
  return token;
}

Token Lexer::next() {
  while (position_ < text_.size() && is_space(text_[position_])) ++position_;
  const std::size_t begin = position_;
  if (begin == text_.size()) return {Kind::end, begin, {}};
  const char c = text_[begin];
  if (is_digit(c) || c == '.') return number(begin);
  if (is_letter(c)) {
    while (position_ < text_.size() && is_name_character(text_[position_])) ++position_;
    return {Kind::name, begin, text_.substr(begin, position_ - begin)};
  }
  const std::string_view rest = text_.substr(begin);
  if (rest.starts_with("**")) fail(begin, "\"**\" is no operator; a power is \"^\".");
  for (const Symbol& symbol : symbols) {
    if (!rest.starts_with(symbol.text)) continue;
    position_ += symbol.text.size();
    return {symbol.kind, begin, symbol.text};
  }
  fail_on_stray(begin);
}

// digits with at most one dot, then perhaps an exponent.
Token Lexer::number(std::size_t begin) {
  const auto skip_digits = [&] {
    const std::size_t first = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
    return position_ - first;
  };
  const auto at = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };

  std::size_t digits = skip_digits();
  if (at(position_) == '.') {
    ++position_;
    digits += skip_digits();
  }
  if (digits == 0) fail(begin, "\".\" alone is no number.");
  if (at(position_) == '.') fail(position_, "a second decimal point in a number.");
  if (at(position_) == 'e' || at(position_) == 'E') {
    const std::size_t exponent = position_++;
    if (at(position_) == '+' || at(position_) == '-') ++position_;
    if (skip_digits() == 0) {
      fail(exponent, fmt::format("{} is no number: its exponent has no digits.",
                                 in_quotes(text_.substr(begin, position_ - begin))));
    }
    if (at(position_) == '.') fail(position_, "an exponent must be a whole number.");
  }
  if (is_letter(at(position_))) {
    fail(position_, fmt::format("an operator is missing after {}; a product is written with \"*\".",
                                in_quotes(text_.substr(begin, position_ - begin))));
  }
  return {Kind::number, begin, text_.substr(begin, position_ - begin)};
}

void Lexer::fail_on_stray(std::size_t begin) const {
  const std::string_view rest = text_.substr(begin);
  for (const Advice& advice : advices) {
    if (rest.starts_with(advice.found)) fail(begin, advice.message);
  }
  const std::size_t length = printable_length(rest);
  if (length == 0) {
    fail(begin, fmt::format("the byte 0x{:02X} cannot be part of an expression.",
                            static_cast<unsigned char>(rest.front())));
  }
  fail(begin, fmt::format("the character {} cannot be part of an expression.",
                          in_quotes(rest.substr(0, length))));
}

}  // namespace ad::tools
