// A statement remembers its kind in 10 bits: enough to say which operations it is made of when a
// sweep has something to report about it.
#pragma once

#include <cstdint>
#include <string>

namespace ad::detail {

using KindId = std::uint16_t;

/// Kind 0 stands for every expression beyond the table's room.
inline constexpr KindId other_kind = 0;
inline constexpr KindId kind_limit = 1024;

/// Enters a kind into the table of the process; the ids are handed out in order of first use.
KindId register_kind(std::string (*describe)());

/// The text of a kind: `mul(sqrt(.), .)`.
std::string describe_kind(KindId id);

/// The id of the expressions of type E, looked up once when the program starts.
template <class E>
inline const KindId kind_of = register_kind(&E::describe);

}  // namespace ad::detail
