// The comparison with scalars notices what is planted.
#include "tests/values/array_check.hpp"

#include <cstddef>
#include <vector>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace {

using Array = ad::Array<double>;

/// How many failures the comparison of f with x² reports.
template <class F>
int failures(F&& f) {
  testing::TestPartResultArray results;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    array_check::expect_as_scalars<double>({Array({2, 2}, {1, -2, 3, 4})}, f, [](const auto& v) {
      array_check::Scalars<double> y;
      for (const auto& each : v[0]) y.push_back(each * each);
      return y;
    });
  }
  return results.size();
}

template <class X>
using Value = ad::value_type_t<X>;

TEST(ArrayCheck, NoticesWrongValuesAndWrongAdjoints) {
  EXPECT_EQ(failures([](const auto& x) { return Value<decltype(x[0])>(x[0] * x[0]); }), 0);
  EXPECT_GT(failures([](const auto& x) { return Value<decltype(x[0])>(x[0] * x[0] * 1.0000001); }),
            0);
  EXPECT_GT(failures([](const auto& x) {  // half of the derivative
              return Value<decltype(x[0])>(x[0] * x[0].array());
            }),
            0);
  EXPECT_GT(failures([](const auto& x) {  // that of the transpose
              const Value<decltype(x[0])> square = x[0] * x[0];
              return ad::detail::record_rule<ad::Var<Array>>(
                  square.array(), ad::detail::sources_of(square),
                  [](const auto& to, const auto& cotangent, auto&) {
                    to[0]->add(cotangent.transpose().packed());
                  });
            }),
            0);
}

}  // namespace
