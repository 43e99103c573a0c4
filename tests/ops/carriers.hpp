// An operation with its derivatives, evaluated by every carrier that can.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <autodiff/core/quad.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace carriers {

/// Second derivatives in the order xx xy xz yy yz zz.
template <class T, std::size_t N>
struct Result {
  T value{};
  std::array<T, N> first{};
  std::array<T, N*(N + 1) / 2> second{};
};

constexpr std::size_t index_of_pair(std::size_t i, std::size_t j, std::size_t n) {
  return i * n - i * (i + 1) / 2 + j;
}

/// The operation as the value type V, also where apply() gives an expression.
template <class V, class Op, std::size_t N>
V evaluate(const Op& op, const std::array<V, N>& x) {
  return std::apply([&](const auto&... a) { return V(ad::apply(op, a...)); }, x);
}

struct Plain {
  static constexpr const char* name = "plain";
  static constexpr int order = 0;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    return {evaluate(op, x), {}, {}};
  }
};

struct Tape {
  static constexpr const char* name = "tape";
  static constexpr int order = 1;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    ad::Tape<T> tape;
    std::array<ad::Var<T>, N> inputs;
    for (std::size_t i = 0; i < N; ++i) inputs[i] = tape.input(x[i]);
    const ad::Var<T> y = evaluate(op, inputs);
    tape.reverse(y);
    Result<T, N> result;
    result.value = y.value();
    for (std::size_t i = 0; i < N; ++i) result.first[i] = tape.adjoint(inputs[i]);
    return result;
  }
};

struct Dual {
  static constexpr const char* name = "dual";
  static constexpr int order = 1;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    std::array<ad::Dual<T, N>, N> inputs;
    for (std::size_t i = 0; i < N; ++i) inputs[i] = ad::Dual<T, N>::variable(x[i], i);
    const ad::Dual<T, N> y = evaluate(op, inputs);
    return {y.value(), y.tangents(), {}};
  }
};

struct TapeOfDual {
  static constexpr const char* name = "tape of dual";
  static constexpr int order = 2;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    using Inner = ad::Dual<T, 1>;
    Result<T, N> result;
    ad::Tape<Inner> tape;
    for (std::size_t j = 0; j < N; ++j) {
      tape.clear();
      std::array<ad::Var<Inner>, N> inputs;
      for (std::size_t i = 0; i < N; ++i) {
        inputs[i] = tape.input(i == j ? Inner::variable(x[i], 0) : Inner(x[i], {}));
      }
      const ad::Var<Inner> y = evaluate(op, inputs);
      tape.reverse(y);
      result.value = y.value().value();
      for (std::size_t i = 0; i < N; ++i) result.first[i] = tape.adjoint(inputs[i]).value();
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[index_of_pair(i, j, N)] = tape.adjoint(inputs[i]).tangent(0);
      }
    }
    return result;
  }
};

struct DualOfDual {
  static constexpr const char* name = "dual of dual";
  static constexpr int order = 2;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    using Inner = ad::Dual<T, N>;
    std::array<ad::Dual<Inner, N>, N> inputs;
    for (std::size_t i = 0; i < N; ++i) {
      inputs[i] = ad::Dual<Inner, N>::variable(Inner::variable(x[i], i), i);
    }
    const ad::Dual<Inner, N> y = evaluate(op, inputs);
    Result<T, N> result;
    result.value = y.value().value();
    for (std::size_t j = 0; j < N; ++j) {
      result.first[j] = y.tangent(j).value();
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[index_of_pair(i, j, N)] = y.tangent(i).tangent(j);
      }
    }
    return result;
  }
};

struct TapeOfTape {
  static constexpr const char* name = "tape of tape";
  static constexpr int order = 2;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    using Inner = ad::Var<T>;
    ad::Tape<T> inner_tape;
    ad::Tape<Inner> tape;
    std::array<Inner, N> inner;
    std::array<ad::Var<Inner>, N> inputs;
    for (std::size_t i = 0; i < N; ++i) {
      inner[i] = inner_tape.input(x[i]);
      inputs[i] = tape.input(inner[i]);
    }
    const ad::Var<Inner> y = evaluate(op, inputs);
    tape.reverse(y);
    Result<T, N> result;
    result.value = y.value().value();
    for (std::size_t j = 0; j < N; ++j) {
      const Inner slope = tape.adjoint(inputs[j]);
      result.first[j] = slope.value();
      inner_tape.reverse(slope);
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[index_of_pair(i, j, N)] = inner_tape.adjoint(inner[i]);
      }
    }
    return result;
  }
};

struct DualOfTape {
  static constexpr const char* name = "dual of tape";
  static constexpr int order = 2;

  template <class T, class Op, std::size_t N>
  static Result<T, N> run(const Op& op, const std::array<T, N>& x) {
    using Inner = ad::Var<T>;
    ad::Tape<T> tape;
    std::array<Inner, N> inner;
    std::array<ad::Dual<Inner, N>, N> inputs;
    for (std::size_t i = 0; i < N; ++i) {
      inner[i] = tape.input(x[i]);
      inputs[i] = ad::Dual<Inner, N>::variable(inner[i], i);
    }
    const ad::Dual<Inner, N> y = evaluate(op, inputs);
    Result<T, N> result;
    result.value = y.value().value();
    for (std::size_t j = 0; j < N; ++j) {
      const Inner slope = y.tangent(j);
      result.first[j] = slope.value();
      tape.reverse(slope);
      for (std::size_t i = 0; i <= j; ++i) {
        result.second[index_of_pair(i, j, N)] = tape.adjoint(inner[i]);
      }
    }
    return result;
  }
};

/// Calls visitor with the carriers that most programs use.
template <class Visitor>
void for_each_basic(Visitor&& visitor) {
  visitor(Plain{});
  visitor(Tape{});
  visitor(Dual{});
  visitor(TapeOfDual{});
  visitor(DualOfDual{});
}

/// Calls visitor with every carrier.
template <class Visitor>
void for_each(Visitor&& visitor) {
  for_each_basic(visitor);
  visitor(TapeOfTape{});
  visitor(DualOfTape{});
}

}  // namespace carriers
