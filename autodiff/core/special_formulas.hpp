// Formulas of special functions, generic in the arithmetic they are evaluated with. Private to the
// library.
//
// An arithmetic has a type Real, the number of its bits, the functions exp, log, log1p, sqrt, erfc
// and pi(), the Bernoulli numbers B(2), B(4), ... as bernoulli(), and stirling_start(), from where
// on Stirling's series with them has all bits.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace ad::detail {

/// (-1)^(n+1) times the derivative of order n >= 1 of digamma at x > 0: sums of positive numbers
/// until the asymptotic series serves (DLMF 5.15.5, 5.15.8).
template <class A, class Real = typename A::Real>
Real polygamma_above_zero(int n, Real x) {
  Real factorial = 1;  // (n - 1)!
  for (int k = 2; k < n; ++k) factorial *= k;
  const auto inverse_power = [n](const Real& base, int more) {
    const Real inverse = 1 / base;
    Real result = 1;
    for (int k = 0; k < n + more; ++k) result *= inverse;
    return result;
  };
  Real sum = 0;
  for (; x < A::stirling_start() + n; x += 1) sum += inverse_power(x, 1);
  const Real inverse = 1 / x;
  Real tail = 1 + n * inverse / 2;
  Real factor = 1;  // (2k + n - 1)! / ((n - 1)! (2k)! x^(2k))
  int k = 0;
  for (const Real& bernoulli : A::bernoulli()) {
    k += 2;
    factor *= inverse * inverse * ((k + n - 2) * (k + n - 1)) / (k * (k - 1));
    tail += factor * bernoulli;
  }
  return factorial * (tail * inverse_power(x, 0) + n * sum);
}

/// The derivative of order n >= 1 of digamma at x < 0, no pole, by reflection (DLMF 5.15.6) with
/// cotangent = cot(pi x): the derivatives of cot are polynomials in cot.
template <class A, class Real = typename A::Real>
Real polygamma_below_zero(int n, const Real& x, const Real& cotangent) {
  std::vector<Real> polynomial{0, 1};
  Real scale = A::pi();
  for (int order = 0; order < n; ++order) {
    // d/dx p(cot x) = -(1 + cot^2) p'(cot x)
    std::vector<Real> next(polynomial.size() + 1, Real(0));
    for (std::size_t k = 1; k < polynomial.size(); ++k) {
      const Real slope = polynomial[k] * static_cast<int>(k);
      next[k - 1] -= slope;
      next[k + 1] -= slope;
    }
    polynomial = next;
    scale *= A::pi();
  }
  Real value = 0;
  for (std::size_t k = polynomial.size(); k-- > 0;) value = value * cotangent + polynomial[k];
  return -scale * value - polygamma_above_zero<A>(n, Real(1 - x));
}

/// I_n(x), x >= 0: the power series (DLMF 10.25.2), further out the asymptotic one (10.40.1).
template <class A, class Real = typename A::Real>
Real bessel_i_above_zero(int n, const Real& x) {
  Real term = 1;
  Real sum = 1;
  const auto matters = [&sum](const Real& t) {
    return std::ldexp(1.0, -A::bits) * sum < (t < 0 ? Real(-t) : t);
  };
  if (x > A::bits / 2.5 + n * n) {
    const int mu = 4 * n * n;
    for (int k = 1; matters(term); ++k) {
      term *= -(mu - (2 * k - 1) * (2 * k - 1)) / (8 * k * x);
      sum += term;
    }
    return A::exp(x) * sum / A::sqrt(2 * A::pi() * x);
  }
  const Real half = x / 2;
  for (int k = 1; k <= n; ++k) term *= half / k;
  sum = term;
  for (int k = 1; matters(term); ++k) {
    term *= half * half / (k * (n + k));
    sum += term;
  }
  return sum;
}

/// K_(n+1)(-t) / K_n(-t) for t >= 2, from K_(n+2) = (n + 1) K_n - t K_(n+1): a continued fraction,
/// cut where what follows no longer counts.
template <class A, class Real = typename A::Real>
Real tail_fraction(int n, const Real& t) {
  const double reach = A::bits * 0.6931 / (2 * static_cast<double>(t));
  const int terms = A::bits / 3 + static_cast<int>(reach * (reach + 2 * std::sqrt(n)));
  Real ratio = 0;
  for (int k = n + terms; k > n; --k) ratio = k / (t + ratio);
  return ratio;
}

/// x > -2; elsewhere fractions without cancellation serve.
template <class A, class Real = typename A::Real>
Real inverse_mills_by_quotient(const Real& x) {
  const Real root = A::sqrt(Real(2));
  return root * A::exp(-x * x / 2) / (A::sqrt(A::pi()) * A::erfc(-x / root));
}

template <class A, class Real = typename A::Real>
Real inverse_mills_ratio(const Real& x) {
  if (x <= -2) return tail_fraction<A>(0, Real(-x)) - x;
  return inverse_mills_by_quotient<A>(x);
}

template <class A, class Real = typename A::Real>
Real normal_tail_ratio(int n, const Real& x) {
  if (x <= -2) return tail_fraction<A>(n, Real(-x));
  Real ratio = x + inverse_mills_by_quotient<A>(x);
  for (int k = 1; k <= n; ++k) ratio = k / ratio + x;
  return ratio;
}

template <class A, class Real = typename A::Real>
Real log_of_normal_cdf(const Real& x) {
  const Real root = A::sqrt(Real(2));
  if (x <= -2) {
    return -x * x / 2 - A::log(A::sqrt(2 * A::pi()) * inverse_mills_ratio<A>(x));
  }
  if (x < 0) return A::log(A::erfc(-x / root) / 2);
  return A::log1p(-A::erfc(x / root) / 2);
}

}  // namespace ad::detail
