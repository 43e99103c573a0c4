// `checkpoint` of whole arrays: parts of a long computation that the sweep records again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/callable.hpp>
#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/array_point.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/checkpoint.hpp>
#include <autodiff/values/array_custom_vjp.hpp>
#include <autodiff/values/array_rule.hpp>

namespace ad {
namespace detail {

[[noreturn]] void throw_changed_shape(const Shape& first, const Shape& second);

/// What f returned at arrays V, a container of V: an expression evaluated, a scalar without axes.
template <class V, class Y>
auto array_results(const Y& y) {
  const auto as_array = [](const auto& each) {
    static_assert(std::is_constructible_v<V, decltype(each)>,
                  "checkpoint: given plain arrays the function returned an active one, so it "
                  "captures one; give it every active array as an argument");
    return V(each);
  };
  if constexpr (ArrayOperand<Y>) {
    return as_array(y);
  } else if constexpr (ArrayPoint<Y>) {
    return map_arrays<V>(y, as_array);
  } else if constexpr (is_tuple_v<Y>) {
    return std::apply([](const auto&... each) { return std::tuple(array_results<V>(each)...); }, y);
  } else if constexpr (is_array_v<V>) {
    return as_array(y);
  } else {
    return V::of_scalar(Var<typename V::element_type>(y));
  }
}

/// A call of f at arrays, which is recorded when the sweep comes to it and then forgotten again.
template <class T, class F, class C>
class ArrayCheckpointCall final : public CallOfArrays<T> {
 public:
  using Sources = PooledVector<ArrayStatement<T>*>;

  ArrayCheckpointCall(F f, C point, Sources sources, const std::vector<Array<T>>& results)
      : CallOfArrays<T>(results),
        f_(std::move(f)),
        point_(std::move(point)),
        sources_(std::move(sources)) {}

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    using V = Var<Array<T>>;
    const std::size_t limit = Tape<T>::recording()->memory_limit();
    Tape<T> tape;
    tape.memory_limit(limit);
    const auto x = active_arrays(tape, point_);
    const auto y = array_results<V>(call<C>(f_, x));
    std::size_t k = 0;
    std::vector<V> reached;
    std::vector<Array<T>> cotangents;
    map_arrays<V>(y, [&](const V& each) {
      if (k < this->result_count()) {
        const Array<T> cotangent = this->cotangent(k);
        if (each.shape() != cotangent.shape()) throw_changed_shape(cotangent.shape(), each.shape());
        if (this->is_reached(k)) {
          reached.push_back(each);
          cotangents.push_back(cotangent);
        }
      }
      ++k;
      return each;
    });
    if (k != this->result_count()) throw_changed_outputs(this->result_count(), k, "array");
    tape.reverse(reached, cotangents);
    std::size_t i = 0;
    map_arrays<V>(x, [&](const V& each) {
      ArrayStatement<T>* const source = sources_[i++];
      if (source != nullptr) source->add(tape.adjoint(each).packed());
      return each;
    });
    for (const Indeterminate& form : tape.flags().indeterminate) {
      adjoints.note_indeterminate(form.operation.c_str());
    }
  }

 private:
  F f_;
  C point_;
  Sources sources_;
};

template <class T, class F, class C>
auto checkpointed_arrays(const F& f, const C& x) {
  using V = Var<Array<T>>;
  PooledVector<ArrayStatement<T>*> sources;
  auto point = map_arrays<Array<T>>(x, [&](const auto& each) {
    const V active(each);
    sources.push_back(recorded_source(active));
    return active.value();
  });
  const auto& plain = call<decltype(point)>(f, point);
  const auto y = array_results<Array<T>>(plain);
  const bool is_recorded = any_source(sources);
  std::size_t k = 0;
  const auto result = [&] {
    if (!is_recorded) return map_arrays<V>(y, [](const Array<T>& each) { return V(each); });
    using Call = ArrayCheckpointCall<T, F, decltype(point)>;
    const auto on_tape = record_call_of_arrays<T>(
        std::make_unique<Call>(f, std::move(point), sources, arrays_of(y)), sources);
    return map_arrays<V>(y, [&](const Array<T>& each) { return on_tape(k++, each.packed()); });
  }();
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(plain)>, T>) {
    return sum(result);  // the scalar that f returns
  } else {
    return result;
  }
}

}  // namespace detail

/// f(x) of arrays, of which the tape keeps x and the results and nothing else: as `checkpoint` of
/// numbers. x is an array, or a container of arrays as in `gradient`, active or not; f returns an
/// array, a container of arrays or a scalar. Throws ShapeError in the sweep if the second
/// evaluation returns other shapes than the first, TapeError if a part by itself goes beyond the
/// memory limit of the tape.
///
///     for (const auto& batch : batches) {
///       state = ad::checkpoint([&](auto s, auto w) { return advance(s, w, batch); },
///                              std::tuple{state, weights});
///     }
template <class F, ArrayPoint C>
auto checkpoint(const F& f, const C& x) {
  static_assert(is_generic_v<F>, "checkpoint: the function needs `auto` parameters");
  using T = typename ArrayTraits<C>::element_type;
  if constexpr (std::is_same_v<C, typename ArrayTraits<C>::template Rebound<Array<T>>>) {
    return detail::call<C>(f, x);
  } else {
    return detail::checkpointed_arrays<T>(f, x);
  }
}
/// The same of several arrays, or expressions of arrays.
template <class F, ArrayOperand... X>
requires((sizeof...(X) > 1 || (Expression<X> && ...)) &&
         Compatible<X...>) auto checkpoint(const F& f, const X&... x) {
  using V = common_value_t<X...>;
  if constexpr (sizeof...(X) == 1) {
    return checkpoint(f, V(x)...);
  } else {
    return checkpoint(f, std::tuple{V(x)...});
  }
}

}  // namespace ad
