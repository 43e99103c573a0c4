// What must hold of every reduction.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <autodiff/core/notes.hpp>

#include "properties.hpp"
#include "reduction_carriers.hpp"
#include "reduction_table.hpp"

namespace {

using ad::Quad;
using reduction_carriers::Result;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::vector<T> convert(const std::vector<double>& x) {
  std::vector<T> result;
  for (const double a : x) result.push_back(T(a));
  return result;
}

double as_double(double x) { return x; }
double as_double(const Quad& x) { return x.to_double(); }

bool alike(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::fabs(a - b) <= 1e-12 * (1 + std::fabs(a));
}

template <class Op>
class ReductionTest : public testing::Test {
 protected:
  using Row = reference::LongRow;

  static std::string where(const std::vector<double>& x) {
    return fmt::format("{}({})", Op::meta.name, fmt::join(x, ", "));
  }

  static bool takes(std::size_t n) {
    return n >= Op::arguments.least && (n - Op::arguments.least) % Op::arguments.group == 0;
  }

  /// Argument lists of several lengths, the same in every run.
  static std::vector<std::vector<double>> draw() {
    std::mt19937_64 random(20260213);
    std::uniform_real_distribution<double> number(Op::sample.lower, Op::sample.upper);
    std::vector<std::vector<double>> points;
    for (std::size_t n = 1; n <= 40; ++n) {
      if (!takes(n)) continue;
      for (int i = 0; i < 5; ++i) {
        points.emplace_back(n);
        for (double& x : points.back()) x = number(random);
      }
    }
    return points;
  }

  /// Calls visit(order, component, computed, exact, scale); where an operation declares that it
  /// cancels, errors are measured against the arguments and the largest derivative.
  template <int order, class T, class Visit>
  static void compare(const Result<T>& result, const Row& row, Visit&& visit) {
    constexpr bool cancels = !Op::meta.cancels.empty();
    long double largest = 0;
    for (const double x : row.x) largest = std::fmax(largest, std::fabs(x));
    visit(0, std::size_t{0}, result.value, row.value, cancels ? largest : 0.0L);
    const auto visit_all = [&](int k, const auto& computed, const auto& exact) {
      const long double scale = cancels ? reference::size_of(exact) : 0.0L;
      for (std::size_t i = 0; i < exact.size(); ++i) {
        if (exact[i]) visit(k, i, computed[i], *exact[i], scale);
      }
    };
    if constexpr (order >= 1) visit_all(1, result.first, row.first);
    // Where they cancel, second derivatives are sums of what may be out of range.
    if constexpr (order >= 2) {
      if (!cancels || is_in_range<T>(row)) visit_all(2, result.second, row.second);
    }
  }

  template <class T>
  static bool is_in_range(const Row& row) {
    const auto fits = [](long double size) {
      using Double = std::conditional_t<std::is_floating_point_v<T>, T, double>;
      return size < std::numeric_limits<Double>::max() / 16;
    };
    return fits(std::fabs(row.value.number)) && fits(reference::size_of(row.first)) &&
           fits(reference::size_of(row.second));
  }

  template <class T>
  static void expect_within_declared_ulps(const char* number) {
    constexpr ad::Ulps declared = Op::meta.ulps;
    for (const Row& row : reference::reduction_table<Op>()) {
      if (!row.template is_exact_in<T>()) continue;
      reduction_carriers::for_each([&]<class Carrier>(Carrier) {
        compare<Carrier::order>(
            Carrier::template run<T>(Op{}, convert<T>(row.x)), row,
            [&](int order, std::size_t component, T computed, const auto& exact,
                long double scale) {
              const double allowed[] = {declared.value, declared.first, declared.second};
              const double error = reference::ulps(computed, exact.number, scale);
              ulp_table::note(Op::meta, Carrier::name, number, order, error, where(row.x));
              EXPECT_LE(error, allowed[order])
                  << where(row.x) << " in " << number << ", " << Carrier::name << ": derivative "
                  << order << "." << component << fmt::format(" is {}", computed) << " instead of "
                  << exact.digits << " (set " << row.kind << ")";
            });
      });
    }
  }
};

TYPED_TEST_SUITE_P(ReductionTest);

TYPED_TEST_P(ReductionTest, StaysWithinItsDeclaredUlpsInDouble) {
  this->template expect_within_declared_ulps<double>("double");
}

TYPED_TEST_P(ReductionTest, StaysWithinItsDeclaredUlpsInFloat) {
  this->template expect_within_declared_ulps<float>("float");
}

TYPED_TEST_P(ReductionTest, IsThatOfTheTableInQuad) {
  for (const auto& row : reference::reduction_table<TypeParam>()) {
    this->template compare<2>(
        reduction_carriers::TapeOfDual::run<Quad>(TypeParam{}, convert<Quad>(row.x)), row,
        [&](int order, std::size_t component, const Quad& computed, const auto& exact,
            long double scale) {
          const Quad reference = exact.in_quad();
          const Quad size = fmax(fabs(reference), Quad(scale));
          // The tables take for 0 what is far below the doubles.
          const Quad bound = fmax(Quad(1e-29) * size, Quad::parse("1e-390"));
          EXPECT_TRUE(fabs(computed - reference) <= bound)
              << this->where(row.x) << ": derivative " << order << "." << component << " is "
              << computed.to_string() << " instead of " << exact.digits;
        });
  }
}

TYPED_TEST_P(ReductionTest, IsItsOwnTranspose) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (const auto& x : this->draw()) {
    const double w = normal(random);
    std::vector<ad::Dual<double, 1>> moving;
    for (const double a : x) moving.emplace_back(a, std::array{normal(random)});
    ad::Tape<double> tape;
    const auto inputs = tape.inputs(x);
    tape.reverse(reduction_carriers::reduce(TypeParam{}, inputs), w);
    const double forward = w * reduction_carriers::reduce(TypeParam{}, moving).tangent(0);
    double reverse = 0, size = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double term = tape.adjoint(inputs[i]) * moving[i].tangent(0);
      reverse += term;
      size += std::fabs(term);
    }
    EXPECT_NEAR(forward, reverse, 1e-14 * size) << this->where(x);
  }
}

TYPED_TEST_P(ReductionTest, IsTheSameOnEveryCarrier) {
  for (const auto& x : this->draw()) {
    const auto expected = reduction_carriers::Tape::run<double>(TypeParam{}, x);
    double size = 1;
    for (const double d : expected.first) size = std::fmax(size, std::fabs(d));
    const auto check = [&](const auto& result, const char* carrier, double tolerance) {
      EXPECT_NEAR(as_double(result.value), expected.value, tolerance * std::fabs(expected.value))
          << this->where(x) << ", " << carrier;
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(as_double(result.first[i]), expected.first[i], 1e-13 * size)
            << this->where(x) << ", " << carrier;
      }
    };
    EXPECT_EQ(reduction_carriers::reduce(TypeParam{}, x), expected.value);
    reduction_carriers::for_each([&]<class Carrier>(Carrier) {
      check(Carrier::template run<double>(TypeParam{}, x), Carrier::name, 0);
    });
    check(reduction_carriers::Tape::run<Quad>(TypeParam{}, convert<Quad>(x)), "tape of quad",
          1e-13);
  }
}

TYPED_TEST_P(ReductionTest, TreatsNonFiniteArgumentsAlikeOnEveryCarrier) {
  for (std::size_t n = 1; n <= 4; ++n) {
    if (!this->takes(n)) continue;
    const std::vector<double> special{-inf, -2, 0.0, 1, inf, not_a_number};
    std::size_t count = 1;
    for (std::size_t i = 0; i < n; ++i) count *= special.size();
    for (std::size_t code = 0; code < count; ++code) {
      std::vector<double> x;
      for (std::size_t rest = code, i = 0; i < n; ++i, rest /= special.size()) {
        x.push_back(special[rest % special.size()]);
      }
      const auto expected = reduction_carriers::Tape::run<double>(TypeParam{}, x);
      const auto check = [&](const auto& result, const char* carrier) {
        EXPECT_TRUE(alike(as_double(result.value), expected.value))
            << this->where(x) << ", " << carrier << ": " << as_double(result.value)
            << " instead of " << expected.value;
        for (std::size_t i = 0; i < n; ++i) {
          EXPECT_TRUE(alike(as_double(result.first[i]), expected.first[i]))
              << this->where(x) << ", " << carrier << ", derivative " << i << ": "
              << as_double(result.first[i]) << " instead of " << expected.first[i];
        }
      };
      reduction_carriers::for_each([&]<class Carrier>(Carrier) {
        check(Carrier::template run<double>(TypeParam{}, x), Carrier::name);
      });
      check(reduction_carriers::TapeOfDual::run<Quad>(TypeParam{}, convert<Quad>(x)),
            "tape of dual of quad");
    }
  }
}

// Where the table has no derivative there is a kink: what is declared there lies between what the
// derivatives are at the points nearby.
TYPED_TEST_P(ReductionTest, DeclaresASlopeBetweenThoseNearby) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (const auto& row : reference::reduction_table<TypeParam>()) {
    const std::size_t n = row.x.size();
    if (std::all_of(row.first.begin(), row.first.end(), [](const auto& d) { return d; })) continue;
    const auto chosen = reduction_carriers::Tape::run<double>(TypeParam{}, row.x);
    std::vector<double> least(n, inf), greatest(n, -inf);
    for (int k = 0; k < 100; ++k) {
      auto beside = convert<Quad>(row.x);
      for (Quad& x : beside) x = x + (x == Quad(0) ? Quad(1) : x) * Quad(0x1p-80 * unit(random));
      const auto slopes = reduction_carriers::Tape::run<Quad>(TypeParam{}, beside).first;
      for (std::size_t i = 0; i < n; ++i) {
        least[i] = std::fmin(least[i], slopes[i].to_double());
        greatest[i] = std::fmax(greatest[i], slopes[i].to_double());
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_GE(chosen.first[i], least[i] - 1e-10) << this->where(row.x) << ", " << i;
      EXPECT_LE(chosen.first[i], greatest[i] + 1e-10) << this->where(row.x) << ", " << i;
    }
  }
}

TYPED_TEST_P(ReductionTest, RaisesNoFlagAtFiniteArguments) {
  for (const auto& row : reference::reduction_table<TypeParam>()) {
    if (row.kind == "scale") continue;  // second derivatives may be out of range
    reduction_carriers::for_each([&]<class Carrier>(Carrier) {
      ad::Notes notes;
      Carrier::template run<double>(TypeParam{}, row.x);
      EXPECT_TRUE(notes.indeterminate().empty()) << this->where(row.x) << ", " << Carrier::name;
    });
  }
}

TYPED_TEST_P(ReductionTest, IsDescribed) {
  const ad::Meta& meta = TypeParam::meta;
  EXPECT_FALSE(meta.formula.empty());
  EXPECT_FALSE(meta.derivative.empty());
  EXPECT_FALSE(meta.domain.empty());
  EXPECT_FALSE(meta.source.empty());
  EXPECT_EQ(meta.kink.empty(), meta.convention.empty());
}

REGISTER_TYPED_TEST_SUITE_P(ReductionTest, StaysWithinItsDeclaredUlpsInDouble,
                            StaysWithinItsDeclaredUlpsInFloat, IsThatOfTheTableInQuad,
                            IsItsOwnTranspose, IsTheSameOnEveryCarrier,
                            TreatsNonFiniteArgumentsAlikeOnEveryCarrier,
                            DeclaresASlopeBetweenThoseNearby, RaisesNoFlagAtFiniteArguments,
                            IsDescribed);

INSTANTIATE_TYPED_TEST_SUITE_P(Reduction, ReductionTest,
                               properties::Types<ad::ReductionOperations>::type,
                               properties::NameOfOperation);

TEST(FloatSums, OfVeryManyNumbersAreAccurate) {
  const std::vector<float> x(20000000, 0.1F);
  EXPECT_FLOAT_EQ(ad::sum(x), 2000000.0F);
  EXPECT_FLOAT_EQ(ad::mean(x), 0.1F);
  EXPECT_FLOAT_EQ(ad::norm(x), 447.21360F);
}

}  // namespace
