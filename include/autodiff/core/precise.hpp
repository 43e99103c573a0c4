// Numbers of as many bits as are asked for, compiled into the library.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

#include <autodiff/core/quad.hpp>

namespace ad {

/// A floating-point number of any precision, for answers that lose more digits than `Quad` has.
///
/// Results have the precision that the innermost `Precise::Scope` of the thread asks for, 256 bits
/// without one, and are correctly rounded to it (GNU MPFR computes them); the range is
/// 2^±1048576. Special values follow C99 Annex F. A special function where it would take too long
/// is NaN, never a number of fewer digits. Comparisons tell no BranchLog.
class Precise {
 public:
  using ad_value_type = Precise;
  using inner_type = Precise;

  /// The precision of results on this thread while it lives. Nests; the innermost one counts.
  class Scope {
   public:
    explicit Scope(long bits) noexcept;
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    long bits_, lowest_, highest_;
  };

  Precise();
  Precise(const Precise& other);
  Precise(Precise&& other) noexcept;
  Precise& operator=(const Precise& other);
  Precise& operator=(Precise&& other) noexcept;
  ~Precise();

  /// The exact value of a number of any arithmetic type.
  template <class T>
  requires std::is_arithmetic_v<T> Precise(T value)  // NOLINT(google-explicit-constructor)
      : Precise(Quad(value)) {}
  explicit Precise(const Quad& value);

  static Precise pi();
  /// The constant of the rules whose nearest double is `high`, or high + low if none is.
  static Precise constant(double high, double low);

  double to_double() const noexcept;
  float to_float() const noexcept;
  Quad to_quad() const;
  /// Up to `digits` significant decimal digits, correctly rounded: "0.1", "1e-300", "inf", "nan".
  std::string to_string(int digits = 34) const;

  /// How many bits results have on this thread.
  static long bits() noexcept;

  /// e with 2^(e-1) <= |x| < 2^e; 0 for zero and what is not finite.
  long exponent() const noexcept;

  Precise operator+() const { return *this; }
  Precise operator-() const;
  friend Precise operator+(const Precise& a, const Precise& b);
  friend Precise operator-(const Precise& a, const Precise& b);
  friend Precise operator*(const Precise& a, const Precise& b);
  friend Precise operator/(const Precise& a, const Precise& b);
  Precise& operator+=(const Precise& b) { return *this = *this + b; }
  Precise& operator-=(const Precise& b) { return *this = *this - b; }
  Precise& operator*=(const Precise& b) { return *this = *this * b; }
  Precise& operator/=(const Precise& b) { return *this = *this / b; }

  friend bool operator==(const Precise& a, const Precise& b) noexcept;
  friend bool operator!=(const Precise& a, const Precise& b) noexcept { return !(a == b); }
  friend bool operator<(const Precise& a, const Precise& b) noexcept;
  friend bool operator<=(const Precise& a, const Precise& b) noexcept;
  friend bool operator>(const Precise& a, const Precise& b) noexcept { return b < a; }
  friend bool operator>=(const Precise& a, const Precise& b) noexcept { return b <= a; }

 private:
  friend struct PreciseAccess;
  // The number of MPFR, whose header stays out of the user's code.
  alignas(8) std::array<std::byte, 32> storage_;
};

bool isnan(const Precise& x) noexcept;
bool isinf(const Precise& x) noexcept;
bool isfinite(const Precise& x) noexcept;
bool signbit(const Precise& x) noexcept;
bool all_zero(const Precise& x) noexcept;
inline bool all_finite(const Precise& x) noexcept { return isfinite(x); }
inline const Precise& value_of(const Precise& x) noexcept { return x; }
inline const Precise& detach(const Precise& x) noexcept { return x; }

Precise fabs(const Precise& x);
Precise copysign(const Precise& x, const Precise& y);
Precise fmax(const Precise& x, const Precise& y);
Precise fmin(const Precise& x, const Precise& y);
/// x * 2^n
Precise ldexp(const Precise& x, long n);

Precise floor(const Precise& x);
Precise ceil(const Precise& x);
Precise trunc(const Precise& x);
Precise round(const Precise& x);
Precise fmod(const Precise& x, const Precise& y);
Precise remainder(const Precise& x, const Precise& y);
Precise fma(const Precise& a, const Precise& b, const Precise& c);

Precise sqrt(const Precise& x);
Precise cbrt(const Precise& x);
Precise hypot(const Precise& x, const Precise& y);
Precise exp(const Precise& x);
Precise exp2(const Precise& x);
Precise expm1(const Precise& x);
Precise log(const Precise& x);
Precise log2(const Precise& x);
Precise log10(const Precise& x);
Precise log1p(const Precise& x);
Precise pow(const Precise& x, const Precise& y);
Precise sinh(const Precise& x);
Precise cosh(const Precise& x);
Precise tanh(const Precise& x);
Precise asinh(const Precise& x);
Precise acosh(const Precise& x);
Precise atanh(const Precise& x);
Precise sin(const Precise& x);
Precise cos(const Precise& x);
Precise tan(const Precise& x);
Precise asin(const Precise& x);
Precise acos(const Precise& x);
Precise atan(const Precise& x);
Precise atan2(const Precise& y, const Precise& x);
Precise erf(const Precise& x);
Precise erfc(const Precise& x);
Precise lgamma(const Precise& x);
Precise tgamma(const Precise& x);
Precise digamma(const Precise& x);

}  // namespace ad
