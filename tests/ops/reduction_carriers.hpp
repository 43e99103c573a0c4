// A reduction with its derivatives, evaluated by every carrier that can.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

#include "carriers.hpp"

namespace reduction_carriers {

/// Second derivatives in the order of `carriers::index_of_pair`.
template <class T>
struct Result {
  T value{};
  std::vector<T> first;
  std::vector<T> second;
};

template <class V, class Op>
V reduce(const Op& op, const std::vector<V>& x) {
  return ad::apply(op, std::span<const V>(x));
}

template <class T>
std::vector<ad::Dual<T, 1>> along(const std::vector<T>& x, std::size_t direction) {
  std::vector<ad::Dual<T, 1>> moving(x.begin(), x.end());
  moving[direction] = ad::Dual<T, 1>::variable(x[direction], 0);
  return moving;
}

struct Tape {
  static constexpr const char* name = "tape";
  static constexpr int order = 1;

  template <class T, class Op>
  static Result<T> run(const Op& op, const std::vector<T>& x) {
    ad::Tape<T> tape;
    const auto inputs = tape.inputs(x);
    const ad::Var<T> y = reduce(op, inputs);
    tape.reverse(y);
    Result<T> result{y.value(), {}, {}};
    for (const auto& input : inputs) result.first.push_back(tape.adjoint(input));
    return result;
  }
};

struct Dual {
  static constexpr const char* name = "dual";
  static constexpr int order = 1;

  template <class T, class Op>
  static Result<T> run(const Op& op, const std::vector<T>& x) {
    Result<T> result;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto y = reduce(op, along(x, i));
      result.value = y.value();
      result.first.push_back(y.tangent(0));
    }
    return result;
  }
};

/// Reverse over forward.
struct TapeOfDual {
  static constexpr const char* name = "tape of dual";
  static constexpr int order = 2;

  template <class T, class Op>
  static Result<T> run(const Op& op, const std::vector<T>& x) {
    using Inner = ad::Dual<T, 1>;
    const std::size_t n = x.size();
    Result<T> result{T(), std::vector<T>(n), std::vector<T>(n * (n + 1) / 2)};
    ad::Tape<Inner> tape;
    for (std::size_t j = 0; j < n; ++j) {
      tape.clear();
      const auto inputs = tape.inputs(along(x, j));
      const auto y = reduce(op, inputs);
      tape.reverse(y);
      result.value = y.value().value();
      for (std::size_t i = 0; i < n; ++i) result.first[i] = tape.adjoint(inputs[i]).value();
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[carriers::index_of_pair(i, j, n)] = tape.adjoint(inputs[i]).tangent(0);
      }
    }
    return result;
  }
};

/// Reverse over reverse.
struct TapeOfTape {
  static constexpr const char* name = "tape of tape";
  static constexpr int order = 2;

  template <class T, class Op>
  static Result<T> run(const Op& op, const std::vector<T>& x) {
    using Inner = ad::Var<T>;
    const std::size_t n = x.size();
    ad::Tape<T> inner_tape;
    const std::vector<Inner> inner = inner_tape.inputs(x);
    ad::Tape<Inner> tape;
    const auto inputs = tape.inputs(inner);
    const auto y = reduce(op, inputs);
    tape.reverse(y);
    Result<T> result{y.value().value(), {}, std::vector<T>(n * (n + 1) / 2)};
    for (std::size_t j = 0; j < n; ++j) {
      const Inner slope = tape.adjoint(inputs[j]);
      result.first.push_back(slope.value());
      inner_tape.reverse(slope);
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[carriers::index_of_pair(i, j, n)] = inner_tape.adjoint(inner[i]);
      }
    }
    return result;
  }
};

/// Forward over forward.
struct DualOfDual {
  static constexpr const char* name = "dual of dual";
  static constexpr int order = 2;

  template <class T, class Op>
  static Result<T> run(const Op& op, const std::vector<T>& x) {
    const std::size_t n = x.size();
    Result<T> result{T(), std::vector<T>(n), std::vector<T>(n * (n + 1) / 2)};
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i <= j; ++i) {
        const auto y = reduce(op, along(along(x, j), i));
        result.value = y.value().value();
        result.first[i] = y.tangent(0).value();
        result.second[carriers::index_of_pair(i, j, n)] = y.tangent(0).tangent(0);
      }
    }
    return result;
  }
};

template <class Visitor>
void for_each(Visitor&& visitor) {
  visitor(Tape{});
  visitor(Dual{});
  visitor(TapeOfDual{});
  visitor(TapeOfTape{});
  visitor(DualOfDual{});
}

}  // namespace reduction_carriers
