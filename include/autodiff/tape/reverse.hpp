// Members of Tape that begin a sweep and read what it left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include <autodiff/tape/tape_class.hpp>

namespace ad {

template <class T>
void Tape<T>::reverse(const Var<T>& y, const T& seed) {
  reverse(std::span<const Var<T>>(&y, 1), std::span<const T>(&seed, 1));
}

/// Where a sweep from these outputs begins. Throws if they cannot be swept from.
template <class T>
template <class V>
std::size_t Tape<T>::end_of(std::span<const V> ys, std::size_t seeds) const {
  if (ys.size() != seeds) detail::throw_seed_count(ys.size(), seeds);
  check_recording("reverse");
  std::size_t end = leading_inputs_;  // all of them have an adjoint then, also where y needs few
  for (const V& y : ys) {
    verify(y.index(), y.generation(), "reverse");
    end = std::max<std::size_t>(end, y.index());
  }
  return end;
}

template <class T>
void Tape<T>::reverse(std::span<const Var<T>> ys, std::span<const T> seeds) {
  const std::size_t end = end_of(ys, seeds.size());
  streams_.seeds.clear();
  for (std::size_t i = 0; i < ys.size(); ++i) streams_.seeds.emplace_back(ys[i].index(), seeds[i]);
  sweep(end);
}

template <class T>
template <class A>
void Tape<T>::reverse_arrays(std::span<const Var<A>> ys, std::span<const A> seeds) {
  const std::size_t end = end_of(ys, seeds.size());
  for (std::size_t i = 0; i < ys.size(); ++i) ys[i].require_seed(seeds[i]);
  streams_.seeds.clear();
  const auto give_seeds = [&] {
    for (std::size_t i = 0; i < ys.size(); ++i) ys[i].take_seed(seeds[i]);
  };
  sweep(end, std::ref(give_seeds));
}

template <class T>
[[gnu::always_inline]] inline T Tape<T>::adjoint(const Var<T>& x) const {
  const bool of_this_generation = difference(x.place(), last_) >> 32U == 0;
  if (!has_swept_ || !of_this_generation) [[unlikely]] {
    if (!verify_adjoint(x.index(), x.generation())) return T();
  }
  return x.index() <= swept_ ? streams_.adjoints[x.index()] : T();
}

/// Whether the value is active. Throws if it has no adjoint here.
template <class T>
[[gnu::noinline, gnu::cold]] bool Tape<T>::verify_adjoint(std::uint32_t index,
                                                          std::uint32_t generation) const {
  if (!has_swept_) detail::throw_no_sweep();
  if (index == 0) return false;
  if (!generations_.valid(index, generation)) {
    verify(index, generation, "adjoint");
    detail::throw_misuse("adjoint", detail::Misuse::not_recording);
  }
  return true;
}

template <class T>
void Tape<T>::sweep(std::size_t end, const std::function<void()>& give_seeds) {
  has_swept_ = false;
  swept_ = 0;
  end = last_of_call(end);
  if (streams_.adjoints.capacity() < end + 1) {
    const std::size_t bytes =
        streams_.bytes() + call_bytes_ + (end + 1 - streams_.adjoints.capacity()) * sizeof(T);
    if (bytes > memory_limit_) detail::throw_memory_limit_of_sweep(bytes, memory_limit_, end);
    streams_.adjoints.resize(end + 1);
  }
  reached_.clear();
  if (indeterminate_.empty()) sweep_all<false>(end, give_seeds);
  if (!indeterminate_.empty() || met_nonfinite_) sweep_all<true>(end, give_seeds);
  flags_.nonfinite = met_nonfinite_;
  swept_ = end;
  has_swept_ = true;
}

}  // namespace ad
