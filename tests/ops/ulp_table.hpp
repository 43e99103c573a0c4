// The largest errors met, per operation, carrier and number type. AUTODIFF_ULP_TABLE=1 in the
// environment prints them when the tests end.
#pragma once

#include <string>
#include <string_view>

#include <autodiff/ops/rule.hpp>

namespace ulp_table {

/// Notes an error of the value (order 0) or of a derivative, in units in the last place; `where`
/// tells the point.
void note(std::string_view operation, const ad::Ulps& declared, std::string_view carrier,
          std::string_view number, int order, double error, const std::string& where);

}  // namespace ulp_table
