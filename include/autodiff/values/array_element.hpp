// The elements of an array expression: where they are read, and where their partials go.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <autodiff/core/lanes.hpp>
#include <autodiff/values/array.hpp>
#include <autodiff/values/node.hpp>
#include <autodiff/values/products.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

/// An element of an active array, the I-th leaf of its expression; or as many as there are lanes.
/// Elements of passive arrays are constants, as numbers are.
template <class Number, std::size_t I>
struct ElementLeaf {
  using ad_value_type = Var<Number>;
  static constexpr std::size_t leaves = 1;

  Number number;

  const Number& value() const { return number; }
  bool is_active() const { return true; }
  template <class CT, class Writer>
  [[gnu::always_inline]] void reverse(const CT& cotangent, Writer& writer) const {
    writer.template add<I>(as_number<Number>(cotangent));
  }
};

/// Where the partials of each leaf of an expression go.
template <class T, std::size_t N>
struct PartialTargets {
  std::array<T*, N> numbers{};     ///< packed, in the shape of the expression; null if not wanted
  std::array<bool, N> is_total{};  ///< only their sum is wanted, in a single number
  std::array<bool, N> shared{};    ///< those of an earlier leaf, to be added to
  bool is_single = false;          ///< all of them go to the same place, one for each element
};

/// What is known of a run of elements when the loop over it is compiled. Where nothing is, each
/// leaf is asked for each element.
enum class Layout : std::uint8_t {
  any,
  apart,  ///< no leaf is repeated, and the partials of each go to a place of their own
  single  ///< no leaf is repeated, and all partials go to the same place
};

/// Where the leaves of an expression are read, and where their partials go.
template <class T, std::size_t N, Layout layout = Layout::any>
struct ElementSource {
  std::array<const T*, N> numbers{};
  std::array<std::ptrdiff_t, N> steps{};  ///< 1, or 0 for one number that is repeated
  PartialTargets<T, N> partials{};

  /// The same, known to have that layout.
  template <Layout known>
  ElementSource<T, N, known> as() const {
    return {numbers, steps, partials};
  }

  const T* at(std::size_t leaf, std::size_t i) const {
    return numbers[leaf] + static_cast<std::ptrdiff_t>(i) * steps[leaf];
  }

  /// The elements of a leaf from position i on.
  template <class Number>
  [[gnu::always_inline]] Number read(std::size_t leaf, std::size_t i) const {
    if (layout == Layout::any && steps[leaf] == 0) return Number(*numbers[leaf]);
    return read_number<Number>(numbers[leaf] + i);
  }
};

/// Σ of the partials of each leaf, where only that is wanted.
template <class Number, std::size_t N>
using PartialTotals = std::array<Number, N>;

/// The partials of the elements from position i on.
template <class Number, class T, std::size_t N, Layout layout = Layout::any>
struct PartialWriter {
  static constexpr bool careful = false;

  const ElementSource<T, N, layout>& source;
  std::size_t i;
  PartialTotals<Number, N>& totals;
  Number sum = Number(T(-0.0));  ///< not finite if a partial is not; -0 + x is x, also for -0

  template <std::size_t I>
  [[gnu::always_inline]] void add(const Number& partial) {
    const PartialTargets<T, N>& targets = source.partials;
    if (layout == Layout::any && targets.numbers[I] == nullptr) return;
    sum += partial;
    if (layout == Layout::any && targets.is_total[I]) {
      totals[I] += partial;
    } else if (layout == Layout::apart || (layout == Layout::any && !targets.is_single)) {
      T* const target = targets.numbers[I] + i;
      const bool shared = layout == Layout::any && targets.shared[I];
      write(target, shared ? read_number<Number>(target) + partial : partial);
    }
  }

  /// To be called when all are added.
  [[gnu::always_inline]] void finish() const {
    if (layout == Layout::apart || (layout == Layout::any && !source.partials.is_single)) return;
    for (T* const target : source.partials.numbers) {
      if (target != nullptr) return write(target + i, sum);
    }
  }
};

/// The partials of each leaf by itself, to be looked at before they are written.
template <class Number, std::size_t N>
struct PartialCollector {
  static constexpr bool careful = false;

  std::array<Number, N> partials{};

  template <std::size_t I>
  [[gnu::always_inline]] void add(const Number& partial) {
    partials[I] = partial;
  }
};

/// The same where a partial came out infinite or NaN: a form 0 * inf inside the expression
/// contributes zero, and the operation is remembered.
template <class T, std::size_t N>
struct CarefulPartialWriter : PartialWriter<T, T, N> {
  static constexpr bool careful = true;

  std::vector<const char*>& indeterminate;

  T product(One, const T& partial, std::string_view) const { return partial; }
  T product(const T& cotangent, const T& partial, std::string_view operation) const {
    if (!is_indeterminate(cotangent, partial)) return cotangent * partial;
    if (std::find(indeterminate.begin(), indeterminate.end(), operation) == indeterminate.end()) {
      indeterminate.push_back(operation.data());
    }
    return T(0);
  }
};

}  // namespace ad::detail
