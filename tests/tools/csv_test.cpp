#include <array>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/tools/csv.hpp>

namespace {

using Rows = std::vector<std::vector<double>>;

Rows rows(const std::string& text, const std::vector<std::string>& columns) {
  std::istringstream stream(text);
  ad::CsvTable table(stream, "points.csv", columns);
  Rows result;
  for (std::vector<double> row(columns.size()); table.next(row);) result.push_back(row);
  return result;
}

std::string error_of(const std::string& text, const std::vector<std::string>& columns = {"x"}) {
  try {
    rows(text, columns);
  } catch (const ad::CsvError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::vector<std::string>> records(const std::string& text) {
  std::istringstream stream(text);
  ad::CsvRecords reader(stream, "file");
  std::vector<std::vector<std::string>> result;
  while (reader.next()) result.emplace_back(reader.fields().begin(), reader.fields().end());
  return result;
}

using Records = std::vector<std::vector<std::string>>;

TEST(CsvRecords, EndAtLineFeedsWithOrWithoutCarriageReturn) {
  const Records expected{{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(records("a,b\n1,2\n"), expected);
  EXPECT_EQ(records("a,b\r\n1,2\r\n"), expected);
  EXPECT_EQ(records("a,b\n1,2"), expected);
  EXPECT_EQ(records("\n\r\na,b\n\n1,2\n\n\n"), expected);
  EXPECT_EQ(records("\xEF\xBB\xBF"
                    "a,b\n1,2"),
            expected);
}

TEST(CsvRecords, KeepEmptyFields) {
  EXPECT_EQ(records("a,,\n,\n"), (Records{{"a", "", ""}, {"", ""}}));
  EXPECT_TRUE(records("").empty());
  EXPECT_TRUE(records("\n\n").empty());
}

TEST(CsvRecords, TakeQuotesOff) {
  EXPECT_EQ(records("\"a,b\",c\n"), (Records{{"a,b", "c"}}));
  EXPECT_EQ(records("\"say \"\"x\"\"\",\"\"\r\n"), (Records{{"say \"x\"", ""}}));
  EXPECT_EQ(records("\"two\nlines\",1\n3,4"), (Records{{"two\nlines", "1"}, {"3", "4"}}));
  EXPECT_EQ(records("5\" pipe,1"), (Records{{"5\" pipe", "1"}}));
}

TEST(CsvRecords, AreTheSameWhereverTheBufferEnds) {
  std::string text;
  Records expected;
  for (int i = 0; i < 40'000; ++i) {
    const std::string field = std::string(static_cast<std::size_t>(i % 7), 'x');
    text += "\"" + field + "\"," + std::to_string(i) + "\r\n";
    expected.push_back({field, std::to_string(i)});
  }
  EXPECT_EQ(records(text), expected);
}

TEST(CsvTable, PicksColumnsByName) {
  EXPECT_EQ(rows("y,name,x\n1,one,2\n3,\"t,w,o\",4\n", {"x", "y"}), (Rows{{2, 1}, {4, 3}}));
  EXPECT_EQ(rows(" x , y \n 1 ,\t2\n", {"x", "y"}), (Rows{{1, 2}}));
  EXPECT_EQ(rows("x\n", {"x"}), Rows{});
}

TEST(CsvTable, ReadsSpecialNumbers) {
  const Rows read = rows("x\ninf\n-inf\nnan\n5e-324\n", {"x"});
  EXPECT_TRUE(std::isinf(read[0][0]) && read[0][0] > 0);
  EXPECT_TRUE(std::isinf(read[1][0]) && read[1][0] < 0);
  EXPECT_TRUE(std::isnan(read[2][0]));
  EXPECT_EQ(read[3][0], 5e-324);
}

TEST(CsvTable, NamesFileAndLineOfAnError) {
  EXPECT_EQ(error_of(""), "points.csv:1: the file is empty; its first line must name the columns.");
  EXPECT_EQ(error_of("a,b\n1,2\n"),
            "points.csv:1: there is no column \"x\"; the columns are \"a\" and \"b\".");
  EXPECT_EQ(error_of("x,x\n1,2\n"), "points.csv:1: there are two columns named \"x\".");
  EXPECT_EQ(error_of("x,y\n1,2\n3\n"), "points.csv:3: this row has 1 field, but the header has 2.");
  EXPECT_EQ(error_of("x,y\n1,2\n\n3,4,5\n"),
            "points.csv:4: this row has 3 fields, but the header has 2.");
  EXPECT_EQ(error_of("x,y\n1,2\nabc,3\n"),
            "points.csv:3: \"abc\" in column \"x\" is not a number.");
  EXPECT_EQ(error_of("x,y\n ,3\n"), "points.csv:2: column \"x\" is empty in this row.");
}

TEST(CsvTable, CountsLinesInsideQuotes) {
  EXPECT_EQ(error_of("x,y\n1,\"a\nb\nc\"\nz,3\n"),
            "points.csv:5: \"z\" in column \"x\" is not a number.");
  EXPECT_EQ(error_of("x\n1\n\"2\n3\n"),
            "points.csv:3: a quoted field that begins here is never closed.");
  EXPECT_EQ(error_of("x\n\"1\"2\n"),
            "points.csv:2: there is text after a closing quote; a quote inside a quoted field is "
            "doubled.");
}

TEST(CsvTable, DoesNotTakeAnythingForATable) {
  for (const char c : {'1', ','}) {
    EXPECT_EQ(error_of("x\n" + std::string(20'000'000, c)),
              "points.csv:2: this line is too long for a table of numbers.");
  }
  EXPECT_EQ(error_of(std::string("x\n\0\n", 4)),
            "points.csv:2: \"?\" in column \"x\" is not a number.");
}

TEST(CsvTable, TellsHowFarItIs) {
  std::istringstream stream("x\n1\n22\n");
  ad::CsvTable table(stream, "points.csv", {"x"});
  std::array<double, 1> row{};
  EXPECT_EQ(table.bytes(), 2U);
  table.next(row);
  EXPECT_EQ(table.bytes(), 4U);
  table.next(row);
  EXPECT_EQ(table.bytes(), 7U);
}

}  // namespace
