// Kinds of characters, whatever the locale, and text of unknown origin made fit for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ad::tools {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_name_character(char c) { return is_letter(c) || is_digit(c); }

/// Some editors begin a file with it.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A letter or underscore, then letters, digits and underscores.
bool is_name(std::string_view text);

/// `text` without white space around it.
std::string_view trimmed(std::string_view text);

/// Length of the character at the beginning of `text`, in bytes: 1 to 4 for a printable one, 0 for
/// a control character or a byte that is not UTF-8. `text` must not be empty.
std::size_t printable_length(std::string_view text);

/// One entry a column: a printable character, a blank for white space, '?' for anything else.
struct Columns {
  std::vector<std::string_view> characters;
  std::size_t place = 0;  ///< the column of the byte asked for
};

/// At most `limit` columns of `text` around the byte `offset`; an ellipsis on each side where text
/// was left out. Takes time in proportion to `limit`, not to the text.
Columns columns_around(std::string_view text, std::size_t offset, std::size_t limit);

}  // namespace ad::tools
