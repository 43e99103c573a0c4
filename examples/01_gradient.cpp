// The gradient, Jacobian and Hessian of functions that you wrote.
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <autodiff/autodiff.hpp>

// Any function that is generic in its numbers: write `auto`, or a template parameter.
template <class T>
T length_of_path(const std::vector<T>& heights) {
  T length = 0;  // an accumulator needs its type: `auto` would be an expression
  for (std::size_t i = 0; i + 1 < heights.size(); ++i) {
    const T rise = heights[i + 1] - heights[i];
    length += sqrt(1.0 + rise * rise);
  }
  return length;
}

int main() {
  // Several numbers in, one number out.
  const auto [value, gradient] = ad::value_and_gradient(
      [](auto w, auto x, auto b) { return square(relu(w * x + b)); }, 0.5, 2.0, -0.25);
  fmt::print("relu(w x + b)^2 = {}\n", value);
  fmt::print("its gradient    = {}\n\n", gradient);

  // A vector in, one number out: the gradient is a vector.
  const std::vector<double> heights{0.0, 2.0, 1.0, 1.0};
  const auto path = [](const auto& h) { return length_of_path(h); };
  fmt::print("length of the path = {:.6f}\n", length_of_path(heights));
  fmt::print("its gradient       = {:.6f}\n\n", fmt::join(ad::gradient(path, heights), ", "));

  // Several numbers out: the Jacobian.
  const auto polar = [](auto r, auto angle) {
    return std::vector{ad::value_type_t<decltype(r)>(r * cos(angle)),
                       ad::value_type_t<decltype(r)>(r * sin(angle))};
  };
  const auto jacobian = ad::jacobian(polar, 2.0, 0.5);
  for (std::size_t i = 0; i < jacobian.rows(); ++i) {
    fmt::print("J[{}] = {:9.6f} {:9.6f}\n", i, jacobian(i, 0), jacobian(i, 1));
  }

  // Second order: the Hessian, and its product with a vector without forming it.
  const auto hessian = ad::hessian(path, heights);
  fmt::print("\nH[0][0] = {:.6f}, H[0][1] = {:.6f}\n", hessian(0, 0), hessian(0, 1));
  fmt::print("H v     = {:.6f}\n",
             fmt::join(ad::hvp(path, heights, std::vector{1.0, 0.0, 0.0, 0.0}), ", "));

  // Derivatives nest.
  const auto speed = [](auto t) { return ad::derivative([](auto s) { return sin(s * s); }, t); };
  fmt::print("\nspeed {:.6f}, acceleration {:.6f}\n", speed(ad::Plain<double>(1.0)),
             ad::derivative(speed, 1.0));
}
