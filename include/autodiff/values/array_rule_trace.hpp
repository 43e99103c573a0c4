// A rule of whole arrays in the trace of a run: each element of its results is an operation on all
// elements of its arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_functions.hpp>
#include <autodiff/values/traced.hpp>

namespace ad::detail {

template <class X>
inline constexpr bool is_tuple_v = false;
template <class... X>
inline constexpr bool is_tuple_v<std::tuple<X...>> = true;

/// f at arrays of these shapes that hold the numbers x.
template <class F, class V, std::size_t N>
auto call_with_numbers(const F& f, const std::array<Shape, N>& shapes, std::span<const V> x) {
  std::array<std::size_t, N + 1> begins{};
  for (std::size_t i = 0; i < N; ++i) begins[i + 1] = begins[i] + shapes[i].size();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return f(array_of(x.subspan(begins[I], shapes[I].size()), shapes[I])...);
  }
  (std::make_index_sequence<N>());
}

/// The element at `position` of the `result`-th of so many `results`, of this shape. The rule takes
/// arrays of these shapes, active or not, and returns an array or a tuple of them.
template <class Rule, std::size_t N>
struct ResultElement {
  Rule rule;
  std::array<Shape, N> shapes;
  std::size_t results, result;
  Shape shape;
  std::size_t position;

  template <class V>
  V operator()(std::span<const V> x) const {
    const auto y = call_with_numbers(rule, shapes, x);
    const auto pick = [&](const auto& array) {
      return element(reshape(array, {shape.size()}), position);
    };
    if constexpr (is_tuple_v<std::remove_cvref_t<decltype(y)>>) {
      const auto of_each = [&](const auto&... each) { return std::array{pick(each)...}; };
      return std::apply(of_each, y)[result];
    } else {
      return pick(y);
    }
  }

  std::vector<std::string> argument_names() const { return element_names(shapes); }
  std::string result_name() const {
    const std::string array = results == 1 ? "y" : "y" + std::to_string(result);
    return element_names(array, shape)[position];
  }
};

/// The results y of a rule at x, entered in the trace of the thread.
template <class Rule, class T, std::size_t N, std::size_t K>
std::array<Array<Traced<T>>, K> traced_results(const Rule& rule,
                                               const std::array<Array<Traced<T>>, N>& x,
                                               const std::array<Array<T>, K>& y) {
  std::array<Shape, N> shapes;
  std::vector<Traced<T>> arguments;
  for (std::size_t i = 0; i < N; ++i) {
    shapes[i] = x[i].shape();
    for (const Traced<T>& each : x[i].to_vector()) arguments.push_back(each);
  }
  std::array<Array<Traced<T>>, K> results;
  std::uint32_t call = 0;
  for (std::size_t k = 0; k < K; ++k) {
    std::vector<Traced<T>> elements;
    for (const T& number : y[k].to_vector()) {
      const auto make_rule = [&] {
        using Element = ResultElement<Rule, N>;
        const Element function{rule, shapes, K, k, y[k].shape(), elements.size()};
        return std::make_shared<const TracedFunction<T, Element>>(function);
      };
      elements.push_back(Traced<T>::record(rule.name(), {}, arguments, number, make_rule, call));
      if (call == 0) call = elements.back().source();
    }
    results[k] = Array<Traced<T>>(y[k].shape(), elements);
  }
  return results;
}

}  // namespace ad::detail
