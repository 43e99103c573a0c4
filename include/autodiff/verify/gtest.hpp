// Checks as GoogleTest expectations. Not part of the umbrella header.
#pragma once

#include <gtest/gtest.h>

#include <autodiff/verify/check_array_gradient.hpp>
#include <autodiff/verify/check_array_rule.hpp>
#include <autodiff/verify/check_gradient.hpp>
#include <autodiff/verify/check_rule.hpp>

namespace ad::detail {

inline ::testing::AssertionResult is_verified(const Report& report) {
  if (report.verdict == Verdict::verified) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << report.to_text();
}

}  // namespace ad::detail

/// Expects that `ad::check_gradient` verifies; the arguments are its arguments. Prints the report
/// if it does not.
///
///     EXPECT_GRADIENT([](auto x) { return x * relu(x); }, 0.0);
///     EXPECT_GRADIENT(f, claimed_gradient, (std::array{1.0, 2.0}));
#define EXPECT_GRADIENT(...) \
  EXPECT_TRUE(::ad::detail::is_verified(::ad::check_gradient(__VA_ARGS__)))

/// Expects that `ad::check_rule` verifies an operation or a custom rule.
///
///     EXPECT_RULE(ad::Relu{});
///     EXPECT_RULE(softplus);
#define EXPECT_RULE(...) EXPECT_TRUE(::ad::detail::is_verified(::ad::check_rule(__VA_ARGS__)))
