// Who is to blame if the derivative of a formula is wrong: operations that were registered.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <autodiff/values/custom_vjp.hpp>

#include "autodiff/tools/program.hpp"

namespace {

using nlohmann::json;

/// What `autodiff check` says, run in this process, which has operations of its own.
json checked(const std::string& expression, const std::string& point, int status) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(ad::tools::run_program({"check", expression, "--at", point, "--format", "json"}),
            status);
  return json::parse(testing::internal::GetCapturedStdout());
}

class FormulaBlame : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ad::register_primitive(ad::custom_vjp(
        "inexact_square", [](auto x) { return x * x; },
        [](auto ct, auto x, auto) { return ct * 2 * x * (1 + 1e-6); }));
    ad::register_primitive(ad::custom_vjp(
        "exact_square", [](auto x) { return x * x; },
        [](auto ct, auto x, auto) { return ct * 2 * x; }));
  }
};

TEST_F(FormulaBlame, NamesARegisteredOperation) {
  const json report =
      checked("y*exp(inexact_square(sin(x)) + 1) + exact_square(x)", "x=0.5,y=2", 1);
  ASSERT_EQ(report["blame"].size(), 1U) << report;
  const json& blame = report["blame"][0];
  EXPECT_EQ(blame["operation"], "inexact_square");
  EXPECT_EQ(blame["place"], 2);
  EXPECT_EQ(blame["arguments"], json::array({std::sin(0.5)}));
  EXPECT_EQ(blame["argument"], 0);
  EXPECT_DOUBLE_EQ(blame["reference"], 2 * std::sin(0.5));
  EXPECT_EQ(blame["point"], (json{{"x", 0.5}, {"y", 2}}));
}

TEST_F(FormulaBlame, NamesNobodyIfAllIsRight) {
  EXPECT_EQ(checked("exp(exact_square(x)) / where(x < 0, x, 2)", "x=0.5", 0)["blame"],
            json::array());
}

TEST_F(FormulaBlame, NamesNobodyForAClaim) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(ad::tools::run_program({"check", "inexact_square(x)", "--gradient", "x=3*x", "--at",
                                    "x=1", "--format", "json"}),
            1);
  EXPECT_EQ(json::parse(testing::internal::GetCapturedStdout())["blame"], json::array());
}

}  // namespace
