// Runs the user's function on numbers that record its operations.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <autodiff/drivers/call.hpp>
#include <autodiff/values/traced.hpp>

namespace ad::detail {

/// "x" alone, else x0, x1, ...
std::vector<std::string> variable_names(std::size_t count);

/// Enters f at x in a trace without entries. The numbers are of type T, their container that of
/// `shape`.
template <class T, class F, class C>
void run_traced(const F& f, const C& shape, std::span<const double> x, Trace& trace,
                const char* who) {
  using V = Plain<Traced<T>>;
  std::vector<V> inputs;
  inputs.reserve(x.size());
  for (const double number : x) {
    inputs.push_back(V(Traced<T>::input(static_cast<T>(number), trace), {}));
  }
  const Traced<T> y =
      scalar_output<V>(call_at<V>(f, shape, [&](std::size_t i) { return inputs[i]; }), who).value();
  trace.output = static_cast<double>(y.value());
  trace.output_source = y.source();
}

}  // namespace ad::detail
