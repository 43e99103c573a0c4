// Derivatives through products, reductions and coefficient-wise functions of Eigen.
#include <gtest/gtest.h>

#include "tests/interop/expect_derivatives.hpp"

namespace {

TEST(EigenExpressions, HaveTheDerivativesOfDifferencesInQuadPrecision) {
  interop_test::for_each_expression(
      [](const char* name, const auto& f) { interop_test::expect_derivatives(name, f); });
}

}  // namespace
