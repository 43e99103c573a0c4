#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

// Numbers of directions that fill registers of every width, with and without a rest.
using Directions = std::index_sequence<1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33>;

template <class F, std::size_t... N>
void for_each_count(const F& f, std::index_sequence<N...>) {
  (f(std::integral_constant<std::size_t, N>()), ...);
}

template <class T>
void expect_close(const T& found, const T& expected) {
  EXPECT_NEAR(found, expected, 4 * std::numeric_limits<T>::epsilon() * std::abs(expected));
}

template <class T>
class DualOf : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(DualOf, Numbers);

TYPED_TEST(DualOf, CarriesEveryDirectionByItself) {
  using T = TypeParam;
  const auto f = [](auto x, auto y) { return x * sin(y) / (x + 2) - exp(-x * y); };
  for_each_count(
      [&](auto count) {
        constexpr std::size_t n = count();
        std::array<T, n> along_x, along_y;
        for (std::size_t i = 0; i < n; ++i) {
          along_x[i] = T(1) + static_cast<T>(i);
          along_y[i] = T(2) - static_cast<T>(i) / 4;
        }
        using D = ad::Dual<T, n>;
        const D result = f(D(T(0.75), along_x), D(T(1.25), along_y));
        for (std::size_t i = 0; i < n; ++i) {
          using Single = ad::Dual<T, 1>;
          const Single expected = f(Single(T(0.75), {along_x[i]}), Single(T(1.25), {along_y[i]}));
          expect_close(result.tangent(i), expected.tangent(0));
          EXPECT_EQ(result.tangents()[i], result.tangent(i));
        }
      },
      Directions{});
}

TYPED_TEST(DualOf, GivesZeroTimesInfinityItsMeaningInEveryDirection) {
  using T = TypeParam;
  for_each_count(
      [](auto count) {
        constexpr std::size_t n = count();
        using D = ad::Dual<T, n>;
        for (std::size_t i = 0; i < n; ++i) {
          const ad::Notes notes;
          // Only direction i moves; the others are zeros that meet the infinite slope of sqrt.
          const D root = sqrt(D::variable(T(0), i));
          for (std::size_t k = 0; k < n; ++k) {
            EXPECT_EQ(root.tangent(k), k == i ? std::numeric_limits<T>::infinity() : T(0));
          }
          EXPECT_EQ(notes.indeterminate().empty(), n == 1);
        }
      },
      Directions{});
}

TYPED_TEST(DualOf, TellsNothingWhereEveryDirectionMoves) {
  using T = TypeParam;
  for_each_count(
      [](auto count) {
        constexpr std::size_t n = count();
        std::array<T, n> all;
        all.fill(T(1));
        const ad::Notes notes;
        // What fills up a register moves in no direction; it is not one of them.
        const auto root = sqrt(ad::Dual<T, n>(T(0), all));
        for (std::size_t k = 0; k < n; ++k) {
          EXPECT_EQ(root.tangent(k), std::numeric_limits<T>::infinity());
        }
        EXPECT_TRUE(notes.indeterminate().empty());
      },
      Directions{});
}

TEST(Dual, LiesInMemoryAlikeOnEveryMachine) {
  for_each_count(
      [](auto count) {
        constexpr std::size_t n = count();
        constexpr std::size_t kept = n == 3             ? 4
                                     : n == 5 || n == 7 ? 8
                                     : n == 15          ? 16
                                     : n == 31          ? 32
                                                        : n;
        static_assert(sizeof(ad::Dual<double, n>) == (1 + kept) * sizeof(double));
        static_assert(sizeof(ad::Dual<float, n>) == (1 + kept) * sizeof(float));
        static_assert(alignof(ad::Dual<double, n>) == alignof(double));
        static_assert(std::is_trivially_copyable_v<ad::Dual<double, n>>);
      },
      Directions{});
}

}  // namespace
