// What `autodiff grad --at` says of results that are not finite.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/tools/contains.hpp"
#include "tests/tools/run_program.hpp"

namespace {

using nlohmann::json;
using tools_test::contains;
using tools_test::run_program;

std::string text_of(const std::string& expression, const std::string& point) {
  return run_program({"grad", expression, "--at", point}).output;
}

json json_of(const std::string& expression, const std::string& point) {
  return json::parse(run_program({"grad", expression, "--at", point, "--format", "json"}).output);
}

TEST(ProgramNonfinite, NamesTheOperationAndTheVariable) {
  EXPECT_TRUE(contains(text_of("log(x - 1) * y", "x=0,y=2"),
                       "\nwhy: log got -1, outside its domain; from x through sub.\n"));
  EXPECT_TRUE(contains(text_of("y + 1/x", "x=0,y=2"),
                       "\nwhy: div got 1, 0, where it is infinite; from x.\n"));
  EXPECT_TRUE(contains(text_of("exp(t)", "t=1000"),
                       "\nwhy: exp got 1000, too large a result for its type; from t.\n"));
  EXPECT_TRUE(contains(text_of("y*sqrt(x)", "x=0,y=2"),
                       "\nwhy: sqrt got 0, where its derivative is infinite; from x.\n"));
  EXPECT_TRUE(contains(text_of("x^2 + y", "x=2,y=nan"), "\nwhy: the input y is nan.\n"));
}

TEST(ProgramNonfinite, IsAMemberOfTheJson) {
  const json why = json_of("log(x - 1) * y", "x=0,y=2")["nonfinite"];
  EXPECT_EQ(why["operation"], "log");
  EXPECT_EQ(why["class"], "domain");
  EXPECT_EQ(why["arguments"], json::array({-1}));
  EXPECT_EQ(why["of"], "value");
  EXPECT_EQ(why["path"], json::array({"x", "sub"}));
  EXPECT_EQ(why["then"], json::array());
  const json form = json_of("exp(x) - exp(2*x)", "x=1000")["nonfinite"];
  EXPECT_EQ(form["class"], "overflow");
  EXPECT_EQ(form["then"][0]["class"], "infinity - infinity");
  EXPECT_EQ(form["then"][0]["arguments"], json::array({"Infinity", "Infinity"}));
  EXPECT_EQ(json_of("sqrt(x)", "x=0")["nonfinite"]["of"], "derivative");
}

TEST(ProgramNonfinite, IsAbsentWhereAllIsFinite) {
  EXPECT_FALSE(json_of("log(x)", "x=2").contains("nonfinite"));
  // The limit is finite.
  EXPECT_FALSE(json_of("sin(x)/x", "x=0").contains("nonfinite"));
  EXPECT_FALSE(contains(text_of("log(x)", "x=2"), "why:"));
}

}  // namespace
