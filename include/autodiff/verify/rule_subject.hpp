// A rule under test, whatever it is a rule of: on numbers of every type, forwards and in reverse.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

/// A rule of plain numbers of type T, as it was written.
template <class T>
struct RuleIn {
  std::function<void(std::span<const T> x, std::span<T> y)> value;
  /// The cotangents of the arguments.
  std::function<void(std::span<const T> x, std::span<const T> cotangents, std::span<T> result)>
      pull_back;
};

/// A rule, and what the engine makes of it in quad precision.
struct RuleSubject {
  std::vector<std::string> variables;
  std::vector<Interval> samples;  ///< one per argument
  std::size_t outputs = 1;
  std::string shapes;  ///< of arrays, as written in a test; none of numbers

  RuleIn<float> in_float;
  RuleIn<double> in_double;
  RuleIn<Quad> in_quad;

  /// Jᵀw by a tape, from the outputs whose cotangent is not 0.
  std::function<void(std::span<const Quad> x, std::span<const Quad> cotangents,
                     std::span<Quad> result)>
      sweep;
  /// Jv in forward mode.
  std::function<void(std::span<const Quad> x, std::span<const Quad> tangents,
                     std::span<Quad> result)>
      push_forward;
  /// The derivative of Jᵀw along v.
  std::function<void(std::span<const Quad> x, std::span<const Quad> cotangents,
                     std::span<const Quad> tangents, std::span<Quad> result)>
      second;
};

/// "x", "y", "z", or x0, x1, ... of more.
std::vector<std::string> argument_names(std::size_t count);

/// The reverse sweep through a function of spans, from all outputs or from those whose cotangent is
/// not 0.
template <class T, class Function>
void sweep_function(const Function& function, std::span<const T> x, std::span<const T> cotangents,
                    bool skip_unused, std::span<T> result) {
  Tape<T> tape;
  const std::vector<Var<T>> inputs = tape.inputs(x);
  std::vector<Var<T>> all(cotangents.size());
  function(std::span<const Var<T>>(inputs), std::span<Var<T>>(all));
  std::vector<Var<T>> outputs;
  std::vector<T> seeds;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (skip_unused && cotangents[k] == T(0)) continue;
    outputs.push_back(all[k]);
    seeds.push_back(cotangents[k]);
  }
  tape.reverse(std::span<const Var<T>>(outputs), std::span<const T>(seeds));
  std::ranges::copy(tape.leading_adjoints(), result.begin());
}

template <class V>
std::vector<V> dual_numbers(std::span<const Quad> x, std::span<const Quad> tangents) {
  std::vector<V> result;
  result.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) result.emplace_back(x[i], std::array{tangents[i]});
  return result;
}

/// `function(x, y)` takes spans of numbers or values of any one type. Its rule on plain numbers is
/// the sweep; where there is one in itself, the caller puts it in its place.
template <class Function>
RuleSubject rule_subject(const Function& function, std::vector<Interval> samples,
                         std::size_t outputs) {
  using Tangent = Dual<Quad, 1>;
  RuleSubject subject;
  subject.variables = argument_names(samples.size());
  subject.samples = std::move(samples);
  subject.outputs = outputs;
  const auto make = [&]<class T>(RuleIn<T>& rule) {
    rule.value = [function](std::span<const T> x, std::span<T> y) { function(x, y); };
    rule.pull_back = [function](std::span<const T> x, std::span<const T> cotangents,
                                std::span<T> result) {
      sweep_function<T>(function, x, cotangents, false, result);
    };
  };
  make(subject.in_float);
  make(subject.in_double);
  make(subject.in_quad);
  subject.sweep = [function](std::span<const Quad> x, std::span<const Quad> cotangents,
                             std::span<Quad> result) {
    sweep_function<Quad>(function, x, cotangents, true, result);
  };
  subject.push_forward = [function](std::span<const Quad> x, std::span<const Quad> tangents,
                                    std::span<Quad> result) {
    const auto arguments = dual_numbers<Tangent>(x, tangents);
    std::vector<Tangent> y(result.size());
    function(std::span<const Tangent>(arguments), std::span<Tangent>(y));
    for (std::size_t k = 0; k < y.size(); ++k) result[k] = y[k].tangent(0);
  };
  subject.second = [function](std::span<const Quad> x, std::span<const Quad> cotangents,
                              std::span<const Quad> tangents, std::span<Quad> result) {
    const auto arguments = dual_numbers<Tangent>(x, tangents);
    const std::vector<Tangent> seeds(cotangents.begin(), cotangents.end());
    std::vector<Tangent> cotangents_of_x(result.size());
    sweep_function<Tangent>(function, arguments, seeds, true, cotangents_of_x);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = cotangents_of_x[i].tangent(0);
  };
  return subject;
}

template <std::size_t N, class T>
std::array<T, N> array_of(std::span<const T> x) {
  std::array<T, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = x[i];
  return result;
}

/// A callable of N numbers that returns one number, a node or a tuple of them, on spans.
template <std::size_t N, class F>
auto on_spans(F f) {
  return [f]<class V>(std::span<const V> x, std::span<V> y) {
    const auto result = std::apply(f, array_of<N>(x));
    if constexpr (requires { V(result); }) {
      y[0] = V(result);
    } else {
      std::apply(
          [&](const auto&... each) {
            std::size_t k = 0;
            ((y[k++] = V(each)), ...);
          },
          result);
    }
  };
}

}  // namespace ad::detail
