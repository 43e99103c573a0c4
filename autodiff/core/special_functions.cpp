// Special functions of double, evaluated in long double.
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <autodiff/core/special_functions.hpp>

#include "autodiff/core/special_formulas.hpp"

namespace ad::detail {

namespace {

namespace policies = boost::math::policies;

/// Errors are told by the result alone.
using Silent = policies::policy<policies::domain_error<policies::ignore_error>,
                                policies::pole_error<policies::ignore_error>,
                                policies::overflow_error<policies::ignore_error>,
                                policies::underflow_error<policies::ignore_error>,
                                policies::denorm_error<policies::ignore_error>,
                                policies::evaluation_error<policies::ignore_error>,
                                policies::rounding_error<policies::ignore_error>,
                                policies::indeterminate_result_error<policies::ignore_error>>;

struct Extended {
  using Real = long double;
  static constexpr int bits = 64;
  static constexpr int stirling_start() { return 18; }

  static Real exp(Real x) { return std::exp(x); }
  static Real log(Real x) { return std::log(x); }
  static Real log1p(Real x) { return std::log1p(x); }
  static Real sqrt(Real x) { return std::sqrt(x); }
  static Real erfc(Real x) { return std::erfc(x); }
  static Real pi() { return std::numbers::pi_v<Real>; }
  static const std::vector<Real>& bernoulli() {
    static const std::vector<Real> numbers{1.0L / 6,         -1.0L / 30,      1.0L / 42,
                                           -1.0L / 30,       5.0L / 66,       -691.0L / 2730,
                                           7.0L / 6,         -3617.0L / 510,  43867.0L / 798,
                                           -174611.0L / 330, 854513.0L / 138, -236364091.0L / 2730};
    return numbers;
  }
};

bool is_gamma_pole(double x) { return x <= 0 && std::floor(x) == x; }

/// True next to a zero between two poles, where terms of this size leave too few of their digits.
bool cancels(double result, double terms) { return 128 * std::fabs(result) < std::fabs(terms); }

/// cot(pi x)
long double cotangent_of_turns(double x) {
  const long double y = x - std::round(x);
  const long double near_pole = std::tan(Extended::pi() * std::fabs(y));
  const long double size =
      std::fabs(y) <= 0.25L ? 1 / near_pole : std::tan(Extended::pi() * (0.5L - std::fabs(y)));
  return std::copysign(size, y);
}

}  // namespace

double log_gamma(double x) {
  if (std::isnan(x)) return x;
  if (std::isinf(x) || is_gamma_pole(x)) return std::numeric_limits<double>::infinity();
  const auto result =
      static_cast<double>(boost::math::lgamma(static_cast<long double>(x), Silent()));
  if (x < -2 && cancels(result, log_gamma(1 - x))) return lgamma(Quad(x)).to_double();
  return result;
}

double polygamma(int n, double x) {
  if (is_gamma_pole(x)) {
    if (std::isinf(x) || (n % 2 == 0 && x != 0)) return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    return n % 2 == 0 ? -std::copysign(infinity, x) : infinity;
  }
  if (std::isinf(x) && n == 0) return x;
  const auto extended = static_cast<long double>(x);
  if (n == 0) {
    const auto result = static_cast<double>(boost::math::digamma(extended, Silent()));
    if (x < 0 && cancels(result, 1 + std::log1p(-x))) return digamma(Quad(x)).to_double();
    return result;
  }
  if (x < 0) {
    const auto result =
        static_cast<double>(polygamma_below_zero<Extended>(n, extended, cotangent_of_turns(x)));
    if (cancels(result, polygamma(n, 1 - x))) return polygamma(n, Quad(x)).to_double();
    return result;
  }
  const long double size = polygamma_above_zero<Extended>(n, extended);
  return static_cast<double>(n % 2 == 0 ? -size : size);
}

double bessel_i(int n, double x) {
  const double size = std::isinf(x) ? std::fabs(x)
                                    : static_cast<double>(bessel_i_above_zero<Extended>(
                                          n, static_cast<long double>(std::fabs(x))));
  return n % 2 == 0 ? size : std::copysign(size, x);
}

double erf_inverse(double x) {
  if (x == 0) return x;
  if (std::fabs(x) == 1) return std::copysign(std::numeric_limits<double>::infinity(), x);
  if (!(std::fabs(x) < 1)) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(boost::math::erf_inv(static_cast<long double>(x), Silent()));
}

double erf_inverse_slope(double x) {
  if (std::fabs(x) == 1) return std::numeric_limits<double>::infinity();
  if (!(std::fabs(x) < 1)) return std::numeric_limits<double>::quiet_NaN();
  const long double y = boost::math::erf_inv(static_cast<long double>(x), Silent());
  return static_cast<double>(std::exp(y * y) * std::sqrt(Extended::pi()) / 2);
}

double log_normal_cdf(double x) {
  return static_cast<double>(log_of_normal_cdf<Extended>(static_cast<long double>(x)));
}

double inverse_mills(double x) {
  return static_cast<double>(inverse_mills_ratio<Extended>(static_cast<long double>(x)));
}

double tail_ratio(int n, double x) {
  return static_cast<double>(normal_tail_ratio<Extended>(n, static_cast<long double>(x)));
}

}  // namespace ad::detail
