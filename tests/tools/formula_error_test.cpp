// What is said of text that is no expression, and where.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/tools/formula.hpp>

#include "tests/tools/contains.hpp"

namespace {

using ad::Formula;
using ad::ParseError;
using tools_test::contains;

/// The error that the text causes; fails the test if it causes none.
ParseError error_of(const std::string& text, const ad::ParseOptions& options = {}) {
  try {
    Formula::parse(text, options);
  } catch (const ParseError& error) {
    return error;
  }
  ADD_FAILURE() << "no error in: " << text;
  return {"", "", "", 0};
}

void expect_error(const std::string& text, std::size_t offset, const std::string& message) {
  const ParseError error = error_of(text);
  EXPECT_EQ(error.offset(), offset) << text << ": " << error.what();
  EXPECT_TRUE(contains(error.what(), message)) << text;
}

TEST(FormulaError, NamesThePlaceOfWhatIsMissing) {
  expect_error("", 0, "there is no expression here");
  expect_error("  \n", 3, "there is no expression here");
  expect_error("3*", 2, "something is missing after \"*\"");
  expect_error("*3", 0, "something is missing before \"*\"");
  expect_error("x + )", 4, "something is missing before \")\"");
  expect_error("2 + * 3", 4, "something is missing before \"*\"");
  expect_error("relu(,x)", 5, "something is missing before \",\"");
  expect_error("max(x,)", 6, "something is missing before \")\"");
  expect_error("()", 1, "nothing between these parentheses");
  expect_error("x y", 2, "an operator is missing before \"y\"");
  expect_error("(x)(y)", 3, "an operator is missing before \"(\"");
}

TEST(FormulaError, FindsUnbalancedParentheses) {
  expect_error("relu(x", 4, "never closed");
  expect_error("2*((x + 1)", 2, "never closed");
  expect_error("x)", 1, "closes none");
  expect_error("relu(x))", 7, "closes none");
}

TEST(FormulaError, SuggestsTheNearestOperation) {
  expect_error("2 + sinn(x)", 4, "there is no operation named \"sinn\"; did you mean \"sin\"?");
  expect_error("quuxfrob(x)", 0, "there is no operation named \"quuxfrob\".");
  expect_error("sin x", 0, "\"sin\" is an operation");
  expect_error("x*relu", 2, "\"relu\" is an operation");
  expect_error("x + x(3)", 4, "\"x\" is a number");
  expect_error("pi(3)", 0, "\"pi\" is a number");
}

TEST(FormulaError, SuggestsTheNearestVariableIfTheyAreGiven) {
  const ParseError error =
      error_of("weigth*x", {.variables = std::vector<std::string>{"weight", "x"}});
  EXPECT_EQ(error.offset(), 0U);
  EXPECT_TRUE(contains(error.what(), "did you mean \"weight\"?"));
}

TEST(FormulaError, CountsArguments) {
  expect_error("1 + relu(1, 2, 3)", 4, "relu takes 1 argument, but 3 were given");
  expect_error("relu()", 0, "relu takes 1 argument, but none was given");
  expect_error("max(x)", 0, "max takes 2 arguments, but 1 was given");
  expect_error("leaky_relu(x, 1, 2)", 0, "leaky_relu takes 1 or 2 arguments, but 3 were given");
  expect_error("where(x < 1, 2)", 0, "where takes 3 arguments, but 2 were given");
  expect_error("where(x < 1, 2, 3, 4)", 0, "where takes 3 arguments, but 4 were given");
  expect_error("2*sum()", 2, "sum takes 1 or more arguments, but none was given");
  expect_error("std(x)", 0, "std takes 2 or more arguments, but 1 was given");
  expect_error("1 + dot(x, y, x)", 4, "dot takes 2, 4, 6, ... arguments, but 3 were given");
  expect_error("norm(x, y < 1)", 10, "a comparison is not a number");
  expect_error("1, 2", 1, "a comma only separates");
  expect_error("(1, 2)", 2, "a comma only separates");
}

TEST(FormulaError, AllowsComparisonsOnlyInWhere) {
  expect_error("x < 3", 2, "a comparison is not a number");
  expect_error("relu(x < 2)", 7, "a comparison is not a number");
  expect_error("(x < 2) + 1", 3, "a comparison is not a number");
  expect_error("-(x < 2)", 4, "a comparison is not a number");
  expect_error("where(x < 1, y < 2, 3)", 15, "a comparison is not a number");
  expect_error("where(0 < x < 1, 2, 3)", 8, "a comparison is not a number");
}

TEST(FormulaError, FindsMalformedNumbers) {
  expect_error("1.2.3", 3, "second decimal point");
  expect_error("x + 1e", 5, "its exponent has no digits");
  expect_error("1e+", 1, "its exponent has no digits");
  expect_error("1e5.5", 3, "whole number");
  expect_error(".", 0, "\".\" alone");
  expect_error("2x", 1, "an operator is missing after \"2\"");
  expect_error("1e400", 0, "larger than any double");
}

TEST(FormulaError, ExplainsWhatOtherLanguagesWouldTake) {
  expect_error("x**2", 1, "a power is \"^\"");
  expect_error("x = 2", 2, "\"==\"");
  expect_error("where(!x, 1, 2)", 6, "\"!=\"");
  expect_error("[x]", 0, "use parentheses");
  expect_error("2 \u2212 x", 2, "typographic minus");
  expect_error("2\u00b7x", 1, "write \"*\"");
  expect_error("\u03c0", 0, "write \"pi\"");
}

TEST(FormulaError, NamesBytesThatAreNoText) {
  expect_error(std::string("x + \0", 5), 4, "0x00");
  expect_error("x\xff", 1, "0xFF");
  expect_error("x $ y", 2, "the character \"$\"");
  expect_error("\xe2\x82\xac", 0, "\u20ac");
}

TEST(FormulaError, ShowsThePlaceUnderTheExpression) {
  EXPECT_EQ(error_of("2 + nosuch(x)").excerpt(), "  2 + nosuch(x)\n      ^");
  EXPECT_EQ(error_of("\u00e4 + 1").excerpt(), "  \u00e4 + 1\n  ^");
  // One column per character, also behind characters of several bytes.
  EXPECT_EQ(error_of("x +\t\n$").excerpt(), "  x +  $\n       ^");
  EXPECT_EQ(error_of(std::string("\x01\xff", 2)).excerpt(), "  ??\n  ^");
}

TEST(FormulaError, ShowsOnlyTheSurroundingsOfAPlaceInALongExpression) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x + ";
  const std::string excerpt = error_of(text + "$ + " + text + "x").excerpt();
  EXPECT_LT(excerpt.size(), 200U);
  const std::string line = excerpt.substr(0, excerpt.find('\n'));
  const std::string caret = excerpt.substr(excerpt.find('\n') + 1);
  EXPECT_EQ(line.substr(0, 5), "  ...");
  EXPECT_EQ(line.substr(line.size() - 3), "...");
  EXPECT_EQ(line[caret.find('^')], '$');
}

TEST(FormulaError, NamesLineAndColumnIfThereAreLines) {
  const ParseError error = error_of("x +\n  relu(1,\n 2)", {.source = "model.txt"});
  EXPECT_EQ(error.offset(), 6U);
  EXPECT_TRUE(contains(error.what(), "model.txt, line 2, column 3: relu takes 1 argument"));
  EXPECT_TRUE(contains(error_of("x $\n").what(), "expression, column 3:"));
}

TEST(FormulaError, IsFoundAtAnyDepth) {
  const std::string open(1'000'000, '(');
  EXPECT_EQ(error_of(open + "x" + std::string(999'999, ')')).offset(), 0U);
  EXPECT_EQ(error_of(open).offset(), 1'000'000U);
  EXPECT_EQ(error_of(open + "x" + std::string(1'000'001, ')')).offset(), 2'000'001U);
}

TEST(FormulaError, IsTheOnlyThingThatGarbageCauses) {
  constexpr unsigned seed = 20240517;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::vector<std::string> pieces{"x",    "y",      "2",  "1e",    "3.5",   "+",          "-",
                                  "*",    "/",      "^",  "(",     ")",     ",",          "<",
                                  "==",   "where(", "pi", "relu(", "max(",  "sin",        " ",
                                  "\xff", "$",      "\n", ".",     "1e300", "leaky_relu("};
  pieces.emplace_back(1, '\0');
  std::size_t understood = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 14; n > 0; --n) text += pieces[random() % pieces.size()];
    try {
      const Formula f = Formula::parse(text);
      f.evaluate(std::vector<double>(f.variables().size(), 0.5));
      ++understood;
    } catch (const ParseError& error) {
      ASSERT_LE(error.offset(), text.size());
    }
  }
  EXPECT_GT(understood, 100U);
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 40; n > 0; --n) text += static_cast<char>(random() % 256);
    try {
      Formula::parse(text);
    } catch (const ParseError& error) {
      ASSERT_LE(error.offset(), text.size());
      ASSERT_EQ(error.excerpt().find('\0'), std::string::npos);
    }
  }
}

}  // namespace
