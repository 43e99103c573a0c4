// The derivatives of the workloads by this engine's scalars, as a user writes them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <autodiff/autodiff.hpp>

namespace bench {

/// Of a scalar function: one recording, one sweep.
struct ByDriver {
  template <class F>
  static std::vector<double> gradient(const F& f) {
    return ad::gradient(f, f.point);
  }
};

/// Of a sum: every term is recorded and swept by itself, behind the inputs they share.
struct ByTerm {
  template <class F>
  static std::vector<double> gradient(const F& f) {
    ad::Tape<double> tape;
    const std::vector<ad::Real> x = tape.inputs(f.point);
    std::vector<double> sum(x.size());
    const auto start = tape.mark();
    for (std::size_t k = 0; k < f.terms; ++k) {
      tape.reverse(f.term(x, k));
      for (std::size_t i = 0; i < x.size(); ++i) sum[i] += tape.adjoint(x[i]);
      tape.rewind(start);
    }
    return sum;
  }
};

/// Of a family of small functions: the Jacobians, one after the other, row by row.
struct Jacobians {
  template <class F>
  static std::vector<double> gradient(const F& f) {
    std::vector<double> jacobians;
    jacobians.reserve(f.terms * F::variables * F::outputs);
    std::array<double, F::variables> x;
    for (std::size_t k = 0; k < f.terms; ++k) {
      std::copy_n(&f.points[k * F::variables], F::variables, x.begin());
      const auto jacobian = ad::jacobian([&](const auto& v) { return f(v, k); }, x);
      jacobians.insert(jacobians.end(), jacobian.data(),
                       jacobian.data() + F::outputs * F::variables);
    }
    return jacobians;
  }
};

/// Of one function with many outputs, by the driver, which takes forward mode.
struct JacobianByDriver {
  template <class F>
  static std::vector<double> jacobian(const F& f) {
    const auto jacobian = ad::jacobian(f, f.point);
    return {jacobian.data(), jacobian.data() + jacobian.rows() * jacobian.cols()};
  }
};

/// The same in reverse: one recording, one sweep for each output.
struct JacobianByRows {
  template <class F>
  static std::vector<double> jacobian(const F& f) {
    ad::Tape<double> tape;
    const std::vector<ad::Real> x = tape.inputs(f.point);
    const std::vector<ad::Real> y = f(x);
    std::vector<double> jacobian;
    jacobian.reserve(y.size() * x.size());
    for (const ad::Real& output : y) {
      tape.reverse(output);
      for (const ad::Real& each : x) jacobian.push_back(tape.adjoint(each));
    }
    return jacobian;
  }
};

}  // namespace bench
