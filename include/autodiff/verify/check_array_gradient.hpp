// Checks gradients with respect to whole arrays.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/array_trace.hpp>
#include <autodiff/verify/check_gradient.hpp>

namespace ad {
namespace detail {

/// Writes the test of the report's counterexample, with the point as arrays of these shapes.
void write_array_test(Report& report, std::string_view functions, std::span<const Shape> shapes);

template <class T, class F, class C>
void sweep_arrays(const F& f, const C& x, std::span<const T> at, std::span<T> gradient) {
  Tape<T> tape;
  const auto [y, active] = call_with_inputs(tape, f, arrays_from<T>(x, at), "check_gradient");
  tape.reverse(y);
  const std::vector<T> numbers = numbers_of_arrays<T>(adjoints_of(tape, active));
  std::copy(numbers.begin(), numbers.end(), gradient.begin());
}

template <class T, class G, class C>
void claim_of_arrays(const G& claimed, const C& x, std::span<const T> at, std::span<T> gradient) {
  const auto claim = call<C>(claimed, arrays_from<T>(x, at));
  using Claim = std::remove_cvref_t<decltype(claim)>;
  std::vector<T> numbers;
  if constexpr (ArrayOperand<Claim>) {
    numbers = value_type_t<Claim>(claim).to_vector();
  } else {
    numbers = numbers_of_arrays<T>(claim);
  }
  if (numbers.size() != gradient.size()) throw_claim_size(numbers.size(), gradient.size());
  std::copy(numbers.begin(), numbers.end(), gradient.begin());
}

template <class F, class C>
Subject array_subject(const F& f, const C& x) {
  static_assert(is_generic_v<F>,
                "check_gradient: a function of arrays is checked in quad precision; write its "
                "parameters as auto");
  Subject subject;
  subject.variables = element_names(shapes_of(x));
  subject.value = [&f, &x](std::span<const Quad> at) {
    return value_of_arrays<Quad>(f, x, at, "check_gradient");
  };
  subject.value_in_double = [&f, &x](std::span<const double> at) {
    return value_of_arrays<double>(f, x, at, "check_gradient");
  };
  return subject;
}

}  // namespace detail

/// Checks our gradient of a scalar function of arrays, as `check_gradient` does of numbers: by one
/// sweep over arrays of quad numbers, against references that know nothing of it. x is a point as
/// for `gradient`; the entries of the report are its elements, named as `x[1, 2]`. From 64 elements
/// on they are checked many together. If the gradient is refuted, the operations on elements,
/// custom rules of arrays and users' own operations among them, are checked by themselves, and
/// `Report::blame` names those that are wrong. Throws ShapeError if f does not return one number.
///
///     ad::Report report = ad::check_gradient(
///         [](auto w) { return sum(softmax(w, 1) * w); }, ad::Array<double>({2, 2}, {1, 2, 3, 4}));
template <class F, ArrayPoint C>
Report check_gradient(const F& f, const C& x, const CheckOptions& options = {}) {
  Subject subject = detail::array_subject(f, x);
  subject.claim = [&](std::span<const Quad> at, std::span<Quad> gradient) {
    detail::sweep_arrays<Quad>(f, x, at, gradient);
  };
  subject.claim_in_double = [&](std::span<const double> at, std::span<double> gradient) {
    detail::sweep_arrays<double>(f, x, at, gradient);
  };
  const std::vector<double> point = detail::numbers_of_arrays<double>(x);
  detail::require_scalar_output(subject, point);
  Report report = detail::check_at_and_over(subject, point, options);
  detail::write_array_test(report, "f", detail::shapes_of(x));
  detail::add_blame(report, [&](std::span<const double> at, detail::Trace& trace) {
    detail::run_arrays_traced<double>(f, x, at, trace, "check_gradient");
  });
  return report;
}

/// Checks a gradient that the user claims: `claimed_gradient(x)` returns the same container of
/// arrays, or one array if x is one. It may be generic, or take arrays of double only. Throws
/// ShapeError if it returns another number of elements.
template <class F, class G, ArrayPoint C>
requires(!ArrayPoint<G> && !std::is_same_v<G, CheckOptions>) Report
    check_gradient(const F& f, const G& claimed_gradient, const C& x,
                   const CheckOptions& options = {}) {
  Subject subject = detail::array_subject(f, x);
  if constexpr (is_generic_v<G>) {
    subject.claim = [&](std::span<const Quad> at, std::span<Quad> gradient) {
      detail::claim_of_arrays<Quad>(claimed_gradient, x, at, gradient);
    };
  }
  subject.claim_in_double = [&](std::span<const double> at, std::span<double> gradient) {
    detail::claim_of_arrays<double>(claimed_gradient, x, at, gradient);
  };
  const std::vector<double> point = detail::numbers_of_arrays<double>(x);
  detail::require_scalar_output(subject, point);
  detail::require_claim_size(subject, point);
  Report report = detail::check_at_and_over(subject, point, options);
  detail::write_array_test(report, "f, claimed_gradient", detail::shapes_of(x));
  return report;
}

}  // namespace ad
