#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/tools/decimal.hpp>
#include <autodiff/tools/point.hpp>

#include "tests/tools/contains.hpp"

namespace {

using ad::ParseError;
using tools_test::contains;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> point(const std::string& text) {
  return ad::parse_point(text, {"w", "x", "b"});
}

double value(const std::string& text) { return ad::parse_point("x=" + text, {"x"}).front(); }

ParseError point_error(const std::string& text) {
  try {
    ad::parse_point(text, {"weight", "x"});
  } catch (const ParseError& error) {
    return error;
  }
  ADD_FAILURE() << "no error in " << text;
  return {"", "", "", 0};
}

ParseError domain_error(const std::string& text) {
  try {
    ad::parse_domain(text, {"x"});
  } catch (const ParseError& error) {
    return error;
  }
  ADD_FAILURE() << "no error in " << text;
  return {"", "", "", 0};
}

TEST(Point, GivesValuesInTheOrderOfTheVariables) {
  EXPECT_EQ(point("w=0.5,x=2,b=-0.25"), (std::vector{0.5, 2.0, -0.25}));
  EXPECT_EQ(point(" b = -1 , w=3,x= 1e-3 "), (std::vector{3.0, 1e-3, -1.0}));
  EXPECT_TRUE(ad::parse_point("", {}).empty());
}

TEST(Point, TakesSpecialValues) {
  EXPECT_EQ(value("inf"), infinity);
  EXPECT_EQ(value("-inf"), -infinity);
  EXPECT_EQ(value("-Infinity"), -infinity);
  EXPECT_TRUE(std::isnan(value("nan")));
  EXPECT_TRUE(std::isnan(value("NaN")));
  EXPECT_EQ(value("5e-324"), 5e-324);
  EXPECT_EQ(value("-5e-324"), -5e-324);
  EXPECT_TRUE(std::signbit(value("-0")));
  EXPECT_EQ(value("+2"), 2);
}

TEST(Point, TakesFormulasOfConstants) {
  EXPECT_EQ(value("pi/2"), std::numbers::pi / 2);
  EXPECT_EQ(value("-1/3"), -1.0 / 3);
  EXPECT_EQ(ad::parse_point("x=max(1,2),y=2", {"x", "y"}), (std::vector{2.0, 2.0}));
}

TEST(Point, NamesThePlaceOfAnError) {
  EXPECT_EQ(point_error("x=1,weight=abc").offset(), 11U);
  EXPECT_TRUE(contains(point_error("x=1,weight=abc").what(), "\"abc\" is not a number"));
  EXPECT_TRUE(contains(point_error("x=1,weight=2*x").what(), "\"2*x\" is not a number"));
  EXPECT_TRUE(contains(point_error("x=,weight=1").what(), "a value is missing"));
  EXPECT_TRUE(contains(point_error("x=1e999,weight=1").what(), "larger than any double"));
  EXPECT_TRUE(contains(point_error("x").what(), "an assignment such as"));
  EXPECT_TRUE(contains(point_error("x=1,,weight=1").what(), "an assignment such as"));
  EXPECT_TRUE(contains(point_error("2=1").what(), "an assignment such as"));
  EXPECT_EQ(point_error("weight=1,x=1,weight=2").offset(), 13U);
  EXPECT_TRUE(contains(point_error("x=1,x=2").what(), "\"x\" has been given before"));
}

TEST(Point, SuggestsTheNearestVariable) {
  EXPECT_TRUE(contains(point_error("x=1,wieght=2").what(),
                       "no variable \"wieght\"; did you mean \"weight\"?"));
}

TEST(Point, NamesTheVariablesWithoutAValue) {
  EXPECT_TRUE(contains(point_error("x=1").what(), "\"weight\" has no value"));
  EXPECT_TRUE(contains(point_error("").what(), "\"weight\" and \"x\" have no value"));
}

TEST(Domain, GivesIntervalsInTheOrderOfTheVariables) {
  const auto domain = ad::parse_domain("y=0:1,x=-3:2.5", {"x", "y"});
  EXPECT_EQ(domain[0].lower, -3);
  EXPECT_EQ(domain[0].upper, 2.5);
  EXPECT_EQ(domain[1].lower, 0);
  EXPECT_EQ(domain[1].upper, 1);
}

TEST(Domain, TakesAValueForAnIntervalWithoutExtent) {
  const auto domain = ad::parse_domain("x=-pi:pi,y=2", {"x", "y"});
  EXPECT_EQ(domain[0].lower, -std::numbers::pi);
  EXPECT_EQ(domain[1].lower, 2);
  EXPECT_EQ(domain[1].upper, 2);
}

TEST(Domain, RejectsWhatIsNoInterval) {
  EXPECT_TRUE(contains(domain_error("x=2:1").what(), "the lower end comes first"));
  EXPECT_TRUE(contains(domain_error("x=0:inf").what(), "must be finite"));
  EXPECT_TRUE(contains(domain_error("x=nan:1").what(), "must be finite"));
  EXPECT_TRUE(contains(domain_error("x=0:1:2").what(), "two ends"));
  EXPECT_TRUE(contains(domain_error("x=:1").what(), "a value is missing"));
  EXPECT_TRUE(contains(domain_error("x=0:").what(), "a value is missing"));
}

TEST(Decimal, ComesBackFromItsShortestText) {
  for (const double x : {0.1, 1e-300, 5e-324, -0.0, 1.7976931348623157e308, 1.0, -123.456,
                         0.30000000000000004, infinity, -infinity}) {
    const auto again = ad::parse_double(ad::shortest(x));
    ASSERT_TRUE(again.has_value()) << x;
    EXPECT_EQ(*again, x);
    EXPECT_EQ(std::signbit(*again), std::signbit(x));
  }
  EXPECT_EQ(ad::shortest(0.1), "0.1");
  EXPECT_EQ(ad::shortest(-std::nan("")), "nan");
}

TEST(Decimal, IsNothingElse) {
  for (const char* text :
       {"", " ", "1 ", " 1", "1e", "0x10", "1,5", "--1", "+-1", "abc", "1.2.3"}) {
    EXPECT_FALSE(ad::parse_double(text).has_value()) << text;
  }
  EXPECT_EQ(ad::parse_double("1e999"), infinity);
  EXPECT_EQ(ad::parse_double("-1e999"), -infinity);
  EXPECT_EQ(ad::parse_double("1e-999"), 0.0);
}

}  // namespace
