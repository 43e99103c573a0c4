// How many arguments a statement has, as its header tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <autodiff/tape/registers.hpp>
#include <autodiff/tape/statement_kind.hpp>

namespace ad::detail {

/// Products are arguments whose partial is stored; units those whose partial is 1, as in sums. The
/// header of a statement holds its kind, the number of products and that of units.
struct Arity {
  static constexpr std::size_t unit_bits = 2;
  static constexpr std::size_t bits = kind_shift;
  static constexpr std::size_t most_units = (1U << unit_bits) - 1;
  /// A header with as many products says that their number follows the statement's indices.
  static constexpr std::size_t wide = (1U << (bits - unit_bits)) - 1;

  std::size_t products = 0;
  std::size_t units = 0;

  [[gnu::always_inline]] constexpr std::size_t arguments() const { return products + units; }
  [[gnu::always_inline]] constexpr bool is_wide() const { return products >= wide; }

  /// What the sweep switches on.
  [[gnu::always_inline]] constexpr std::uint16_t code() const {
    return static_cast<std::uint16_t>(products << unit_bits | units);
  }
  [[gnu::always_inline]] constexpr std::uint16_t header(KindId kind) const {
    return static_cast<std::uint16_t>(kind | code());
  }
  static constexpr Arity of_header(std::uint16_t header) {
    return {header >> unit_bits & wide, header & most_units};
  }
  /// Of four statements together; false if one of them is wide.
  [[gnu::always_inline]] static bool of_four(const std::uint16_t* headers, Arity& sum) {
    std::uint64_t each = 0x0001'0001'0001'0001;  // a number for each header
    keep_in_register(each);  // its multiples are made here, not ahead of the sweep's loop
    std::uint64_t four = 0;
    std::memcpy(&four, headers, sizeof(four));
    const std::uint64_t products = four >> unit_bits & ((each << (bits - unit_bits)) - each);
    const std::uint64_t units = four & each * most_units;
    sum = {products * each >> 48U, units * each >> 48U};
    return ((products + each) & each << (bits - unit_bits)) == 0;
  }
  static constexpr std::uint16_t code_of_header(std::uint16_t header) {
    return header & ((1U << bits) - 1);
  }
  static constexpr KindId kind_of_header(std::uint16_t header) {
    return static_cast<KindId>(header >> bits << bits);
  }
};

/// A position in the streams of arguments.
struct Cursor {
  std::size_t products = 0;
  std::size_t arguments = 0;

  /// To the first argument of the statement with this header, whose last was before the cursor.
  Arity step_back(std::uint16_t header, const std::uint32_t* indices) {
    Arity arity = Arity::of_header(header);
    if (arity.is_wide()) arity.products = indices[--arguments];
    products -= arity.products;
    arguments -= arity.arguments();
    return arity;
  }
};

}  // namespace ad::detail
