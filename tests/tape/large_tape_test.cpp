// Tapes beyond what caches hold, for which memory is asked ahead on some processors.
#include <cstddef>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>

namespace {

/// More than half a million arguments, in statements of one to six.
template <class T>
T long_sum(const std::vector<T>& x) {
  std::mt19937 random(1);
  const auto any = [&]() -> const T& { return x[random() % x.size()]; };
  T sum = 0;
  for (int i = 0; i < 80'000; ++i) {
    const T a = sin(any());
    const T b = a * any() + any() * any() + any() * any();
    const T c = b + a;
    sum = c * c * 1e-3 + sum * 0.999;
  }
  return sum;
}

std::vector<double> gradient_of_long_sum(bool follows_streams, const std::vector<double>& point) {
  ad::detail::follows_streams = follows_streams;
  ad::Tape<double> tape;
  const std::vector<ad::Real> x = tape.inputs(point);
  const auto start = tape.mark();
  std::vector<double> gradient;
  for (int recording = 0; recording < 2; ++recording) {  // into new memory, then into kept memory
    tape.rewind(start);
    tape.reverse(long_sum(x));
    gradient.clear();
    for (const ad::Real& each : x) gradient.push_back(tape.adjoint(each));
  }
  EXPECT_GT(tape.statistics().arguments, std::size_t{1} << 19);
  return gradient;
}

TEST(LargeTape, AsksForMemoryAheadOrNotWithTheSameResult) {
  const bool here = ad::detail::follows_streams;
  const std::vector<double> point{0.3, -0.7, 1.1, 0.9, -0.2};
  const std::vector<double> gradient = gradient_of_long_sum(true, point);
  EXPECT_EQ(gradient, gradient_of_long_sum(false, point));
  ad::detail::follows_streams = here;

  for (std::size_t i = 0; i < point.size(); ++i) {
    std::vector<ad::Dual<double, 1>> x(point.begin(), point.end());
    x[i] = ad::Dual<double, 1>(point[i], {1.0});
    EXPECT_NEAR(gradient[i], long_sum(x).tangent(0), 1e-12);
  }
}

}  // namespace
