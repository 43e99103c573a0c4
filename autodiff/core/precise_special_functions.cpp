// The functions of special_functions.hpp in raised precision. Where there is no short way they are
// those of quad precision.
#include <autodiff/core/precise.hpp>
#include <autodiff/core/special_functions.hpp>

namespace ad::detail {
namespace {

Precise half(const Precise& x) { return ldexp(x, -1); }

/// The density and the distribution function of the normal distribution.
Precise normal_density(const Precise& x) {
  return exp(-half(x * x)) / sqrt(ldexp(Precise::pi(), 1));
}
Precise normal_distribution(const Precise& x) { return half(erfc(-(x / sqrt(Precise(2))))); }

bool is_below(const Precise& x, double limit) { return fabs(x) < Precise(limit); }

constexpr double farthest_tail = 1000;  // exp(-x^2/2) is in the range of Precise

}  // namespace

Precise log_gamma(const Precise& x) { return lgamma(x); }

Precise polygamma(int n, const Precise& x) {
  return n == 0 ? digamma(x) : Precise(polygamma(n, x.to_quad()));
}

Precise bessel_i(int n, const Precise& x) {
  constexpr double most_terms = 2000;
  if (!is_below(x, most_terms)) return Precise(bessel_i(n, x.to_quad()));
  // DLMF 10.25.2; all terms have one sign.
  Precise term(1);
  for (int k = 1; k <= n; ++k) term = term * half(x) / Precise(k);
  Precise sum = term;
  const Precise square = half(x) * half(x);
  for (int k = 1; !all_zero(term); ++k) {
    term = term * square / (Precise(k) * Precise(k + n));
    const Precise next = sum + term;
    if (next == sum && Precise(k) > fabs(x)) break;
    sum = next;
  }
  return sum;
}

Precise erf_inverse(const Precise& x) {
  Precise y(erf_inverse(x.to_quad()));
  // Newton's method doubles the digits: from 113 bits to more than can be asked for.
  constexpr int doublings = 10;
  for (int i = 0; i < doublings && isfinite(y) && !all_zero(y); ++i) {
    const Precise step = (erf(y) - x) * exp(y * y) * half(sqrt(Precise::pi()));
    if (!isfinite(step) || all_zero(step)) break;
    y = y - step;
  }
  return y;
}

Precise erf_inverse_slope(const Precise& x) {
  const Precise y = erf_inverse(x);
  return exp(y * y) * half(sqrt(Precise::pi()));
}

Precise log_normal_cdf(const Precise& x) {
  return is_below(x, farthest_tail) ? log(normal_distribution(x))
                                    : Precise(log_normal_cdf(x.to_quad()));
}

Precise inverse_mills(const Precise& x) {
  return is_below(x, farthest_tail) ? normal_density(x) / normal_distribution(x)
                                    : Precise(inverse_mills(x.to_quad()));
}

Precise tail_ratio(int n, const Precise& x) {
  return n == 0 && is_below(x, farthest_tail) ? x + inverse_mills(x)
                                              : Precise(tail_ratio(n, x.to_quad()));
}

}  // namespace ad::detail
