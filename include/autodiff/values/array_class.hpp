// Arrays of numbers: shared, immutable, seen through shapes and strides.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define AUTODIFF_KNOWS_ITS_THREADS
#endif

#include <autodiff/core/forward.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/core/shape.hpp>
#include <autodiff/core/traits.hpp>

/// In front of a loop whose steps do not depend on each other, whatever their pointers may be.
#if defined(__clang__)
#define AUTODIFF_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define AUTODIFF_INDEPENDENT _Pragma("GCC ivdep")
#else
#define AUTODIFF_INDEPENDENT
#endif

namespace ad {

template <class T>
class Array;

namespace detail {

[[noreturn]] void throw_array_values(const Shape& shape, std::size_t found);
[[noreturn]] void throw_array_index(const Shape& shape, std::span<const std::size_t> index);
[[noreturn]] void throw_reshape(const Shape& from, const Shape& to);
[[noreturn]] void throw_slice(const Shape& shape, std::size_t axis, std::size_t begin,
                              std::size_t end);
[[noreturn]] void throw_squeeze(const Shape& shape, std::size_t axis);
[[noreturn]] void throw_seed_shape(const char* who, const char* what, const Shape& output,
                                   const Shape& seed);
[[noreturn]] void throw_not_one_element(const Shape& shape);
[[noreturn]] void throw_not_scalar_array(const char* who, const Shape& shape);

template <class V, class Number, std::size_t I, class Source>
auto leaf_element(const Source& source, std::size_t i);

using Strides = std::array<std::ptrdiff_t, Shape::most_axes>;

/// Of an array whose elements follow each other in the order of its axes.
Strides packed_strides(const Shape& shape);

/// Whether the elements follow each other in row-major order; axes of one element do not count.
bool are_packed(const Shape& shape, const Strides& strides);

/// The strides of an array of shape `from` seen in the shape `to` that it broadcasts to: 0 along
/// the axes that are repeated.
Strides broadcast_strides(const Shape& from, const Strides& strides, const Shape& to);

/// No second thread was ever started; where the C library does not tell, false.
inline bool is_single_threaded() {
#ifdef AUTODIFF_KNOWS_ITS_THREADS
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

/// A shape and the numbers seen in it, in a pooled block, counted by those who refer to it. The
/// numbers are in the same block, or in that of the array that this one is a view of.
template <class T>
struct ArrayBody {
  std::atomic<std::size_t> owners;
  ArrayBody* viewed;  ///< null if the numbers are its own
  const T* numbers;   ///< element 0
  bool packed;
  Shape shape;
};

template <class T>
struct ArrayView : ArrayBody<T> {
  Strides strides;
};

/// The numbers begin where a block is aligned for any SIMD register.
template <class T>
inline constexpr std::size_t bytes_before_numbers = (sizeof(ArrayBody<T>) + 63) / 64 * 64;

/// Counts the owners of a body. The body of a default array is nobody's and lives forever.
template <class T>
class ArrayHandle {
 public:
  using Body = ArrayBody<T>;

  ArrayHandle() = default;
  explicit ArrayHandle(Body* body) : body_(body) {}
  ArrayHandle(const ArrayHandle& other) noexcept : body_(other.body_) {
    if (body_ != &zero) add_owner(body_);
  }
  ArrayHandle(ArrayHandle&& other) noexcept : body_(std::exchange(other.body_, &zero)) {}
  ArrayHandle& operator=(ArrayHandle other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~ArrayHandle() {
    if (body_ != &zero) release(body_);
  }

  /// Uninitialised numbers, packed.
  static ArrayHandle make(const Shape& shape) {
    auto* const block = static_cast<std::byte*>(take_block(bytes_of(shape)));
    const T* const numbers = reinterpret_cast<T*>(block + bytes_before_numbers<T>);
    return ArrayHandle(new (block) Body{1, nullptr, numbers, true, shape});
  }
  ArrayHandle view(const Shape& shape, const Strides& strides, std::ptrdiff_t offset) const;

  Body* operator->() const { return body_; }
  Strides strides() const {
    return body_->viewed == nullptr ? packed_strides(body_->shape)
                                    : static_cast<const ArrayView<T>*>(body_)->strides;
  }
  bool is_shared() const {
    return body_ == &zero || body_->viewed != nullptr ||
           body_->owners.load(std::memory_order_acquire) > 1;
  }

 private:
  // A program of one thread need not lock the bus to count.
  static void add_owner(Body* body) noexcept {
    if (is_single_threaded()) {
      body->owners.store(body->owners.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    } else {
      body->owners.fetch_add(1, std::memory_order_relaxed);
    }
  }
  static void release(Body* body) noexcept {
    if (is_single_threaded()) {
      const std::size_t owners = body->owners.load(std::memory_order_relaxed) - 1;
      if (owners == 0) return destroy(body);
      body->owners.store(owners, std::memory_order_relaxed);
    } else if (body->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy(body);
    }
  }
  static std::size_t bytes_of(const Shape& shape) {
    return bytes_before_numbers<T> + shape.size() * sizeof(T);
  }
  static void destroy(Body* body) noexcept {
    if (body->viewed != nullptr) return destroy_view(body);
    give_block(body, bytes_of(body->shape));
  }
  static void destroy_view(Body* view) noexcept;

  static T zero_number;
  static Body zero;

  Body* body_ = &zero;
};

}  // namespace detail

/// A dense array of numbers, float or double: n-dimensional, row-major, 0-d included.
///
/// Arrays are immutable and share their numbers: copies, and the views `reshape`, `transpose` and
/// `slice`, cost nothing but the description of their shape. Operations act element by element and
/// broadcast; their results are lazy expressions, evaluated in one pass when they become an Array.
///
///     ad::Array<double> W({2, 3}, {1, 2, 3, 4, 5, 6});
///     ad::Array<double> y = relu(2 * W - 5);
template <class T>
class Array {
  static_assert(std::is_trivially_copyable_v<T> && (std::floating_point<T> || Active<T>),
                "an Array holds float or double, or in derivatives of derivatives and in checks "
                "the numbers that the library puts in their place");

 public:
  using ad_value_type = Array;
  using inner_type = T;
  using element_type = T;

  /// The number 0, without axes.
  Array() = default;
  /// A single number, without axes.
  template <Arithmetic X>
  Array(X number) : Array(Uninitialized{}, Shape{}) {  // NOLINT(google-explicit-constructor)
    *mutable_data() = static_cast<T>(number);
  }
  template <Operand X>
  requires(!Arithmetic<X> && std::is_same_v<value_type_t<X>, T>)
      Array(const X& number)  // NOLINT(google-explicit-constructor)
      : Array(Uninitialized{}, Shape{}) {
    *mutable_data() = T(number);
  }
  /// Copies the values, in row-major order. Throws ShapeError if they are not as many as the shape
  /// has elements.
  Array(const Shape& shape, std::span<const T> values) : Array(Uninitialized{}, shape) {
    if (values.size() != shape.size()) detail::throw_array_values(shape, values.size());
    std::copy(values.begin(), values.end(), mutable_data());
  }
  Array(const Shape& shape, const std::vector<T>& values)
      : Array(shape, std::span<const T>(values)) {}
  Array(const Shape& shape, std::initializer_list<T> values)
      : Array(shape, std::span<const T>(values.begin(), values.size())) {}
  /// A vector of the values.
  explicit Array(const std::vector<T>& values) : Array(Shape{values.size()}, values) {}

  /// The numbers of an array as constants of another kind: of a double array as quad numbers, which
  /// float is not made without being told to.
  template <class U>
  requires(!std::is_same_v<U, T> && detail::is_level_of<U, T>()) explicit(std::is_arithmetic_v<T>)
      Array(const Array<U>& other)
      : Array(other.template map<T>([](const U& number) { return T(number); })) {}

  /// An expression, evaluated.
  template <Expression E>
  requires std::is_same_v<typename E::ad_value_type, Array> Array(
      const E& expression)  // NOLINT(google-explicit-constructor)
      : Array(expression.evaluated()) {}
  /// An expression of arrays of another kind of number, evaluated, as constants.
  template <Expression E, class U = typename E::ad_value_type::element_type>
  requires(std::is_same_v<typename E::ad_value_type, Array<U>> && !std::is_same_v<U, T> &&
           detail::is_level_of<U, T>()) explicit(std::is_arithmetic_v<T>) Array(const E& expression)
      : Array(Array<U>(expression)) {}

  static Array full(const Shape& shape, T value) {
    Array result(Uninitialized{}, shape);
    std::fill_n(result.mutable_data(), shape.size(), value);
    return result;
  }
  static Array zeros(const Shape& shape) { return full(shape, T(0)); }
  static Array ones(const Shape& shape) { return full(shape, T(1)); }
  /// Numbers of the standard normal distribution, the same for a seed on every machine.
  static Array normal(const Shape& shape, std::uint64_t seed);

  template <Operand X>
  requires std::is_same_v<common_value_t<Array, X>, Array> Array& operator+=(const X& x) {
    return *this = Array(*this + x);
  }
  template <Operand X>
  requires std::is_same_v<common_value_t<Array, X>, Array> Array& operator-=(const X& x) {
    return *this = Array(*this - x);
  }
  template <Operand X>
  requires std::is_same_v<common_value_t<Array, X>, Array> Array& operator*=(const X& x) {
    return *this = Array(*this * x);
  }
  template <Operand X>
  requires std::is_same_v<common_value_t<Array, X>, Array> Array& operator/=(const X& x) {
    return *this = Array(*this / x);
  }

  const Shape& shape() const { return body_->shape; }
  std::size_t rank() const { return shape().rank(); }
  std::size_t size() const { return shape().size(); }

  /// The element at these indices. Throws ShapeError if one is out of range or missing.
  template <std::convertible_to<std::size_t>... I>
  T operator()(I... indices) const {
    const std::array<std::size_t, sizeof...(I)> index{static_cast<std::size_t>(indices)...};
    const detail::Strides steps = strides();
    std::ptrdiff_t offset = 0;
    if (index.size() != rank()) detail::throw_array_index(shape(), index);
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
      if (index[axis] >= shape()[axis]) detail::throw_array_index(shape(), index);
      offset += static_cast<std::ptrdiff_t>(index[axis]) * steps[axis];
    }
    return data()[offset];
  }
  /// The number of an array of one element. Throws ShapeError if there are more or none.
  T item() const {
    if (size() != 1) detail::throw_not_one_element(shape());
    return *data();
  }

  bool is_packed() const { return body_->packed; }
  /// The same numbers one after the other in row-major order: itself if they already are.
  Array packed() const;
  /// The first element; of a packed array all others follow it in row-major order.
  const T* data() const { return body_->numbers; }
  std::vector<T> to_vector() const {
    const Array in_order = packed();
    return {in_order.data(), in_order.data() + size()};
  }

  /// f of every number, an array of numbers U.
  template <class U, class F>
  Array<U> map(const F& f) const {
    const Array in_order = packed();
    Array<U> result = Array<U>::uninitialized(shape());
    std::transform(in_order.data(), in_order.data() + size(), result.mutable_data(), f);
    return result;
  }

  /// The same numbers, in order, in another shape. Throws ShapeError if it has another size.
  Array reshape(const Shape& shape) const;
  /// The axes in reverse order.
  Array transpose() const;
  /// Two axes exchanged. Throws ShapeError if there is none of one of them.
  Array swap_axes(std::size_t a, std::size_t b) const;
  /// The elements [begin, end) along an axis. Throws ShapeError if there are no such.
  Array slice(std::size_t axis, std::size_t begin, std::size_t end) const;

  // What expressions ask of a leaf without derivative.
  static constexpr std::size_t leaves = 1;
  static constexpr std::array unit_leaves{1};
  static constexpr bool is_constant = true;
  static constexpr bool vectorizes = true;
  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    visit(*this);
  }
  const Array& array() const { return *this; }
  template <class Number, std::size_t First, class Source>
  [[gnu::always_inline]] auto element(const Source& source, std::size_t i) const {
    return detail::leaf_element<Array, Number, First>(source, i);
  }

  /// How `ad::apply` applies an operation.
  template <class Op, class... X>
  static auto apply(const Op& op, const X&... x);

  // What the library fills arrays with.

  static Array uninitialized(const Shape& shape) { return Array(Uninitialized{}, shape); }
  /// To be written to while nobody else refers to the numbers.
  T* mutable_data() { return const_cast<T*>(body_->numbers); }
  bool is_shared() const { return body_.is_shared(); }
  detail::Strides strides() const { return body_.strides(); }

 private:
  struct Uninitialized {};
  Array(Uninitialized, const Shape& shape) : body_(detail::ArrayHandle<T>::make(shape)) {}
  explicit Array(detail::ArrayHandle<T> body) : body_(std::move(body)) {}

  detail::ArrayHandle<T> body_;
};

template <class T>
struct IsArray : std::false_type {};
template <class T>
struct IsArray<Array<T>> : std::true_type {};
template <class T>
inline constexpr bool is_array_v = IsArray<T>::value;

}  // namespace ad
