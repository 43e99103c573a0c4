#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/quad.hpp>

namespace {

using ad::BranchLog;
using ad::Quad;
using Entries = std::vector<BranchLog::Entry>;

std::vector<int> signs(const BranchLog& log) {
  std::vector<int> result;
  for (const BranchLog::Entry& entry : log.entries()) result.push_back(entry.sign);
  return result;
}

TEST(BranchLog, ReceivesTheSignOfEveryComparison) {
  const Quad one = 1;
  const Quad two = 2;
  const Quad nan = std::numeric_limits<Quad>::quiet_NaN();
  const BranchLog log;
  EXPECT_TRUE(one < two);
  EXPECT_FALSE(one > two);
  EXPECT_TRUE(two >= one);
  EXPECT_FALSE(two <= 1);
  EXPECT_TRUE(one == 1.0);
  EXPECT_FALSE(1 != one);
  EXPECT_FALSE(nan == nan);
  EXPECT_EQ(fmax(one, two).to_double(), 2);
  EXPECT_EQ(fmin(nan, two).to_double(), 2);
  EXPECT_EQ(signs(log), (std::vector{-1, -1, 1, 1, 0, 0, 2, -1, 2}));
  EXPECT_EQ(log.entries().front().operation, nullptr);
}

TEST(BranchLog, DoesNotSeeFunctionsWithoutComparison) {
  const BranchLog log;
  const Quad x = Quad(1) / 3;
  EXPECT_FALSE(isnan(x) || isinf(x) || signbit(x) || !isfinite(x));
  (void)(fabs(-x) + copysign(x, -x) + floor(x) + round(x));
  (void)(sin(x) + pow(x, x) + lgamma(-x) + atan2(x, x) + exp(x) + fmod(x, x) + acosh(x));
  EXPECT_TRUE(log.entries().empty());
}

TEST(BranchLog, NamesTheInnermostOperation) {
  const Quad x = 1;
  const BranchLog log;
  {
    const ad::detail::OperationName outer("outer");
    (void)(x < 0);
    {
      const ad::detail::OperationName inner("inner");
      (void)(x < 0);
    }
    (void)(x < 0);
  }
  (void)(x < 0);
  ASSERT_EQ(log.entries().size(), 4u);
  EXPECT_STREQ(log.entries()[0].operation, "outer");
  EXPECT_STREQ(log.entries()[1].operation, "inner");
  EXPECT_STREQ(log.entries()[2].operation, "outer");
  EXPECT_EQ(log.entries()[3].operation, nullptr);
}

TEST(BranchLog, NestsAndOnlyTheInnermostReceives) {
  const Quad x = 1;
  BranchLog outer;
  (void)(x < 0);
  {
    const BranchLog inner;
    (void)(x < 2);
    EXPECT_EQ(signs(inner), std::vector{-1});
  }
  (void)(x == 1);
  EXPECT_EQ(signs(outer), (std::vector{1, 0}));
  outer.clear();
  EXPECT_TRUE(outer.entries().empty());
}

TEST(BranchLog, BelongsToItsThread) {
  const BranchLog log;
  std::thread([] {
    (void)(Quad(1) < Quad(2));
    EXPECT_EQ(ad::detail::active_branch_log, nullptr);
  }).join();
  EXPECT_TRUE(log.entries().empty());
}

TEST(BranchLog, EqualityAtThePointIsCompatibleWithEitherSideNearby) {
  const Entries at{{"relu", 0}, {nullptr, 1}};
  EXPECT_TRUE(BranchLog::compatible(at, {{"relu", 1}, {nullptr, 1}}));
  EXPECT_TRUE(BranchLog::compatible(at, {{"relu", -1}, {nullptr, 1}}));
  EXPECT_EQ(BranchLog::first_difference(at, {{"relu", 1}, {nullptr, 0}}), 1u);
  EXPECT_EQ(BranchLog::first_difference(at, {{"relu", 1}, {nullptr, 2}}), 1u);
}

TEST(BranchLog, ComparesNamesAsText) {
  const std::string copy = "relu";
  EXPECT_TRUE(BranchLog::compatible({{"relu", 1}}, {{copy.c_str(), 1}}));
  EXPECT_EQ(BranchLog::first_difference({{"relu", 1}}, {{"abs", 1}}), 0u);
  EXPECT_EQ(BranchLog::first_difference({{"relu", 1}}, {{nullptr, 1}}), 0u);
  EXPECT_EQ(BranchLog::first_difference({{nullptr, 1}}, {{"relu", 1}}), 0u);
}

TEST(BranchLog, AMissingComparisonIsADifference) {
  EXPECT_EQ(BranchLog::first_difference({{"relu", 1}, {"abs", 1}}, {{"relu", 1}}), 1u);
  EXPECT_EQ(BranchLog::first_difference({}, {{"relu", 1}}), 0u);
  EXPECT_TRUE(BranchLog::compatible({}, {}));
}

TEST(BranchLog, PartsAtEqualityWhereOtherComparisonsFollow) {
  // where(x < 0, 0, relu(x)) at 0, seen from the left: relu is not evaluated there.
  EXPECT_TRUE(BranchLog::parts_at_equality({{"where", 0}, {"relu", 0}}, {{"where", -1}}));
  EXPECT_TRUE(BranchLog::parts_at_equality({{"where", 0}}, {{"where", -1}, {"relu", -1}}));
  EXPECT_TRUE(
      BranchLog::parts_at_equality({{"where", 0}, {"relu", 1}}, {{"where", 1}, {"abs", 1}}));
  // The same comparisons with another sign.
  EXPECT_FALSE(
      BranchLog::parts_at_equality({{"where", 0}, {"abs", 1}}, {{"where", 1}, {"abs", -1}}));
  // No equality before the parting.
  EXPECT_FALSE(
      BranchLog::parts_at_equality({{"where", 1}, {"relu", 0}}, {{"where", 1}, {"abs", 1}}));
  EXPECT_FALSE(BranchLog::parts_at_equality({}, {{"relu", 1}}));
}

}  // namespace
