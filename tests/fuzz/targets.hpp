// What is fuzzed: each target takes any bytes, and throws `Failure` if what must hold does not.
#pragma once

#include <stdexcept>
#include <string_view>

namespace ad::fuzz {

class Failure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The bytes are text in the place of a formula, a point and a domain: each is understood or is a
/// ParseError, and a formula has the same value on the tape and as plain numbers.
void fuzz_formula(std::string_view bytes);

/// The bytes are a table: its records, written again, are the same records.
void fuzz_csv(std::string_view bytes);

/// The bytes choose an expression over all operations and a point: its derivatives agree.
void fuzz_expression(std::string_view bytes);

}  // namespace ad::fuzz
