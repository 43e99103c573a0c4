// The gradients of the workloads by the scalar tape, as a user writes them.
#pragma once

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
    ad::Tape<double> tape;
    std::vector<ad::Real> x(F::variables);
    for (std::size_t k = 0; k < f.terms; ++k) {
      tape.clear();
      for (std::size_t i = 0; i < F::variables; ++i) {
        x[i] = tape.input(f.points[k * F::variables + i]);
      }
      const auto y = f(x, k);
      for (const ad::Real& output : y) {
        tape.reverse(output);
        for (const ad::Real& v : x) jacobians.push_back(tape.adjoint(v));
      }
    }
    return jacobians;
  }
};

}  // namespace bench
