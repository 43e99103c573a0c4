// The order in which a person reads the entries of a report.
#pragma once

#include <autodiff/verify/report.hpp>

namespace ad::detail {

/// Refuted, the furthest off first; inconclusive; verified, kinks first, then the most digits lost;
/// not judged.
bool is_worse(const CheckEntry& a, const CheckEntry& b);

}  // namespace ad::detail
