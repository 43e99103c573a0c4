#include "autodiff/tools/precise_derivatives.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <autodiff/core/notes.hpp>
#include <autodiff/core/precise.hpp>
#include <autodiff/core/probing_direction.hpp>
#include <autodiff/values/dual.hpp>

#include "autodiff/tools/formula_evaluate.hpp"

namespace ad::tools {
namespace {

using Tangent = Dual<Precise, 1>;
using Point = std::vector<Precise>;

constexpr long most_bits = 65536;
constexpr std::size_t most_work = 200'000;  // steps times variables, squared for a Hessian

struct Results {
  Point numbers;  ///< value, gradient, Hessian
  bool indeterminate = false;

  bool are_finite() const {
    return std::all_of(numbers.begin(), numbers.end(),
                       [](const Precise& x) { return isfinite(x); });
  }
};

/// The largest distance of an exponent from 0, over all arguments of operations.
class ExponentObserver {
 public:
  explicit ExponentObserver(long& farthest) : farthest_(farthest) {}

  template <class T>
  T apply(const Call& call, std::span<const T> arguments) const {
    for (const T& x : arguments) note(x);
    return call.evaluator->apply(arguments);
  }
  template <class T>
  void before_comparison(const T& a, const T& b) const {
    note(a);
    note(b);
  }

 private:
  void note(const Tangent& x) const {
    farthest_ = std::max(farthest_, std::labs(x.value().exponent()));
  }

  long& farthest_;
};

class Evaluation {
 public:
  Evaluation(const Formula& formula, std::span<const double> point, bool with_hessian)
      : formula_(formula), point_(point), with_hessian_(with_hessian) {}

  bool is_too_long() const {
    const std::size_t variables = std::max<std::size_t>(1, point_.size());
    const std::size_t gradients = with_hessian_ ? 2 * variables : 1;
    return formula_.code().steps.size() * variables * gradients > most_work;
  }

  /// How far the exponent of a number met is from 0, at most.
  long span_of_exponents() const {
    long farthest = 0;
    const Precise::Scope scope(256);
    const std::vector<Tangent> x(point_.begin(), point_.end());
    run(formula_.code(), std::span<const Tangent>(x), ExponentObserver(farthest));
    return std::min(farthest, most_bits / 16);
  }

  Results at_point(long bits) const {
    const Precise::Scope scope(bits);
    return results_at(Point(point_.begin(), point_.end()), -bits / 4);
  }

  /// At a distance 2^-distance from the point, relative to coordinates above 1.
  Results beside_point(long bits, long distance, std::size_t direction, double sign) const {
    const Precise::Scope scope(bits);
    detail::ProbingDirection probing(direction);
    Point x;
    for (const double coordinate : point_) {
      const Precise step = ldexp(Precise(sign * probing.next<double>()), -distance);
      x.push_back(Precise(coordinate) + step * Precise(std::max(1.0, std::fabs(coordinate))));
    }
    return results_at(x, -2 * distance);
  }

 private:
  /// Second derivatives are central differences of the gradient with the step 2^step: with this
  /// many bits their error is far below a double's.
  Results results_at(Point x, long step) const {
    const Notes notes;
    Results results;
    results.numbers.push_back(value_at(x));
    const Point gradient = gradient_at(x);
    results.numbers.insert(results.numbers.end(), gradient.begin(), gradient.end());
    for (std::size_t j = 0; with_hessian_ && j < x.size(); ++j) {
      const Precise center = x[j];
      const Precise h = ldexp(Precise(std::max(1.0, std::fabs(point_[j]))), step);
      x[j] = center + h;
      const Point after = gradient_at(x);
      x[j] = center - h;
      const Point before = gradient_at(x);
      x[j] = center;
      for (std::size_t i = 0; i < x.size(); ++i) {
        results.numbers.push_back((after[i] - before[i]) / (h + h));
      }
    }
    results.indeterminate = !notes.indeterminate().empty();
    return results;
  }

  Precise value_at(const Point& x) const {
    const std::vector<Tangent> numbers(x.begin(), x.end());
    return run(formula_.code(), std::span<const Tangent>(numbers), NoObserver{}).value();
  }

  Point gradient_at(const Point& x) const {
    std::vector<Tangent> numbers(x.begin(), x.end());
    Point gradient;
    for (std::size_t i = 0; i < x.size(); ++i) {
      numbers[i] = Tangent::variable(x[i], 0);
      gradient.push_back(
          run(formula_.code(), std::span<const Tangent>(numbers), NoObserver{}).tangent(0));
      numbers[i] = Tangent(x[i]);
    }
    return gradient;
  }

  const Formula& formula_;
  std::span<const double> point_;
  bool with_hessian_;
};

/// Also where the right answer is 0, which is met as what rounding leaves of it: two precisions do
/// not leave the same.
bool is_nothing(const Precise& x, long below) { return all_zero(x) || x.exponent() < below; }

PreciseDerivatives rounded(const Point& numbers, std::size_t variables) {
  std::vector<double> doubles;
  for (const Precise& x : numbers) doubles.push_back(x.to_double());
  PreciseDerivatives result;
  result.value = doubles.front();
  const auto gradient = doubles.begin() + 1;
  const auto hessian = gradient + static_cast<std::ptrdiff_t>(variables);
  result.gradient.assign(gradient, hessian);
  result.hessian.assign(hessian, doubles.end());
  return result;
}

/// The common result of two precisions, `low` with fewer bits; none if there is none yet.
std::optional<Point> settled(const Results& low, long low_bits, const Results& high, long high_bits,
                             long exponents) {
  Point result;
  for (std::size_t i = 0; i < high.numbers.size(); ++i) {
    const Precise& a = low.numbers[i];
    const Precise& b = high.numbers[i];
    if (a.to_double() == b.to_double()) {
      result.push_back(b);
    } else if (is_nothing(a, exponents - low_bits / 2) &&
               is_nothing(b, exponents - high_bits / 2)) {
      result.emplace_back(0);
    } else {
      return {};
    }
  }
  return result;
}

/// The limit that the numbers at two distances from a point have, the second one much nearer.
std::optional<Precise> limit_of(const Precise& far, const Precise& near) {
  constexpr long precision = 50;
  if (all_zero(far) && all_zero(near)) return Precise(0);
  const long shrinks = far.exponent() - near.exponent();
  if (far.exponent() < -precision && (all_zero(near) || shrinks > precision)) return Precise(0);
  const Precise difference = near - far;
  if (all_zero(difference) || difference.exponent() < near.exponent() - precision) return near;
  return {};
}

/// Twice as many bits nearer to the point a logarithm is twice as large, and a power far more.
bool grows(const Precise& far, const Precise& near) {
  return fabs(far) > Precise(16) && fabs(near) > Precise(1.5) * fabs(far);
}

struct LimitsAlong {
  bool is_defined = false;  ///< the formula is, beside the point
  bool is_steep = false;
  std::optional<Point> limits;  ///< if all of them exist
};

LimitsAlong limits_along(const Evaluation& evaluation, long distance, std::size_t direction,
                         double sign) {
  const long bits = 20 * distance + 256;
  const Results far = evaluation.beside_point(bits, distance, direction, sign);
  const Results near = evaluation.beside_point(bits, 2 * distance, direction, sign);
  LimitsAlong result;
  result.is_defined = !isnan(far.numbers.front()) && !isnan(near.numbers.front());
  if (!far.are_finite() || !near.are_finite()) return result;
  const Precise::Scope scope(bits);
  Point limits;
  for (std::size_t i = 0; i < near.numbers.size(); ++i) {
    result.is_steep = result.is_steep || (i > 0 && grows(far.numbers[i], near.numbers[i]));
    if (auto limit = limit_of(far.numbers[i], near.numbers[i])) limits.push_back(*limit);
  }
  if (limits.size() == near.numbers.size()) result.limits = std::move(limits);
  return result;
}

bool agree(const Point& a, const Point& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!limit_of(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<PreciseDerivatives> precise_derivatives(const Formula& formula,
                                                      std::span<const double> point,
                                                      bool with_hessian) {
  const Evaluation evaluation(formula, point, with_hessian);
  if (evaluation.is_too_long()) return {};
  const long exponents = evaluation.span_of_exponents();
  long bits = 256 + 4 * exponents;
  Results low = evaluation.at_point(bits);
  while (low.are_finite() && !low.indeterminate && 2 * bits <= most_bits) {
    const Results high = evaluation.at_point(2 * bits);
    if (!high.are_finite() || high.indeterminate) return {};
    if (const auto numbers = settled(low, bits, high, 2 * bits, exponents)) {
      return rounded(*numbers, point.size());
    }
    low = high;
    bits *= 2;
  }
  return {};
}

Limits limits_of_derivatives(const Formula& formula, std::span<const double> point,
                             bool with_hessian) {
  const Evaluation evaluation(formula, point, with_hessian);
  Limits result;
  if (evaluation.is_too_long()) return result;
  const long exponents = evaluation.span_of_exponents();
  const long distance = 128 + 2 * exponents;
  if (40 * distance > most_bits) return result;
  std::optional<Point> limits;
  bool is_unique = true;
  for (std::size_t direction = 0; direction < 2 * point.size(); ++direction) {
    for (const double sign : {1.0, -1.0}) {
      LimitsAlong along = limits_along(evaluation, distance, direction, sign);
      result.is_steep = result.is_steep || along.is_steep;
      if (!along.is_defined) continue;
      is_unique = is_unique && along.limits && (!limits || agree(*limits, *along.limits));
      if (!is_unique) continue;
      limits = std::move(along.limits);
    }
  }
  if (!limits || !is_unique) return result;
  const Results here = evaluation.at_point(20 * distance);
  const Precise::Scope scope(20 * distance);
  const Precise& value = here.numbers.front();
  if (isfinite(value) && !limit_of(limits->front(), value)) return result;
  result.derivatives = rounded(*limits, point.size());
  return result;
}

}  // namespace ad::tools
