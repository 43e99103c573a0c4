// The program as a whole, and its commands check, plot and ops.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <autodiff/ops/registry.hpp>

#include "tests/tools/contains.hpp"
#include "tests/tools/run_program.hpp"

namespace {

using nlohmann::json;
using tools_test::contains;
using tools_test::Outcome;
using tools_test::run_program;
using tools_test::Scratch;

void expect_bad(const std::vector<std::string>& arguments, const std::string& message) {
  const Outcome outcome = run_program(arguments);
  EXPECT_EQ(outcome.status, 2) << message;
  EXPECT_EQ(outcome.output, "") << message;
  EXPECT_TRUE(contains(outcome.errors, message));
}

/// Tests of this process may have registered others.
std::vector<std::string> built_in_names() {
  std::vector<std::string> names = ad::primitive_names();
  std::erase_if(names, [](const std::string& name) { return !ad::find_primitive(name)->built_in; });
  return names;
}

int check_status(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "check");
  return run_program(std::move(arguments)).status;
}

TEST(Program, ExplainsItself) {
  const Outcome program = run_program({"--help"});
  EXPECT_EQ(program.status, 0);
  EXPECT_TRUE(contains(program.output, "Examples:"));
  for (const std::string command : {"grad", "check", "plot", "ops"}) {
    const Outcome outcome = run_program({command, "--help"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.errors, "");
    EXPECT_TRUE(contains(outcome.output, "Examples:\n  autodiff " + command));
    EXPECT_TRUE(contains(program.output, command));
  }
  EXPECT_TRUE(contains(run_program({"--version"}).output, "autodiff "));
}

TEST(Program, ReportsBadUsage) {
  expect_bad({}, "a command is needed");
  expect_bad({"grd", "x"}, "there is no command \"grd\"; did you mean \"grad\"?");
  expect_bad({"--nonsense"}, "autodiff: ");
  expect_bad({"check", "x"}, "a point or a domain is needed");
  expect_bad({"plot", "x"}, "is required");
}

TEST(Program, NoticesThatItsOutputIsLost) {
  expect_bad({"grad", "x", "--at", "x=1", "-o", "/dev/full"}, "No space left on device");
}

TEST(ProgramCheck, VerifiesOurDerivatives) {
  EXPECT_EQ(check_status({"relu(w*x + b)^2", "--at", "w=0.5,x=2,b=-0.25"}), 0);
  EXPECT_EQ(check_status({"x*relu(x) + sin(y)", "--domain", "x=-3:3,y=0:1"}), 0);
  EXPECT_EQ(check_status({"-x^2", "--domain", "x=-1:1", "--points", "5", "--seed", "7"}), 0);
}

TEST(ProgramCheck, JudgesReluAtAndBesideZero) {
  struct Case {
    const char* x;
    double smallest, largest;  ///< claims that are right
  };
  for (const Case& c : {Case{"-1", 0, 0}, Case{"-5e-324", 0, 0}, Case{"-0", 0, 1}, Case{"0", 0, 1},
                        Case{"5e-324", 1, 1}, Case{"1e-12", 1, 1}, Case{"1", 1, 1}}) {
    const std::string at = std::string("x=") + c.x;
    for (const char* claim : {"0", "0.5", "1", "1.001"}) {
      const double claimed = std::stod(claim);
      const int expected = c.smallest <= claimed && claimed <= c.largest ? 0 : 1;
      EXPECT_EQ(check_status({"relu(x)", "--at", at, "--gradient", std::string("x=") + claim}),
                expected)
          << at << ", claim " << claim;
    }
    for (const char* slope : {"0", "0.5", "1"}) {
      EXPECT_EQ(check_status({"relu(x)", "--at", at, "--slope-at-zero", slope}), 0) << at;
    }
  }
}

TEST(ProgramCheck, RefutesAWrongClaim) {
  const Outcome outcome =
      run_program({"check", "x^3", "--gradient", "x=3*x", "--domain", "x=-1:1"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.errors, "");
  EXPECT_EQ(check_status({"x^3", "--gradient", "x=3*x^2", "--domain", "x=-1:1"}), 0);
  EXPECT_EQ(check_status({"x*y", "--gradient", "x=y", "--at", "x=1,y=3"}), 0);
  EXPECT_EQ(check_status({"x*y", "--gradient", "x=y", "--gradient", "y=y", "--at", "x=1,y=3"}), 1);
}

TEST(ProgramCheck, SaysWhenItCannotTell) {
  EXPECT_EQ(check_status({"where(x < 0, 0, 1)", "--at", "x=0"}), 3);
  EXPECT_EQ(check_status({"log(x)", "--at", "x=-1"}), 3);
}

TEST(ProgramCheck, WritesJson) {
  const Outcome outcome = run_program({"check", "relu(x)", "--at", "x=0", "--format", "json"});
  const json report = json::parse(outcome.output);
  EXPECT_EQ(report["verdict"], "verified");
  EXPECT_EQ(report["entries"][0]["variable"], "x");
  EXPECT_EQ(report["entries"][0]["kind"], "kink");
  EXPECT_EQ(report["entries"][0]["left"], 0.0);
  EXPECT_EQ(report["entries"][0]["right"], 1.0);
  EXPECT_EQ(report["entries"][0]["point"]["x"], 0.0);
}

TEST(Check, WritesJunit) {
  const Outcome outcome = run_program(
      {"check", "x^3", "--gradient", "x=3*x", "--domain", "x=-1:1", "--format", "junit"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.output.find("<?xml"), 0U);
  EXPECT_TRUE(contains(outcome.output, "<failure message="));
}

TEST(Check, ShowsTheSimplestPointAsACommand) {
  const Outcome outcome =
      run_program({"check", "x^3*y", "--gradient", "x=3*x*y", "--at", "x=0.77123,y=-1.93217"});
  EXPECT_TRUE(contains(outcome.output, "autodiff check 'x^3*y' --gradient 'x=3*x*y' --at x="));
}

TEST(Check, DrawsTheClaimAgainstTheReference) {
  const Scratch scratch;
  const std::string picture = scratch.path("claim.svg");
  const Outcome outcome = run_program({"check", "relu(x)", "--gradient", "x=where(x < 0.5, 0, 1)",
                                       "--domain", "x=-2:2", "--plot", picture});
  EXPECT_EQ(outcome.status, 1) << outcome.errors;
  const std::string svg = Scratch::read(picture);
  for (const char* text : {"</svg>", "reference", "claimed", "refuted", "at a kink"}) {
    EXPECT_TRUE(contains(svg, text));
  }
  expect_bad({"check", "x", "--at", "x=1", "--plot", picture}, "--domain is missing");
  expect_bad({"check", "x*y", "--domain", "x=0:1,y=0:1", "--plot", picture}, "one variable");
  expect_bad({"check", "x", "--domain", "x=0:1", "--plot", "claim.png"}, "named .svg");
}

TEST(ProgramCheck, ReportsBadInput) {
  expect_bad({"check", "x", "--at", "x=1", "--gradient", "y=1"}, "no variable \"y\"");
  expect_bad({"check", "x", "--at", "x=1", "--gradient", "x"}, "a variable and its derivative");
  expect_bad({"check", "x", "--at", "x=1", "--gradient", "x=z"}, "--gradient x, column 1");
  expect_bad({"check", "x", "--at", "x=1", "--gradient", "x=1", "--gradient", "x=1"}, "twice");
  expect_bad({"check", "x", "--domain", "x=1:0"}, "the lower end comes first");
  expect_bad({"check", "x*y", "--domain", "x=0:1"}, "\"y\" has no value");
  expect_bad({"check", "x", "--domain", "x=0:1", "--points", "-3"}, "a whole number");
  expect_bad({"check", "3", "--at", "x=1"}, "no variable");
  expect_bad({"check", "x", "--at", "x=1", "--format", "csv"}, "--format");
}

TEST(ProgramOps, ListsEveryOperation) {
  const std::string text = run_program({"ops"}).output;
  const json list = json::parse(run_program({"ops", "--format", "json"}).output);
  const std::string markdown = run_program({"ops", "--markdown"}).output;
  std::vector<std::string> names;
  for (const json& operation : list) names.push_back(operation["name"]);
  EXPECT_EQ(names, built_in_names());
  for (const std::string& name : names) {
    EXPECT_TRUE(contains(text, name + "("));
    EXPECT_TRUE(contains(markdown, "| `" + name + "("));
  }
}

TEST(ProgramOps, WritesThePageInDocs) {
  const std::string docs = AUTODIFF_SOURCE_DIR "/docs/";
  EXPECT_EQ(Scratch::read(docs + "operations.md"), run_program({"ops", "--markdown"}).output)
      << "docs/operations.md is stale; run ./dev docs";
  const std::string accuracy = Scratch::read(docs + "accuracy.md");
  for (const std::string& name : built_in_names()) {
    EXPECT_TRUE(contains(accuracy, "| `" + name + "` |")) << "docs/accuracy.md; run ./dev docs";
  }
}

TEST(ProgramOps, DescribesOne) {
  const Outcome outcome = run_program({"ops", "relu"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* part : {"relu(x)", "derivative", "domain", "kink", "convention", "source"}) {
    EXPECT_TRUE(contains(outcome.output, part));
  }
  EXPECT_EQ(json::parse(run_program({"ops", "relu", "--format", "json"}).output)["kink"], "x = 0");
  EXPECT_TRUE(contains(run_program({"ops", "leaky_relu"}).output, "leaky_relu(x, y = 0.01)"));
  EXPECT_TRUE(contains(run_program({"ops", "norm"}).output, "norm(x1, ...)"));
  EXPECT_TRUE(contains(run_program({"ops", "std"}).output, "std(x1, x2, ...)"));
  EXPECT_TRUE(contains(run_program({"ops", "dot"}).output, "dot(x1, ..., xn, y1, ..., yn)"));
  expect_bad({"ops", "sinn"}, "there is no operation named \"sinn\"; did you mean \"sin\"?");
}

TEST(ProgramPlot, DrawsAFunctionAndItsKink) {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"plot", "relu(x)", "--domain", "x=-3:3", "-o", scratch.path("relu.svg")});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(scratch.files(), std::vector<std::string>{"relu.svg"});
  const std::string picture = Scratch::read(scratch.path("relu.svg"));
  EXPECT_TRUE(contains(picture, "</svg>"));
  for (const char* words :
       {"relu(x)", "slope from the left", "slope from the right", "slope by convention",
        "x = 0: slope 0 from the left, 1 from the right; by convention 0"}) {
    EXPECT_TRUE(picture.find(words) != std::string::npos) << words;
  }
}

TEST(ProgramPlot, DrawsSeveralFunctions) {
  const Scratch scratch;
  const Outcome outcome = run_program({"plot", "relu(x)", "leaky_relu(x, 0.1)", "-x", "--domain",
                                       "x=-3:3", "-o", scratch.path("both.svg")});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  const std::string picture = Scratch::read(scratch.path("both.svg"));
  for (const char* words : {"relu(x), leaky_relu(x, 0.1), -x", "by convention 0.1", "</svg>"}) {
    EXPECT_TRUE(picture.find(words) != std::string::npos) << words;
  }
}

TEST(ProgramPlot, ReportsBadInput) {
  const Scratch scratch;
  const std::string out = scratch.path("a.svg");
  expect_bad({"plot", "x*y", "--domain", "x=0:1", "-o", out}, "a plot is of one variable");
  expect_bad({"plot", "3", "--domain", "x=0:1", "-o", out}, "has no variable");
  expect_bad({"plot", "x", "y", "--domain", "x=0:1", "-o", out}, "have \"x\" and \"y\"");
  expect_bad({"plot", "x", "x", "x", "x", "x", "x", "--domain", "x=0:1", "-o", out}, "5 functions");
  expect_bad({"plot", "x", "--domain", "x=1:1", "-o", out}, "must be an interval");
  expect_bad({"plot", "log(x)", "--domain", "x=-2:-1", "-o", out}, "there is nothing to plot");
  expect_bad({"plot", "x", "--domain", "x=0:1", "-o", scratch.path("a.png")}, "must be named .svg");
  expect_bad({"plot", "x", "--domain", "x=0:1", "-o", scratch.path("no/a.svg")},
             "No such file or directory");
  const Outcome outcome =
      run_program({"plot", "x", "--domain", "x=0:1", "-o", out}, "", {"PATH=/nowhere"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(contains(outcome.errors, "install the package gnuplot-nox"));
  EXPECT_TRUE(scratch.files().empty());
}

}  // namespace
