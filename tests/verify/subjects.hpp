// Makes subjects of one formula and one claim, both generic, for the tests of the check.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <autodiff/verify/check.hpp>

namespace ad::testing {

/// In which precisions function and claim are given.
enum class Precision { quad, claim_in_double, all_in_double };

/// `function(x)` and `claim(x, gradient)` take spans of any carrier.
template <class Function, class Claim>
Subject subject(std::size_t variables, Function function, Claim claim,
                Precision precision = Precision::quad) {
  Subject result;
  for (std::size_t i = 0; i < variables; ++i) {
    result.variables.push_back(std::string(1, static_cast<char>('x' + i)));
  }
  if (precision != Precision::all_in_double) {
    result.value = [=](std::span<const Quad> x) { return Quad(function(x)); };
  }
  result.value_in_double = [=](std::span<const double> x) { return double(function(x)); };
  if (precision == Precision::quad) {
    result.claim = [=](std::span<const Quad> x, std::span<Quad> g) { claim(x, g); };
  }
  result.claim_in_double = [=](std::span<const double> x, std::span<double> g) { claim(x, g); };
  return result;
}

/// The same of one variable: `function(x)` and `slope(x)` take a number of any carrier.
template <class Function, class Slope>
Subject subject_of_one(Function function, Slope slope, Precision precision = Precision::quad) {
  return subject(
      1, [=](auto x) { return function(x[0]); }, [=](auto x, auto g) { g[0] = slope(x[0]); },
      precision);
}

inline CheckEntry check_at(const Subject& subject, double x) {
  const std::vector<std::vector<double>> points{{x}};
  return check(subject, points).entries.at(0);
}

inline Report check_at(const Subject& subject, std::vector<double> x) {
  const std::vector<std::vector<double>> points{std::move(x)};
  return check(subject, points);
}

}  // namespace ad::testing
