// Activation functions of neural networks without a kink.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/special.hpp>

namespace ad {

/// s(x + h) = s(x) + s(x) s(-x) h + o(h), s = sigmoid
struct Sigmoid {
  static constexpr Meta meta{.name = "sigmoid",
                             .formula = "1 / (1 + exp(-x))",
                             .derivative = "sigmoid(x) sigmoid(-x)",
                             .domain = "all",
                             .oracle = "1 / (1 + exp(-x))",
                             .source = "logistic function, Verhulst 1845"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::both;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::exp;
    const T e = exp(T(detail::with_sign_of(x, T(-x))));
    return select(detail::is_below(x, 0), e, T(1)) / T(T(1) + e);
  }
  template <class T>
  T partials(const T& x, const T& y) const {
    using std::exp;
    using std::expm1;
    if constexpr (std::is_floating_point_v<T>) {
      if (x < 0) return y * (1 - y);  // right of 0 this would cancel
    } else if (!InLanes<T> && detail::is_within(x, 1)) {
      // (1 - tanh(x/2)^2) / 4: its derivative has the zero at 0 and not a difference there.
      const T u = expm1(T(-x));
      const T t = u / T(T(2) + u);
      return T(0.25) * T(T(1) - t * t);
    }
    const T e = exp(T(detail::with_sign_of(x, T(-x))));
    const T root = T(1) + e;
    return e / T(root * root);
  }
};

/// softplus(x + h) = softplus(x) + sigmoid(x) h + o(h)
struct Softplus {
  static constexpr Meta meta{.name = "softplus",
                             .formula = "log(1 + e^x)",
                             .derivative = "sigmoid(x)",
                             .domain = "all",
                             .oracle = "log1p(exp(x))",
                             .source = "Dugas et al. 2001"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::exp;
    using std::log1p;
    const T small = log1p(exp(T(detail::with_sign_of(x, T(-x)))));
    return select(detail::is_below(x, 0), small, T(x + small));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(Sigmoid{}, x);
  }
};

/// gelu(x + h) = gelu(x) + (cdf(x) + x pdf(x)) h + o(h), those of the normal distribution
struct Gelu {
  static constexpr Meta meta{.name = "gelu",
                             .formula = "x erfc(-x / sqrt(2)) / 2",
                             .derivative = "normal_cdf(x) + x normal_pdf(x)",
                             .domain = "all",
                             .oracle = "x * erfc(-x / sqrt(2)) / 2",
                             .source = "Hendrycks and Gimpel 2016, exact form",
                             .cancels = "the first derivative at -0.7518, the second at +-1.4142",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-6, 6}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    const T probability = NormalCdf{}.value(x);
    return detail::is_zero(probability) ? T(-probability) : T(x * probability);  // -inf * 0
  }
  template <class T>
  T partials(const T& x, const T&) const {
    const T probability = ad::apply(NormalCdf{}, x);
    const T density = ad::apply(NormalPdf{}, x);
    return detail::is_zero(density) ? probability : T(probability + x * density);
  }
};

/// silu(x + h) = silu(x) + s(x) (1 + x s(-x)) h + o(h), s = sigmoid
struct Silu {
  static constexpr Meta meta{.name = "silu",
                             .formula = "x / (1 + exp(-x))",
                             .derivative = "sigmoid(x) (1 + x sigmoid(-x))",
                             .domain = "all",
                             .oracle = "x / (1 + exp(-x))",
                             .source = "Elfwing, Uchibe and Doya 2018",
                             .cancels = "the first derivative at -1.2785, the second at +-2.3994",
                             .ulps = {3, 4, 6}};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    using std::exp;
    const T gate = Sigmoid{}.value(x);
    if (detail::is_normal(gate)) return x * gate;
    const T root = exp(T(T(0.5) * x));  // x = -inf, or the gate has lost digits that x e^x has
    return detail::is_zero(root) ? T(-root) : T(T(x * root) * root);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    using std::exp;
    const T gate = ad::apply(Sigmoid{}, x);
    const T closed = ad::apply(Sigmoid{}, T(-x));
    if (detail::is_normal(gate) && detail::is_normal(closed)) return gate * T(T(1) + x * closed);
    // So far out that s(-|x|), which has lost digits, is e^-|x|.
    const T root = exp(T(T(0.5) * detail::with_sign_of(x, T(-x))));
    if (detail::is_zero(root) || detail::is_nan(x)) return gate;
    if (detail::is_below(x, 0)) return T(T(T(1) + x) * root) * root;
    return T(1) + T(T(x - T(1)) * root) * root;
  }
};

/// log_sigmoid(x + h) = log_sigmoid(x) + s(-x) h + o(h), s = sigmoid
struct LogSigmoid {
  static constexpr Meta meta{.name = "log_sigmoid",
                             .formula = "-log(1 + e^-x)",
                             .derivative = "sigmoid(-x)",
                             .domain = "all",
                             .oracle = "-log1p(exp(-x))",
                             .source = "logistic function, Verhulst 1845"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    return -Softplus{}.value(T(-x));
  }
  template <class T>
  T partials(const T& x, const T&) const {
    return ad::apply(Sigmoid{}, T(-x));
  }
};

/// softsign(x + h) = softsign(x) + h / (1 + |x|)^2 + o(h)
///
/// The derivative has a kink at 0, so the rule compares there.
struct Softsign {
  static constexpr Meta meta{.name = "softsign",
                             .formula = "x / (1 + |x|)",
                             .derivative = "1 / (1 + |x|)^2",
                             .domain = "all",
                             .oracle = "x / (1 + abs(x))",
                             .source = "Glorot and Bengio 2010"};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x) const {
    const auto negative = x < 0;
    const T size = select(negative, T(-x), x);
    if (detail::is_infinite(x)) return select(negative, T(-1), T(1));
    return x / T(T(1) + size);
  }
  template <class T>
  T partials(const T& x, const T&) const {
    const auto negative = x < 0;
    const T share = T(1) / T(T(1) + select(negative, T(-x), x));
    return share * share;
  }
};

/// mish(x + h) = mish(x) + (t + x t') h + o(h), t = tanh(softplus(x))
///
/// With n = e^x (e^x + 2), t = n / (n + 2).
struct Mish {
  static constexpr Meta meta{.name = "mish",
                             .formula = "x tanh(log(1 + e^x))",
                             .derivative = "t + x sigmoid(x) (1 - t^2), t = tanh(log(1 + e^x))",
                             .domain = "all",
                             .oracle = "x * tanh(log1p(exp(x)))",
                             .source = "Misra 2019",
                             .cancels =
                                 "the first derivative at -1.1924, the second at -2.2564 "
                                 "and 1.4906",
                             .ulps = {4, 4, 8}};
  static constexpr std::array samples{Interval{-10, 10}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x) const {
    using std::exp;
    using std::fma;
    if (detail::is_below(x, 0)) {
      const T e = exp(x);
      const T half = fma(T(T(0.5) * e), e, e);  // n/2
      if (detail::is_normal(half)) return x * T(half / T(T(1) + half));
      const T root = exp(T(T(0.5) * x));  // x = -inf, or e^x has lost digits that x e^x has
      return detail::is_zero(root) ? T(-root) : T(T(x * root) * root);
    }
    const T e = exp(T(-x));
    const T n = T(1) + T(2) * e;
    return x * T(n / T(n + T(2) * T(e * e)));
  }
  /// Away from 0 sorted by powers of e^-|x|, so that little cancels: left of it the derivative
  /// itself, right of it what it is less than 1.
  template <class T>
  T partials(const T& x, const T&) const {
    using std::exp;
    if (detail::is_infinite(x)) return detail::is_below(x, 0) ? T(0) : T(1);
    if (detail::is_below(x, 0)) {
      const T e = exp(x);
      if (!detail::is_normal(e)) {
        const T root = exp(T(T(0.5) * x));
        return T(T(T(1) + x) * root) * root;
      }
      const T half = e * T(T(1) + T(0.5) * e);  // n/2
      const T root = T(1) + half;
      if (detail::is_within(x, 1)) return T(half + x * T(T(e * T(T(1) + e)) / root)) / root;
      const T sum = T(T(1) + x) + e * T(T(T(1.5) + x) + e * T(T(1) + T(0.25) * e));
      return T(e * sum) / T(root * root);
    }
    const T e = exp(T(-x));
    const T root = T(1) + T(2) * T(e + e * e);
    const T sum = T(x - T(0.5)) + e * T(T(x - T(1)) - e);
    return T(1) + T(T(4) * T(T(e * sum) * e)) / T(root * root);
  }
};

/// 1 / (1 + e^-x), without overflow. Its derivative keeps its digits in both tails.
template <Operand X>
auto sigmoid(const X& x) {
  return ad::apply(Sigmoid{}, x);
}

/// log(1 + e^x), without overflow, with the sigmoid as its derivative.
template <Operand X>
auto softplus(const X& x) {
  return ad::apply(Softplus{}, x);
}

/// x times the normal distribution function, by erfc and not by the tanh approximation.
template <Operand X>
auto gelu(const X& x) {
  return ad::apply(Gelu{}, x);
}

/// x times the sigmoid of x.
template <Operand X>
auto silu(const X& x) {
  return ad::apply(Silu{}, x);
}

/// log(sigmoid(x)), without overflow, with sigmoid(-x) as its derivative.
template <Operand X>
auto log_sigmoid(const X& x) {
  return ad::apply(LogSigmoid{}, x);
}

/// x / (1 + |x|)
template <Operand X>
auto softsign(const X& x) {
  return ad::apply(Softsign{}, x);
}

/// x tanh(softplus(x))
template <Operand X>
auto mish(const X& x) {
  return ad::apply(Mish{}, x);
}

}  // namespace ad
