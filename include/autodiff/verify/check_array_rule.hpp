// Checks operations on whole arrays over a domain, as rules of numbers are checked.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_rule_trace.hpp>
#include <autodiff/verify/check_array_gradient.hpp>
#include <autodiff/verify/check_rule.hpp>

namespace ad {
namespace detail {

/// "(std::array{ad::Shape{2, 3}}), "
std::string shapes_in_a_test(std::span<const Shape> shapes);

/// A function of N arrays as one of the numbers in them.
template <std::size_t N, class F>
struct FunctionOfElements {
  F f;
  std::array<Shape, N> shapes;

  template <class V>
  void operator()(std::span<const V> x, std::span<V> y) const {
    std::size_t k = 0;
    for (const V& each : outputs(x)) y[k++] = each;
  }

  template <class V>
  std::vector<V> outputs(std::span<const V> x) const {
    std::vector<V> all;
    const auto append = [&](const auto& result) {
      using R = std::remove_cvref_t<decltype(result)>;
      if constexpr (ArrayOperand<R>) {
        for (const V& each : elements(value_type_t<R>(result))) all.push_back(each);
      } else {
        all.push_back(V(result));
      }
    };
    const auto result = call_with_numbers(f, shapes, x);
    if constexpr (is_tuple_v<std::remove_cvref_t<decltype(result)>>) {
      std::apply([&](const auto&... each) { (append(each), ...); }, result);
    } else {
      append(result);
    }
    return all;
  }
};

}  // namespace detail

/// Checks the derivative rules of a function of arrays of these shapes, such as a structured
/// operation or a custom rule, as `check_rule` does of an operation on numbers: every element of
/// its result, with the cotangent 1 and random ones, over `options.domain` (an interval for each
/// element of the arrays, one after the other; [-4, 4] by default), and the properties of a rule. f
/// has `auto` parameters and returns an array, a scalar, or a std::tuple of them. Throws as
/// `check_over_domain`, and what f throws where all elements are the middle of their intervals.
///
///     ad::Report report =
///         ad::check_rule([](const auto& a, const auto& b) { return matmul(a, b); },
///                        std::array{ad::Shape{2, 3}, ad::Shape{3, 2}});
template <class F, std::size_t N>
Report check_rule(const F& f, const std::array<Shape, N>& shapes,
                  const CheckOptions& options = {}) {
  const detail::FunctionOfElements<N, F> function{f, shapes};
  std::vector<std::string> names = detail::element_names(shapes);
  const std::vector<Interval> samples = options.domain.empty()
                                            ? std::vector<Interval>(names.size(), Interval{-4, 4})
                                            : options.domain;
  std::vector<double> middle;
  for (const Interval& each : samples) middle.push_back(0.5 * (each.lower + each.upper));
  middle.resize(names.size());
  const std::size_t outputs = function.outputs(std::span<const double>(middle)).size();
  detail::RuleSubject subject = detail::rule_subject(function, samples, outputs);
  subject.variables = std::move(names);
  subject.shapes = detail::shapes_in_a_test(shapes);
  return detail::check_rule_subject(subject, options);
}

}  // namespace ad
