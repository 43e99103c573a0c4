// Quad from and to decimal text. Both ways are exact until the one rounding at the end: the numbers
// are ratios of integers of up to some 16000 bits.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include <boost/multiprecision/cpp_int.hpp>

#include <autodiff/core/quad.hpp>

#include "autodiff/core/quad_wide.hpp"

namespace ad {

using detail::QuadAccess;
using detail::Uint128;

namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int::backend_type,
                                              boost::multiprecision::et_off>;

Integer power_of_ten(int exponent) { return pow(Integer(10), static_cast<unsigned>(exponent)); }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return a == b || a == b - 'a' + 'A'; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal taken apart: 0.digits * 10^exponent, the first digit not 0.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// False if `text` is not a decimal number (without sign).
bool read_decimal(std::string_view text, Decimal& result) {
  // Beyond this every exponent means overflow or underflow.
  constexpr int huge = 1'000'000'000;
  std::size_t i = 0;
  long long point = 0;
  bool any = false;
  for (bool after_point = false; i < text.size(); ++i) {
    if (text[i] == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!is_digit(text[i])) break;
    any = true;
    const bool leading_zero = text[i] == '0' && result.digits.empty();
    if (!leading_zero) result.digits += text[i];
    if (!after_point && !leading_zero) ++point;
    if (after_point && leading_zero) --point;
  }
  if (!any) return false;
  long long exponent = 0;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return false;
    ++i;
    const bool negative = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (i == text.size()) return false;
    for (; i < text.size(); ++i) {
      if (!is_digit(text[i])) return false;
      exponent = std::min<long long>(exponent * 10 + (text[i] - '0'), huge);
    }
    if (negative) exponent = -exponent;
  }
  result.exponent = static_cast<int>(std::clamp<long long>(point + exponent, -huge, huge));
  return true;
}

Quad nearest(bool negative, Decimal decimal) {
  if (decimal.digits.empty() || decimal.exponent < -5000) return QuadAccess::make_zero(negative);
  if (decimal.exponent > 5000) return QuadAccess::make_infinity(negative);
  // The middle between two quads has fewer digits than this, so that the further ones only matter
  // by not all being zero.
  constexpr std::size_t enough = 12000;
  if (decimal.digits.size() > enough) {
    const bool more = decimal.digits.find_first_not_of('0', enough) != std::string::npos;
    decimal.digits.resize(enough);
    if (more) decimal.digits += '1';
  }
  Integer numerator(decimal.digits);
  Integer denominator = 1;
  const int exponent = decimal.exponent - static_cast<int>(decimal.digits.size());
  if (exponent >= 0) {
    numerator *= power_of_ten(exponent);
  } else {
    denominator = power_of_ten(-exponent);
  }
  // Scaled so that the quotient has 127 or 128 bits.
  const int shift = 127 - static_cast<int>(msb(numerator)) + static_cast<int>(msb(denominator));
  if (shift >= 0) {
    numerator <<= shift;
  } else {
    denominator <<= -shift;
  }
  Integer quotient;
  Integer rest;
  divide_qr(numerator, denominator, quotient, rest);
  return QuadAccess::round(negative, static_cast<Uint128>(quotient), -shift, rest != 0);
}

// |x| * 10^-scale, rounded to the nearest integer, ties to even.
Integer scaled_integer(const Quad& x, int scale) {
  Integer numerator = QuadAccess::mantissa(x);
  Integer denominator = 1;
  const int exponent = QuadAccess::exponent(x) - (QuadAccess::mantissa_bits - 1);
  (exponent >= 0 ? numerator : denominator) <<= std::abs(exponent);
  (scale <= 0 ? numerator : denominator) *= power_of_ten(std::abs(scale));
  Integer quotient;
  Integer rest;
  divide_qr(numerator, denominator, quotient, rest);
  rest *= 2;
  if (rest > denominator || (rest == denominator && bit_test(quotient, 0))) ++quotient;
  return quotient;
}

// The decimal with that many digits that is nearest to |x|, x other than 0.
Decimal nearest_decimal(const Quad& x, int digits) {
  // The position of the first digit: a guess, one too small at most.
  constexpr double log10_of_2 = 0.30102999566398120;
  int exponent = static_cast<int>(std::floor(QuadAccess::exponent(x) * log10_of_2)) + 1;
  for (;; ++exponent) {
    std::string text = scaled_integer(x, exponent - digits).str();
    if (text.size() <= static_cast<std::size_t>(digits)) return {text, exponent};
  }
}

// Digits and point without an exponent, zeros added where needed.
std::string fixed(const Decimal& decimal) {
  const int count = static_cast<int>(decimal.digits.size());
  const auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '0'); };
  if (decimal.exponent <= 0) return "0." + zeros(-decimal.exponent) + decimal.digits;
  if (decimal.exponent >= count) return decimal.digits + zeros(decimal.exponent - count);
  const auto point = static_cast<std::size_t>(decimal.exponent);
  return decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

std::string scientific(const Decimal& decimal) {
  const int exponent = decimal.exponent - 1;
  std::string text = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
  text += exponent < 0 ? "e-" : "e+";
  if (std::abs(exponent) < 10) text += '0';
  return text + std::to_string(std::abs(exponent));
}

}  // namespace

Quad Quad::parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (equals_ignoring_case(rest, "inf") || equals_ignoring_case(rest, "infinity")) {
    return QuadAccess::make_infinity(negative);
  }
  if (equals_ignoring_case(rest, "nan")) return detail::quad_nan();
  Decimal decimal;
  if (!read_decimal(rest, decimal)) {
    throw std::invalid_argument("Quad::parse: found \"" + std::string(text) +
                                "\", but a decimal number, inf or nan is needed.");
  }
  return nearest(negative, std::move(decimal));
}

std::string Quad::to_string(int digits) const {
  if (isnan(*this)) return "nan";
  const std::string sign = signbit(*this) ? "-" : "";
  if (isinf(*this)) return sign + "inf";
  if (QuadAccess::is_zero(*this)) return sign + "0";
  digits = std::max(digits, 1);
  Decimal decimal = nearest_decimal(*this, digits);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  const bool plain = decimal.exponent > -4 && decimal.exponent <= digits;
  return sign + (plain ? fixed(decimal) : scientific(decimal));
}

}  // namespace ad
