// The gradient of a sum of independent terms, on several threads.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/call.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/point.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

namespace detail {

/// Calls `compute(worker, block)` for every block, on as many threads as there are workers, the
/// calling one among them; after it `add(worker)`, for one block at a time and in their order.
/// Throws what `compute` throws for the first block, in that order, for which it does.
void in_turns(std::size_t blocks, std::size_t workers,
              const std::function<void(std::size_t worker, std::size_t block)>& compute,
              const std::function<void(std::size_t worker)>& add);

/// As many as the machine runs at once if 0 are asked for; never more than there are blocks.
std::size_t worker_count(std::size_t threads, std::size_t blocks);

/// Σ f(x..., k) over the terms of one block, as a function of x; `number_of` makes what f returns a
/// number.
template <class T, class F, class NumberOf>
auto sum_of_terms(const F& f, std::size_t begin, std::size_t end, const NumberOf& number_of) {
  return [&f, begin, end, &number_of ]<class... V>(
      const V&... v) requires std::is_invocable_v<const F&, const V&..., std::size_t> {
    Var<T> sum;
    for (std::size_t k = begin; k < end; ++k) sum += number_of(f(v..., k));
    return sum;
  };
}

/// The sum of the values of blocks of terms, and what their sweeps met; `part_of(begin, end)` is a
/// value with its gradient, which `add_gradient` adds up.
template <class PartOf, class AddGradient>
auto sum_of_blocks(std::size_t terms, std::size_t threads, const PartOf& part_of,
                   const AddGradient& add_gradient) {
  // Enough blocks to keep all threads busy to the end, few enough for the gradients to be added.
  constexpr std::size_t most_blocks = 512;
  const std::size_t blocks = std::min(terms, most_blocks);
  const std::size_t workers = worker_count(threads, blocks);
  using Part = decltype(part_of(terms, terms));
  std::vector<Part> parts(workers);
  Part sum{};
  in_turns(
      blocks, workers,
      [&](std::size_t worker, std::size_t block) {
        parts[worker] = part_of(block * terms / blocks, (block + 1) * terms / blocks);
      },
      [&](std::size_t worker) {
        const Part& part = parts[worker];
        sum.value += part.value;
        add_gradient(part.gradient);
        for (const Indeterminate& form : part.flags.indeterminate) {
          add_once(sum.flags.indeterminate, form);
        }
        sum.flags.nonfinite = sum.flags.nonfinite || part.flags.nonfinite;
      });
  return sum;
}

}  // namespace detail

/// Value and gradient of Σ f(x, k) over k = 0 ... terms - 1, computed by several threads.
///
/// f receives the container of active numbers that `gradient` would give it, and the number of the
/// term; it is called by several threads at once, so what it shares with itself it only reads.
/// Every thread has a tape of its own. The terms are added in an order that depends on their number
/// alone: the result is the same to the last bit for any number of threads. 0 threads are as many
/// as the machine runs at once. Without terms the value and the gradient are 0. Throws what f
/// throws, of the first term that does, and ShapeError if f returns more than one number.
///
///     auto [loss, gradient] = ad::parallel_gradient(
///         [&](const auto& weights, std::size_t k) { return loss_of(weights, data[k]); }, weights,
///         data.size());
template <class F, Point C>
requires(!Operand<C>) auto parallel_gradient(const F& f, const C& x, std::size_t terms,
                                             std::size_t threads = 0) {
  using T = number_t<C>;
  static_assert(std::floating_point<T>, "parallel_gradient: the point consists of plain numbers");
  const auto number_of = [](const auto& y) {
    return detail::scalar_output<Var<T>>(y, "parallel_gradient");
  };
  std::vector<T> gradient(PointTraits<C>::size(x));
  auto result = detail::sum_of_blocks(
      terms, threads,
      [&](std::size_t begin, std::size_t end) {
        return detail::reverse_gradient<T>(detail::sum_of_terms<T>(f, begin, end, number_of), x,
                                           "parallel_gradient");
      },
      [&]<class G>(const G& part) {
        std::size_t i = 0;
        PointTraits<G>::for_each(part, [&](const T& slope) { gradient[i++] += slope; });
      });
  result.gradient =
      PointTraits<C>::template build<T>(x, [&](std::size_t i) { return gradient[i]; });
  return result;
}

/// The same of arrays and containers of arrays. A gradient as large as x is added for each of up to
/// 512 blocks of terms, so let a term be a good part of the data.
///
///     auto [loss, gradient] = ad::parallel_gradient(
///         [&](const auto& weights, std::size_t k) { return loss_of(weights, parts[k]); }, weights,
///         parts.size());
template <class F, ArrayPoint C>
auto parallel_gradient(const F& f, const C& x, std::size_t terms, std::size_t threads = 0) {
  using T = typename ArrayTraits<C>::element_type;
  const auto number_of = [](const auto& y) {
    return detail::scalar_of_arrays<Var<T>>(y, "parallel_gradient");
  };
  std::vector<Array<T>> gradient;
  for (const Array<T>& each : detail::arrays_of(x)) {
    gradient.push_back(Array<T>::zeros(each.shape()));
  }
  auto result = detail::sum_of_blocks(
      terms, threads,
      [&](std::size_t begin, std::size_t end) {
        return detail::array_gradient(detail::sum_of_terms<T>(f, begin, end, number_of), x,
                                      "parallel_gradient");
      },
      [&](const C& part) {
        std::size_t i = 0;
        for (const Array<T>& each : detail::arrays_of(part)) gradient[i++] += each;
      });
  std::size_t i = 0;
  result.gradient = detail::map_arrays<Array<T>>(x, [&](const auto&) { return gradient[i++]; });
  return result;
}

}  // namespace ad
