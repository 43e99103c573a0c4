// Operations made of pieces. Their rules select by comparison, they never multiply by a mask, so an
// infinite or NaN cotangent does not leak into the argument that does not count. Every call makes
// the same comparisons, whichever branch it takes: a BranchLog then sees their signs and nothing
// else.
#pragma once

#include <array>
#include <cmath>

#include <autodiff/ops/apply.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad {

/// |x + h| = |x| + sign(x) h for |h| < |x|
struct Abs {
  static constexpr Meta meta{.name = "abs",
                             .formula = "|x|",
                             .derivative = "-1 if x < 0, 1 if x > 0",
                             .domain = "all",
                             .kink = "x = 0",
                             .convention = "0",
                             .oracle = "abs(x)",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x) const {
    return select(x <= 0, T(T(0) - x), x);  // |-0| is +0
  }
  template <class T>
  constexpr T vjp(const T& ct, const T& x, const T&) const {
    return select(x < 0, T(-ct), select(x > 0, ct, select(x == 0, T(0), x)));
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x) {
    return {x};
  }
};

/// max(x + h, y + k) = x + h if x > y, y + k if y > x, for small h and k
struct Max {
  static constexpr Meta meta{.name = "max",
                             .formula = "the larger of x and y",
                             .derivative = "1 if x > y, 0 if x < y; 0 if x > y, 1 if x < y",
                             .domain = "all",
                             .kink = "x = y",
                             .convention = "1/2; 1/2",
                             .oracle = "max(x, y)",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  T value(const T& x, const T& y) const {
    const auto first = x > y;
    const auto second = x < y;
    const auto tie = x == y;
    const T same = select(tie & !detail::is_zero(x), x, T(x + y));  // +0 is larger than -0, or NaN
    return select(first, x, select(second, y, same));
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T&) const {
    const auto first = x > y;
    const auto second = x < y;
    const T shared = detail::choose(
        x == y, [&] { return T(T(0.5) * ct); }, [] { return detail::nan<T>(); });
    return {select(first, ct, select(second, T(0), shared)),
            select(first, T(0), select(second, ct, shared))};
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x, const T& y) {
    return {T(x - y)};
  }
};

/// min(x + h, y + k) = x + h if x < y, y + k if y < x, for small h and k
struct Min {
  static constexpr Meta meta{.name = "min",
                             .formula = "the smaller of x and y",
                             .derivative = "1 if x < y, 0 if x > y; 0 if x < y, 1 if x > y",
                             .domain = "all",
                             .kink = "x = y",
                             .convention = "1/2; 1/2",
                             .oracle = "min(x, y)",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;
  static constexpr bool vectorizes = true;

  template <class T>
  constexpr T value(const T& x, const T& y) const {
    return -Max{}.value(T(-x), T(-y));
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    const auto [of_y, of_x] = Max{}.vjp(ct, x, y, z);
    return {of_x, of_y};
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x, const T& y) {
    return {T(x - y)};
  }
};

/// fmax(x + h, y + k) = x + h if x > y or y is NaN, y + k if y > x or x is NaN, for small h and k
struct Fmax {
  static constexpr Meta meta{.name = "fmax",
                             .formula = "the larger of x and y; the other one if one is NaN",
                             .derivative = "1 if x > y, 0 if x < y; 0 if x > y, 1 if x < y",
                             .domain = "all",
                             .kink = "x = y",
                             .convention = "1/2; 1/2",
                             .oracle = "max(x, y)",
                             .source = "C99 7.12.12.2",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    const T larger = Max{}.value(x, y);
    return detail::is_nan(x) ? y : detail::is_nan(y) ? x : larger;
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    const auto slopes = Max{}.vjp(ct, x, y, z);
    if (detail::is_nan(x) == detail::is_nan(y)) return slopes;
    return detail::is_nan(x) ? std::array<T, 2>{T(0), ct} : std::array<T, 2>{ct, T(0)};
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x, const T& y) {
    const T distance = x - y;
    return {detail::is_nan(distance) ? detail::infinity<T>() : distance};
  }
};

/// fmin(x + h, y + k) = x + h if x < y or y is NaN, y + k if y < x or x is NaN, for small h and k
struct Fmin {
  static constexpr Meta meta{.name = "fmin",
                             .formula = "the smaller of x and y; the other one if one is NaN",
                             .derivative = "1 if x < y, 0 if x > y; 0 if x < y, 1 if x > y",
                             .domain = "all",
                             .kink = "x = y",
                             .convention = "1/2; 1/2",
                             .oracle = "min(x, y)",
                             .source = "C99 7.12.12.3",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    return -Fmax{}.value(T(-x), T(-y));
  }
  template <class T>
  constexpr std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T& z) const {
    return Fmax{}.vjp(ct, T(-x), T(-y), z);
  }
  template <class T>
  static constexpr std::array<T, 1> kinks(const T& x, const T& y) {
    return Fmax::kinks(x, y);
  }
};

/// clamp(x + h, lo, hi) = x + h for lo < x < hi; lo or hi for x beyond them
///
/// It is min(max(x, lo), hi), so hi for lo > hi. With bounds lo < hi, x has the slope 0 at either
/// end and the bound has 1; bounds that are equal share what they give to an x below them.
struct Clamp {
  static constexpr Meta meta{
      .name = "clamp",
      .formula = "min(max(x, y), z)",
      .derivative =
          "1 if y < x < z, else 0; 1 if x < y < z, else 0; "
          "1 if x > z or y > z, else 0",
      .domain = "all",
      .kink = "x = y; x = z",
      .convention = "0 for x, 1 for the bound it meets; 1/2 for each of y = z > x",
      .oracle = "min(max(x, y), z)",
      .source = "definition",
      .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-2, -1}, Interval{1, 2}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  constexpr T value(const T& x, const T& lo, const T& hi) const {
    return Min{}.value(Max{}.value(x, lo), hi);
  }
  template <class T>
  constexpr std::array<T, 3> vjp(const T& ct, const T& x, const T& lo, const T& hi,
                                 const T&) const {
    const bool above = lo < x;
    const bool below = x < hi;
    const bool open = lo < hi;
    const bool closed = lo == hi;
    if (is_unordered(x, lo, hi)) return {detail::nan<T>(), detail::nan<T>(), detail::nan<T>()};
    if (open && above && below) return {ct, T(0), T(0)};
    if (open && below) return {T(0), ct, T(0)};
    if (!closed || !below) return {T(0), T(0), ct};
    const T half = T(0.5) * ct;
    return {T(0), half, half};
  }
  template <class T>
  static constexpr std::array<T, 2> kinks(const T& x, const T& lo, const T& hi) {
    return {T(x - lo), T(x - hi)};
  }

 private:
  template <class T>
  static bool is_unordered(const T& x, const T& lo, const T& hi) {
    return detail::is_nan(x) || detail::is_nan(lo) || detail::is_nan(hi);
  }
};

/// copysign(x + h, y) = copysign(x, y) + sign(x) sign(y) h for |h| < |x|; nothing flows to y
struct CopySign {
  static constexpr Meta meta{.name = "copysign",
                             .formula = "|x| with the sign of y",
                             .derivative = "1 if x and y have the same sign, else -1; 0",
                             .domain = "all",
                             .kink = "x = 0",
                             .convention = "0; 0",
                             .jump = "y = 0, unless x = 0",
                             .oracle = "abs(x) * (1 if y >= 0 else -1)",
                             .source = "C99 7.12.11.1",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::inputs;

  template <class T>
  T value(const T& x, const T& y) const {
    using std::copysign;
    return copysign(x, y);
  }
  template <class T>
  std::array<T, 2> vjp(const T& ct, const T& x, const T& y, const T&) const {
    using std::signbit;
    // A number that only approaches 0 has a sign; of zeros it is their own.
    const bool negative = y < 0 || (!(y > 0) && signbit(value_of(y)));
    const T turned = negative ? T(-ct) : ct;
    return {select(x < 0, T(-turned), select(x > 0, turned, select(x == 0, T(0), x))), T(0)};
  }
  template <class T>
  static std::array<T, 1> kinks(const T& x, const T&) {
    return {x};
  }
};

/// where(c, x + h, y + k) = x + h if c holds, else y + k
///
/// It has no rule of its own: on values it is one of its branches, and nothing flows to the other.
struct Where {
  static constexpr Meta meta{.name = "where",
                             .formula = "y if x is not 0, else z",
                             .derivative = "0; 1 if x is not 0, else 0; 0 if x is not 0, else 1",
                             .domain = "all",
                             .jump = "x = 0, unless y = z",
                             .oracle = "y if x != 0 else z",
                             .source = "definition",
                             .ulps = {0, 0, 0}};
  static constexpr std::array samples{Interval{-1, 1}, Interval{-4, 4}, Interval{-4, 4}};
  static constexpr Reads reads = Reads::none;

  template <class T>
  constexpr T value(const T& condition, const T& a, const T& b) const {
    return select(condition != 0, a, b);
  }
};

/// |x|. The derivative at 0, a kink, is declared 0.
template <Operand X>
constexpr auto abs(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Abs{}, x);
}

/// |x|, by the name that <cmath> also gives it.
template <Operand X>
constexpr auto fabs(const X& x, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Abs{}, x);
}

/// The larger of two numbers; NaN if one of them is. At a tie each has the derivative 1/2.
template <Operand X, Operand Y>
requires Compatible<X, Y>
constexpr auto max(const X& x, const Y& y, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Max{}, x, y);
}

/// The smaller of two numbers; NaN if one of them is. At a tie each has the derivative 1/2.
template <Operand X, Operand Y>
requires Compatible<X, Y>
constexpr auto min(const X& x, const Y& y, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Min{}, x, y);
}

/// The larger of two numbers, the other one if one is NaN; so is the derivative.
template <Operand X, Operand Y>
requires Compatible<X, Y>
constexpr auto fmax(const X& x, const Y& y, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Fmax{}, x, y);
}

/// The smaller of two numbers, the other one if one is NaN; so is the derivative.
template <Operand X, Operand Y>
requires Compatible<X, Y>
constexpr auto fmin(const X& x, const Y& y, SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Fmin{}, x, y);
}

// With `using std::max;` in scope these are chosen for two operands of one type: they are as
// specialised as the standard's and more constrained. So they cannot take a source location.
template <Active X>
constexpr auto max(const X& x, const X& y) {
  return ad::apply(Max{}, x, y);
}
template <Active X>
constexpr auto min(const X& x, const X& y) {
  return ad::apply(Min{}, x, y);
}

/// x, but at least lo and at most hi. At an end x has the derivative 0 and the bound has 1.
template <Operand X, Operand Lower, Operand Upper>
requires Compatible<X, Lower, Upper>
constexpr auto clamp(const X& x, const Lower& lo, const Upper& hi,
                     SourceLocation here = SourceLocation::current()) {
  return detail::apply_from(here, Clamp{}, x, lo, hi);
}
template <Active X>
constexpr auto clamp(const X& x, const X& lo, const X& hi) {
  return ad::apply(Clamp{}, x, lo, hi);
}

/// |x| with the sign of y, also that of a zero. Nothing flows to y; at x = 0 the derivative is 0.
template <Operand X, Operand Y>
requires Compatible<X, Y>
auto copysign(const X& x, const Y& y) { return ad::apply(CopySign{}, x, y); }

/// a if the condition holds, else b, as a value: nothing of the other branch is recorded, and
/// nothing flows back to it. Takes any mix of expressions, values and constants.
///
///     auto y = where(x > 0, x * log(x), 0.0);
template <Operand A, Operand B>
requires Compatible<A, B>
constexpr common_value_t<A, B> where(bool condition, const A& a, const B& b) {
  return select(condition, a, b);
}

}  // namespace ad
