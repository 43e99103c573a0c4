#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <mpfr.h>

#include <autodiff/core/precise.hpp>

namespace ad {

static_assert(sizeof(mpfr_t) <= 32 && alignof(__mpfr_struct) <= 8);

struct PreciseAccess {
  static mpfr_ptr of(Precise& x) { return reinterpret_cast<mpfr_ptr>(x.storage_.data()); }
  static mpfr_srcptr of(const Precise& x) {
    return reinterpret_cast<mpfr_srcptr>(x.storage_.data());
  }
};

namespace {

constexpr mpfr_exp_t range = 1048576;
constexpr mpfr_rnd_t nearest = MPFR_RNDN;

thread_local long bits_of_results = 256;

mpfr_ptr raw(Precise& x) { return PreciseAccess::of(x); }
mpfr_srcptr raw(const Precise& x) { return PreciseAccess::of(x); }

template <int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)>
Precise of_one(const Precise& x) {
  Precise result;
  function(raw(result), raw(x), nearest);
  return result;
}

template <int (*function)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)>
Precise of_two(const Precise& x, const Precise& y) {
  Precise result;
  function(raw(result), raw(x), raw(y), nearest);
  return result;
}

template <int (*function)(mpfr_ptr, mpfr_srcptr)>
Precise integer(const Precise& x) {
  Precise result;
  mpfr_set_prec(raw(result), std::max(mpfr_get_prec(raw(x)), mpfr_get_prec(raw(result))));
  function(raw(result), raw(x));
  return result;
}

}  // namespace

Precise::Scope::Scope(long bits) noexcept
    : bits_(bits_of_results), lowest_(mpfr_get_emin()), highest_(mpfr_get_emax()) {
  bits_of_results = bits;
  mpfr_set_emin(-range);
  mpfr_set_emax(range);
}

Precise::Scope::~Scope() {
  bits_of_results = bits_;
  mpfr_set_emin(lowest_);
  mpfr_set_emax(highest_);
}

Precise::Precise() {
  mpfr_init2(raw(*this), bits_of_results);
  mpfr_set_zero(raw(*this), 1);
}

Precise::Precise(const Precise& other) {
  mpfr_init2(raw(*this), mpfr_get_prec(raw(other)));
  mpfr_set(raw(*this), raw(other), nearest);
}

Precise::Precise(Precise&& other) noexcept {
  mpfr_init2(raw(*this), MPFR_PREC_MIN);
  mpfr_swap(raw(*this), raw(other));
}

Precise& Precise::operator=(const Precise& other) {
  if (this != &other) {
    mpfr_set_prec(raw(*this), mpfr_get_prec(raw(other)));
    mpfr_set(raw(*this), raw(other), nearest);
  }
  return *this;
}

Precise& Precise::operator=(Precise&& other) noexcept {
  mpfr_swap(raw(*this), raw(other));
  return *this;
}

Precise::~Precise() { mpfr_clear(raw(*this)); }

Precise::Precise(const Quad& value) : Precise() {
  // Every Quad is the sum of three doubles, taken one after the other.
  if (mpfr_get_prec(raw(*this)) < 113) mpfr_set_prec(raw(*this), 113);
  if (!isfinite(value) || ad::all_zero(value)) {
    mpfr_set_d(raw(*this), value.to_double(), nearest);
    return;
  }
  // A factor 2^k brings numbers beyond the range of double into it.
  int shift = 0;
  Quad rest = value;
  while (!(fabs(rest) < Quad(0x1p+500))) rest = ad::ldexp(rest, -500), shift += 500;
  while (fabs(rest) < Quad(0x1p-500)) rest = ad::ldexp(rest, 500), shift -= 500;
  mpfr_set_zero(raw(*this), signbit(value) ? -1 : 1);
  for (int part = 0; part < 3 && !ad::all_zero(rest); ++part) {
    const double head = rest.to_double();
    mpfr_add_d(raw(*this), raw(*this), head, nearest);
    rest = rest - Quad(head);
  }
  mpfr_mul_2si(raw(*this), raw(*this), shift, nearest);
}

Precise Precise::pi() {
  Precise result;
  mpfr_const_pi(raw(result), nearest);
  return result;
}

Precise Precise::constant(double high, double low) {
  struct Known {
    double nearest;
    Precise (*exact)();
  };
  static constexpr std::array<Known, 11> all{{
      {3.141592653589793, [] { return pi(); }},
      {0.3183098861837907, [] { return Precise(1) / pi(); }},
      {1.1283791670955126, [] { return Precise(2) / sqrt(pi()); }},
      {0.5641895835477563, [] { return Precise(1) / sqrt(pi()); }},
      {-14.179630807244129, [] { return Precise(-8) * sqrt(pi()); }},
      {0.3989422804014327, [] { return Precise(1) / sqrt(Precise(2) * pi()); }},
      {15.749609945722419, [] { return Precise(2) * pi() * sqrt(Precise(2) * pi()); }},
      {0.7071067811865476, [] { return sqrt(Precise(0.5)); }},
      {0.6931471805599453, [] { return log(Precise(2)); }},
      {1.4426950408889634, [] { return Precise(1) / log(Precise(2)); }},
      {0.4342944819032518, [] { return Precise(1) / log(Precise(10)); }},
  }};
  const auto known = std::find_if(all.begin(), all.end(),
                                  [high](const Known& each) { return each.nearest == high; });
  return known != all.end() ? known->exact() : Precise(high) + Precise(low);
}

long Precise::bits() noexcept { return bits_of_results; }

double Precise::to_double() const noexcept { return mpfr_get_d(raw(*this), nearest); }
float Precise::to_float() const noexcept { return mpfr_get_flt(raw(*this), nearest); }

Quad Precise::to_quad() const {
  if (!isfinite(*this) || ad::all_zero(*this)) return Quad(to_double());
  const long exponent = this->exponent();
  constexpr long farthest = 20000;  // beyond the range of Quad
  const Scope scope(std::max<long>(mpfr_get_prec(raw(*this)), 120));
  Precise rest = ad::ldexp(*this, -exponent);
  Quad result(0);
  for (int part = 0; part < 4; ++part) {
    const double head = rest.to_double();
    result = result + Quad(head);
    rest = rest - Precise(head);
  }
  return ad::ldexp(result, static_cast<int>(std::clamp(exponent, -farthest, farthest)));
}

std::string Precise::to_string(int digits) const {
  if (isnan(*this)) return "nan";
  if (isinf(*this)) return signbit(*this) ? "-inf" : "inf";
  char* text = nullptr;
  if (mpfr_asprintf(&text, "%.*Rg", digits, raw(*this)) < 0) return {};
  std::string result(text);
  mpfr_free_str(text);
  return result;
}

long Precise::exponent() const noexcept {
  return mpfr_regular_p(raw(*this)) != 0 ? static_cast<long>(mpfr_get_exp(raw(*this))) : 0;
}

Precise Precise::operator-() const {
  Precise result(*this);
  mpfr_neg(raw(result), raw(result), nearest);
  return result;
}

Precise operator+(const Precise& a, const Precise& b) { return of_two<mpfr_add>(a, b); }
Precise operator-(const Precise& a, const Precise& b) { return of_two<mpfr_sub>(a, b); }
Precise operator*(const Precise& a, const Precise& b) { return of_two<mpfr_mul>(a, b); }
Precise operator/(const Precise& a, const Precise& b) { return of_two<mpfr_div>(a, b); }

bool operator==(const Precise& a, const Precise& b) noexcept {
  return mpfr_equal_p(raw(a), raw(b)) != 0;
}
bool operator<(const Precise& a, const Precise& b) noexcept {
  return mpfr_less_p(raw(a), raw(b)) != 0;
}
bool operator<=(const Precise& a, const Precise& b) noexcept {
  return mpfr_lessequal_p(raw(a), raw(b)) != 0;
}

bool isnan(const Precise& x) noexcept { return mpfr_nan_p(raw(x)) != 0; }
bool isinf(const Precise& x) noexcept { return mpfr_inf_p(raw(x)) != 0; }
bool isfinite(const Precise& x) noexcept { return mpfr_number_p(raw(x)) != 0; }
bool signbit(const Precise& x) noexcept { return mpfr_signbit(raw(x)) != 0; }
bool all_zero(const Precise& x) noexcept { return mpfr_zero_p(raw(x)) != 0; }

Precise fabs(const Precise& x) { return signbit(x) ? -x : x; }
Precise copysign(const Precise& x, const Precise& y) { return signbit(x) == signbit(y) ? x : -x; }
Precise fmax(const Precise& x, const Precise& y) { return of_two<mpfr_max>(x, y); }
Precise fmin(const Precise& x, const Precise& y) { return of_two<mpfr_min>(x, y); }

Precise ldexp(const Precise& x, long n) {
  Precise result(x);
  mpfr_mul_2si(raw(result), raw(result), n, nearest);
  return result;
}

Precise floor(const Precise& x) { return integer<mpfr_floor>(x); }
Precise ceil(const Precise& x) { return integer<mpfr_ceil>(x); }
Precise trunc(const Precise& x) { return integer<mpfr_trunc>(x); }
Precise round(const Precise& x) { return integer<mpfr_round>(x); }
Precise fmod(const Precise& x, const Precise& y) { return of_two<mpfr_fmod>(x, y); }
Precise remainder(const Precise& x, const Precise& y) { return of_two<mpfr_remainder>(x, y); }
Precise fma(const Precise& a, const Precise& b, const Precise& c) {
  Precise result;
  mpfr_fma(raw(result), raw(a), raw(b), raw(c), nearest);
  return result;
}

Precise sqrt(const Precise& x) { return of_one<mpfr_sqrt>(x); }
Precise cbrt(const Precise& x) { return of_one<mpfr_cbrt>(x); }
Precise hypot(const Precise& x, const Precise& y) { return of_two<mpfr_hypot>(x, y); }
Precise exp(const Precise& x) { return of_one<mpfr_exp>(x); }
Precise exp2(const Precise& x) { return of_one<mpfr_exp2>(x); }
Precise expm1(const Precise& x) { return of_one<mpfr_expm1>(x); }
Precise log(const Precise& x) { return of_one<mpfr_log>(x); }
Precise log2(const Precise& x) { return of_one<mpfr_log2>(x); }
Precise log10(const Precise& x) { return of_one<mpfr_log10>(x); }
Precise log1p(const Precise& x) { return of_one<mpfr_log1p>(x); }
Precise pow(const Precise& x, const Precise& y) { return of_two<mpfr_pow>(x, y); }
Precise sinh(const Precise& x) { return of_one<mpfr_sinh>(x); }
Precise cosh(const Precise& x) { return of_one<mpfr_cosh>(x); }
Precise tanh(const Precise& x) { return of_one<mpfr_tanh>(x); }
Precise asinh(const Precise& x) { return of_one<mpfr_asinh>(x); }
Precise acosh(const Precise& x) { return of_one<mpfr_acosh>(x); }
Precise atanh(const Precise& x) { return of_one<mpfr_atanh>(x); }
Precise sin(const Precise& x) { return of_one<mpfr_sin>(x); }
Precise cos(const Precise& x) { return of_one<mpfr_cos>(x); }
Precise tan(const Precise& x) { return of_one<mpfr_tan>(x); }
Precise asin(const Precise& x) { return of_one<mpfr_asin>(x); }
Precise acos(const Precise& x) { return of_one<mpfr_acos>(x); }
Precise atan(const Precise& x) { return of_one<mpfr_atan>(x); }
Precise atan2(const Precise& y, const Precise& x) { return of_two<mpfr_atan2>(y, x); }
Precise erf(const Precise& x) { return of_one<mpfr_erf>(x); }
Precise erfc(const Precise& x) { return of_one<mpfr_erfc>(x); }
Precise lgamma(const Precise& x) {
  Precise result;
  int sign = 0;
  mpfr_lgamma(raw(result), &sign, raw(x), nearest);
  return result;
}
Precise tgamma(const Precise& x) { return of_one<mpfr_gamma>(x); }
Precise digamma(const Precise& x) { return of_one<mpfr_digamma>(x); }

}  // namespace ad
