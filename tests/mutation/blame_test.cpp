// Whom a check of a composite of 50 operations blames for a mistake planted in one of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <autodiff/ops/list.hpp>
#include <autodiff/verify/check_gradient.hpp>

#include "tests/mutation/experiment.hpp"

namespace {

using mutation::Kind;
using mutation::Mistake;
using mutation::Mutant;

constexpr std::size_t steps_before = 24;
constexpr std::size_t steps_after = 25;

/// Steps without rounding, each undone by another: the operation between them gets its own
/// arguments.
template <class T>
T exact_step(std::size_t i, const T& y) {
  switch (i % 4) {
    case 0:
      return y * 2;
    case 1:
      return -y;
    case 2:
      return y / 2;
    default:
      return -y;
  }
}

/// The operation in the middle of 50.
template <class Op>
auto composite(const Op& op) {
  return [op](const auto& x) {
    using T = ad::value_type_t<decltype(x[0])>;
    std::array<T, ad::arity_v<Op>> arguments;
    for (std::size_t i = 0; i < arguments.size(); ++i) arguments[i] = x[i];
    for (std::size_t i = 0; i < steps_before; ++i) arguments[0] = exact_step(i, arguments[0]);
    T y = std::apply([&](const auto&... a) { return T(ad::apply(op, a...)); }, arguments);
    y = asinh(y);
    for (std::size_t i = 1; i < steps_after; ++i) y = exact_step(i, y);
    return y;
  };
}

/// Points of the table and beside and at its kinks where the mistake shows in double.
template <class Op>
std::vector<std::array<double, ad::arity_v<Op>>> telling_points(const Mutant<Op>& mutant) {
  constexpr std::size_t enough = 6;
  std::vector<std::array<double, ad::arity_v<Op>>> result;
  const auto offer = [&](const auto& x) {
    if (result.size() < enough && mutation::differs_at(mutant, x)) result.push_back(x);
  };
  for (const auto& row : reference::table<Op>()) {
    const bool ordinary = std::all_of(row.x.begin(), row.x.end(), [](double x) {
      return std::fabs(x) < 100 && (x == 0 || std::fabs(x) > 1e-3);
    });
    if (!ordinary) continue;
    offer(row.x);
    for (const auto& kink : mutation::kinks_from<Op>(row.x)) {
      for (const double beside : {0.0, -0.5 * mutation::reach, 0.5 * mutation::reach}) {
        offer(kink.moved(row.x, beside - kink.distance));
      }
    }
  }
  return result;
}

struct Tally {
  std::size_t planted = 0, refuted = 0, blamed = 0;
};

template <class Op>
void plant_and_blame(const Mistake& mistake, Tally& tally) {
  const Mutant<Op> mutant{Op{}, mistake};
  const auto points = telling_points(mutant);
  if (points.empty()) return;
  ++tally.planted;
  for (const auto& x : points) {
    const ad::Report report = ad::check_gradient(composite(mutant), x);
    if (report.verdict != ad::Verdict::refuted) continue;
    ++tally.refuted;
    const bool right = report.blame.size() > 0 &&
                       std::all_of(report.blame.begin(), report.blame.end(),
                                   [](const auto& b) { return b.place == steps_before + 1; });
    tally.blamed += right ? 1 : 0;
    EXPECT_TRUE(right) << mutation::name_of<Op>(mistake) << "\n" << report.to_text();
    return;
  }
  ADD_FAILURE() << mutation::name_of<Op>(mistake) << " is not refuted in a composite";
}

TEST(BlameInComposites, FallsOnTheMistakenOperation) {
  Tally tally;
  ad::for_each_operation([&]<class Op>() {
    if constexpr (!ad::is_composite_v<Op>) {
      for (const Mistake& mistake : mutation::mistakes_of<Op>()) {
        // The tape multiplies by the cotangent itself, so that a rule which ignores it does no
        // harm.
        if (mistake.kind != Kind::cotangent) plant_and_blame<Op>(mistake, tally);
      }
    }
  });
  fmt::print("{} mistakes in composites of {} operations: {} refuted, {} blamed on the right one\n",
             tally.planted, steps_before + 1 + steps_after, tally.refuted, tally.blamed);
  EXPECT_GT(tally.planted, 300U);
}

}  // namespace
