// What holds of every right derivative rule, beside its slopes.
#pragma once

#include <vector>

#include <autodiff/verify/check.hpp>
#include <autodiff/verify/rule_subject.hpp>

namespace ad::detail {

/// Tries the rule at random points of `options.domain`, a quarter of `options.points` and at most
/// 25. Numbers that rounding may tell apart are compared to half the digits of the precision that
/// they were computed in: a rule that breaks one of these properties breaks it by more.
std::vector<Property> properties_of(const RuleSubject& subject, const CheckOptions& options);

}  // namespace ad::detail
