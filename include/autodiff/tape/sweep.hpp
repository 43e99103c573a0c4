// Members of Tape that sweep.
//
// There are two sweeps. The plain one multiplies and adds; it skips statements whose adjoint is
// zero. The careful one knows which results received a contribution at all, and gives the forms 0 *
// inf and inf * 0 their meaning: a structural zero contributes nothing, whatever the partial; a
// computed one contributes zero and is reported. The careful sweep runs only when it can matter:
// the plain one brought a non-finite adjoint down to an input, or skipped a partial that is not
// finite.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <type_traits>

#include <autodiff/core/lane_loops.hpp>
#include <autodiff/tape/registers.hpp>
#include <autodiff/tape/tape_class.hpp>

namespace ad {

namespace detail {

template <std::size_t n>
inline constexpr std::integral_constant<std::size_t, n> fixed;

/// Asks for the cache line that many elements before p; where there is none it does no harm.
template <class T>
[[gnu::always_inline]] inline void prefetch_before(const T* p, std::size_t elements) {
  const auto address = reinterpret_cast<std::uintptr_t>(p) - elements * sizeof(T);
  __builtin_prefetch(reinterpret_cast<const void*>(address));  // NOLINT(performance-no-int-to-ptr)
}

/// Whether all of these numbers are 0 or -0, asked of their bits: a comparison would have to tell
/// NaN, too.
template <std::floating_point T, std::size_t n>
[[gnu::always_inline]] inline bool are_zeros(const T* numbers) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::array<Bits, n> bits;
  std::memcpy(bits.data(), numbers, sizeof(bits));
  Bits any = 0;
  for (const Bits each : bits) any |= each;
  return static_cast<Bits>(any << 1U) == 0;
}

template <class T>
[[gnu::always_inline]] inline bool is_zero_adjoint(const T& x) {
  if constexpr (std::is_floating_point_v<T>) {
    return are_zeros<T, 1>(&x);
  } else {
    return all_zero(x);
  }
}

template <class T>
const T& Adjoints<T>::of(std::uint32_t index) const {
  return tape_.streams_.adjoints[index];
}

template <class T>
void Adjoints<T>::add(std::uint32_t index, const T& contribution) {
  if (index == 0) return;
  tape_.streams_.adjoints[index] = tape_.streams_.adjoints[index] + contribution;
  if (!tape_.reached_.empty()) tape_.reached_[index] = true;
}

template <class T>
void Adjoints<T>::note_indeterminate(const char* operation) {
  add_once(tape_.flags_.indeterminate, {operation});
}

template <class T>
void Adjoints<T>::note_nonfinite() {
  tape_.met_nonfinite_ = true;
}

}  // namespace detail

/// A custom call reads the adjoints of all its outputs, so a sweep begins behind the last of them.
template <class T>
std::size_t Tape<T>::last_of_call(std::size_t end) const {
  const auto next = std::upper_bound(
      streams_.calls.begin(), streams_.calls.end(), end,
      [](std::size_t index, const CallEntry& entry) { return index < entry.first; });
  if (next == streams_.calls.begin()) return end;
  const CallEntry& entry = *std::prev(next);
  return std::max<std::size_t>(end, entry.first + entry.outputs - 1U);
}

template <class T>
template <bool careful>
void Tape<T>::sweep_all(std::size_t end, const std::function<void()>& give_seeds) {
  flags_ = {};
  met_nonfinite_ = false;
  std::fill_n(streams_.adjoints.data(), end + 1, T());
  if constexpr (careful) reached_.assign(end + 1, false);
  for (const auto& [index, seed] : streams_.seeds) {
    streams_.adjoints[index] = streams_.adjoints[index] + seed;
    if constexpr (careful) reached_[index] = true;
  }
  for (const CallEntry& entry : streams_.calls) entry.call->begin_sweep();
  if (give_seeds) give_seeds();
  detail::Cursor cursor = cursor_before(end);
  detail::Adjoints<T> adjoints(*this);
  for (std::size_t c = streams_.calls.size(); c-- > 0;) {
    const CallEntry& entry = streams_.calls[c];
    if (entry.first > end) continue;
    const std::size_t last_output = entry.first + entry.outputs - 1U;
    if (end > last_output) sweep_statements<careful>(last_output, end, cursor);
    end = entry.first - 1U;
    // What the sweep would do for results of a call, which have no arguments.
    for (std::size_t i = end + 1; i <= last_output; ++i) {
      met_nonfinite_ = met_nonfinite_ || !all_finite(streams_.adjoints[i]);
    }
    if (is_wanted<careful>(entry, adjoints)) entry.call->reverse(adjoints, entry.first);
  }
  sweep_statements<careful>(leading_inputs_, end, cursor);
  // Nothing is left to do for the inputs that everything else follows but to look at them.
  std::size_t nonfinite = 0;
  for (std::size_t i = 1; i <= std::min(leading_inputs_, end); ++i) {
    nonfinite += static_cast<std::size_t>(!all_finite(streams_.adjoints[i]));
  }
  met_nonfinite_ = met_nonfinite_ || nonfinite != 0;
}

/// A call whose cotangents are zero is skipped, as statements are: a form 0 * inf in it is for the
/// careful sweep.
template <class T>
template <bool careful>
bool Tape<T>::is_wanted(const CallEntry& entry, const detail::Adjoints<T>& adjoints) {
  if (entry.call->is_wanted(adjoints, entry.first, entry.outputs)) return true;
  if (!entry.call->has_nonfinite_partials()) return false;
  if constexpr (!careful) {
    met_nonfinite_ = true;
    return false;
  } else {
    const auto first = reached_.begin() + entry.first;
    return std::find(first, first + entry.outputs, true) != first + entry.outputs;
  }
}

template <class T>
detail::Cursor Tape<T>::cursor_before(std::size_t statement) const {
  detail::Cursor cursor = this->cursor();
  for (std::size_t s = statement_count(); s-- > statement;) {
    cursor.step_back(streams_.headers[s], streams_.indices.data());
  }
  return cursor;
}

template <class T>
template <bool careful>
void Tape<T>::sweep_statements(std::size_t begin, std::size_t end, detail::Cursor& cursor) {
  if constexpr (careful) {
    sweep_carefully(begin, end, cursor);
  } else {
    // Asked in the loop, even where the answer is no, it would cost a tenth of a sweep.
    constexpr std::size_t cached = std::size_t{1} << 18;  // arguments of 3 MB need no help
    constexpr bool may_fetch_ahead = std::is_floating_point_v<T>;
    if (may_fetch_ahead && !detail::follows_streams && cursor.arguments > cached) {
      sweep_plainly<may_fetch_ahead>(begin, end, cursor);
    } else {
      sweep_plainly<false>(begin, end, cursor);
    }
  }
}

/// Goes back over the statements whose adjoint is zero, from the s-th on.
template <class T>
[[gnu::always_inline]] inline void Tape<T>::skip_zeros(std::size_t begin, std::size_t& s,
                                                       const T*& partials,
                                                       const std::uint32_t*& indices) const {
  const std::uint16_t* const headers = streams_.headers.data();
  const T* const adjoints = streams_.adjoints.data();
  while (s > begin && detail::is_zero_adjoint(adjoints[s])) {
    if constexpr (std::is_floating_point_v<T>) {
      detail::Arity four;
      while (s - begin >= 4 && detail::are_zeros<T, 4>(adjoints + s - 3) &&
             detail::Arity::of_four(headers + s - 4, four)) {
        partials -= four.products;
        indices -= four.arguments();
        s -= 4;
      }
      if (s == begin || !detail::is_zero_adjoint(adjoints[s])) return;
    }
    detail::Arity arity = detail::Arity::of_header(headers[--s]);
    if (arity.is_wide()) arity.products = *--indices;
    partials -= arity.products;
    indices -= arity.arguments();
  }
}

/// Begins on a line of the cache: where it begins elsewhere its jumps cost up to a fifth more.
template <class T>
template <bool fetches_ahead>
[[gnu::aligned(64)]] void Tape<T>::sweep_plainly(std::size_t begin, std::size_t end,
                                                 detail::Cursor& cursor) {
  using detail::Arity, detail::fixed, detail::prefetch_before;
  const std::uint16_t* const headers = streams_.headers.data();
  const T* partials = streams_.partials.data() + cursor.products;
  const std::uint32_t* indices = streams_.indices.data() + cursor.arguments;
  T* const adjoints = streams_.adjoints.data();
  bool met_nonfinite = false;
  constexpr std::size_t ahead = 256;
  for (std::size_t s = end; s > begin;) {
    T cotangent = adjoints[s];
    if (detail::is_zero_adjoint(adjoints[s])) {
      const T* const end_of_skipped = partials;
      skip_zeros(begin, s, partials, indices);
      const auto skipped = static_cast<std::size_t>(end_of_skipped - partials);
      met_nonfinite = met_nonfinite || !detail::has_finite_elements(partials, skipped);
      continue;
    }
    bool goes_on = true;
    while (goes_on) {  // with the statement before, whose adjoint is at hand
      goes_on = false;
      --s;
      const std::uint16_t header = headers[s];
      const auto add = [&](auto products, auto units) __attribute__((always_inline))->bool {
        // Each case computes addresses for itself.
        detail::keep_in_register(partials);
        detail::keep_in_register(indices);
        detail::keep_in_register(s);
        if (fetches_ahead && (products > 3 || s % 4 == 0)) {  // few arguments not every time
          prefetch_before(partials, ahead);
          prefetch_before(indices, ahead);
          prefetch_before(&adjoints[s], ahead / 2);
        }
        partials -= products;
        indices -= products + units;
        for (std::size_t i = 0; i < products; ++i) {
          T& adjoint = adjoints[indices[i]];
          adjoint = adjoint + cotangent * partials[i];
        }
        for (std::size_t i = 0; i < units; ++i) {
          const std::uint32_t index = indices[products + i];
          const T adjoint = adjoints[index] + cotangent;
          adjoints[index] = adjoint;
          // A running sum adds to the result before, whose adjoint is complete now: it need not be
          // stored before it is read. Asked of the shortest sums, which have nothing else to wait
          // for.
          const bool is_last_of_two = products + units == 2 && i + 1 == units;
          if (is_last_of_two && index == s && s > begin) {
            cotangent = adjoint;
            return true;
          }
        }
        return false;
      };
      if constexpr (!std::is_floating_point_v<T>) {
        Arity arity = Arity::of_header(header);
        if (arity.is_wide()) arity.products = *--indices;
        if (arity.arguments() == 0) met_nonfinite = met_nonfinite || !all_finite(cotangent);
        add(arity.products, arity.units);
      } else {
        // One jump, then code without loops.
        static_assert(Arity::most_units == 3 && Arity::wide == 15, "each of them is listed");
        switch (Arity::code_of_header(header)) {
#define AUTODIFF_ARITY(products, units)           \
  case Arity{products, units}.code():             \
    goes_on = add(fixed<products>, fixed<units>); \
    break;
#define AUTODIFF_WIDE(units)                 \
  case Arity{Arity::wide, units}.code(): {   \
    const std::size_t products = *--indices; \
    add(products, fixed<units>);             \
    break;                                   \
  }
#define AUTODIFF_ARITIES(products) \
  AUTODIFF_ARITY(products, 0)      \
  AUTODIFF_ARITY(products, 1)      \
  AUTODIFF_ARITY(products, 2)      \
  AUTODIFF_ARITY(products, 3)
          AUTODIFF_ARITY(0, 1)
          AUTODIFF_ARITY(0, 2)
          AUTODIFF_ARITY(0, 3)
          AUTODIFF_ARITIES(1)
          AUTODIFF_ARITIES(2)
          AUTODIFF_ARITIES(3)
          AUTODIFF_ARITIES(4)
          AUTODIFF_ARITIES(5)
          AUTODIFF_ARITIES(6)
          AUTODIFF_ARITIES(7)
          AUTODIFF_ARITIES(8)
          AUTODIFF_ARITIES(9)
          AUTODIFF_ARITIES(10)
          AUTODIFF_ARITIES(11)
          AUTODIFF_ARITIES(12)
          AUTODIFF_ARITIES(13)
          AUTODIFF_ARITIES(14)
          AUTODIFF_WIDE(0)
          AUTODIFF_WIDE(1)
          AUTODIFF_WIDE(2)
          AUTODIFF_WIDE(3)
#undef AUTODIFF_ARITY
#undef AUTODIFF_ARITIES
#undef AUTODIFF_WIDE
          case Arity{0, 0}.code():
            met_nonfinite = met_nonfinite || !all_finite(cotangent);
            break;
          default:  // there is no further code
            __builtin_unreachable();
        }
      }
    }
  }
  met_nonfinite_ = met_nonfinite_ || met_nonfinite;
  cursor.products = static_cast<std::size_t>(partials - streams_.partials.data());
  cursor.arguments = static_cast<std::size_t>(indices - streams_.indices.data());
}

template <class T>
void Tape<T>::sweep_carefully(std::size_t begin, std::size_t end, detail::Cursor& cursor) {
  std::size_t unread = indeterminate_.size();
  for (std::size_t s = end; s-- > begin;) {
    const detail::Arity arity = cursor.step_back(streams_.headers[s], streams_.indices.data());
    if (!reached_[s + 1]) continue;
    const T cotangent = streams_.adjoints[s + 1];
    while (unread > 0 && indeterminate_[unread - 1].index > s + 1) --unread;
    for (std::size_t i = unread; i > 0 && indeterminate_[i - 1].index == s + 1; --i) {
      detail::add_once(flags_.indeterminate, {indeterminate_[i - 1].operation});
    }
    if (arity.arguments() == 0) met_nonfinite_ = met_nonfinite_ || !all_finite(cotangent);
    const std::uint32_t* const index = streams_.indices.data() + cursor.arguments;
    for (std::size_t i = 0; i < arity.products; ++i) {
      add_product_carefully(index[i], cotangent, streams_.partials[cursor.products + i], s);
    }
    for (std::size_t i = arity.products; i < arity.arguments(); ++i) {
      add_product_carefully(index[i], cotangent, T(1), s);
    }
  }
}

template <class T>
void Tape<T>::add_product_carefully(std::uint32_t index, const T& cotangent, const T& partial,
                                    std::size_t statement) {
  reached_[index] = true;
  if (detail::is_indeterminate(cotangent, partial)) {
    const detail::KindId kind = detail::Arity::kind_of_header(streams_.headers[statement]);
    detail::add_once(flags_.indeterminate, {detail::describe_kind(kind)});
    return;
  }
  T& adjoint = streams_.adjoints[index];
  adjoint = adjoint + cotangent * partial;
}

}  // namespace ad
