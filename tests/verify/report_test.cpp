#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <autodiff/verify/report.hpp>

namespace {

using ad::CheckEntry;
using ad::Kind;
using ad::Report;
using ad::Verdict;

CheckEntry entry(Verdict verdict, bool judged = true) {
  CheckEntry e;
  e.variable = "x";
  e.point = {0.5};
  e.verdict = verdict;
  e.judged = judged;
  e.claimed = 1;
  e.reference = 1;
  e.reason = "because";
  return e;
}

Report report_of(std::initializer_list<CheckEntry> entries) {
  Report report;
  report.variables = {"x"};
  report.seed = 17;
  for (const CheckEntry& e : entries) report.add(e);
  return report;
}

TEST(ReportVerdict, IsInconclusiveWhenNothingIsJudged) {
  EXPECT_EQ(Report().verdict, Verdict::inconclusive);
  EXPECT_EQ(report_of({entry(Verdict::inconclusive, false)}).verdict, Verdict::inconclusive);
}

TEST(ReportVerdict, TakesTheWorstOfTheJudgedEntries) {
  const CheckEntry good = entry(Verdict::verified);
  const CheckEntry open = entry(Verdict::inconclusive);
  const CheckEntry bad = entry(Verdict::refuted);
  const CheckEntry outside = entry(Verdict::inconclusive, false);
  EXPECT_EQ(report_of({good, outside}).verdict, Verdict::verified);
  EXPECT_EQ(report_of({good, open}).verdict, Verdict::inconclusive);
  EXPECT_EQ(report_of({open, bad, good}).verdict, Verdict::refuted);
}

TEST(ReportVerdict, CountsEveryEntryOnce) {
  const Report report = report_of(
      {entry(Verdict::verified), entry(Verdict::refuted), entry(Verdict::inconclusive, false)});
  EXPECT_EQ(report.counts.verified, 1U);
  EXPECT_EQ(report.counts.refuted, 1U);
  EXPECT_EQ(report.counts.inconclusive, 0U);
  EXPECT_EQ(report.counts.not_judged, 1U);
}

TEST(ReportText, BeginsWithTheVerdictAndPutsTheWorstFirst) {
  CheckEntry bad = entry(Verdict::refuted);
  bad.reason = "claimed 2, reference 1";
  const std::string text = fmt::format("{}", report_of({entry(Verdict::verified), bad}));
  EXPECT_EQ(text.find("REFUTED: 1 of 2 checked derivatives is wrong"), 0U) << text;
  EXPECT_NE(text.find("(seed 17)"), std::string::npos);
  EXPECT_LT(text.find("claimed 2"), text.find("because")) << text;
}

TEST(ReportText, SaysHowManyRowsItLeavesOut) {
  Report report;
  report.variables = {"x"};
  for (int i = 0; i < 20; ++i) report.add(entry(Verdict::verified));
  EXPECT_NE(report.to_text(5).find("... and 15 more"), std::string::npos);
}

TEST(ReportText, NamesPointsOutsideTheDomain) {
  const Report report = report_of({entry(Verdict::verified), entry(Verdict::inconclusive, false)});
  const std::string text = report.to_text();
  EXPECT_NE(text.find("1 outside its domain, not judged"), std::string::npos) << text;
}

TEST(ReportJson, HasTheFieldsOfTheDesign) {
  const auto json = nlohmann::json::parse(to_json(report_of({entry(Verdict::verified)})));
  EXPECT_EQ(json["verdict"], "verified");
  EXPECT_EQ(json["seed"], 17);
  const auto& e = json["entries"].at(0);
  EXPECT_EQ(e["variable"], "x");
  EXPECT_EQ(e["point"]["x"], 0.5);
  EXPECT_EQ(e["verdict"], "verified");
  EXPECT_EQ(e["kind"], "smooth");
  for (const char* name : {"claimed", "reference", "error_bound", "left", "right"}) {
    EXPECT_TRUE(e[name].is_number()) << name;
  }
}

TEST(ReportJson, WritesNonFiniteNumbersAsStrings) {
  CheckEntry e = entry(Verdict::refuted);
  e.claimed = std::numeric_limits<double>::quiet_NaN();
  e.reference = HUGE_VAL;
  e.left = -HUGE_VAL;
  const auto json = nlohmann::json::parse(to_json(report_of({e})));
  EXPECT_EQ(json["entries"].at(0)["claimed"], "NaN");
  EXPECT_EQ(json["entries"].at(0)["reference"], "Infinity");
  EXPECT_EQ(json["entries"].at(0)["left"], "-Infinity");
}

TEST(ReportJson, SurvivesTextThatIsNotUtf8) {
  CheckEntry e = entry(Verdict::refuted);
  e.reason = "\xff\xfe";
  EXPECT_NO_THROW((void)to_json(report_of({e})));
}

/// The document as build servers read it.
boost::property_tree::ptree parsed(const std::string& xml) {
  std::istringstream stream(xml);
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(stream, tree);
  return tree;
}

TEST(ReportJunit, TellsFailuresErrorsAndSkippedOnesApart) {
  CheckEntry bad = entry(Verdict::refuted);
  bad.reason = "claimed <2> & \"more\" \x01";
  Report report = report_of({entry(Verdict::verified), bad, entry(Verdict::inconclusive),
                             entry(Verdict::inconclusive, false)});
  report.add(ad::Property{.name = "linear", .verdict = Verdict::refuted});
  const auto tree = parsed(to_junit(report, "mine"));
  const auto& suite = tree.get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<std::string>("<xmlattr>.name"), "mine");
  EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), 5);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 2);
  EXPECT_EQ(suite.get<int>("<xmlattr>.errors"), 1);
  EXPECT_EQ(suite.get<int>("<xmlattr>.skipped"), 1);
  EXPECT_EQ(suite.count("testcase"), 5U);
  std::string message;
  for (const auto& [name, child] : suite) {
    if (name == "testcase" && child.count("failure") > 0 && message.empty()) {
      message = child.get<std::string>("failure.<xmlattr>.message");
    }
  }
  EXPECT_EQ(message, "claimed <2> & \"more\" ?");
  EXPECT_EQ(suite.get<std::string>("properties.property.<xmlattr>.value"), "17");
}

TEST(ReportJunit, NeverPassesWhereNothingIsJudged) {
  const auto tree = parsed(to_junit(report_of({entry(Verdict::inconclusive, false)})));
  EXPECT_EQ(tree.get<int>("testsuites.testsuite.<xmlattr>.errors"), 1);
}

TEST(ReportNames, CoverEveryKindAndVerdict) {
  EXPECT_EQ(to_string(Verdict::refuted), "refuted");
  EXPECT_EQ(to_string(Kind::smooth), "smooth");
  EXPECT_EQ(to_string(Kind::nonfinite), "nonfinite");
}

}  // namespace
