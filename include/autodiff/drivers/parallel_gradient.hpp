// The gradient of a sum of independent terms, on several threads.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

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
  // Enough blocks to keep all threads busy to the end, few enough for the gradients to be added.
  constexpr std::size_t most_blocks = 512;
  const std::size_t blocks = std::min(terms, most_blocks);
  const std::size_t workers = detail::worker_count(threads, blocks);

  const auto part_of = [&](std::size_t block) {
    const auto sum_of_terms = [&]<class... V>(
        const V&... v) requires std::is_invocable_v<const F&, const V&..., std::size_t> {
      Var<T> sum;
      for (std::size_t k = block * terms / blocks; k < (block + 1) * terms / blocks; ++k) {
        sum += detail::scalar_output<Var<T>>(f(v..., k), "parallel_gradient");
      }
      return sum;
    };
    return detail::reverse_gradient<T>(sum_of_terms, x, "parallel_gradient");
  };
  using Part = decltype(part_of(0));
  std::vector<Part> parts(workers);
  T value{};
  std::vector<T> gradient(PointTraits<C>::size(x));
  SweepFlags flags;
  const auto add = [&](std::size_t worker) {
    const Part& part = parts[worker];
    value += part.value;
    std::size_t i = 0;
    PointTraits<decltype(part.gradient)>::for_each(part.gradient,
                                                   [&](const T& slope) { gradient[i++] += slope; });
    for (const Indeterminate& form : part.flags.indeterminate) {
      detail::add_once(flags.indeterminate, form);
    }
    flags.nonfinite = flags.nonfinite || part.flags.nonfinite;
  };
  detail::in_turns(
      blocks, workers,
      [&](std::size_t worker, std::size_t block) { parts[worker] = part_of(block); }, add);
  return Part{value,
              PointTraits<C>::template build<T>(x, [&](std::size_t i) { return gradient[i]; }),
              std::move(flags)};
}

}  // namespace ad
