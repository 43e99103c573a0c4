// Can the gradient at this point be trusted? Which kinks an evaluation touches, and what its
// gradient owes to the conventions there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <autodiff/core/kink_watch.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/tape/diagnostics.hpp>
#include <autodiff/values/ranged.hpp>

namespace ad {

/// What a gradient owes to conventions.
enum class Trust {
  no_kink,      ///< none was touched: the function is differentiable along this evaluation
  independent,  ///< touched, but every choice of slopes gives the same gradient
  dependent,    ///< the choice of slopes decides
  unknown,      ///< a form 0 * inf was met: it contributed zero, and the derivative may be another
};

/// What `ad::kinks` found. Formatted by fmt as a text for people.
struct KinkReport {
  Trust trust = Trust::no_kink;
  /// Operations on their kink (distance 0) or near it, in the order of the evaluation.
  std::vector<TouchedKink> kinks;
  /// Comparisons `<`, `<=`, `>`, `>=` of the function itself whose sides are equal.
  std::vector<TouchedKink> ties;
  /// Comparisons `==` and `!=` that hit exactly. What the function does elsewhere remains unseen:
  /// no derivative that follows branches can look past such a point.
  std::vector<TouchedKink> equalities;
  /// Forms 0 * inf that the sweep met, as at `sqrt(x * x)`.
  std::vector<Indeterminate> indeterminate;
  /// By the declared conventions.
  std::vector<double> gradient;
  /// What its components are called, of arrays; empty of numbers.
  std::vector<std::string> names;
  /// Component by component the least and the largest derivative over all legal choices: at every
  /// kink touched, and at each time it is touched, any slope between the one-sided ones.
  std::vector<double> lower, upper;
  /// The bounds are attained. Otherwise they enclose the choices: for many kinks, and for a kink
  /// such as that of hypot at the origin.
  bool is_exact = true;
};

std::string to_string(const KinkReport& report);

struct KinkOptions {
  /// Kinks that are no farther away than this are reported as well; 0 reports those touched.
  double near = 0;
  /// Choices are tried out one by one up to this number of kinks, with 2^n sweeps; for more of them
  /// the bounds come from one sweep with ranges.
  std::size_t tried_out = 8;
};

/// What stands for the slope at a kink in a whole run, in place of the declared conventions.
class AtKinks {
 public:
  /// Between the left (0) and the right (1) one-sided slope. Throws ParameterError outside [0, 1].
  static AtKinks position(double t);
  /// KinkError, which names the operation and its line.
  static AtKinks refuse() { return AtKinks(detail::KinkWatch::Answer::refusal, 0); }

  detail::KinkWatch::Answer answer() const { return answer_; }
  double position() const { return position_; }

 private:
  AtKinks(detail::KinkWatch::Answer answer, double position)
      : answer_(answer), position_(position) {}

  detail::KinkWatch::Answer answer_;
  double position_;
};

namespace detail {

/// The value, and the gradient as the innermost watch answers at kinks.
template <class F, class C>
auto watched_gradient(const F& f, const C& x, const char* who) {
  static_assert(is_generic_v<F>,
                "kinks are watched on numbers of their own: the function must have `auto` "
                "parameters");
  return reverse_gradient<Ranged<number_t<C>>>(f, x, who);
}

/// Finds the bounds over all choices from what single runs report.
class KinkSearch {
 public:
  explicit KinkSearch(const KinkOptions& options) : options_(options) {}

  /// Of a run with ranges at all kinks.
  void begin(const KinkWatch& watch, std::vector<double> lower, std::vector<double> upper);
  /// The choices to try next; false if there are none left.
  bool next(std::vector<bool>& choices);
  /// Of a run with these choices.
  void add(const KinkWatch& watch, const std::vector<double>& gradient);
  KinkReport finish(std::vector<double> declared, const SweepFlags& flags);

 private:
  KinkOptions options_;
  KinkReport report_;
  std::vector<bool> choices_;
  bool is_trying_ = false;
  bool is_first_ = true;
};

/// What `part` takes of each number of a gradient.
template <class T, class G, class Part>
std::vector<T> parts_of(const G& gradient, Part&& part) {
  std::vector<T> parts;
  PointTraits<G>::for_each(gradient,
                           [&](const auto& g) { parts.push_back(static_cast<T>(part(g))); });
  return parts;
}

/// `declared` is the gradient by the declared conventions, `numbers_of` makes its numbers a vector.
template <class F, class C, class Declared, class NumbersOf>
KinkReport find_kinks(const F& f, const C& x, const KinkOptions& options, const Declared& declared,
                      const NumbersOf& numbers_of) {
  const auto lower = [](const auto& g) { return g.lower(); };
  const auto upper = [](const auto& g) { return g.upper(); };
  KinkSearch search(options);
  {
    KinkWatch watch(KinkWatch::Answer::range);
    watch.near = options.near;
    const auto range = watched_gradient(f, x, "kinks").gradient;
    search.begin(watch, parts_of<double>(range, lower), parts_of<double>(range, upper));
  }
  for (std::vector<bool> choices; search.next(choices);) {
    KinkWatch watch(KinkWatch::Answer::side);
    watch.choices = choices;
    search.add(watch, parts_of<double>(watched_gradient(f, x, "kinks").gradient, lower));
  }
  return search.finish(numbers_of(declared.gradient), declared.flags);
}

}  // namespace detail

/// The kinks that an evaluation of f at x touches, and whether its gradient depends on the slopes
/// that are taken there.
///
/// f is a scalar function with `auto` parameters, x a point as for `gradient`. Operations with
/// kinks tell their name, their place in the evaluation and the line that called them. Choices at
/// different kinks are independent of each other, so the bounds may be wider than the generalised
/// gradient; where they are one point, that point is the gradient.
///
///     auto report = ad::kinks([](auto x) { return relu(x[0]) - relu(-x[0]); }, std::array{0.0});
///     report.trust;     // Trust::dependent
///     report.lower[0];  // 0: the least of all choices, report.upper[0] is 2
///
/// Throws ShapeError if f returns more than one number.
template <class F, Point C>
requires(!Operand<C>) KinkReport kinks(const F& f, const C& x, const KinkOptions& options = {}) {
  return detail::find_kinks(f, x, options, detail::reverse_gradient<number_t<C>>(f, x, "kinks"),
                            [](const auto& gradient) {
                              return detail::parts_of<double>(gradient,
                                                              [](const auto& g) { return g; });
                            });
}
template <class F, Operand... X>
requires(sizeof...(X) > 0) KinkReport kinks(const F& f, const X&... x) {
  return kinks(f, detail::scalars(x...));
}
/// Of one number.
template <class F, Operand X>
requires Point<X> KinkReport kinks(const F& f, const X& x, const KinkOptions& options) {
  return kinks(f, detail::scalars(x), options);
}

/// f(x) and its gradient with one rule for the slopes at all kinks of the run.
///
///     ad::value_and_gradient(f, x, ad::AtKinks::position(0.5));  // the middle of every kink
///     ad::value_and_gradient(f, x, ad::AtKinks::refuse());       // throws where one is touched
///
/// At a tie of the function's own comparisons the branch is the one it takes. Throws KinkError, and
/// ShapeError if f returns more than one number.
template <class F, Point C>
requires(!Operand<C>) auto value_and_gradient(const F& f, const C& x, const AtKinks& at_kinks) {
  using T = number_t<C>;
  detail::KinkWatch watch(at_kinks.answer());
  watch.position = at_kinks.position();
  const auto watched = detail::watched_gradient(f, x, "value_and_gradient");
  const std::vector<T> numbers =
      detail::parts_of<T>(watched.gradient, [](const auto& g) { return g.value(); });
  auto gradient = PointTraits<C>::template build<T>(x, [&](std::size_t i) { return numbers[i]; });
  return ValueAndGradient<T, decltype(gradient)>{watched.value.value(), std::move(gradient),
                                                 watched.flags};
}

/// Of one number.
template <class F, Operand X>
requires Point<X>
auto value_and_gradient(const F& f, const X& x, const AtKinks& at_kinks) {
  return value_and_gradient(f, detail::scalars(x), at_kinks);
}

/// The gradient alone, as `value_and_gradient` with the same rule for the slopes.
template <class F, Point C>
auto gradient(const F& f, const C& x, const AtKinks& at_kinks) {
  return value_and_gradient(f, x, at_kinks).gradient;
}

}  // namespace ad

template <>
struct fmt::formatter<ad::KinkReport> : fmt::formatter<std::string_view> {
  auto format(const ad::KinkReport& report, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(ad::to_string(report), context);
  }
};
