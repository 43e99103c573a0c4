// Parts of a long computation that the tape does not keep, and that the sweep records again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

namespace detail {

[[noreturn]] void throw_changed_outputs(std::size_t first, std::size_t second, const char* kind);

/// A call of f at `point`, which is recorded when the sweep comes to it and then forgotten again.
template <class T, class F, class C>
class CheckpointCall : public CustomCall<T> {
 public:
  CheckpointCall(F f, C point, std::vector<std::uint32_t> inputs, std::size_t outputs)
      : f_(std::move(f)), point_(std::move(point)), inputs_(std::move(inputs)), outputs_(outputs) {}

  std::size_t bytes() const override {
    return sizeof(*this) + inputs_.size() * (sizeof(T) + sizeof(std::uint32_t));
  }

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    const std::size_t limit = Tape<T>::recording()->memory_limit();
    Tape<T> tape;
    tape.memory_limit(limit);
    const std::vector<Var<T>> y = record_run(tape, f_, point_);
    if (y.size() != outputs_) throw_changed_outputs(outputs_, y.size(), "number");
    std::vector<Var<T>> wanted;  // a result that nothing used is no zero that was computed
    std::vector<T> cotangents;
    for (std::size_t k = 0; k < outputs_; ++k) {
      const T& cotangent = adjoints.of(first_output + static_cast<std::uint32_t>(k));
      if (all_zero(cotangent)) continue;
      wanted.push_back(y[k]);
      cotangents.push_back(cotangent);
    }
    tape.reverse(wanted, cotangents);
    const std::span<const T> contributions = tape.leading_adjoints();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i] != 0) adjoints.add(inputs_[i], contributions[i]);
    }
    for (const Indeterminate& form : tape.flags().indeterminate) {
      adjoints.note_indeterminate(form.operation.c_str());
    }
  }

 private:
  F f_;
  C point_;
  std::vector<std::uint32_t> inputs_;
  std::size_t outputs_;
};

template <class V>
inline constexpr bool is_var_v = false;
template <class T>
inline constexpr bool is_var_v<Var<T>> = true;

template <class F, class C>
auto checkpointed(const F& f, const C& x) {
  using V = number_t<C>;
  if constexpr (!is_var_v<V>) {
    return plain_call(f, x);
  } else {
    using T = typename V::inner_type;
    const std::vector<V> numbers = numbers_of(x);
    std::vector<std::uint32_t> inputs;
    inputs.reserve(numbers.size());
    bool is_active = false;
    for (const V& v : numbers) {
      Tape<T>::verify(v.index(), v.generation(), "checkpoint");
      inputs.push_back(v.index());
      is_active = is_active || v.is_active();
    }
    auto point = rebuilt<T>(x, [&](std::size_t i) { return numbers[i].value(); });
    const auto y = checkpointed(f, point);
    const std::vector<T> results = outputs_of<T>(y);
    if (!is_active || results.empty()) {
      return rebuilt<V>(y, [&](std::size_t k) { return V(results[k]); });
    }
    Tape<T>& tape = *Tape<T>::recording();
    const std::uint32_t first =
        tape.record_call(std::make_unique<CheckpointCall<T, F, decltype(point)>>(
                             f, std::move(point), std::move(inputs), results.size()),
                         results.size());
    return rebuilt<V>(y, [&](std::size_t k) {
      return V(results[k], first + static_cast<std::uint32_t>(k), tape.generation());
    });
  }
}

}  // namespace detail

/// f(x), of which the tape keeps x and nothing else: memory for time.
///
/// The numbers of x and of the result are on the tape; the steps in between are recorded when the
/// sweep needs them, on a tape of their own, and forgotten again. The gradient is the same. A
/// computation of n statements in segments of k takes the memory of k statements and of n / k
/// states, and f is evaluated twice; f may call `checkpoint` itself, for less memory and more time.
///
/// x is a container of numbers, or several numbers, as in `gradient`; the result has the container
/// that f returns. f is kept by the tape, and is called again: it must depend on nothing but x and
/// constants, and give the same result for the same x. Of numbers that are not of a tape,
/// checkpoint(f, x) is f(x). Derivatives of any order. Throws ShapeError in the sweep if the second
/// evaluation returns another number of results than the first, TapeError if a part by itself goes
/// beyond the memory limit of the tape.
///
///     std::vector<ad::Real> state = start;
///     for (int segment = 0; segment < 1000; ++segment) {
///       state = ad::checkpoint([](auto s) { return thousand_steps(s); }, state);
///     }
///
/// Griewank, Achieving logarithmic growth of temporal and spatial complexity in reverse automatic
/// differentiation (1992).
template <class F, Point C>
requires(!Operand<C>) auto checkpoint(const F& f, const C& x) {
  static_assert(is_generic_v<F>, "checkpoint: the function needs `auto` parameters");
  if constexpr (detail::IsSpanLike<C>::value) {
    const auto on_vector = [f](const auto& v) {
      const std::span<const typename std::remove_cvref_t<decltype(v)>::value_type> numbers(v);
      return detail::owned_result([&]() -> decltype(auto) { return f(numbers); });
    };
    return detail::checkpointed(on_vector, PointTraits<C>::owned(x));
  } else {
    return detail::checkpointed(f, x);
  }
}
template <class F, Operand... X>
requires(sizeof...(X) > 0 && !(HasElements<X> && ...)) auto checkpoint(const F& f, const X&... x) {
  static_assert(!(HasElements<X> || ...), "checkpoint: takes numbers or arrays, not both");
  static_assert(is_generic_v<F>, "checkpoint: the function needs `auto` parameters");
  return detail::checkpointed(f, detail::scalars(x...));
}

}  // namespace ad
