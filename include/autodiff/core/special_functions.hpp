// The functions behind the special operations and their derivatives of every order, compiled into
// the library. In double they are evaluated in long double and rounded once, in quad in 240 bits.
// Nothing throws: outside a domain the result is NaN, at a pole or an end it is the limit.
#pragma once

#include <autodiff/core/precise.hpp>
#include <autodiff/core/quad.hpp>

namespace ad::detail {

/// log |Gamma(x)|; infinity at 0 and the negative integers.
double log_gamma(double x);
Quad log_gamma(const Quad& x);
Precise log_gamma(const Precise& x);

/// The derivative of order n of digamma(x) = Gamma'(x) / Gamma(x); n = 0 is digamma itself. At the
/// poles the limit where both sides have the same, else NaN; 0 and -0 are the sides of the pole 0.
double polygamma(int n, double x);
Quad polygamma(int n, const Quad& x);
Precise polygamma(int n, const Precise& x);

/// The modified Bessel function I_n(x) of the first kind, n >= 0 (DLMF 10.25.2).
double bessel_i(int n, double x);
Quad bessel_i(int n, const Quad& x);
Precise bessel_i(int n, const Precise& x);

/// The y with erf(y) = x; infinities at -1 and 1, NaN beyond.
double erf_inverse(double x);
Quad erf_inverse(const Quad& x);
Precise erf_inverse(const Precise& x);

/// The derivative of erf_inverse, from x and not from the rounded result: exp(y^2) sqrt(pi) / 2.
double erf_inverse_slope(double x);
Quad erf_inverse_slope(const Quad& x);
Precise erf_inverse_slope(const Precise& x);

/// log of the distribution function of the normal distribution.
double log_normal_cdf(double x);
Quad log_normal_cdf(const Quad& x);
Precise log_normal_cdf(const Precise& x);

/// Density of the normal distribution by its distribution function, without a quotient of tails.
double inverse_mills(double x);
Quad inverse_mills(const Quad& x);
Precise inverse_mills(const Precise& x);

/// K_(n+1)(x) / K_n(x), where K_n(x) is the integral of u^n exp(x u - u^2/2) over u > 0: repeated
/// integrals of the error function without their scale (DLMF 7.18). For n = 0 it is
/// x + inverse_mills(x).
double tail_ratio(int n, double x);
Quad tail_ratio(int n, const Quad& x);
Precise tail_ratio(int n, const Precise& x);

}  // namespace ad::detail
