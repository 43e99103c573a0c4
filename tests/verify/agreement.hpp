// When the derivatives of a random expression agree: tape against dual numbers, double against
// quad.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/core/branch_log.hpp>

#include "tests/verify/random_expression.hpp"

namespace ad::test {

inline constexpr double unit_roundoff = 0x1p-53;

template <class T>
std::vector<T> reverse_gradient(const RandomExpression& f, const std::vector<T>& x) {
  ad::Tape<T> tape;
  const auto inputs = tape.inputs(std::span<const T>(x));
  tape.reverse(f.evaluate(std::span<const ad::Var<T>>(inputs)));
  std::vector<T> gradient;
  for (const auto& input : inputs) gradient.push_back(tape.adjoint(input));
  return gradient;
}

template <class T>
std::vector<T> forward_gradient(const RandomExpression& f, const std::vector<T>& x) {
  using D = ad::Dual<T, 1>;
  std::vector<T> gradient;
  for (std::size_t j = 0; j < x.size(); ++j) {
    std::vector<D> at(x.begin(), x.end());
    at[j] = D::variable(x[j], 0);
    gradient.push_back(f.evaluate(std::span<const D>(at)).tangent(0));
  }
  return gradient;
}

/// How much the rounding of a relative size of 1 in every operation moves ∂f/∂x_j, to first order.
/// Variables count as rounded too: a partial that is near its own zero is right for an argument
/// that differs in the last place.
///
/// An error of |v_k| in the value of node k moves it by |v_k ∂²f/∂v_k∂x_j|, which one sweep over
/// dual numbers gives for all k; an error in a partial p of an edge, or in the products along it,
/// by |adjoint · p · tangent|.
inline std::vector<double> rounding_sensitivity(const RandomExpression& f,
                                                const std::vector<double>& x) {
  using D = ad::Dual<double, 1>;
  using V = ad::Var<D>;
  std::vector<double> result;
  for (std::size_t j = 0; j < x.size(); ++j) {
    ad::Tape<D> tape;
    std::vector<V> at;
    for (std::size_t i = 0; i < x.size(); ++i) {
      at.push_back(i == j ? V(D::variable(x[i], 0)) : V(D(x[i])));
    }
    std::vector<V> shift(f.nodes().size());
    const auto values = f.evaluate_all<V>(at, [&](std::size_t k, const V& v) {
      shift[k] = tape.input(D(0));
      return V(v + shift[k]);
    });
    tape.reverse(values.back());
    double sum = 0;
    for (std::size_t k = 0; k < f.nodes().size(); ++k) {
      const auto& node = f.nodes()[k];
      const D adjoint = tape.adjoint(shift[k]);
      sum += std::abs(values[k].value().value() * adjoint.tangent(0));
      if (node.operation == nullptr) continue;
      std::vector<D> arguments;
      for (const std::size_t a : node.arguments) arguments.push_back(D(values[a].value().value()));
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const double tangent = values[node.arguments[i]].value().tangent(0);
        if (tangent == 0) continue;
        arguments[i] = D::variable(arguments[i].value(), 0);
        const D y = node.operation->evaluator->apply(std::span<const D>(arguments));
        arguments[i] = D(arguments[i].value());
        if (y.tangent(0) != 0) sum += std::abs(adjoint.value() * y.tangent(0) * tangent);
      }
    }
    result.push_back(sum);
  }
  return result;
}

/// A double value that is so close to a branch that rounding decides which side it is on.
inline bool branch_within_rounding(const RandomExpression& f, const std::vector<Quad>& x) {
  const auto signs = [&](const Quad& scale) {
    ad::BranchLog log;
    f.evaluate_all<Quad>(x, [&](std::size_t k, const Quad& v) {
      return k % 2 == 0 ? v * (Quad(1) + scale) : v * (Quad(1) - scale);
    });
    return log.entries();
  };
  const auto at = signs(Quad(0));
  for (const auto& entry : at) {
    if (entry.sign == 0) return true;
  }
  const Quad few_ulps = Quad(64 * unit_roundoff);
  return !ad::BranchLog::compatible(at, signs(few_ulps)) ||
         !ad::BranchLog::compatible(at, signs(-few_ulps));
}

/// What double can hold: its numbers neither overflow nor underflow, in a product of two neither;
/// and no derivative is infinite, as that of asin is where a saturated argument rounds to 1.
inline bool is_in_range(const RandomExpression& f, const std::vector<double>& x) {
  const std::vector<Quad> exact(x.begin(), x.end());
  for (const Quad& v : f.evaluate_all<Quad>(exact, [](std::size_t, const Quad& q) { return q; })) {
    const double size = fabs(v).to_double();
    if (!isfinite(v) || size > 1e150 || (size < 1e-150 && v != Quad(0))) return false;
  }
  for (const Quad& g : reverse_gradient(f, exact)) {
    if (!isfinite(g)) return false;
  }
  for (const double g : rounding_sensitivity(f, x)) {
    if (!std::isfinite(g)) return false;
  }
  return true;
}

/// What came of comparing the gradients of one expression at one point.
struct Agreement {
  bool at_branch = false;        ///< on a branch or within rounding of it: double is not judged
  bool ill_conditioned = false;  ///< rounding changes the leading digits: partly not judged
  std::string disagreements{};   ///< a line each
};

/// Tape and dual numbers in quad agree, and tape and dual numbers in double agree with quad, within
/// what rounding can do.
inline Agreement judge_agreement(const RandomExpression& f, const std::vector<double>& x) {
  const std::vector<Quad> exact(x.begin(), x.end());
  if (branch_within_rounding(f, exact)) return {.at_branch = true};
  const std::vector<Quad> reverse = reverse_gradient(f, exact);
  const std::vector<Quad> forward = forward_gradient(f, exact);
  const std::vector<double> sensitivity = rounding_sensitivity(f, x);
  const std::vector<double> in_double = reverse_gradient(f, x);
  const std::vector<double> in_double_forward = forward_gradient(f, x);
  Agreement result;
  // Every operation declares at most 8 units in the last place for its partials.
  constexpr double units = 16;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double magnitude = fabs(reverse[j]).to_double();
    const double bound =
        units * unit_roundoff * (sensitivity[j] + magnitude) + std::numeric_limits<double>::min();
    // The first-order bound says nothing where rounding changes the leading digits.
    if ((!(bound < 1e-4 * magnitude) && magnitude > 1e-290) || !std::isfinite(magnitude)) {
      result.ill_conditioned = true;
      continue;
    }
    const auto compare = [&](const char* what, const Quad& other, double allowed) {
      const double distance = fabs(reverse[j] - other).to_double();
      if (distance <= allowed) return;
      result.disagreements += fmt::format(
          "{}, variable {} of {} at {}: {} differs from {} by {:.3g}, allowed are {:.3g}\n", what,
          j, f.text(), fmt::join(x, ", "), other.to_double(), reverse[j].to_double(), distance,
          allowed);
    };
    compare("reverse", Quad(in_double[j]), bound);
    compare("forward", Quad(in_double_forward[j]), bound);
    compare("quad", forward[j], std::ldexp(bound, 53 - 113));
  }
  return result;
}

}  // namespace ad::test
