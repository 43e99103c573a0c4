// Newton's method on the Rosenbrock function, with gradient and Hessian from the engine.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>

int main() {
  const auto rosenbrock = [](auto x, auto y) {
    return square(1.0 - x) + 100.0 * square(y - x * x);
  };
  double x = -1.2;
  double y = 1.0;
  fmt::print("step {:>12} {:>12} {:>12} {:>12}\n", "x", "y", "f", "|gradient|");
  for (int step = 0;; ++step) {
    const auto [value, g] = ad::value_and_gradient(rosenbrock, x, y);
    fmt::print("{:4} {:12.8f} {:12.8f} {:12.4e} {:12.4e}\n", step, x, y, value,
               std::hypot(g[0], g[1]));
    if (std::hypot(g[0], g[1]) < 1e-12) break;

    // The Newton step solves H s = -g; two by two, Cramer's rule does.
    const auto h = ad::hessian(rosenbrock, x, y);
    const double determinant = h(0, 0) * h(1, 1) - h(0, 1) * h(1, 0);
    const std::array s{-(h(1, 1) * g[0] - h(0, 1) * g[1]) / determinant,
                       -(h(0, 0) * g[1] - h(1, 0) * g[0]) / determinant};

    // Halve it until the function falls enough (Armijo).
    double length = 1;
    const auto f = [&](double t) {
      return rosenbrock(ad::Plain<double>(x + t * s[0]), ad::Plain<double>(y + t * s[1])).value();
    };
    while (f(length) > value + 1e-4 * length * (g[0] * s[0] + g[1] * s[1])) length /= 2;
    x += length * s[0];
    y += length * s[1];
  }
}
