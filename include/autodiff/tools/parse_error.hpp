// The error of everything that is typed by a person: where it is, and what stands there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/error.hpp>

namespace ad {

/// Text that cannot be understood. `what()` is one line that names the place.
///
///   try { ad::Formula::parse("2 + rleu(x)"); }
///   catch (const ad::ParseError& error) {
///     std::cerr << error.what() << '\n' << error.excerpt() << '\n';
///   }
///   // expression, column 5: there is no operation named "rleu"; did you mean "relu"?
///   //   2 + rleu(x)
///   //       ^
class ParseError : public Error {
 public:
  /// `source` is what the message calls `text`; `offset` is the byte the error is at, the size of
  /// `text` if something is missing at its end.
  ParseError(std::string_view source, std::string_view message, std::string_view text,
             std::size_t offset);

  std::size_t offset() const noexcept { return offset_; }

  /// The surroundings of the place on one line, and below it a caret under the place; empty if the
  /// text is blank.
  const std::string& excerpt() const noexcept { return excerpt_; }

 private:
  std::size_t offset_;
  std::string excerpt_;
};

/// `text` in double quotes for a message: at most about 40 characters of it, whatever is not
/// printable replaced by '?'.
std::string in_quotes(std::string_view text);

/// "; did you mean ...?" with the candidate that differs least from `name`, or "." if none is near:
/// what a message about an unknown name ends with.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace ad
