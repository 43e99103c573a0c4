// A custom VJP with a mistake in it, caught: which point, how far off, and by what reference.
#include <cmath>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>

int main() {
  // silu(x) = x sigmoid(x). The right rule is s + x s (1 - s).
  const auto value = [](auto x) { return x / (1.0 + exp(-x)); };
  const auto right = ad::custom_vjp("silu_right", value, [](auto cotangent, auto x, auto) {
    using T = decltype(x);
    const T s = 1.0 / (1.0 + exp(-x));
    return cotangent * (s + x * s * (1.0 - s));
  });
  // The second one forgets a factor, a mistake that is invisible at x = 0 and for large x.
  const auto wrong = ad::custom_vjp("silu_wrong", value, [](auto cotangent, auto x, auto) {
    using T = decltype(x);
    const T s = 1.0 / (1.0 + exp(-x));
    return cotangent * (s + x * s * s * (1.0 - s));
  });

  // Over the whole domain of a rule.
  fmt::print("{}: {}\n", right.name(), ad::check_rule(right).verdict);
  fmt::print("{}: {}\n\n", wrong.name(), ad::check_rule(wrong).verdict);

  // At one point, inside a function: the report says what is wrong there.
  const ad::Report report =
      ad::check_gradient([&](auto x, auto y) { return wrong(x * y) + y; }, 0.5, 2.0);
  fmt::print("{}\n", report.to_text());

  // At its kink ReLU has no derivative. Every slope between the one-sided ones is a legal
  // convention, and no other.
  const auto relu = [](auto x) { return ad::relu(x); };
  for (const double claimed : {0.0, 0.5, 1.0, 1.001}) {
    const ad::Report at_kink = ad::check_gradient(
        relu, [=](auto) { return claimed; }, 0.0);
    fmt::print("relu'(0) = {:<5} {:<9} {}\n", claimed, at_kink.verdict, at_kink.entries[0].reason);
  }
}
