// A primitive of your own: the value you compute, with the derivative you know.
#include <fmt/format.h>

#include <autodiff/autodiff.hpp>

int main() {
  // log(1 + e^x) overflows for large x, and so does its derivative if it is traced through. The
  // stable forms are known, so say them. `auto` makes the rule usable at every order.
  const auto softplus = ad::custom_vjp(
      "stable_softplus",
      [](auto x) {
        using T = decltype(x);
        return T(max(x, 0.0) + log1p(exp(-abs(x))));
      },
      [](auto cotangent, auto x, auto) { return cotangent / (1.0 + exp(-x)); });

  const auto naive = [](auto x) { return log(1.0 + exp(x)); };
  fmt::print("{:>6} {:>12} {:>12} {:>12}\n", "x", "value", "traced", "custom");
  for (const double x : {-40.0, 0.0, 1.0, 800.0}) {
    fmt::print("{:6.0f} {:12.6g} {:12.6g} {:12.6g}\n", x, softplus(x), ad::gradient(naive, x)[0],
               ad::gradient([&](auto v) { return softplus(v); }, x)[0]);
  }

  // It composes with everything, at second order too.
  const auto loss = [&](auto w, auto x) { return square(softplus(w * x) - 1.0); };
  const auto hessian = ad::hessian(loss, 0.5, 2.0);
  fmt::print("\nHessian of (softplus(w x) - 1)^2:\n");
  for (int i = 0; i < 2; ++i) fmt::print("{:9.6f} {:9.6f}\n", hessian(i, 0), hessian(i, 1));

  // A rule may keep what it computed (a residual), and a callable of double is welcome: then only a
  // second derivative through it is refused, by name.
  const auto table = ad::custom_vjp(
      "table", [](double x) { return ad::with_residual(x * x, 2 * x); },
      [](double cotangent, double, double, double slope) { return cotangent * slope; });
  fmt::print("\ntable'(3) = {}\n", ad::derivative([&](auto x) { return table(x); }, 3.0));
  try {
    ad::hessian([&](auto x) { return table(x); }, 3.0);
  } catch (const ad::RuleError& error) {
    fmt::print("{}\n", error.what());
  }

  // Registered, it can be called by name, from formulas as well.
  ad::register_primitive(softplus);
  fmt::print("\nregistered: {}\n", ad::find_primitive("stable_softplus")->name);
}
