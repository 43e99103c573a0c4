// Activation functions of neural networks with a kink at 0.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

namespace detail {

[[noreturn]] void throw_slope_at_zero(double slope);

}  // namespace detail

/// The derivative that relu (and leaky_relu with a leak of 0) declares at 0, where there is none:
/// any number between the one-sided slopes 0 and 1. Throws ParameterError for anything else.
struct SlopeAtZero {
  constexpr explicit SlopeAtZero(double s) : slope(s) {
    if (!(s >= 0 && s <= 1)) detail::throw_slope_at_zero(s);
  }

  double slope;
};

/// relu(x + h) = relu(x) + [x > 0] h + o(h) for x != 0
struct Relu {
  static constexpr Meta meta{.name = "relu",
                             .formula = "max(x, 0)",
                             .derivative = "0 if x < 0, 1 if x > 0",
                             .domain = "all",
                             .kink = "x = 0",
                             .convention = "0; SlopeAtZero selects s in [0, 1]",
                             .oracle = "max(x, 0)",
                             .source = "Nair and Hinton 2010",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  double slope_at_zero = 0;

  template <class T>
  constexpr T value(const T& x) const {
    return select(x <= 0, T(0), x);  // in this order NaN propagates
  }
  template <class T>
  constexpr T vjp(const T& ct, const T& x, const T&) const {
    const T at_zero = slope_at_zero == 0 ? T(0) : T(T(slope_at_zero) * ct);
    return select(x < 0, T(0), select(x > 0, ct, select(x == 0, at_zero, x)));  // NaN propagates
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x) {
    return {x};
  }
};

/// leaky_relu(x + h, a + k) = a x + a h + x k + o(|h| + |k|) for x < 0, x + h for x > 0
///
/// With a leak of exactly 0 it is relu, at 0 too: there the slope is `slope_at_zero` and not the
/// leak.
struct LeakyRelu {
  static constexpr Meta meta{.name = "leaky_relu",
                             .formula = "y x if x < 0, else x; y = 0.01 if left out",
                             .derivative = "y if x < 0, 1 if x > 0; x if x < 0, 0 if x > 0",
                             .domain = "all",
                             .kink = "x = 0, unless y = 1",
                             .convention = "y; if y = 0, that of relu",
                             .oracle = "x if x > 0 else y * x",
                             .source = "Maas, Hannun and Ng 2013",
                             .ulps = {1, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{0, 0.5}};
  static constexpr std::array defaults{0.01};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  double slope_at_zero = 0;

  template <class T>
  constexpr T value(const T& x, const T& leak) const {
    return select(x <= 0, select(detail::is_zero(leak), T(0), T(leak * x)), x);
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T& x, const T& leak, const T&) const {
    const auto negative = x < 0;
    const auto positive = x > 0;
    const auto kink = x == 0;
    const T slope = detail::choose(
        kink & detail::is_zero(leak), [&] { return scaled(T(slope_at_zero), ct); },
        [&] { return scaled(leak, ct); });
    const auto left = negative | kink;  // neither left nor right is NaN
    return {select(positive, ct, select(left, slope, x)),
            select(positive, T(0), select(left, scaled(x, ct), x))};
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x, const T& leak) {
    return {detail::is_zero(T(leak - T(1))) ? detail::infinity<T>() : x};
  }

 private:
  /// A factor 0 that does not move (in derivatives of derivatives it may) is a structural zero.
  template <class T>
  static constexpr T scaled(const T& factor, const T& ct) {
    return detail::choose(
        all_zero(factor), [] { return T(0); }, [&] { return T(factor * ct); });
  }
};

/// elu(x + h, a + k) = elu(x, a) + a e^x h + (e^x - 1) k + o(|h| + |k|) for x < 0, x + h for x > 0
struct Elu {
  static constexpr Meta meta{
      .name = "elu",
      .formula = "y (e^x - 1) if x < 0, else x; y = 1 if left out",
      .derivative = "y exp(x) if x < 0, 1 if x > 0; expm1(x) if x < 0, else 0",
      .domain = "all",
      .kink = "x = 0, unless y = 1",
      .convention = "y, the left slope",
      .oracle = "x if x > 0 else y * expm1(x)",
      .source = "Clevert, Unterthiner and Hochreiter 2016"};
  static constexpr std::array samples{Interval{-4, 4}, Interval{0.5, 2}};
  static constexpr std::array defaults{1.0};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x, const T& scale) const {
    using std::expm1;
    return detail::choose(
        x > 0, [&] { return x; }, [&] { return T(scale * expm1(x)); });
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& scale, const T&) const {
    using std::exp;
    using std::expm1;
    const auto positive = x > 0;
    return {detail::choose(
                positive, [&] { return ct; }, [&] { return T(T(scale * T(exp(x))) * ct); }),
            detail::choose(
                positive, [] { return T(0); }, [&] { return T(T(expm1(x)) * ct); })};
  }
  template <class T>
  static std::array<T, 1> kinks(const T& x, const T& scale) {
    return {detail::is_zero(T(scale - T(1))) ? detail::infinity<T>() : x};
  }
};

/// selu(x + h) = selu(x) + l h for x > 0, + l a e^x h + o(h) for x < 0
struct Selu {
  static constexpr Meta meta{
      .name = "selu",
      .formula = "l x if x > 0, else l a (e^x - 1); l = 1.0507009873554805, a = 1.6732632423543773",
      .derivative = "l if x > 0, l a exp(x) if x < 0",
      .domain = "all",
      .kink = "x = 0",
      .convention = "l a, the left slope",
      .oracle =
          "mpf('1.0507009873554804934193349852946') * "
          "(x if x > 0 else mpf('1.6732632423543772848170429916717') * expm1(x))",
      .source = "Klambauer et al. 2017"};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::expm1;
    return detail::choose(
        x > 0, [&] { return T(right_slope<T>() * x); },
        [&] { return T(left_slope<T>() * expm1(x)); });
  }
  template <class T>
  T vjp(const T& ct, const T& x, const T&) const {
    using std::exp;
    return detail::choose(
        x > 0, [&] { return T(right_slope<T>() * ct); },
        [&] { return T(T(left_slope<T>() * T(exp(x))) * ct); });
  }
  template <class T>
  static std::array<T, 1> kinks(const T& x) {
    return {x};
  }

 private:
  template <class T>
  static T right_slope() {
    return constant<T>(1.0507009873554805, 3.9874847667154144e-17);
  }
  template <class T>
  static T left_slope() {
    return constant<T>(1.7580993408473768, 1.41535193800845e-17);
  }
};

/// hard_tanh(x + h) = x + h for |x| < 1
struct HardTanh {
  static constexpr Meta meta{.name = "hard_tanh",
                             .formula = "clamp(x, -1, 1)",
                             .derivative = "1 if |x| < 1, 0 if |x| > 1",
                             .domain = "all",
                             .kink = "x = -1; x = 1",
                             .convention = "0",
                             .oracle = "min(max(x, -1), 1)",
                             .source = "Collobert 2004",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x) const {
    return select(x <= -1, T(-1), select(x >= 1, T(1), x));
  }
  template <class T>
  constexpr T vjp(const T& ct, const T& x, const T&) const {
    return select(x <= -1, T(0), select(x >= 1, T(0), select(detail::is_nan(x), x, ct)));
  }
  template <class T>
  static constexpr std::array<T, 2> kinks(const T& x) {
    return {T(x + T(1)), T(x - T(1))};
  }
};

/// relu6(x + h) = x + h for 0 < x < 6
struct Relu6 {
  static constexpr Meta meta{.name = "relu6",
                             .formula = "clamp(x, 0, 6)",
                             .derivative = "1 if 0 < x < 6, 0 if x < 0 or x > 6",
                             .domain = "all",
                             .kink = "x = 0; x = 6",
                             .convention = "0",
                             .oracle = "min(max(x, 0), 6)",
                             .source = "Krizhevsky 2010",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x) const {
    return select(x <= 0, T(0), select(x >= 6, T(6), x));
  }
  template <class T>
  constexpr T vjp(const T& ct, const T& x, const T&) const {
    return select(x <= 0, T(0), select(x >= 6, T(0), select(detail::is_nan(x), x, ct)));
  }
  template <class T>
  static constexpr std::array<T, 2> kinks(const T& x) {
    return {x, T(x - T(6))};
  }
};

/// hard_sigmoid(x + h) = hard_sigmoid(x) + h / 6 for |x| < 3
struct HardSigmoid {
  static constexpr Meta meta{.name = "hard_sigmoid",
                             .formula = "clamp(x + 3, 0, 6) / 6",
                             .derivative = "1/6 if |x| < 3, 0 if |x| > 3",
                             .domain = "all",
                             .kink = "x = -3; x = 3",
                             .convention = "0",
                             .oracle = "min(max(x + 3, 0), 6) / 6",
                             .source = "Howard et al. 2019, relu6(x + 3) / 6",
                             .ulps = {1.5, 0.5, 0}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x) const {
    return select(x <= -3, T(0), select(x >= 3, T(1), T(T(x + T(3)) / T(6))));
  }
  template <class T>
  constexpr T vjp(const T& ct, const T& x, const T&) const {
    const T inside = ct / T(6);
    return select(x <= -3, T(0), select(x >= 3, T(0), select(detail::is_nan(x), x, inside)));
  }
  template <class T>
  static constexpr std::array<T, 2> kinks(const T& x) {
    return {T(x + T(3)), T(x - T(3))};
  }
};

/// max(x, 0). The derivative is 0 for x < 0, 1 for x > 0, and at 0 the declared slope, 0 by
/// default. It is selected by the sign of x, never multiplied by a mask, so an infinite or NaN
/// cotangent does not leak through an inactive unit.
///
///     ad::gradient([](auto x) { return relu(x); }, 0.0);                       // 0
///     ad::gradient([](auto x) { return relu(x, ad::SlopeAtZero{1}); }, 0.0);  // 1
template <Operand X>
constexpr auto relu(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Relu{}, x);
}
template <Operand X>
constexpr auto relu(const X& x, SlopeAtZero at_zero,
                    SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Relu{at_zero.slope}, x);
}

/// x for x > 0, else slope * x; the slope, 0.01 by default, is an ordinary argument and
/// differentiated if active. The derivative at 0 is the slope. With slope 0 this is relu
/// everywhere, at 0 with relu's declared slope.
///
///     ad::gradient([](auto x) { return leaky_relu(x, 0.1); }, 0.0);  // 0.1
template <Operand X>
constexpr auto leaky_relu(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, LeakyRelu{}, x, detail::beside<X>(LeakyRelu::defaults[0]));
}
template <Operand X, Operand S>
requires Compatible<X, S>
constexpr auto leaky_relu(const X& x, const S& slope,
                          SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, LeakyRelu{}, x, slope);
}
template <Operand X, Operand S>
requires Compatible<X, S>
constexpr auto leaky_relu(const X& x, const S& slope, SlopeAtZero at_zero,
                          SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, LeakyRelu{at_zero.slope}, x, slope);
}

/// x for x > 0, else alpha (e^x - 1). The derivative at 0 is alpha, the left slope: 1 by default,
/// where there is no kink.
template <Operand X>
auto elu(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Elu{}, x, detail::beside<X>(Elu::defaults[0]));
}
template <Operand X, Operand A>
requires Compatible<X, A>
auto elu(const X& x, const A& alpha, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Elu{}, x, alpha);
}

/// elu, scaled so that activations keep mean 0 and variance 1. At 0 the derivative is the left
/// slope.
template <Operand X>
auto selu(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Selu{}, x);
}

/// clamp(x, -1, 1), with the derivative 0 at both ends.
template <Operand X>
constexpr auto hard_tanh(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, HardTanh{}, x);
}

/// clamp(x, 0, 6), with the derivative 0 at both ends.
template <Operand X>
constexpr auto relu6(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Relu6{}, x);
}

/// clamp(x + 3, 0, 6) / 6, the piecewise linear sigmoid of MobileNetV3, with the derivative 0 at
/// both ends.
template <Operand X>
constexpr auto hard_sigmoid(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, HardSigmoid{}, x);
}

}  // namespace ad
