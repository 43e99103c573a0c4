// autodiff grad, started as a person starts it.
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/tools/contains.hpp"
#include "tests/tools/run_program.hpp"

namespace {

using nlohmann::json;
using tools_test::contains;
using tools_test::Outcome;
using tools_test::run_program;
using tools_test::Scratch;

Outcome grad(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "grad");
  return run_program(std::move(arguments), input);
}

json grad_json(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Outcome outcome = grad(std::move(arguments));
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  return json::parse(outcome.output);
}

/// Exit status 2, nothing on the standard output, and one line on the standard error, apart from
/// the two that show the place.
void expect_bad(const std::vector<std::string>& arguments, const std::string& message) {
  const Outcome outcome = grad(arguments);
  EXPECT_EQ(outcome.status, 2) << message;
  EXPECT_EQ(outcome.output, "") << message;
  EXPECT_TRUE(contains(outcome.errors, "autodiff grad: "));
  EXPECT_TRUE(contains(outcome.errors, message));
  const auto lines = std::count(outcome.errors.begin(), outcome.errors.end(), '\n');
  EXPECT_TRUE(lines == 1 || (lines == 3 && outcome.errors.ends_with("^\n"))) << outcome.errors;
}

TEST(ProgramGrad, TellsValueAndGradientInWords) {
  const Outcome outcome = grad({"relu(w*x + b)^2", "--at", "w=0.5,x=2,b=-0.25"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.errors, "");
  EXPECT_EQ(outcome.output,
            "relu(w*x + b)^2\n"
            "at w = 0.5, x = 2, b = -0.25\n"
            "\n"
            "  value  0.5625\n"
            "  d/dw   3\n"
            "  d/dx   0.75\n"
            "  d/db   1.5\n");
}

TEST(ProgramGrad, TakesReductionsOfAnyNumberOfArguments) {
  const json norm = grad_json({"norm(x, y, z, 4)", "--at", "x=2,y=2,z=1"});
  EXPECT_EQ(norm["value"], 5.0);
  EXPECT_EQ(norm["gradient"], (json{{"x", 0.4}, {"y", 0.4}, {"z", 0.2}}));
  EXPECT_EQ(norm["flags"], json::array());
  const json deviation = grad_json({"std(x, y, z)", "--at", "x=1,y=2,z=3"});
  EXPECT_EQ(deviation["gradient"], (json{{"x", -0.5}, {"y", 0.0}, {"z", 0.5}}));
  const json at_kink = grad_json({"std(x, y, z)", "--at", "x=1,y=1,z=1"});
  EXPECT_EQ(at_kink["flags"], json::array({"kink: std"}));
  expect_bad({"std(x)", "--at", "x=1"}, "std takes 2 or more arguments, but 1 was given");
}

TEST(ProgramGrad, TakesAnElementOfTheGeneralisedGradientWhereConventionsDoNotFit) {
  const auto expect = [](const std::string& formula, const std::string& point,
                         const std::string& method, const json& gradient) {
    const json answer = grad_json({formula, "--at", point});
    EXPECT_EQ(answer["method"], method) << formula;
    EXPECT_EQ(answer["gradient"], gradient) << formula;
    EXPECT_FALSE(answer["flags"].empty()) << formula;
  };
  expect("relu(x) - relu(-x)", "x=0", "generalized", {{"x", 1.0}});
  expect("abs(x) - 2*relu(x) + x", "x=0", "generalized", {{"x", 0.0}});
  expect("where(x == 0, 0, x)", "x=0", "generalized", {{"x", 1.0}});
  expect("norm1(x, y) - 2*relu(x) + x", "x=0,y=1", "generalized", {{"x", 0.0}, {"y", 1.0}});
  expect("median(x, y, z) + max(x, max(y, z)) + min(x, min(y, z))", "x=1,y=1,z=1", "generalized",
         {{"x", 1.0}, {"y", 1.0}, {"z", 1.0}});
  expect("relu(x)", "x=0", "tape", {{"x", 0.0}});
  expect("max(x, y) + min(x, y)", "x=2,y=2", "tape", {{"x", 1.0}, {"y", 1.0}});
  // A jump has no generalised gradient.
  expect("where(x <= 0, 1, 2 + x)", "x=0", "tape", {{"x", 0.0}});
  const json plain = grad_json({"relu(x) - relu(-x)", "--at", "x=0", "--plain"});
  EXPECT_EQ(plain["method"], "tape");
  EXPECT_EQ(plain["gradient"]["x"], 0.0);
  const Outcome outcome = grad({"relu(x) - relu(-x)", "--at", "x=0"});
  EXPECT_TRUE(contains(outcome.output, "d/dx   1"));
  EXPECT_TRUE(contains(outcome.output, "element of the generalised gradient"));
}

TEST(ProgramGrad, TakesMoreBitsWhereDoublePrecisionLosesDigits) {
  const auto expect = [](const std::string& formula, const std::string& point, double value,
                         double slope) {
    const json answer = grad_json({formula, "--at", point});
    EXPECT_EQ(answer["method"], "precise") << formula;
    EXPECT_EQ(answer["value"].get<double>(), value) << formula;
    EXPECT_EQ(answer["gradient"]["x"].get<double>(), slope) << formula;
    EXPECT_GE(answer["lost_digits"].get<int>(), 4) << formula;
    EXPECT_EQ(grad_json({formula, "--at", point, "--plain"})["method"], "tape");
  };
  expect("-log(1 - 1/(1 + exp(-x)))", "x=40", 40, 1);
  expect("(1 - cos(x)) / x", "x=1e-9", 5e-10, 0.5);
  expect("(1 - cos(x)) / x^2", "x=1e-300", 0.5, -8.333333333333334e-302);
  expect("sqrt(x*x + 1e-400*0 + x*x)", "x=1e-200", 1.414213562373095e-200, 1.4142135623730951);
  expect("log(exp(x) + exp(x))", "x=1000", 1000.6931471805599, 1);
  expect("(1 + 1e-20*x) - 1", "x=1", 1e-20, 1e-20);
  expect("sin(pi*x)", "x=1", 0, -3.141592653589793);
  const json second = grad_json({"(1 - cos(x)) / x^2", "--at", "x=1e-9", "--hessian"});
  EXPECT_NEAR(second["hessian"]["x"]["x"].get<double>(), -1.0 / 12, 1e-15);
  const json fine = grad_json({"exp(x)*y", "--at", "x=1,y=3"});
  EXPECT_EQ(fine["method"], "tape");
  EXPECT_FALSE(fine.contains("lost_digits"));
}

TEST(ProgramGrad, TakesTheLimitWhereThereIsOne) {
  const auto expect = [](const std::string& formula, const std::string& point,
                         const std::string& method, const json& value, const json& gradient) {
    const json answer = grad_json({formula, "--at", point});
    EXPECT_EQ(answer["method"], method) << formula;
    EXPECT_EQ(answer["value"], value) << formula;
    EXPECT_EQ(answer["gradient"], gradient) << formula;
  };
  expect("sin(x) / x", "x=0", "limit", 1.0, {{"x", 0.0}});
  expect("(x^2 - 1) / (x - 1)", "x=1", "limit", 2.0, {{"x", 1.0}});
  expect("1 / (1/x)", "x=0", "limit", 0.0, {{"x", 1.0}});
  expect("where(x == 0, 1, expm1(x)/x)", "x=0", "limit", 1.0, {{"x", 0.5}});
  expect("(x^2 - y^2) / (x - y)", "x=3,y=3", "limit", 6.0, {{"x", 1.0}, {"y", 1.0}});
  expect("sqrt(x) * sqrt(x)", "x=0", "limit", 0.0, {{"x", 1.0}});
  const json second = grad_json({"sin(x) / x", "--at", "x=0", "--hessian"});
  EXPECT_NEAR(second["hessian"]["x"]["x"].get<double>(), -1.0 / 3, 1e-15);
  expect("where(x > 0, x*log(x), 0)", "x=0", "tape", 0.0, {{"x", "NaN"}});
  // There is none, or the value there is another one.
  expect("x*y / (x^2 + y^2)", "x=0,y=0", "tape", "NaN", {{"x", 0.0}, {"y", 0.0}});
  expect("where(x == 0, 5, x)", "x=0", "tape", 5.0, {{"x", 0.0}});
  expect("log(x)", "x=0", "tape", "-Infinity", {{"x", "Infinity"}});
  expect("sqrt(x)", "x=0", "tape", 0.0, {{"x", "Infinity"}});
  expect("sqrt(x - 0.1)", "x=0.1", "tape", 0.0, {{"x", "Infinity"}});
  expect("sin(1/x)*x", "x=0", "tape", "NaN", {{"x", "NaN"}});
}

TEST(ProgramGrad, ComputesPreciselyOnDemand) {
  const json answer = grad_json({"exp(x) - 1", "--at", "x=1e-3", "--precise"});
  EXPECT_EQ(answer["gradient"]["x"].get<double>(), std::exp(1e-3));
  EXPECT_LE(answer["lost_digits"].get<int>(), 3);
  const Scratch scratch;
  const std::string data = scratch.write("points.csv", "x\n1e-9\n1\n");
  const Outcome plain = grad({"(1 - cos(x)) / x", "--data", data});
  EXPECT_TRUE(contains(plain.output, "\n0,"));
  const Outcome precise = grad({"(1 - cos(x)) / x", "--data", data, "--precise"});
  EXPECT_TRUE(contains(precise.output, "\n5e-10,0.5,"));
  const json kink = grad_json({"relu(x) - relu(-x)", "--at", "x=0", "--precise"});
  EXPECT_EQ(kink["gradient"]["x"], 1.0);
  EXPECT_EQ(kink["method"], "generalized");
  const json fitting = grad_json({"relu(x)", "--at", "x=0", "--precise", "--hessian"});
  EXPECT_EQ(fitting["method"], "tape");
  EXPECT_EQ(fitting["hessian"]["x"]["x"], 0.0);
}

TEST(ProgramGrad, FindsLostDigitsBesideAKink) {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, std::vector<std::string>{"--precise"}}) {
    const auto at = [&](const std::string& formula) {
      std::vector<std::string> arguments{formula + " + (1 - cos(y)) / y", "--at", "x=0,y=1e-9"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      return grad_json(arguments);
    };
    const json fitting = at("relu(x)");
    EXPECT_EQ(fitting["gradient"], (json{{"x", 0.0}, {"y", 0.5}}));
    EXPECT_EQ(fitting["method"], "precise");
    const json unfitting = at("relu(x) - relu(-x)");
    EXPECT_EQ(unfitting["value"], 5e-10);
    EXPECT_EQ(unfitting["gradient"], (json{{"x", 1.0}, {"y", 0.5}}));
    EXPECT_EQ(unfitting["method"], "generalized");
  }
}

TEST(ProgramGrad, SaysWhichNumbersItCouldNotMakePrecise) {
  const std::string loses = " + (1 - cos(y)) / y";
  const json kink = grad_json({"relu(x)" + loses, "--at", "x=0,y=1e-9", "--hessian"});
  EXPECT_EQ(kink["gradient"]["y"], 0.5);
  EXPECT_EQ(kink["flags"],
            (json{"kink: relu", "lost digits: 15", "second derivatives: double precision"}));
  for (const std::string branch : {"floor(x)", "where(x == 1, 2, x)"}) {
    const json answer = grad_json({branch + loses, "--at", "x=1,y=1e-9"});
    EXPECT_EQ(answer["method"], "tape") << branch;
    EXPECT_EQ(answer["lost_digits"], 15) << branch;
  }
  for (const std::string formula : {"floor(x)", "relu(x)", "relu(x - 1) - relu(1 - x)"}) {
    EXPECT_FALSE(grad_json({formula, "--at", "x=1"}).contains("lost_digits")) << formula;
  }
}

TEST(ProgramGrad, KeepsResultsThatAreTinyButRight) {
  const auto expect_tape = [](const char* formula, const char* point, double slope) {
    const json answer = grad_json({formula, "--at", point});
    EXPECT_EQ(answer["method"], "tape") << formula;
    EXPECT_NEAR(answer["gradient"]["x"].get<double>() / slope, 1, 1e-13) << formula;
  };
  expect_tape("exp(x)", "x=-200.3", std::exp(-200.3));
  expect_tape("tanh(x)", "x=100.5", 2.036428323580044e-87);
  expect_tape("x^100", "x=0.01", 1e-196);
  expect_tape("sigmoid(x)", "x=-250", std::exp(-250));
}

TEST(ProgramGrad, KnowsSpecialFunctionsAndConstantsToAllDigits) {
  const auto expect = [](const char* formula, const char* point, double value, double slope) {
    const json answer = grad_json({formula, "--at", point});
    EXPECT_DOUBLE_EQ(answer["value"].get<double>(), value) << formula;
    EXPECT_DOUBLE_EQ(answer["gradient"]["x"].get<double>(), slope) << formula;
  };
  // mpmath
  expect("erf(x)/x", "x=1e-30", 1.1283791670955126, -7.5225277806367508e-31);
  expect("erf(x)/x", "x=0", 1.1283791670955126, 0);
  expect("gelu(x)/x", "x=0", 0.5, 0.3989422804014327);
  expect("(erf(x)-2*x/sqrt(pi))/x^3", "x=1e-15", -0.37612638903183754, 2.2567583341910252e-16);
  expect("(normal_cdf(x)-0.5)/x", "x=1e-40", 0.3989422804014327, -1.3298076013381087e-41);
  expect("(digamma(1+x)-digamma(1))/x", "x=1e-40", 1.6449340668482264, -1.2020569031595942);
  expect("log2(x)-log(x)/log(2)", "x=3", 0, 0);
  const auto second = [](const char* formula, const char* point) {
    return grad_json({formula, "--at", point, "--hessian"})["hessian"]["x"]["x"].get<double>();
  };
  EXPECT_NEAR(second("digamma(x)", "x=1"), -2.4041138063191885, 1e-12);
  EXPECT_NEAR(second("sinc(x)", "x=10.5"), -0.29864936424654537, 1e-12);
  EXPECT_NEAR(second("log_ndtr(x)", "x=-1e5"), -1, 1e-9);
}

TEST(ProgramGrad, WritesJson) {
  EXPECT_EQ(grad_json({"relu(w*x + b)^2", "--at", "w=0.5,x=2,b=-0.25"}),
            json::parse(R"({"value": 0.5625, "gradient": {"w": 3.0, "x": 0.75, "b": 1.5},
                            "method": "tape", "flags": []})"));
  EXPECT_EQ(grad_json({"7", "--at", ""})["gradient"], json::object());
}

TEST(ProgramGrad, WritesNumbersThatComeBackExactly) {
  const json answer = grad_json({"0.1*x", "--at", "x=3"});
  EXPECT_EQ(answer["value"].get<double>(), 0.1 * 3);
  EXPECT_EQ(answer["gradient"]["x"].get<double>(), 0.1);
}

TEST(ProgramGrad, WritesNonFiniteNumbersAsStrings) {
  const json answer = grad_json({"exp(x) + y - z", "--at", "x=1000,y=nan,z=inf"});
  EXPECT_EQ(answer["value"], "NaN");
  EXPECT_EQ(answer["gradient"]["x"], "Infinity");
  EXPECT_EQ(answer["flags"], json({"nonfinite"}));
  EXPECT_EQ(grad_json({"x", "--at", "x=-inf"})["value"], "-Infinity");
}

TEST(ProgramGrad, FlagsKinksAndIndeterminateForms) {
  EXPECT_EQ(grad_json({"relu(x)", "--at", "x=0"})["flags"], json({"kink: relu"}));
  EXPECT_EQ(grad_json({"relu(x)", "--at", "x=5e-324"})["flags"], json::array());
  EXPECT_EQ(grad_json({"elu(x)", "--at", "x=0"})["flags"], json::array());
  EXPECT_EQ(grad_json({"elu(x, 2)", "--at", "x=0"})["flags"], json({"kink: elu"}));
  EXPECT_EQ(grad_json({"max(x, y)", "--at", "x=1,y=1"})["flags"], json({"kink: max"}));
  EXPECT_EQ(grad_json({"hypot(x, y)", "--at", "x=0,y=0"})["flags"], json({"kink: hypot"}));
  EXPECT_EQ(grad_json({"hypot(x, y)", "--at", "x=0,y=1"})["flags"], json::array());
  EXPECT_EQ(grad_json({"atan2(x, y)", "--at", "x=0,y=-1"})["flags"], json({"jump: atan2"}));
  EXPECT_EQ(grad_json({"copysign(x, y)", "--at", "x=3,y=0"})["flags"], json({"jump: copysign"}));
  EXPECT_EQ(grad_json({"copysign(x, y)", "--at", "x=0,y=1"})["flags"], json({"kink: copysign"}));
  const json identity = grad_json({"copysign(x, x)", "--at", "x=0"});
  EXPECT_EQ(identity["gradient"]["x"], 1.0);
  EXPECT_EQ(identity["method"], "generalized");
  EXPECT_EQ(grad_json({"where(x < 1, x, 2)", "--at", "x=1"})["flags"], json({"equality: where"}));
  EXPECT_EQ(grad_json({"sqrt(x)*y", "--at", "x=0,y=0"})["flags"], json({"indeterminate: sqrt"}));
  EXPECT_TRUE(contains(grad({"relu(x)", "--at", "x=0"}).output,
                       "kink: relu is not differentiable here (x = 0)"));
}

TEST(ProgramGrad, TakesASlopeAtZero) {
  const auto slope = [](const std::string& x, const std::string& s) {
    return grad_json({"relu(x)", "--at", "x=" + x, "--slope-at-zero", s})["gradient"]["x"]
        .get<double>();
  };
  for (const char* s : {"0", "0.5", "1"}) {
    EXPECT_EQ(slope("0", s), std::stod(s));
    EXPECT_EQ(slope("-0", s), std::stod(s));
    EXPECT_EQ(slope("-5e-324", s), 0);
    EXPECT_EQ(slope("5e-324", s), 1);
  }
  expect_bad({"relu(x)", "--at", "x=0", "--slope-at-zero", "1.001"}, "choose a number in [0, 1]");
  expect_bad({"relu(x)", "--at", "x=0", "--slope-at-zero", "-0.1"}, "choose a number in [0, 1]");
  expect_bad({"relu(x)", "--at", "x=0", "--slope-at-zero", "nan"}, "choose a number in [0, 1]");
  expect_bad({"relu(x)", "--at", "x=0", "--slope-at-zero", "half"}, "--slope-at-zero");
}

TEST(ProgramGrad, GivesSecondDerivatives) {
  EXPECT_EQ(
      grad_json({"x^2*y + z", "--at", "x=3,y=2,z=1", "--hessian"})["hessian"],
      json::parse(R"({"x": {"x": 4.0, "y": 6.0, "z": 0.0}, "y": {"x": 6.0, "y": 0.0, "z": 0.0},
                            "z": {"x": 0.0, "y": 0.0, "z": 0.0}})"));
  EXPECT_EQ(grad({"x*y", "--at", "x=3,y=2", "--hessian", "--format", "csv"}).output,
            "value,d_x,d_y,d2_x_x,d2_x_y,d2_y_y,flags\n6,2,3,0,1,0,\n");
  EXPECT_TRUE(contains(grad({"x*y", "--at", "x=3,y=2", "--hessian"}).output, "second derivatives"));
}

TEST(ProgramGrad, TakesAnExpressionThatBeginsWithAMinus) {
  EXPECT_EQ(grad_json({"-x^2", "--at", "x=3"})["value"], -9.0);
  EXPECT_EQ(grad_json({"--at", "x=3", "-x^2"})["value"], -9.0);
  EXPECT_EQ(grad_json({"--at=x=3", "-(x)"})["value"], -3.0);
  EXPECT_EQ(grad_json({"--x*x", "--at", "x=3"})["value"], 9.0);
  EXPECT_EQ(grad_json({"-1", "--at", ""})["value"], -1.0);
  EXPECT_EQ(grad({"--at", "h=3", "--", "-h"}).status, 0);
}

TEST(ProgramGrad, ReadsTheExpressionFromAFileOrTheStandardInput) {
  const Scratch scratch;
  const std::string path = scratch.write("model.txt", "relu(w*x\n  + b)\n");
  EXPECT_EQ(grad_json({"@" + path, "--at", "w=2,x=3,b=1"})["value"], 7.0);
  EXPECT_TRUE(contains(grad({"-", "--at", "x=3"}, "x^2\n").output, "d/dx   6"));
  EXPECT_EQ(
      grad_json({"@" + scratch.write("marked.txt", "\xEF\xBB\xBFx^2\n"), "--at", "x=2"})["value"],
      4.0);
  const Outcome outcome = grad({"@" + scratch.write("bad.txt", "x +\n  $"), "--at", "x=3"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(contains(outcome.errors, "bad.txt, line 2, column 3"));
  expect_bad({"@" + scratch.path("missing"), "--at", "x=1"}, "No such file or directory");
  expect_bad({"@" + scratch.path(""), "--at", "x=1"}, "cannot read");
}

TEST(ProgramGrad, ReportsBadInput) {
  expect_bad({"nosuch(x)", "--at", "x=1"}, "there is no operation named \"nosuch\"");
  expect_bad({"sinn(x)", "--at", "x=1"}, "did you mean \"sin\"?\n  sinn(x)\n  ^\n");
  expect_bad({"relu(x", "--at", "x=1"}, "never closed");
  expect_bad({"relu(1,2,3)", "--at", "x=1"}, "relu takes 1 argument, but 3 were given");
  expect_bad({"", "--at", "x=1"}, "there is no expression here");
  expect_bad({"x + y", "--at", "x=1"}, "\"y\" has no value");
  expect_bad({"x", "--at", "x=1,z=2"}, "no variable \"z\"");
  expect_bad({"x", "--at", "x=1,x=2"}, "has been given before");
  expect_bad({"x", "--at", "x=one"}, "\"one\" is not a number");
  expect_bad({"x + y"}, "a value is needed for \"x\" and \"y\"");
}

TEST(ProgramGrad, ReportsBadUsage) {
  expect_bad({}, "EXPR is required");
  expect_bad({"x", "*", "y", "--at", "x=1"}, "put quotes around the expression");
  expect_bad({"x", "--att", "x=1"}, "there is no option \"--att\"; did you mean \"--at\"?");
  expect_bad({"x", "--at"}, "--at needs a value");
  expect_bad({"x", "--at", "x=1", "--format", "xml"}, "--format");
  expect_bad({"x", "--at", "x=1", "--data", "points.csv"}, "--at excludes --data");
  expect_bad({"x", "--data", "points.csv", "--format", "text"}, "csv or json");
  expect_bad({"-", "--data", "-"}, "cannot both come from the standard input");
}

TEST(ProgramGrad, SurvivesDeepNesting) {
  const std::string open(100'000, '(');
  expect_bad({open + "x", "--at", "x=1"}, "never closed");
  const std::string pairs = std::string(60'000, '(') + "x" + std::string(60'000, ')');
  EXPECT_EQ(grad_json({pairs, "--at", "x=1.5"})["value"], 1.5);
  const Scratch scratch;
  const std::string million = std::string(1'000'000, '(') + "x" + std::string(1'000'000, ')');
  EXPECT_EQ(grad_json({"@" + scratch.write("deep", million), "--at", "x=1.5"})["value"], 1.5);
}

TEST(ProgramGrad, DifferentiatesEveryRowOfATable) {
  const Scratch scratch;
  const std::string data = scratch.write("points.csv", "x,name,w\n2,a,3\n-1,\"b,c\",2\n0,d,1\n");
  const std::string expected =
      "value,d_w,d_x,flags\n"
      "6,2,3,\n"
      "0,0,0,\n"
      "0,0,0,kink: relu\n";
  EXPECT_EQ(grad({"relu(w*x)", "--data", data}).output, expected);
  const Outcome written = grad({"relu(w*x)", "--data", data, "-o", scratch.path("out.csv")});
  EXPECT_EQ(written.status, 0);
  EXPECT_EQ(written.output, "");
  EXPECT_EQ(written.errors, "");
  EXPECT_EQ(Scratch::read(scratch.path("out.csv")), expected);
  EXPECT_EQ(grad({"relu(w*x)", "--data", "-"}, Scratch::read(data)).output, expected);
}

TEST(ProgramGrad, WritesAJsonObjectPerRow) {
  const Scratch scratch;
  const std::string data = scratch.write("points.csv", "x\n1\n2\n");
  std::istringstream lines(grad({"x^2", "--data", data, "--format", "json"}).output);
  std::vector<double> slopes;
  for (std::string line; std::getline(lines, line);) {
    slopes.push_back(json::parse(line)["gradient"]["x"].get<double>());
  }
  EXPECT_EQ(slopes, (std::vector<double>{2, 4}));
}

TEST(ProgramGrad, LeavesNothingBehindAfterABadRow) {
  const Scratch scratch;
  const auto bad = [&](const std::string& text, const std::string& message) {
    const std::string data = scratch.write("points.csv", text);
    const std::string out = scratch.write("out.csv", "old");
    const Outcome outcome = grad({"x*y", "--data", data, "-o", out});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(contains(outcome.errors, data + message));
    EXPECT_EQ(Scratch::read(out), "old");
    EXPECT_EQ(scratch.files(), (std::vector<std::string>{"out.csv", "points.csv"}));
  };
  bad("x,y\n1,2\n3,abc\n", ":3: \"abc\" in column \"y\" is not a number.");
  bad("x,y\n1,2\n3\n", ":3: this row has 1 field, but the header has 2.");
  bad("x,z\n1,2\n", ":1: there is no column \"y\"");
  bad("", ":1: the file is empty");
}

TEST(ProgramGrad, RefusesAnOutputThatCannotBeWritten) {
  const Scratch scratch;
  const std::string data = scratch.write("points.csv", "x\n1\n");
  expect_bad({"x", "--data", data, "-o", scratch.path("no/out.csv")}, "No such file or directory");
  expect_bad({"x", "--data", data, "-o", scratch.path("")}, "Is a directory");
  expect_bad({"x", "--data", scratch.path("none.csv")}, "none.csv");
  EXPECT_EQ(scratch.files(), std::vector<std::string>{"points.csv"});
}

}  // namespace
