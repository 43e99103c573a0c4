// A stranger's first program, built against the installed library.
#include <array>
#include <cstdio>

#include <autodiff/autodiff.hpp>

int main() {
  auto f = [](const auto& x) { return x[0] * x[0] + x[0] + 1.0; };
  const std::array<double, 1> point{2.0};
  const auto gradient = ad::gradient(f, point);
  std::printf("f(2) = %g, f'(2) = %g\n", f(point), gradient[0]);
}
