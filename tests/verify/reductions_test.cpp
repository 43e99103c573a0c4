// Reductions against references in quad precision, at random points, at kinks and beside them.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/ops/all.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using ad::check_gradient;
using ad::CheckEntry;
using ad::Report;
using ad::Verdict;

template <class Visitor>
void for_each_reduction(Visitor&& visitor) {
  ad::for_each_operation(visitor, ad::ReductionOperations{});
}

std::size_t kinks_in(const Report& report) {
  std::size_t count = 0;
  for (const CheckEntry& entry : report.entries) count += entry.kind == ad::Kind::kink ? 1U : 0U;
  return count;
}

TEST(CheckRule, VerifiesEveryReductionOverItsDomain) {
  ad::CheckOptions options;
  options.points = 10;
  for_each_reduction([&]<class Op>() {
    const Report report = ad::check_rule(Op{}, 2, options);
    EXPECT_EQ(report.verdict, Verdict::verified) << Op::meta.name << ": " << report.to_text();
    EXPECT_TRUE(kinks_in(report) == 0 || !Op::meta.kink.empty()) << Op::meta.name;
  });
}

struct HalfNorm : ad::Norm {
  template <class T>
  void partials(std::span<const T> x, const T& y, std::span<T> result) const {
    ad::Norm::partials(x, y, result);
    result[0] = T(0.5) * result[0];
  }
};

TEST(CheckRule, RefutesAWrongReduction) {
  EXPECT_EQ(ad::check_rule(HalfNorm{}, 3).verdict, Verdict::refuted);
}

TEST(CheckGradient, VerifiesEveryReductionOfSeveralNumbers) {
  for_each_reduction([]<class Op>() {
    const auto f = [](const auto& x) { return ad::apply(Op{}, x); };
    for (const std::vector<double>& x :
         {std::vector{0.5, -1.25}, std::vector{3.0, 1.0, -2.0, 0.25}, std::vector{0.0, 2.0},
          std::vector{1.0, 1.0}, std::vector{2.0, -2.0, 0.0, 1.0},
          std::vector{0.3, -0.7, 0.1, 2.2, -1.9, 0.8, 1.4, -0.2}, std::vector{1.0, 1.0, 2.0, 5.0},
          std::vector{1e-5, 1e5, 1.0, 3.0}}) {
      const Report report = check_gradient(f, x);
      EXPECT_EQ(report.verdict, Verdict::verified) << Op::meta.name << ": " << report.to_text();
    }
  });
}

TEST(CheckGradient, SeesTheKinksOfReductions) {
  const auto kinks_at = [](const auto& f, const std::vector<double>& x) {
    return kinks_in(check_gradient(f, x));
  };
  EXPECT_EQ(kinks_at([](const auto& x) { return norm(x); }, {0, 0}), 2U);
  EXPECT_EQ(kinks_at([](const auto& x) { return norm(x); }, {0, 1}), 0U);
  EXPECT_EQ(kinks_at([](const auto& x) { return norm1(x); }, {0, 1}), 1U);
  EXPECT_EQ(kinks_at([](const auto& x) { return norminf(x); }, {1, -1, 0.5}), 2U);
  EXPECT_EQ(kinks_at([](const auto& x) { return stddev(x); }, {2, 2, 2}), 3U);
  EXPECT_EQ(kinks_at([](const auto& x) { return median(x); }, {1, 1, 2}), 2U);
  EXPECT_EQ(kinks_at([](const auto& x) { return median(x); }, {1, 3, 2}), 0U);
}

}  // namespace
