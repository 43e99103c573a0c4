// Goes over the elements of array expressions: values, sums and partials in one pass.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/core/lane_loops.hpp>
#include <autodiff/core/lanes.hpp>
#include <autodiff/values/array_node.hpp>
#include <autodiff/values/array_runs.hpp>

namespace ad {
namespace detail {

/// What was met while the partials of an expression were written.
struct PartialNotes {
  std::vector<const char*> indeterminate;  ///< operations inside it with a form 0 * inf
  bool all_finite = true;                  ///< else one may be infinite or NaN
};

/// Adds the sums of partials to what is wanted of them.
template <class T, std::size_t N>
void add_totals(const PartialTotals<T, N>& totals, const PartialTargets<T, N>& targets) {
  for (std::size_t k = 0; k < N; ++k) {
    if (targets.is_total[k]) *targets.numbers[k] += totals[k];
  }
}

/// Writes those partials of a run again that are not finite; sums of partials are begun afresh.
template <class T, class E>
[[gnu::noinline, gnu::cold]] void mend_partials(const E& expression,
                                                const ElementSource<T, E::leaves>& source,
                                                std::size_t length, PartialNotes& notes) {
  notes.all_finite = false;
  const PartialTargets<T, E::leaves>& targets = source.partials;
  PartialTotals<T, E::leaves> totals{};
  const auto is_doubtful = [&](std::size_t i) {
    for (std::size_t k = 0; k < E::leaves; ++k) {
      if (targets.is_total[k]) return true;
      if (targets.numbers[k] != nullptr && !all_finite(targets.numbers[k][i])) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < length; ++i) {
    if (!is_doubtful(i)) continue;
    CarefulPartialWriter<T, E::leaves> writer{{source, i, totals}, notes.indeterminate};
    expression.template element<T, 0>(source, i).reverse(One{}, writer);
    writer.finish();
  }
  add_totals(totals, targets);
}

/// What the elements of an expression are computed with: lanes if all its operations can.
template <class T, class E>
using ElementNumber = std::conditional_t<E::vectorizes, Widest<T>, T>;

/// The values from position i on; writes their partials if `derives`, and makes `doubt` NaN if one
/// of them is not finite.
template <class Number, bool derives, class T, class E, Layout layout>
[[gnu::always_inline]] inline Number evaluate_block(
    const E& expression, const ElementSource<T, E::leaves, layout>& source, std::size_t i,
    PartialTotals<Number, E::leaves>& totals, Number& doubt) {
  auto node = expression.template element<Number, 0>(source, i);  // not const, see reverse_node
  if constexpr (derives) {
    PartialWriter<Number, T, E::leaves, layout> writer{source, i, totals};
    node.reverse(One{}, writer);
    writer.finish();
    doubt += writer.sum * T(0);
  }
  return node.value();
}

/// The same for `count` elements that do not fill the lanes, or need different branches: all at
/// once, each by itself if they still do.
template <bool derives, class T, class E>
[[gnu::noinline]] Lanes<T> evaluate_apart(const E& expression,
                                          const ElementSource<T, E::leaves>& source, std::size_t i,
                                          std::size_t count, PartialTotals<T, E::leaves>& totals,
                                          Lanes<T>& doubt) {
  constexpr std::size_t n = E::leaves;
  constexpr std::size_t width = Lanes<T>::count;
  std::array<std::array<T, width>, n> numbers;
  ElementSource<T, n> block;  // one number in all lanes, or one in each
  for (std::size_t k = 0; k < n; ++k) {
    block.numbers[k] = source.at(k, i);
    if (count == 1 || source.steps[k] == 0) continue;
    for (std::size_t lane = 0; lane < width; ++lane) {
      numbers[k][lane] = block.numbers[k][std::min(lane, count - 1)];
    }
    block.numbers[k] = numbers[k].data();
    block.steps[k] = 1;
  }
  lanes_disagree = false;
  const auto node = expression.template element<Lanes<T>, 0>(block, 0);
  PartialCollector<Lanes<T>, n> collected;
  if constexpr (derives) node.reverse(One{}, collected);
  if (lanes_disagree) {
    std::array<T, width> values{};
    for (std::size_t lane = 0; lane < count; ++lane) {
      values[lane] = evaluate_apart<derives, T>(expression, source, i + lane, 1, totals, doubt)[0];
    }
    return Lanes<T>::load(values.data());
  }
  for (std::size_t k = 0; derives && k < n; ++k) {
    T* const target = source.partials.numbers[k];
    if (target == nullptr) continue;
    const Lanes<T>& partials = collected.partials[k];
    doubt += partials * T(0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      if (source.partials.is_total[k]) {
        totals[k] += partials[lane];
      } else if (source.partials.shared[k]) {
        target[i + lane] += partials[lane];
      } else {
        target[i + lane] = partials[lane];
      }
    }
  }
  return node.value();
}

/// Sums are made of parts of so many terms for each lane, so that rounding grows with the square
/// root of the number of summands at most.
inline constexpr std::size_t length_of_a_part = 256;

/// What all leaves of a run have in common.
template <bool derives, class T, class E>
Layout layout_of(const E& expression, const ElementSource<T, E::leaves>& source) {
  const PartialTargets<T, E::leaves>& targets = source.partials;
  bool has_steps = true;
  bool has_targets = true;
  std::size_t k = 0;
  expression.for_each_leaf([&](const auto& leaf) {
    has_steps = has_steps && source.steps[k] == 1;
    if constexpr (derives && !std::remove_cvref_t<decltype(leaf)>::is_constant) {
      const bool is_alone = targets.is_single || (!targets.is_total[k] && !targets.shared[k]);
      has_targets = has_targets && targets.numbers[k] != nullptr && is_alone;
    }
    ++k;
  });
  if (!has_steps || !has_targets) return Layout::any;
  return targets.is_single ? Layout::single : Layout::apart;
}

/// Calls kept.keep(i, y, count) with the values of `count` elements from position i on, for all of
/// a run; writes their partials if `derives`. False if one of those was not finite: sums of
/// partials are not written then.
template <bool derives, class T, class E, class Kept>
bool evaluate_run(const E& expression, const ElementSource<T, E::leaves>& source,
                  std::size_t length, Kept& kept_values) {
  using Number = ElementNumber<T, E>;
  constexpr std::size_t width = width_v<Number>;
  PartialTotals<T, E::leaves> totals{};
  Number doubt_apart(T(0));
  Number doubt(T(0));
  const std::size_t end = length - length % width;
  const auto evaluate_full = [&]<Layout layout>() {
    auto local = source.template as<layout>();
    Kept kept = kept_values;  // in registers, as nothing else sees them
    Number met(T(0));
    std::size_t i = 0;
    while (i < end) {
      PartialTotals<Number, E::leaves> part{};
      for (const std::size_t last = std::min(end, i + length_of_a_part * width); i < last;
           i += width) {
        const auto before = part;
        Number y = evaluate_block<Number, derives, T>(expression, local, i, part, met);
        if constexpr (width > 1) {
          if (lanes_disagree) [[unlikely]] {
            part = before;
            y = evaluate_apart<derives, T>(expression, source, i, width, totals, doubt_apart);
          }
        }
        kept.keep(i, y, width);
      }
      kept.end_part();
      for (std::size_t k = 0; derives && layout == Layout::any && k < E::leaves; ++k) {
        if (source.partials.is_total[k]) totals[k] += sum_of_lanes<T>(part[k]);
      }
    }
    kept_values = kept;
    doubt = met;
  };
  switch (layout_of<derives, T>(expression, source)) {
    case Layout::apart:
      evaluate_full.template operator()<Layout::apart>();
      break;
    case Layout::single:
      if constexpr (derives) evaluate_full.template operator()<Layout::single>();
      break;
    case Layout::any:
      evaluate_full.template operator()<Layout::any>();
  }
  if constexpr (width > 1) {
    if (end < length) {
      const std::size_t rest = length - end;
      const Number y =
          evaluate_apart<derives, T>(expression, source, end, rest, totals, doubt_apart);
      kept_values.keep(end, y, rest);
    }
  }
  lanes_disagree = false;
  const bool is_finite = holds_everywhere(all_finite(Number(doubt + doubt_apart)));
  if (derives && is_finite) add_totals(totals, source.partials);
  return is_finite;
}

/// Values kept in an array.
template <class T>
struct KeptNumbers {
  T* numbers;

  template <class Number>
  [[gnu::always_inline]] void keep(std::size_t i, const Number& y, std::size_t count) {
    if constexpr (InLanes<Number>) {
      write_block(numbers + i, y, count);
    } else {
      numbers[i] = y;
    }
  }
  void end_part() {}
};

/// Values of which only the sum is kept.
template <class T, class Number>
struct KeptSum {
  T total = T(0);
  Number part = Number(T(0));

  [[gnu::always_inline]] void keep(std::size_t, const Number& y, std::size_t count) {
    if constexpr (InLanes<Number>) {
      if (count < Number::count) {
        for (std::size_t lane = 0; lane < count; ++lane) total += y[lane];
        return;
      }
    }
    part += y;
  }
  void end_part() {
    total += sum_of_lanes<T>(part);
    part = Number(T(0));
  }
};

/// The only element of an expression; writes its partials where they go.
template <class T, class E>
T record_number(const E& expression, const PartialTargets<T, E::leaves>& partials,
                PartialNotes& notes) {
  using Number = ElementNumber<T, E>;
  ElementSource<T, E::leaves> source;
  source.partials = partials;
  std::size_t k = 0;
  expression.for_each_leaf([&](const auto& leaf) { source.numbers[k++] = leaf.array().data(); });
  PartialTotals<T, E::leaves> totals{};  // none: there is nothing to sum
  Number doubt(T(0));
  T result;
  if constexpr (InLanes<Number>) {
    result = evaluate_apart<true, T>(expression, source, 0, 1, totals, doubt)[0];
    lanes_disagree = false;
  } else {
    result = evaluate_block<T, true>(expression, source, 0, totals, doubt);
  }
  if (!holds_everywhere(all_finite(doubt))) mend_partials(expression, source, 1, notes);
  return result;
}

/// Writes the values to `result`.
template <class T, class E>
void evaluate_elements(const E& expression, T* result) {
  for_each_run<T>(
      expression, {},
      [&](const ElementSource<T, E::leaves>& source, std::size_t begin, std::size_t count) {
        KeptNumbers<T> kept{result + begin};
        evaluate_run<false>(expression, source, count, kept);
      });
}

/// Writes the values to `result` and the partials where they go.
template <class T, class E>
void record_elements(const E& expression, const PartialTargets<T, E::leaves>& partials, T* result,
                     PartialNotes& notes) {
  if (expression.shape().size() == 1) {
    *result = record_number<T>(expression, partials, notes);
    return;
  }
  for_each_run<T>(
      expression, partials,
      [&](const ElementSource<T, E::leaves>& source, std::size_t begin, std::size_t count) {
        KeptNumbers<T> kept{result + begin};
        if (evaluate_run<true>(expression, source, count, kept)) return;
        mend_partials(expression, source, count, notes);
      });
}

/// Σ of the values; writes the partials where they go if `derives`.
template <bool derives, class T, class E>
T sum_elements(const E& expression, const PartialTargets<T, E::leaves>& partials,
               PartialNotes& notes) {
  KeptSum<T, ElementNumber<T, E>> sum;
  for_each_run<T>(expression, partials,
                  [&](const ElementSource<T, E::leaves>& source, std::size_t, std::size_t count) {
                    if (evaluate_run<derives>(expression, source, count, sum)) return;
                    if (derives) mend_partials(expression, source, count, notes);
                  });
  return sum.total;
}

/// Σ of the numbers of an array.
template <bool derives, class T, class X>
requires requires(const X& x) { x.array(); }
T sum_elements(const X& x, const PartialTargets<T, 1>&, PartialNotes&) {
  const Array<T> numbers = x.array().packed();
  constexpr std::size_t part = length_of_a_part * width_v<Widest<T>>;
  T total(0);
  for (std::size_t i = 0; i < numbers.size(); i += part) {
    total += sum_in_chains<T>(
        std::min(part, numbers.size() - i),
        [from = numbers.data() + i]<class Number>(std::size_t k)
            __attribute__((always_inline)) { return read_number<Number>(from + k); });
  }
  return total;
}

}  // namespace detail

template <class V, class Op, class... X>
Array<typename V::element_type> ArrayNode<V, Op, X...>::evaluated() const {
  auto result = Array<T>::uninitialized(shape_);
  detail::evaluate_elements<T>(*this, result.mutable_data());
  return result;
}

}  // namespace ad
