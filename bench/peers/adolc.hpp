// ADOL-C: a tape that is recorded and swept in reverse.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <adolc/adolc.h>

namespace peers {

struct AdolC {
  static constexpr const char* name = "ADOL-C";

  template <class F>
  static std::vector<double> gradient(const F& f) {
    const std::size_t n = f.point.size();
    begin();
    std::vector<adouble> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] <<= f.point[i];
    double value = 0;
    f(x) >>= value;
    trace_off();
    std::vector<double> gradient(n);
    double one = 1;
    ::reverse(tag, 1, static_cast<int>(n), 0, &one, gradient.data());
    return gradient;
  }

  template <class F>
  static std::vector<double> jacobians(const F& f) {
    std::vector<double> jacobians(f.terms * F::outputs * F::variables);
    double* row = jacobians.data();
    std::vector<adouble> x(F::variables);
    for (std::size_t k = 0; k < f.terms; ++k) {
      begin();
      for (std::size_t i = 0; i < F::variables; ++i) x[i] <<= f.points[k * F::variables + i];
      auto y = f(x, k);
      double value = 0;
      for (auto& output : y) output >>= value;
      trace_off();
      for (std::size_t i = 0; i < F::outputs; ++i, row += F::variables) {
        std::array<double, F::outputs> seed{};
        seed[i] = 1;
        ::reverse(tag, F::outputs, F::variables, 0, seed.data(), row);
      }
    }
    return jacobians;
  }

 private:
  static constexpr short tag = 1;
  static constexpr int keep_for_one_sweep = 1;

  /// With room for the whole trace, so that none of it goes to a file.
  static void begin() {
    constexpr std::size_t room = std::size_t{1} << 26;
    trace_on(tag, keep_for_one_sweep, room, room, room, room);
  }
};

}  // namespace peers
