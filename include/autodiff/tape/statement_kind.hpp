// A statement remembers its kind in 10 bits: enough to say which operations it is made of when a
// sweep has something to report about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ad::detail {

/// As it stands in a statement's header: above this many bits of others.
using KindId = std::uint16_t;
inline constexpr unsigned kind_shift = 6;

/// Kind 0 stands for every expression beyond the table's room.
inline constexpr KindId other_kind = 0;
inline constexpr std::size_t kind_limit = 1024;

/// Enters a kind into the table of the process; the ids are handed out in order of first use.
KindId register_kind(std::string (*describe)());

/// The text of a kind: `mul(sqrt(.), .)`.
std::string describe_kind(KindId id);

/// The id of the expressions of type E, looked up once when the program starts.
template <class E>
inline const KindId kind_of = register_kind(&E::describe);

}  // namespace ad::detail
