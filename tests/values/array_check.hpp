// A function of arrays against the same function of their elements.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/values/array_views.hpp>
#include <autodiff/values/comparison.hpp>

namespace array_check {

template <class T>
using Arrays = std::vector<ad::Array<T>>;
template <class T>
using Scalars = std::vector<ad::Var<T>>;

/// Equal but for `ulps` roundings; NaN and infinities exactly.
template <class T>
void expect_near(const std::vector<T>& found, const std::vector<T>& needed, const std::string& what,
                 double ulps = 64) {
  ASSERT_EQ(found.size(), needed.size()) << what;
  const double u = std::numeric_limits<T>::epsilon();
  double largest = 0;
  for (const T& each : needed) {
    if (std::isfinite(each)) largest = std::fmax(largest, std::fabs(static_cast<double>(each)));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(needed[i])) {
      EXPECT_TRUE(std::isnan(found[i])) << what << " " << i << ": " << found[i];
    } else if (std::isinf(needed[i])) {
      EXPECT_EQ(found[i], needed[i]) << what << " " << i;
    } else {
      EXPECT_NEAR(found[i], needed[i], ulps * u * largest) << what << " " << i;
    }
  }
}

/// The same numbers where they do not follow each other.
template <class T>
ad::Array<T> strided(const ad::Array<T>& x) {
  return x.transpose().packed().transpose();
}

template <class Y>
auto as_vector(const Y& y) {
  if constexpr (ad::ArrayOperand<Y>) {
    return ad::value_type_t<Y>(y).array().to_vector();
  } else {
    return std::vector{ad::value_of(y)};
  }
}

/// f takes a vector of arrays, active and plain alike, and gives an array or a scalar; g takes a
/// vector of vectors of tape values and gives the elements of the same. Compares the values and,
/// at random cotangents, the adjoints, with all arrays active and with each alone, packed or not.
template <class T, class F, class G>
void expect_as_scalars(const Arrays<T>& x, F f, G g, double ulps = 64) {
  using Active = ad::Var<ad::Array<T>>;
  const std::size_t count = as_vector(f(x)).size();
  const auto weights = ad::Array<T>::normal({count}, 17);

  ad::Tape<T> tape;
  std::vector<Scalars<T>> v;
  for (const auto& each : x) v.push_back(tape.inputs(each.to_vector()));
  const Scalars<T> y = g(v);
  tape.reverse(y, weights.to_vector());
  std::vector<T> values;
  for (const auto& each : y) values.push_back(each.value());
  std::vector<std::vector<T>> needed;
  for (const auto& each : v) {
    needed.emplace_back();
    for (const auto& scalar : each) needed.back().push_back(1 + tape.adjoint(scalar));
  }

  for (const bool packed : {true, false}) {
    Arrays<T> at;
    for (const auto& each : x) at.push_back(packed ? each : strided(each));
    expect_near(as_vector(f(at)), values, "plain", ulps);
    for (std::size_t alone = 0; alone <= x.size(); ++alone) {
      tape.clear();
      std::vector<Active> a;
      std::vector<Active> seen;  // an input is packed; what it is seen through need not be
      for (std::size_t i = 0; i < at.size(); ++i) {
        const bool is_active = alone == x.size() || alone == i;
        a.push_back(is_active ? tape.input(packed ? x[i] : at[i].transpose()) : Active(at[i]));
        seen.push_back(packed || !is_active ? a[i] : transpose(a[i]));
      }
      const auto z = f(seen);
      expect_near(as_vector(z), values, "active", ulps);
      ad::Var<T> total = 0;
      if constexpr (ad::ArrayOperand<decltype(z)>) {
        EXPECT_TRUE(z.is_active());
        total = sum(reshape(z, {count}) * weights);
      } else {
        total = z * weights.data()[0];
      }
      for (const Active& each : a) total += sum(each);  // a use whose adjoint comes first
      tape.reverse(total);
      for (std::size_t i = 0; i < at.size(); ++i) {
        const ad::Array<T> found = tape.adjoint(a[i]);
        const std::string what = "adjoint of argument " + std::to_string(i);
        if (alone != x.size() && alone != i) {
          expect_near(found.to_vector(), std::vector<T>(x[i].size()), what);
        } else {
          expect_near((packed ? found : found.transpose()).to_vector(), needed[i], what, ulps);
        }
      }
    }
  }
}

/// The step gives the same number each time, and none of its memory is the system's after two.
template <class Step>
void expect_no_new_blocks(const Step& step) {
  const double first = step();
  step();
  const std::size_t before = ad::detail::blocks_from_system();
  EXPECT_EQ(step(), first);
  EXPECT_EQ(ad::detail::blocks_from_system(), before);
}

/// What a ShapeError says, or "no error".
template <class F>
std::string shape_error(F&& f) {
  try {
    f();
  } catch (const ad::ShapeError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace array_check
