// Checks the gradient of a C++ function: ours, or one that the user wrote.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/error.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/drivers/traced_run.hpp>
#include <autodiff/ops/rule.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>
#include <autodiff/verify/blame.hpp>
#include <autodiff/verify/check.hpp>

namespace ad {
namespace detail {

[[noreturn]] void throw_claim_size(std::size_t found, std::size_t needed);

/// Evaluates the function once, so that one whose output has the wrong shape throws at once. What
/// else it throws is left to the check.
void require_scalar_output(const Subject& subject, const std::vector<double>& point);

/// Evaluates the claim once, so that one of the wrong size throws at once. What else it throws is
/// left to the check.
void require_claim_size(const Subject& subject, const std::vector<double>& point);

/// Checks at the point itself and, if the options have a domain, over it. What is refuted is
/// shrunk.
Report check_at_and_over(const Subject& subject, const std::vector<double>& point,
                         const CheckOptions& options);

/// Writes the test of the report's counterexample: of "f", or of "f, claimed_gradient", at the
/// point in an array or as so many numbers.
void write_test(Report& report, std::string_view functions, bool one_by_one);

/// The point is given number by number.
template <class C>
inline constexpr bool is_one_by_one = Operand<C> || IsScalars<C>::value;

template <class F, class V, class Tuple>
struct IsInvocableWithMembers : std::false_type {};
template <class F, class V, class... Member>
struct IsInvocableWithMembers<F, V, std::tuple<Member...>>
    : std::is_invocable<const F&, const Member&...> {};
template <class F, class V, std::size_t N>
struct IsInvocableWithMembers<F, V, std::array<V, N>> {
  static constexpr bool value = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::is_invocable_v<const F&, const Repeat<I, V>&...>;
  }
  (std::make_index_sequence<N>{});
};

/// f, whose parameter types are written down, takes the point C with numbers of type V.
template <class V, class F, class C>
constexpr bool is_callable_at() {
  using A = typename PointTraits<C>::template Rebound<V>;
  if constexpr (is_generic_v<F>) {
    return true;
  } else if constexpr (IsDoubleOnly<F>::value) {
    return std::is_same_v<V, double>;
  } else if constexpr (IsSpanLike<C>::value) {
    return std::is_invocable_v<const F&, std::span<const V>>;
  } else {
    return std::is_invocable_v<const F&, const A&> || IsInvocableWithMembers<F, V, A>::value;
  }
}

/// The plain number of what f returned in double precision.
template <class Y>
double plain_scalar(const Y& y) {
  if constexpr (Operand<Y>) {
    return static_cast<double>(value_of(value_type_t<Y>(y)));
  } else {
    static_assert(Point<Y>,
                  "check_gradient: the function returns a type that the drivers do not "
                  "know; return a number, or a container that PointTraits describes");
    const auto numbers = numbers_of(y);
    if (numbers.size() != 1) throw_not_scalar("check_gradient", numbers.size());
    return static_cast<double>(value_of(numbers.front()));
  }
}

/// f at plain doubles: as values of the library if it is generic, or if it only takes tape values.
template <class F, class C>
double value_at_doubles(const F& f, const C& shape, std::span<const double> x) {
  const auto at = [&]<class V>(std::type_identity<V>) {
    return plain_scalar(call_at<V>(f, shape, [&](std::size_t i) { return V(x[i]); }));
  };
  if constexpr (is_generic_v<F>) {
    return at(std::type_identity<Plain<double>>{});
  } else if constexpr (is_callable_at<double, F, C>()) {
    return at(std::type_identity<double>{});
  } else {
    return at(std::type_identity<Real>{});
  }
}

template <class T, class F, class C>
void tape_gradient(const F& f, const C& shape, std::span<const T> x, std::span<T> gradient) {
  Tape<T> tape;
  const std::vector<Var<T>> inputs = tape.inputs(x);
  const Var<T> y = scalar_output<Var<T>>(
      call_at<Var<T>>(f, shape, [&](std::size_t i) { return inputs[i]; }), "check_gradient");
  tape.reverse(y);
  std::ranges::copy(tape.leading_adjoints(), gradient.begin());
}

/// The function part of a subject; it refers to f and x and lives no longer than they.
template <class F, class C>
Subject subject_of(const F& f, const C& x) {
  Subject subject;
  subject.variables = variable_names(PointTraits<C>::size(x));
  if constexpr (is_generic_v<F>) {
    // Dressed, so that an unqualified floor(x) is the operation, which tells a BranchLog its step.
    subject.value = [&f, &x](std::span<const Quad> at) {
      using V = Plain<Quad>;
      return scalar_output<V>(call_at<V>(f, x, [&](std::size_t i) { return V(at[i], {}); }),
                              "check_gradient")
          .value();
    };
  }
  subject.value_in_double = [&f, &x](std::span<const double> at) {
    return value_at_doubles(f, x, at);
  };
  return subject;
}

/// The numbers of a claimed gradient. Throws ShapeError if they are not as many as the variables.
template <class V, class Y>
void store_claim(const Y& y, std::span<V> gradient) {
  std::size_t count = 0;
  const auto store = [&](const auto& number) {
    if (count < gradient.size()) gradient[count] = V(number);
    ++count;
  };
  if constexpr (Operand<Y>) {
    store(y);
  } else {
    static_assert(Point<Y>,
                  "check_gradient: the claimed gradient returns a type that the drivers do "
                  "not know; return a number or a container of numbers");
    PointTraits<Y>::for_each(y, store);
  }
  if (count != gradient.size()) throw_claim_size(count, gradient.size());
}

template <class T, class G, class C>
void store_generic_claim(const G& claimed, const C& x, std::span<const T> at,
                         std::span<T> gradient) {
  using V = Plain<T>;
  std::vector<V> values(gradient.size());
  store_claim<V>(call_at<V>(claimed, x, [&](std::size_t i) { return V(at[i], {}); }), values);
  for (std::size_t i = 0; i < values.size(); ++i) gradient[i] = values[i].value();
}

/// The claim part of a subject, from a callable that returns the gradient.
template <class G, class C>
void add_claim(Subject& subject, const G& claimed, const C& x) {
  if constexpr (is_generic_v<G>) {
    subject.claim = [&claimed, &x](std::span<const Quad> at, std::span<Quad> gradient) {
      store_generic_claim(claimed, x, at, gradient);
    };
    subject.claim_in_double = [&claimed, &x](std::span<const double> at,
                                             std::span<double> gradient) {
      store_generic_claim(claimed, x, at, gradient);
    };
  } else {
    subject.claim_in_double = [&claimed, &x](std::span<const double> at,
                                             std::span<double> gradient) {
      store_claim<double>(call_at<double>(claimed, x, [&](std::size_t i) { return at[i]; }),
                          gradient);
    };
  }
}

/// The claim that our reverse sweep makes.
template <class F, class C>
void add_our_claim(Subject& subject, const F& f, const C& x) {
  static_assert(
      is_callable_at<Real, F, C>(),
      "check_gradient(f, x) checks our derivative of f, and a function of plain doubles has "
      "none; write its parameters as auto, or give the gradient you claim: "
      "check_gradient(f, claimed_gradient, x)");
  if constexpr (is_generic_v<F>) {
    subject.claim = [&f, &x](std::span<const Quad> at, std::span<Quad> gradient) {
      tape_gradient<Quad>(f, x, at, gradient);
    };
  }
  subject.claim_in_double = [&f, &x](std::span<const double> at, std::span<double> gradient) {
    tape_gradient<double>(f, x, at, gradient);
  };
}

template <class C>
std::vector<double> doubles_of(const C& x) {
  std::vector<double> result;
  PointTraits<C>::for_each(x, [&](const auto& v) { result.push_back(static_cast<double>(v)); });
  return result;
}

template <class F, class C>
Report check_our_gradient(const F& f, const C& x, const CheckOptions& options) {
  Subject subject = subject_of(f, x);
  add_our_claim(subject, f, x);
  Report report = check_at_and_over(subject, doubles_of(x), options);
  write_test(report, "f", is_one_by_one<C>);
  if constexpr (is_generic_v<F>) {
    add_blame(report, [&](std::span<const double> at, Trace& trace) {
      run_traced<double>(f, x, at, trace, "check_gradient");
    });
  }
  return report;
}

template <class F, class G, class C>
Report check_claimed_gradient(const F& f, const G& claimed, const C& x,
                              const CheckOptions& options) {
  Subject subject = subject_of(f, x);
  add_claim(subject, claimed, x);
  require_claim_size(subject, doubles_of(x));
  Report report = check_at_and_over(subject, doubles_of(x), options);
  write_test(report, "f, claimed_gradient", is_one_by_one<C>);
  return report;
}

}  // namespace detail

/// Checks our gradient of f, by one reverse sweep, against references that know nothing of it.
///
/// x is a point as for `gradient`: a container of numbers, or several numbers. If `options.domain`
/// has intervals, the check also goes over that domain. The sweep is run in quad precision where f
/// is generic; what plain double arithmetic loses is reported, not refuted. If the gradient is
/// refuted, the rules of the single operations of a generic f are checked at the arguments they had
/// there, custom ones and users' own among them, and `Report::blame` names those that are wrong.
/// Throws ShapeError if f does not return one number.
///
///     ad::Report report = ad::check_gradient([](auto x) { return x[0] * sin(x[1]); },
///                                            std::array{0.5, 2.0});
template <class F, Point C>
Report check_gradient(const F& f, const C& x, const CheckOptions& options = {}) {
  return detail::check_our_gradient(f, x, options);
}
template <class F, Operand... X>
requires(sizeof...(X) > 1) Report check_gradient(const F& f, const X&... x) {
  return detail::check_our_gradient(f, detail::scalars(x...), {});
}

/// Checks a gradient that the user claims for f: `claimed_gradient(x)` returns one number per
/// variable, in any container.
///
/// Either function may be generic or take doubles only, told by its parameter types; a generic one
/// is evaluated in quad precision. What exists only in double is judged within a bound for its own
/// rounding. Throws ShapeError if the claimed gradient has the wrong length.
///
///     ad::check_gradient([](auto x) { return sin(x); }, [](auto x) { return cos(x); }, 0.5);
template <class F, class G, Point C>
requires(!Point<G>) Report check_gradient(const F& f, const G& claimed_gradient, const C& x,
                                          const CheckOptions& options = {}) {
  return detail::check_claimed_gradient(f, claimed_gradient, x, options);
}
template <class F, class G, Operand... X>
requires(!Point<G> && sizeof...(X) > 1) Report
    check_gradient(const F& f, const G& claimed_gradient, const X&... x) {
  return detail::check_claimed_gradient(f, claimed_gradient, detail::scalars(x...), {});
}

}  // namespace ad
