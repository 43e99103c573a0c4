// ADOL-C: a tape that is recorded and swept in reverse.
#pragma once

#include <algorithm>
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
    begin<F>(keep_for_one_sweep);
    std::vector<adouble> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] <<= f.point[i];
    double value = 0;
    f(x) >>= value;
    end<F>();
    std::vector<double> gradient(n);
    double one = 1;
    ::reverse(tag, 1, static_cast<int>(n), 0, &one, gradient.data());
    return gradient;
  }

  /// By its driver, which chooses the mode.
  template <class F>
  static std::vector<double> jacobian(const F& f) {
    const std::size_t n = f.point.size();
    begin<F>(keep_nothing);
    std::vector<adouble> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] <<= f.point[i];
    std::vector<adouble> outputs = f(x);
    std::vector<double> values;
    for (adouble& output : outputs) output >>= values.emplace_back();
    end<F>();
    std::vector<double> jacobian(values.size() * n);
    std::vector<double*> rows(values.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = &jacobian[i * n];
    ::jacobian(tag, static_cast<int>(rows.size()), static_cast<int>(n), f.point.data(),
               rows.data());
    return jacobian;
  }

 private:
  static constexpr short tag = 1;
  static constexpr int keep_nothing = 0;
  static constexpr int keep_for_one_sweep = 1;

  /// With room for the whole trace, so that none of it goes to a file: plenty for the first one,
  /// then as much as the one before it needed.
  template <class F>
  static void begin(int keep) {
    trace_on(tag, keep, room<F>, room<F>, room<F>, room<F>);
  }
  template <class F>
  static void end() {
    trace_off();
    std::array<std::size_t, STAT_SIZE> statistics{};
    tapestats(tag, statistics.data());
    room<F> = 1000 + std::max({statistics[NUM_OPERATIONS], statistics[NUM_LOCATIONS],
                               statistics[NUM_VALUES], statistics[TAY_STACK_SIZE]});
  }

  template <class F>
  static inline std::size_t room = 1U << 24;
};

}  // namespace peers
