// One statement of arrays from its value and its VJP: what the structured primitives record.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/forward.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/values/array_var.hpp>

namespace ad::detail {

/// Takes its memory from the pool, as the numbers of arrays do.
template <class X>
struct PoolAllocator {
  using value_type = X;

  PoolAllocator() = default;
  template <class Y>
  PoolAllocator(const PoolAllocator<Y>&) {}  // NOLINT(google-explicit-constructor)

  X* allocate(std::size_t count) { return static_cast<X*>(take_block(count * sizeof(X))); }
  void deallocate(X* block, std::size_t count) noexcept { give_block(block, count * sizeof(X)); }

  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

template <class X>
using PooledVector = std::vector<X, PoolAllocator<X>>;

/// The numbers that compiled operations on arrays exist for: those of users and of checks, and with
/// one tangent.
template <class T>
inline constexpr bool is_compiled_number = std::is_floating_point_v<T> || std::is_same_v<T, Quad>;
template <class T>
inline constexpr bool is_compiled_number<Dual<T, 1>> = is_compiled_number<T>;
template <class T>
inline constexpr bool is_compiled_number<Traced<T>> = is_compiled_number<T>;

/// Those of the drivers for kinks, in plain arrays: for most of these operations.
template <class T>
using BesideArrays = Var<Directed<T, 4>>;
template <class T>
inline constexpr bool is_number_at_kinks = false;
template <std::floating_point T>
inline constexpr bool is_number_at_kinks<Directed<T, 1>> = true;
template <std::floating_point T>
inline constexpr bool is_number_at_kinks<BesideArrays<T>> = true;
template <std::floating_point T>
inline constexpr bool is_number_at_kinks<Var<Ranged<T>>> = true;

/// Says so instead of leaving it to the linker.
template <class V, bool exists_at_kinks = true>
struct CompiledOperation {
  static_assert(
      is_compiled_number<typename V::element_type> ||
          (exists_at_kinks && is_number_at_kinks<typename V::element_type>),
      "this operation on arrays is compiled, and not for the numbers of this driver: take "
      "gradient() instead, or write the operation with elements()");
};

/// What an operation on arrays V computes where its result is a single number.
template <class V>
using scalar_of_t =
    std::conditional_t<is_array_v<V>, typename V::element_type, Var<typename V::element_type>>;

/// What is recorded of x; null if it is passive, as every plain array is.
template <class V>
ArrayStatement<typename V::element_type>* source_of(const V& x) {
  if constexpr (is_array_v<V>) {
    return nullptr;
  } else {
    return recorded_source(x);
  }
}

template <class V, class... More>
auto sources_of(const V& x, const More&... more) {
  return std::array{source_of(x), source_of(more)...};
}

/// `back(sources, cotangent, adjoints)` adds to those sources that are not null. It holds so many
/// numbers of its own, such as partials.
template <class T, class Sources, class Back>
class ArrayRuleStatement final : public ArrayStatement<T> {
 public:
  ArrayRuleStatement(const Shape& shape, Sources sources, Back back, std::size_t held)
      : ArrayStatement<T>(shape),
        sources_(std::move(sources)),
        back_(std::move(back)),
        held_(held) {}

  std::size_t bytes() const override { return ArrayStatement<T>::bytes() + held_ * sizeof(T); }

  void reverse(Adjoints<T>& adjoints, std::uint32_t) override {
    back_(sources_, this->adjoint(), adjoints);
  }

 private:
  Sources sources_;
  Back back_;
  std::size_t held_;
};

/// The same of a single number.
template <class T, class Sources, class Back>
class ScalarRuleStatement final : public CustomCall<T> {
 public:
  ScalarRuleStatement(Sources sources, Back back, std::size_t held)
      : sources_(std::move(sources)), back_(std::move(back)), held_(held) {}

  std::size_t bytes() const override { return held_ * sizeof(T); }

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    back_(sources_, T(adjoints.of(first_output)), adjoints);
  }

 private:
  Sources sources_;
  Back back_;
  std::size_t held_;
};

/// A call with several arrays as results. It stands before them on the tape, so that the sweep
/// comes to it when each of them, if it was reached, gave it its cotangent.
template <class T>
class CallOfArrays : public CustomCall<T> {
 public:
  template <class Arrays>
  explicit CallOfArrays(const Arrays& results) {
    for (const Array<T>& y : results) results_.push_back({y.shape(), {}, false});
  }

  std::size_t bytes() const override {
    std::size_t count = 0;
    for (const Result& result : results_) count += result.shape.size();
    return count * sizeof(T);
  }
  void begin_sweep() override {
    for (Result& result : results_) result.is_reached = false;
  }
  bool is_wanted(const Adjoints<T>&, std::uint32_t, std::uint32_t) const override {
    return std::any_of(results_.begin(), results_.end(),
                       [](const Result& result) { return result.is_reached; });
  }
  void set_cotangent(std::size_t k, const Array<T>& cotangent) {
    results_[k].cotangent = cotangent;
    results_[k].is_reached = true;
  }

 protected:
  std::size_t result_count() const { return results_.size(); }
  bool is_reached(std::size_t k) const { return results_[k].is_reached; }
  /// Zeros if the result was not reached.
  Array<T> cotangent(std::size_t k) const {
    return results_[k].is_reached ? results_[k].cotangent : Array<T>::zeros(results_[k].shape);
  }

 private:
  struct Result {
    Shape shape;
    Array<T> cotangent;
    bool is_reached;
  };

  PooledVector<Result> results_;
};

/// The result y of an operation on arrays V, recorded if one of its sources is. `held`: numbers
/// that `back` holds beside those of recorded arrays.
template <class V, class Sources, class Back>
V record_rule(Array<typename V::element_type> y, Sources sources, Back back, std::size_t held = 0) {
  if constexpr (is_array_v<V>) {
    return y;
  } else {
    if (!any_source(sources)) return y;
    using Statement = ArrayRuleStatement<typename V::element_type, Sources, Back>;
    const Shape shape = y.shape();
    return record_array(std::move(y), std::make_unique<Statement>(shape, std::move(sources),
                                                                  std::move(back), held));
  }
}

/// Enters the call; `result(k, y)` then is its k-th result, the array y, on the tape.
template <class T, class Call, class Sources>
auto record_call_of_arrays(std::unique_ptr<Call> call, const Sources& sources) {
  Call* const entered = call.get();
  Tape<T>::recording()->record_call(std::move(call), 1);
  return [entered, &sources](std::size_t k, const Array<T>& y) {
    return record_rule<Var<Array<T>>>(
        y, sources, [entered, k](const auto&, const Array<T>& cotangent, Adjoints<T>&) {
          entered->set_cotangent(k, cotangent);
        });
  };
}

template <class V, class Sources, class Back>
scalar_of_t<V> record_scalar_rule(typename V::element_type y, Sources sources, Back back,
                                  std::size_t held = 0) {
  if constexpr (is_array_v<V>) {
    return y;
  } else {
    using T = typename V::element_type;
    if (!any_source(sources)) return Var<T>(y);
    using Statement = ScalarRuleStatement<T, Sources, Back>;
    return record_scalar(y, std::make_unique<Statement>(std::move(sources), std::move(back), held));
  }
}

}  // namespace ad::detail
