// Runs the user's function of arrays on elements that record what is applied to them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/nonfinite.hpp>
#include <autodiff/drivers/traced_run.hpp>

namespace ad {
namespace detail {

/// Enters f at the arrays of x's kind and shapes that hold the numbers `at` in a trace without
/// entries. The elements are of type T.
template <class T, class F, class C>
void run_arrays_traced(const F& f, const C& x, std::span<const double> at, Trace& trace,
                       const char* who) {
  using V = Traced<T>;
  std::vector<V> inputs;
  inputs.reserve(at.size());
  for (const double number : at) inputs.push_back(V::input(static_cast<T>(number), trace));
  const V y = value_of_arrays<V>(f, x, inputs, who);
  trace.output = static_cast<double>(y.value());
  trace.output_source = y.source();
}

}  // namespace detail

/// The same of a function of arrays: x is a point as for `gradient` of arrays. Its elements are
/// named as `x[1, 2]`, those of several arrays `x0[1, 2]`, `x1[0]`; an operation on arrays counts
/// as many as it has elements.
///
///     auto report = ad::explain_nonfinite([](const auto& v) { return sum(v / sum(v)); },
///                                         ad::Array<double>({2}, {1, -1}));
template <class F, ArrayPoint C>
NonfiniteReport explain_nonfinite(const F& f, const C& x) {
  static_assert(is_generic_v<F>,
                "operations are traced on numbers of their own: the function must have `auto` "
                "parameters");
  using T = typename ArrayTraits<C>::element_type;
  const std::vector<double> numbers = detail::numbers_of_arrays<double>(x);
  detail::Trace trace;
  detail::run_arrays_traced<T>(f, x, numbers, trace, "explain_nonfinite");
  return detail::explain(trace, detail::element_names(detail::shapes_of(x)));
}

}  // namespace ad
