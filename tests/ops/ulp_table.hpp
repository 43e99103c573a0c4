// The largest errors met, per operation, carrier and number type. When the tests end
// they are printed if AUTODIFF_ULP_TABLE is in the environment: "where" adds the points, "markdown"
// prints the page docs/accuracy.md.
#pragma once

#include <string>
#include <string_view>

#include <autodiff/ops/rule.hpp>

namespace ulp_table {

/// Notes an error of the value (order 0) or of a derivative, in units in the last place; `where`
/// tells the point.
void note(const ad::Meta& declared, std::string_view carrier, std::string_view number, int order,
          double error, const std::string& where);

}  // namespace ulp_table
