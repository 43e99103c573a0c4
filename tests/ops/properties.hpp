// What must hold of every operation. The suite is instantiated once per family of operations, each
// in a source file of its own.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <autodiff/core/notes.hpp>

#include "carriers.hpp"
#include "reference_table.hpp"
#include "ulp_table.hpp"

template <class Op>
class OperationTest : public testing::Test {
 protected:
  static constexpr std::size_t arity = ad::arity_v<Op>;
  static constexpr ad::Ulps declared = Op::meta.ulps;
  using Row = reference::Row<arity>;
  using Point = std::array<double, arity>;

  template <class T>
  static std::array<T, arity> convert(const Point& x) {
    std::array<T, arity> result;
    for (std::size_t i = 0; i < arity; ++i) result[i] = T(x[i]);
    return result;
  }

  static std::string where(const Point& x) {
    return fmt::format("{}({})", Op::meta.name, fmt::join(x, ", "));
  }

  /// Points drawn from the sampling intervals, the same in every run.
  static std::vector<Point> draw(std::size_t count) {
    std::mt19937_64 random(20260213);
    std::vector<Point> points(count);
    for (Point& x : points) {
      for (std::size_t i = 0; i < arity; ++i) {
        const ad::Interval range = Op::samples[i];
        x[i] = std::uniform_real_distribution<double>(range.lower, range.upper)(random);
      }
    }
    return points;
  }

  /// Every combination of these arguments.
  static std::vector<Point> combinations(const std::vector<double>& arguments) {
    std::vector<Point> points(1);
    for (std::size_t i = 0; i < arity; ++i) {
      std::vector<Point> longer;
      for (Point x : points) {
        for (const double a : arguments) {
          x[i] = a;
          longer.push_back(x);
        }
      }
      points = std::move(longer);
    }
    return points;
  }

  /// Calls visit(order, component, computed, exact, scale) for everything the result and the table
  /// both have.
  template <int order, class T, class Visit>
  static void compare(const carriers::Result<T, arity>& result, const Row& row, Visit&& visit) {
    visit(0, std::size_t{0}, result.value, row.value, row.value_scale);
    if constexpr (order >= 1) {
      for (std::size_t i = 0; i < arity; ++i) {
        if (row.first[i]) visit(1, i, result.first[i], *row.first[i], row.first_scale[i]);
      }
    }
    if constexpr (order >= 2) {
      for (std::size_t i = 0; i < Row::seconds; ++i) {
        if (row.second[i]) visit(2, i, result.second[i], *row.second[i], row.second_scale[i]);
      }
    }
  }

  template <class T, class ForEachCarrier>
  static void expect_within_declared_ulps(const char* number, ForEachCarrier&& for_each_carrier) {
    for (const Row& row : reference::table<Op>()) {
      if (!row.template is_exact_in<T>()) continue;
      for_each_carrier([&]<class Carrier>(Carrier) {
        const auto result = Carrier::template run<T>(Op{}, convert<T>(row.x));
        compare<Carrier::order>(
            result, row,
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

  /// The same class of number, and the same number if it is not finite.
  static bool alike(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    if (std::isinf(a) || std::isinf(b)) return a == b;
    return std::fabs(a - b) <= 1e-12 * (1 + std::fabs(a));
  }

  static double as_double(double x) { return x; }
  static double as_double(const ad::Quad& x) { return x.to_double(); }
};

TYPED_TEST_SUITE_P(OperationTest);

TYPED_TEST_P(OperationTest, StaysWithinItsDeclaredUlpsInDouble) {
  this->template expect_within_declared_ulps<double>("double",
                                                     [](auto visit) { carriers::for_each(visit); });
}

TYPED_TEST_P(OperationTest, StaysWithinItsDeclaredUlpsInFloat) {
  this->template expect_within_declared_ulps<float>(
      "float", [](auto visit) { carriers::for_each_basic(visit); });
}

TYPED_TEST_P(OperationTest, IsThatOfTheTableInQuad) {
  using ad::Quad;
  for (const auto& row : reference::table<TypeParam>()) {
    const auto x = this->template convert<Quad>(row.x);
    const auto result = carriers::TapeOfDual::run<Quad>(TypeParam{}, x);
    this->template compare<2>(
        result, row,
        [&](int order, std::size_t component, const Quad& computed, const auto& exact,
            long double scale) {
          const Quad reference = exact.in_quad();
          const Quad size = fmax(fabs(reference), Quad(scale));
          // The tables take for 0 what is far below the doubles.
          const Quad bound = fmax(Quad(1e-29) * size, Quad::parse("1e-390"));
          EXPECT_TRUE(isnan(reference) ? isnan(computed) : fabs(computed - reference) <= bound)
              << this->where(row.x) << ": derivative " << order << "." << component << " is "
              << computed.to_string() << " instead of " << exact.digits;
        });
  }
}

TYPED_TEST_P(OperationTest, IsItsOwnTranspose) {
  constexpr std::size_t n = TestFixture::arity;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (const auto& x : this->draw(200)) {
    const double w = normal(random);
    std::array<ad::Dual<double, 1>, n> moving;
    std::array<double, n> v;
    ad::Tape<double> tape;
    std::array<ad::Real, n> inputs;
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = normal(random);
      moving[i] = ad::Dual<double, 1>(x[i], {v[i]});
      inputs[i] = tape.input(x[i]);
    }
    const double forward = w * carriers::evaluate(TypeParam{}, moving).tangent(0);
    tape.reverse(carriers::evaluate(TypeParam{}, inputs), w);
    double reverse = 0, size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      reverse += tape.adjoint(inputs[i]) * v[i];
      size += std::fabs(tape.adjoint(inputs[i]) * v[i]);
    }
    EXPECT_NEAR(forward, reverse, 1e-14 * size) << this->where(x);
  }
}

TYPED_TEST_P(OperationTest, IsTheSameOnEveryCarrier) {
  for (const auto& x : this->draw(200)) {
    const auto expected = carriers::Tape::run<double>(TypeParam{}, x);
    carriers::for_each([&]<class Carrier>(Carrier) {
      const auto result = Carrier::template run<double>(TypeParam{}, x);
      EXPECT_EQ(result.value, expected.value) << this->where(x) << ", " << Carrier::name;
      for (std::size_t i = 0; Carrier::order > 0 && i < x.size(); ++i) {
        EXPECT_NEAR(result.first[i], expected.first[i], 1e-14 * (1 + std::fabs(expected.first[i])))
            << this->where(x) << ", " << Carrier::name;
      }
    });
  }
}

TYPED_TEST_P(OperationTest, TreatsNonFiniteArgumentsAlikeOnEveryCarrier) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& x : this->combinations({-inf, -2, -1, -0.0, 0.0, 0.5, 1, inf, nan})) {
    const auto expected = carriers::Tape::run<double>(TypeParam{}, x);
    const auto check = [&](const auto& result, const std::string& carrier, bool has_first) {
      EXPECT_TRUE(this->alike(this->as_double(result.value), expected.value))
          << this->where(x) << ", " << carrier << ": " << this->as_double(result.value)
          << " instead of " << expected.value;
      for (std::size_t i = 0; has_first && i < x.size(); ++i) {
        EXPECT_TRUE(this->alike(this->as_double(result.first[i]), expected.first[i]))
            << this->where(x) << ", " << carrier << ", derivative " << i << ": "
            << this->as_double(result.first[i]) << " instead of " << expected.first[i];
      }
    };
    carriers::for_each([&]<class Carrier>(Carrier) {
      check(Carrier::template run<double>(TypeParam{}, x), Carrier::name, Carrier::order > 0);
    });
    check(carriers::TapeOfDual::run<ad::Quad>(TypeParam{}, this->template convert<ad::Quad>(x)),
          "tape of dual of quad", true);
  }
}

TYPED_TEST_P(OperationTest, ReadsNoMoreThanItSays) {
  using Op = TypeParam;
  constexpr std::size_t n = TestFixture::arity;
  if constexpr (!ad::is_composite_v<Op>) {
    constexpr bool inputs = Op::reads == ad::Reads::inputs || Op::reads == ad::Reads::both;
    constexpr bool result = Op::reads == ad::Reads::result || Op::reads == ad::Reads::both;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto& x : this->draw(50)) {
      const double y = carriers::evaluate(Op{}, x);
      auto seen = x;
      if (!inputs) seen.fill(nan);
      ad::Needs<n> all;
      all.fill(true);
      const auto slopes = [&](const auto& at, double value) {
        return std::apply([&](const auto&... a) { return ad::partials(Op{}, all, value, a...); },
                          at);
      };
      const auto expected = slopes(x, y);
      const auto got = slopes(seen, result ? y : nan);
      for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(got[i], expected[i]) << this->where(x);
    }
  }
}

TYPED_TEST_P(OperationTest, HasThePartialsThatItSaysAreOne) {
  using Op = TypeParam;
  constexpr std::size_t n = TestFixture::arity;
  if constexpr (requires { Op::unit_partials; }) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    ad::Needs<n> all;
    all.fill(true);
    for (const auto& x : this->combinations({-inf, -1e308, -0.0, 1e-320, 3, inf})) {
      const auto p = std::apply(
          [&](const auto&... a) {
            return ad::partials(Op{}, all, carriers::evaluate(Op{}, x), a...);
          },
          x);
      for (std::size_t i = 0; i < n; ++i) {
        if (Op::unit_partials[i] == 0) continue;
        EXPECT_EQ(p[i], Op::unit_partials[i]) << this->where(x) << ", partial " << i;
      }
    }
  }
}

TYPED_TEST_P(OperationTest, DeclaresASlopeBetweenTheOneSidedOnes) {
  using ad::Quad;
  // Points of the table without a derivative are kinks, jumps, poles and ends of the domain.
  for (const auto& row : reference::table<TypeParam>()) {
    const auto x = this->template convert<Quad>(row.x);
    const auto chosen = carriers::Tape::run<double>(TypeParam{}, row.x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (row.first[i]) continue;
      // Steps in proportion to a large argument pass over many jumps at once.
      if (!TypeParam::meta.jump.empty() && std::fabs(row.x[i]) > 0x1p50) continue;
      // Far below the distance to whatever else is near.
      const double size = row.x[i] == 0 ? 0x1p-900 : std::fabs(row.x[i]);
      const auto slope = [&](double relative) {
        const Quad h = Quad(size) * Quad(relative);
        auto beside = x;
        beside[i] = x[i] + h;
        return ((carriers::evaluate(TypeParam{}, beside) - carriers::evaluate(TypeParam{}, x)) / h)
            .to_double();
      };
      const double left = slope(-0x1p-60), right = slope(0x1p-60);
      const bool grows = std::fabs(slope(0x1p-70)) > 2 * std::fabs(right) + 1 ||
                         std::fabs(slope(-0x1p-70)) > 2 * std::fabs(left) + 1;
      if (!std::isfinite(left) || !std::isfinite(right) || grows) continue;
      EXPECT_GE(chosen.first[i], std::fmin(left, right) - 1e-12) << this->where(row.x);
      EXPECT_LE(chosen.first[i], std::fmax(left, right) + 1e-12) << this->where(row.x);
    }
  }
}

TYPED_TEST_P(OperationTest, RaisesNoFlagWhereItsDerivativesExist) {
  const auto is_finite = [](const auto& number) {
    return number && std::fabs(number->number) < std::numeric_limits<double>::max();
  };
  for (const auto& row : reference::table<TypeParam>()) {
    bool regular = is_finite(std::optional(row.value));
    for (const auto& d : row.first) regular = regular && is_finite(d);
    for (const auto& d : row.second) regular = regular && is_finite(d);
    if (!regular) continue;
    carriers::for_each_basic([&]<class Carrier>(Carrier) {
      ad::Notes notes;
      Carrier::template run<double>(TypeParam{}, row.x);
      EXPECT_TRUE(notes.indeterminate().empty()) << this->where(row.x) << ", " << Carrier::name;
    });
  }
}

REGISTER_TYPED_TEST_SUITE_P(OperationTest, StaysWithinItsDeclaredUlpsInDouble,
                            StaysWithinItsDeclaredUlpsInFloat, IsThatOfTheTableInQuad,
                            IsItsOwnTranspose, IsTheSameOnEveryCarrier,
                            TreatsNonFiniteArgumentsAlikeOnEveryCarrier, ReadsNoMoreThanItSays,
                            HasThePartialsThatItSaysAreOne, DeclaresASlopeBetweenTheOneSidedOnes,
                            RaisesNoFlagWhereItsDerivativesExist);

namespace properties {

template <class List>
struct Types;
template <class... Op>
struct Types<ad::OperationList<Op...>> {
  using type = testing::Types<Op...>;
};

struct NameOfOperation {
  template <class Op>
  static std::string GetName(int) {
    return std::string(Op::meta.name);
  }
};

}  // namespace properties

#define AUTODIFF_TEST_FAMILY(Family)                                              \
  INSTANTIATE_TYPED_TEST_SUITE_P(Family, OperationTest,                           \
                                 properties::Types<ad::Family##Operations>::type, \
                                 properties::NameOfOperation)
