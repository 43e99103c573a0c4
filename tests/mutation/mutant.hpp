// An operation with one mistake in its derivative rule.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <autodiff/ops/rule.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/verify/check_rule.hpp>

namespace mutation {

enum class Kind {
  none,
  sign,                  ///< a partial has the other sign
  factor,                ///< a partial is too large by one in a million
  dropped,               ///< a partial is 0
  swapped,               ///< two partials have changed places
  cotangent,             ///< the cotangent is taken for 1
  wrong_side,            ///< close to a kink the rule is that of its other side
  outside_of_the_slopes  ///< at a kink the slope is none between those of its sides
};

inline constexpr std::array kinds{Kind::sign,
                                  Kind::factor,
                                  Kind::dropped,
                                  Kind::swapped,
                                  Kind::cotangent,
                                  Kind::wrong_side,
                                  Kind::outside_of_the_slopes};

inline std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, 8> names{"none",
                                                  "other sign",
                                                  "factor 1 + 1e-6",
                                                  "partial dropped",
                                                  "partials swapped",
                                                  "cotangent ignored",
                                                  "wrong side near kink",
                                                  "outside slopes at kink"};
  return names[static_cast<std::size_t>(kind)];
}

struct Mistake {
  Kind kind = Kind::none;
  std::size_t first = 0;   ///< the argument, or the kink
  std::size_t second = 0;  ///< the other argument of a swap
};

/// Plants a mistake in partial derivatives that does not ask where they are.
template <class T>
void plant(const Mistake& mistake, std::span<T> partials) {
  T& partial = partials[mistake.first];
  if (mistake.kind == Kind::sign) partial = -partial;
  if (mistake.kind == Kind::factor) partial = partial * T(1 + 1e-6);
  if (mistake.kind == Kind::dropped) partial = T(0);
  if (mistake.kind == Kind::swapped) std::swap(partial, partials[mistake.second]);
}

/// How far from a kink the other side's rule reaches, in units of `kinks()`.
constexpr double reach = 1e-6;

template <class T, class Op, std::size_t N>
std::array<T, N> rule_at(const Op& op, const std::array<T, N>& x, const T& cotangent) {
  return ad::detail::rule_of<T, Op, N>(op, x, cotangent);
}

/// A kink as seen from a point: its signed distance, and the step away from it that lengthens the
/// distance by 1.
template <class T, std::size_t N>
struct Sight {
  T distance;
  std::array<T, N> step;

  std::array<T, N> moved(std::array<T, N> x, const T& by) const {
    for (std::size_t i = 0; i < N; ++i) x[i] = x[i] + by * step[i];
    return x;
  }
  /// The point at the same distance on the other side.
  std::array<T, N> mirrored(const std::array<T, N>& x) const {
    return moved(x, T(T(-2) * distance));
  }
};

/// The kinks of an operation as seen from x.
template <class Op, class T, std::size_t N>
std::vector<Sight<T, N>> kinks_from(const std::array<T, N>& x) {
  std::vector<Sight<T, N>> result;
  if constexpr (ad::has_kinks_v<Op>) {
    std::array<ad::Dual<T, N>, N> moving;
    for (std::size_t i = 0; i < N; ++i) moving[i] = ad::Dual<T, N>::variable(x[i], i);
    const auto kinks = std::apply([](const auto&... a) { return Op::kinks(a...); }, moving);
    for (const auto& kink : kinks) {
      Sight<T, N> sight{kink.value(), {}};
      T square(0);
      for (std::size_t i = 0; i < N; ++i) square = square + kink.tangent(i) * kink.tangent(i);
      for (std::size_t i = 0; i < N; ++i) {
        // At the tip of a cone the distance has no slope: any direction leads away.
        sight.step[i] = ad::all_zero(square) ? T(i == 0 ? 1 : 0) : T(kink.tangent(i) / square);
      }
      result.push_back(sight);
    }
  }
  return result;
}

/// The operation with this mistake in its rule; its value stays right.
template <class Op>
struct Mutant : Op {
  static constexpr std::size_t arity = ad::arity_v<Op>;
  static constexpr std::array<int, arity> unit_partials{};  // of a mistaken rule each is asked for
  static constexpr ad::Reads reads = ad::Reads::both;

  Mistake mistake;

  template <class T, class... Rest>
  std::array<T, arity> vjp(const T& ct, const T& first, const Rest&... rest) const {
    static_assert(sizeof...(Rest) == arity);
    const std::array<T, arity + 1> arguments_and_result{first, rest...};
    std::array<T, arity> x;
    for (std::size_t i = 0; i < arity; ++i) x[i] = arguments_and_result[i];
    return wrong(x, ct);
  }

 private:
  const Op& right() const { return *this; }

  template <class T>
  std::array<T, arity> wrong(const std::array<T, arity>& x, const T& ct) const {
    if (mistake.kind == Kind::cotangent) return rule_at(right(), x, T(1));
    if (mistake.kind == Kind::wrong_side) return on_the_wrong_side(x, ct);
    if (mistake.kind == Kind::outside_of_the_slopes) return outside_of_the_slopes(x, ct);
    std::array<T, arity> result = rule_at(right(), x, ct);
    plant(mistake, std::span<T>(result));
    return result;
  }

  template <class T>
  std::array<T, arity> on_the_wrong_side(const std::array<T, arity>& x, const T& ct) const {
    const Sight<T, arity> kink = kinks_from<Op>(x)[mistake.first];
    const bool is_close = kink.distance < T(reach) && kink.distance > T(-reach);
    return rule_at(right(), is_close ? kink.mirrored(x) : x, ct);
  }

  template <class T>
  std::array<T, arity> outside_of_the_slopes(const std::array<T, arity>& x, const T& ct) const {
    const Sight<T, arity> kink = kinks_from<Op>(x)[mistake.first];
    if (kink.distance != T(0)) return rule_at(right(), x, ct);
    std::array<T, arity> result = rule_at(right(), kink.moved(x, T(reach)), ct);
    const std::array<T, arity> left = rule_at(right(), kink.moved(x, T(-reach)), ct);
    for (std::size_t i = 0; i < arity; ++i) result[i] = T(2) * result[i] - left[i];
    return result;
  }
};

/// Every mistake that can be planted in the rule of an operation.
template <class Op>
std::vector<Mistake> mistakes_of() {
  constexpr std::size_t n = ad::arity_v<Op>;
  std::vector<Mistake> result{{Kind::cotangent}};
  for (std::size_t i = 0; i < n; ++i) {
    for (const Kind kind : {Kind::sign, Kind::factor, Kind::dropped}) result.push_back({kind, i});
    for (std::size_t j = i + 1; j < n; ++j) result.push_back({Kind::swapped, i, j});
  }
  const std::size_t kinks = kinks_from<Op>(std::array<double, n>{}).size();
  for (std::size_t k = 0; k < kinks; ++k) {
    result.push_back({Kind::wrong_side, k});
    result.push_back({Kind::outside_of_the_slopes, k});
  }
  return result;
}

template <class Op>
std::string name_of(const Mistake& mistake) {
  const std::string name = fmt::format("{}: {}", Op::meta.name, to_string(mistake.kind));
  switch (mistake.kind) {
    case Kind::none:
    case Kind::cotangent:
      return name;
    case Kind::swapped:
      return fmt::format("{} {} and {}", name, mistake.first, mistake.second);
    default:
      return fmt::format("{} {}", name, mistake.first);
  }
}

}  // namespace mutation
