// Cuts an expression into tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ad::tools {

struct Token {
  enum class Kind {
    number,
    name,
    plus,
    minus,
    times,
    divide,
    power,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    open,
    close,
    comma,
    end,
  };

  Kind kind;
  std::size_t offset;
  std::string_view text;
};

/// Yields the tokens of a text one by one, then `end` for ever. Throws ParseError for what is no
/// token. The text and the name of its source must outlive the lexer.
class Lexer {
 public:
  Lexer(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Token next();
  /// What `next` will yield.
  Token peek();

  [[noreturn]] void fail(std::size_t offset, std::string_view message) const;

 private:
  Token number(std::size_t begin);
  [[noreturn]] void fail_on_stray(std::size_t begin) const;

  std::string_view text_;
  std::string_view source_;
  std::size_t position_ = 0;
};

}  // namespace ad::tools
