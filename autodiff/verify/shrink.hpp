// Makes a refuted point simple.
#pragma once

#include <string>
#include <vector>

#include <autodiff/verify/check.hpp>

namespace ad::detail {

/// Sets `report.counterexample`, without a test, if an entry is refuted: the point of the worst one
/// with as many coordinates 0, or numbers of few digits, as leave it refuted in the same way,
/// inside `options.domain` if there is one. Costs some hundred checks of one derivative at most.
void shrink(const Subject& subject, const CheckOptions& options, Report& report);

}  // namespace ad::detail
