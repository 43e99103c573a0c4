// The cases of this folder, asked of the command-line program. What is not right is listed, with
// its reason, in not_right.txt; a listed case that becomes right leaves the list.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/conformance/case.hpp"
#include "tests/conformance/scoreboard.hpp"

namespace {

using conformance::Case;
using conformance::Outcome;

constexpr const char* list = "tests/conformance/not_right.txt";

struct Exception {
  std::string outcome;
  std::string reason;
};

/// Lines "id outcome reason"; "#" begins a comment.
std::map<std::string, Exception> read_exceptions() {
  std::ifstream lines(AUTODIFF_TEST_DATA_DIR "/conformance/not_right.txt");
  if (!lines) throw std::runtime_error(std::string(list) + " is missing");
  std::map<std::string, Exception> exceptions;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto first = line.find(' '), second = line.find(' ', first + 1);
    if (second == std::string::npos) throw std::runtime_error(list + (": no reason: " + line));
    const bool is_new =
        exceptions
            .emplace(line.substr(0, first),
                     Exception{line.substr(first + 1, second - first - 1), line.substr(second + 1)})
            .second;
    if (!is_new) throw std::runtime_error(list + (": listed twice: " + line));
  }
  return exceptions;
}

void expect_as_listed(const std::string& file) {
  const auto exceptions = read_exceptions();
  std::map<std::string, int> tally;
  for (const Case& subject : conformance::read_cases(file)) {
    std::string said;
    const std::string outcome = to_string(conformance::run(subject, said));
    ++tally[outcome];
    const auto listed = exceptions.find(subject.id());
    const std::string expected = listed == exceptions.end() ? "right" : listed->second.outcome;
    EXPECT_EQ(outcome, expected) << subject.id() << ": " << subject.expression() << " at "
                                 << subject.point() << " gives " << said
                                 << "\nIf this is meant, bring " << list << " up to date.";
  }
  std::string counts;
  for (const auto& [outcome, count] : tally) counts += fmt::format(", {} {}", count, outcome);
  fmt::print("{}{}\n", file, counts);
}

TEST(Conformance, EdgeCasesAreRightOrListed) { expect_as_listed("edge_cases.jsonl"); }

TEST(Conformance, TheirSiblingsAreRightOrListed) { expect_as_listed("siblings.jsonl"); }

TEST(Scoreboard, IsThePageInDocs) {
  const std::string text = conformance::scoreboard();
  if (std::getenv("AUTODIFF_SCOREBOARD") != nullptr) fmt::print("{}", text);
  std::ifstream file(AUTODIFF_SOURCE_DIR "/docs/conformance.md", std::ios::binary);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {}))
      << "docs/conformance.md is stale; run ./dev docs";
}

TEST(Conformance, ListsOnlyCasesThatExist) {
  std::set<std::string> ids;
  for (const char* file : {"edge_cases.jsonl", "siblings.jsonl"}) {
    for (const Case& subject : conformance::read_cases(file)) {
      EXPECT_TRUE(ids.insert(subject.id()).second) << subject.id() << " occurs twice";
    }
  }
  for (const auto& [id, exception] : read_exceptions()) {
    EXPECT_TRUE(ids.contains(id)) << list << ": there is no case " << id;
    EXPECT_TRUE(exception.outcome == "flagged" || exception.outcome == "refused" ||
                exception.outcome == "silent")
        << list << ": " << id << " has the outcome " << exception.outcome;
  }
}

TEST(Conformance, AcceptsWhatACaseAllowsAndNothingElse) {
  using nlohmann::json;
  const auto accepts = [](const char* subject, const char* answer) {
    return Case(json::parse(subject)).accepts(json::parse(answer));
  };
  const char* interval = R"({"expected_grad": {"x": [0, 1], "y": [0, 1]}, "order": 1,
                             "constraint": "gx+gy=1"})";
  EXPECT_TRUE(accepts(interval, R"({"gradient": {"x": 0.25, "y": 0.75}})"));
  EXPECT_FALSE(accepts(interval, R"({"gradient": {"x": 0.25, "y": 0.25}})"));
  EXPECT_FALSE(accepts(interval, R"({"gradient": {"x": 1.5, "y": -0.5}})"));
  EXPECT_FALSE(accepts(interval, R"({"gradient": {"x": "NaN", "y": 1}})"));
  const char* ball = R"({"expected_grad": {"x": [-1, 1], "y": [-1, 1]}, "order": 1,
                         "constraint": "sum of squares<=1"})";
  EXPECT_TRUE(accepts(ball, R"({"gradient": {"x": 0.6, "y": 0.8}})"));
  EXPECT_FALSE(accepts(ball, R"({"gradient": {"x": 1, "y": 1}})"));
  const char* other = R"({"expected_grad": {"x": 2}, "order": 1, "accept": {"x": ["nan", 3]}})";
  EXPECT_TRUE(accepts(other, R"({"gradient": {"x": 2.000000001}})"));
  EXPECT_TRUE(accepts(other, R"({"gradient": {"x": "NaN"}})"));
  EXPECT_TRUE(accepts(other, R"({"gradient": {"x": 3}})"));
  EXPECT_FALSE(accepts(other, R"({"gradient": {"x": 2.00000001}})"));
  const char* unbounded = R"({"expected_grad": {"x": "-inf"}, "order": 1})";
  EXPECT_TRUE(accepts(unbounded, R"({"gradient": {"x": "-Infinity"}})"));
  EXPECT_FALSE(accepts(unbounded, R"({"gradient": {"x": -1e308}})"));
  const char* printed = R"({"expected_grad": {"x": 9.8108}, "order": 1})";
  EXPECT_TRUE(accepts(printed, R"({"gradient": {"x": 9.81082}})"));
  EXPECT_FALSE(accepts(printed, R"({"gradient": {"x": 9.8109}})"));
  const char* mixed = R"({"expected_grad": {"x,y": 6, "x": 0}, "order": 2})";
  EXPECT_TRUE(accepts(mixed, R"({"hessian": {"x": {"x": 1e-13, "y": 6}}})"));
  EXPECT_FALSE(accepts(mixed, R"({"hessian": {"x": {"x": 0, "y": 7}}})"));
}

}  // namespace
