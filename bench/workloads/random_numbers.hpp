// The data of the workloads: random, and the same in every run.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace workloads {

inline std::vector<double> normal_numbers(std::size_t n, double scale, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0, scale);
  std::vector<double> x(n);
  for (double& v : x) v = normal(generator);
  return x;
}

}  // namespace workloads
