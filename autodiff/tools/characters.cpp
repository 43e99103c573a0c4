#include "autodiff/tools/characters.hpp"

#include <algorithm>

namespace ad::tools {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t length_by_lead(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_character);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t printable_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  const std::size_t length = length_by_lead(lead);
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool too_long = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool no_character = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
  const bool control = lead == 0xC2 && second < 0xA0;
  return too_long || no_character || control ? 0 : length;
}

Columns columns_around(std::string_view text, std::size_t offset, std::size_t limit) {
  // Four bytes a character at most, so this window holds the columns; it starts at a character.
  offset = std::min(offset, text.size());
  std::size_t begin = offset > 4 * limit ? offset - 4 * limit : 0;
  while (begin > 0 && begin < offset && is_continuation(text[begin])) ++begin;
  const std::size_t end = std::min(text.size(), offset + 4 * limit);

  std::vector<std::string_view> all;
  std::size_t place = 0;
  bool placed = false;
  for (std::size_t i = begin; i < end;) {
    if (!placed && i >= offset) {
      place = all.size();
      placed = true;
    }
    const std::size_t length = is_space(text[i]) ? 1 : printable_length(text.substr(i));
    if (is_space(text[i])) {
      all.emplace_back(" ");
    } else {
      all.push_back(length == 0 ? std::string_view("?") : text.substr(i, length));
    }
    i += std::max<std::size_t>(length, 1);
  }
  if (!placed) place = all.size();

  if (all.size() <= limit && begin == 0 && end == text.size()) return {std::move(all), place};
  std::size_t first = place > limit / 2 ? place - limit / 2 : 0;
  const std::size_t last = std::min(all.size(), first + limit);
  first = std::min(first, last > limit ? last - limit : 0);
  Columns result{{}, place - first};
  if (first > 0 || begin > 0) {
    result.characters.emplace_back("...");
    result.place += 3;
  }
  result.characters.insert(result.characters.end(),
                           all.begin() + static_cast<std::ptrdiff_t>(first),
                           all.begin() + static_cast<std::ptrdiff_t>(last));
  if (last < all.size() || end < text.size()) result.characters.emplace_back("...");
  return result;
}

}  // namespace ad::tools
