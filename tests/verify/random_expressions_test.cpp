// Agreement, as the design defines it, over random expressions: derivatives in quad (reverse and
// forward) agree with quad differences within the differences' bound, and the double result agrees
// with the quad one within a computed rounding bound.
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/check.hpp>

#include "tests/verify/random_expression.hpp"

namespace {

using ad::Quad;
using ad::test::RandomExpression;

constexpr std::size_t variables = 3;
constexpr double unit_roundoff = 0x1p-53;

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
std::vector<double> rounding_sensitivity(const RandomExpression& f, const std::vector<double>& x) {
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

struct Tally {
  std::size_t expressions = 0, verified = 0, inconclusive = 0, at_branch = 0, ill_conditioned = 0;
  std::size_t out_of_range = 0;  ///< drawn again
};

double distance(const Quad& a, const Quad& b) { return fabs(a - b).to_double(); }

/// A double value that is so close to a branch that rounding decides which side it is on.
bool branch_within_rounding(const RandomExpression& f, const std::vector<Quad>& x) {
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

void check_expression(const RandomExpression& f, const std::vector<double>& x, Tally& tally) {
  const std::vector<Quad> exact(x.begin(), x.end());
  const std::vector<Quad> reverse = reverse_gradient(f, exact);
  const std::vector<Quad> forward = forward_gradient(f, exact);

  ad::Subject subject;
  subject.variables = {"x", "y", "z"};
  subject.value = [&](std::span<const Quad> at) { return f.evaluate(at); };
  subject.claim = [&](std::span<const Quad> at, std::span<Quad> gradient) {
    const auto g = reverse_gradient(f, std::vector<Quad>(at.begin(), at.end()));
    std::copy(g.begin(), g.end(), gradient.begin());
  };
  const ad::Report report = ad::check(subject, std::span(&x, 1));
  EXPECT_NE(report.verdict, ad::Verdict::refuted) << f.text() << "\n" << report.to_text();
  ++(report.verdict == ad::Verdict::verified ? tally.verified : tally.inconclusive);

  if (branch_within_rounding(f, exact)) {
    ++tally.at_branch;
    return;
  }
  const std::vector<double> sensitivity = rounding_sensitivity(f, x);
  const std::vector<double> in_double = reverse_gradient(f, x);
  const std::vector<double> in_double_forward = forward_gradient(f, x);
  // Every operation declares at most 8 units in the last place for its partials.
  constexpr double units = 16;
  bool ill_conditioned = false;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double magnitude = fabs(reverse[j]).to_double();
    const double bound =
        units * unit_roundoff * (sensitivity[j] + magnitude) + std::numeric_limits<double>::min();
    if (!(bound < 1e-4 * magnitude) && magnitude > 1e-290) {
      // The first-order bound says nothing here: rounding changes the leading digits.
      ill_conditioned = true;
      continue;
    }
    if (!std::isfinite(magnitude)) {
      ill_conditioned = true;
      continue;
    }
    EXPECT_LE(distance(reverse[j], Quad(in_double[j])), bound)
        << "reverse, variable " << j << " of " << f.text()
        << fmt::format(" at {}, {}, {}", x[0], x[1], x[2]);
    EXPECT_LE(distance(reverse[j], Quad(in_double_forward[j])), bound)
        << "forward, variable " << j << " of " << f.text()
        << fmt::format(" at {}, {}, {}", x[0], x[1], x[2]);
    EXPECT_LE(distance(reverse[j], forward[j]), std::ldexp(bound, 53 - 113))
        << "quad, variable " << j << " of " << f.text()
        << fmt::format(" at {}, {}, {}", x[0], x[1], x[2]);
  }
  if (ill_conditioned) ++tally.ill_conditioned;
}

/// What double can hold: its numbers neither overflow nor underflow, in a product of two neither;
/// and no derivative is infinite, as that of asin is where a saturated argument rounds to 1.
bool is_in_range(const RandomExpression& f, const std::vector<double>& x) {
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

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(RandomExpressions, AgreeInQuadWithDifferencesAndInDoubleWithQuad) {
  const std::uint64_t count = number_from_environment("AUTODIFF_RANDOM_EXPRESSIONS", 500);
  const std::uint64_t seed = number_from_environment("AUTODIFF_RANDOM_SEED", 20261121);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> coordinate(-2, 2);
  Tally tally;
  while (tally.expressions < count) {
    const RandomExpression f(random, variables, 1 + static_cast<int>(random() % 8));
    std::vector<double> x(variables);
    for (double& v : x) v = coordinate(random);
    if (!is_in_range(f, x)) {
      ++tally.out_of_range;
      continue;
    }
    ++tally.expressions;
    check_expression(f, x, tally);
  }
  fmt::print(
      "{} random expressions, seed {}: {} verified against quad differences, {} inconclusive; "
      "{} on or within rounding of a branch; {} ill-conditioned; {} out of range and drawn again\n",
      tally.expressions, seed, tally.verified, tally.inconclusive, tally.at_branch,
      tally.ill_conditioned, tally.out_of_range);
}

}  // namespace
