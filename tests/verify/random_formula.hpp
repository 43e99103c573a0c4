// Random formulas of three variables, evaluated on any carrier, and random points for them.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <autodiff/ops/all.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>
#include <autodiff/verify/subject.hpp>

#include "tests/verify/subjects.hpp"

namespace ad::testing {

class RandomFormula {
 public:
  struct Step {
    enum Kind { variable, constant, unary, binary } kind;
    std::size_t what;  ///< which variable, or which operation
    std::size_t a, b;  ///< the steps it takes
    double number;
  };

  static constexpr std::array unary_names{"sin",   "cos",     "exp",      "log",  "sqrt", "tanh",
                                          "relu",  "abs",     "square",   "cbrt", "atan", "elu",
                                          "log1p", "sigmoid", "softplus", "gelu"};
  static constexpr std::array binary_names{"add", "sub", "mul", "div", "max", "min"};

  explicit RandomFormula(std::vector<Step> steps) : steps_(std::move(steps)) {}

  template <class T>
  T evaluate(std::span<const T> x) const {
    std::vector<T> values;
    for (const Step& s : steps_) {
      switch (s.kind) {
        case Step::variable:
          values.push_back(x[s.what]);
          break;
        case Step::constant:
          values.push_back(T(s.number));
          break;
        case Step::unary:
          values.push_back(apply_unary<T>(s.what, values[s.a]));
          break;
        case Step::binary:
          values.push_back(apply_binary<T>(s.what, values[s.a], values[s.b]));
          break;
      }
    }
    return values.back();
  }

  /// With the gradient of the reverse sweep, times `factor`, as its claim; `flagged` tells whether
  /// a sweep met an indeterminate form. The subject lives no longer than this formula.
  Subject subject(Precision precision, double factor, bool& flagged) const {
    return ad::testing::subject(
        3, [this](auto x) { return value(x); },
        [this, factor, &flagged](auto x, auto g) {
          using T = std::remove_cvref_t<decltype(g[0])>;
          Tape<T> tape;
          const std::vector<Var<T>> inputs = tape.inputs(x);
          tape.reverse(evaluate<Var<T>>(inputs));
          for (std::size_t i = 0; i < inputs.size(); ++i) {
            g[i] = tape.adjoint(inputs[i]) * T(factor);
          }
          flagged = flagged || !tape.flags().indeterminate.empty() || tape.flags().nonfinite;
        },
        precision);
  }

  std::string text() const { return text(steps_.size() - 1); }

 private:
  Quad value(std::span<const Quad> x) const { return evaluate<Quad>(x); }
  double value(std::span<const double> x) const {
    const std::vector<Plain<double>> plain(x.begin(), x.end());
    return evaluate<Plain<double>>(plain).value();
  }

  template <class T>
  static T apply_unary(std::size_t what, const T& a) {
    switch (what) {
      case 0:
        return sin(a);
      case 1:
        return cos(a);
      case 2:
        return exp(a);
      case 3:
        return log(a);
      case 4:
        return sqrt(a);
      case 5:
        return tanh(a);
      case 6:
        return relu(a);
      case 7:
        return abs(a);
      case 8:
        return square(a);
      case 9:
        return cbrt(a);
      case 10:
        return atan(a);
      case 11:
        return elu(a);
      case 12:
        return log1p(a);
      case 13:
        return sigmoid(a);
      case 14:
        return softplus(a);
      default:
        return gelu(a);
    }
  }

  template <class T>
  static T apply_binary(std::size_t what, const T& a, const T& b) {
    switch (what) {
      case 0:
        return a + b;
      case 1:
        return a - b;
      case 2:
        return a * b;
      case 3:
        return a / b;
      case 4:
        return max(a, b);
      default:
        return min(a, b);
    }
  }

  std::string text(std::size_t i) const {
    const Step& s = steps_[i];
    switch (s.kind) {
      case Step::variable:
        return std::string(1, static_cast<char>('x' + s.what));
      case Step::constant:
        return std::to_string(s.number);
      case Step::unary:
        return std::string(unary_names[s.what]) + "(" + text(s.a) + ")";
      case Step::binary:
        break;
    }
    return std::string(binary_names[s.what]) + "(" + text(s.a) + ", " + text(s.b) + ")";
  }

  std::vector<Step> steps_;
};

/// Draws formulas and points from a seed, the same with every standard library.
class RandomFormulas {
 public:
  explicit RandomFormulas(unsigned seed) : engine_(seed) {}

  RandomFormula next() {
    std::vector<RandomFormula::Step> steps;
    build(steps, 1 + static_cast<int>(below(6)));
    return RandomFormula(std::move(steps));
  }

  /// Of any order of magnitude, and near integers, where formulas have their kinks.
  std::vector<double> point() { return {number(), number(), number()}; }

 private:
  using Step = RandomFormula::Step;

  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }

  double number() {
    const double choice = unit();
    const double sign = unit() < 0.5 ? -1 : 1;
    if (choice < 0.6) return 6 * unit() - 3;
    if (choice < 0.75) {
      return static_cast<double>(below(5)) - 2 + sign * std::pow(10, -3 - 13 * unit());
    }
    if (choice < 0.8) return sign * std::pow(10, 2 + 3 * unit());
    return sign * std::pow(10, -20 * unit());
  }

  std::size_t build(std::vector<Step>& steps, int depth) {
    if (depth == 0 || unit() < 0.1) {
      if (unit() < 0.75) {
        steps.push_back({Step::variable, below(3), 0, 0, 0});
      } else {
        steps.push_back({Step::constant, 0, 0, 0, 4 * unit() - 2});
      }
    } else if (unit() < 0.6) {
      const std::size_t a = build(steps, depth - 1);
      steps.push_back({Step::unary, below(RandomFormula::unary_names.size()), a, 0, 0});
    } else {
      const std::size_t a = build(steps, depth - 1);
      const std::size_t b = build(steps, depth - 1);
      steps.push_back({Step::binary, below(RandomFormula::binary_names.size()), a, b, 0});
    }
    return steps.size() - 1;
  }

  std::mt19937_64 engine_;
};

}  // namespace ad::testing
