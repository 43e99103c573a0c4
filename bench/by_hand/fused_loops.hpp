// Gradients in one loop each, which the compiler vectorises with -ffast-math.
#pragma once

#include <vector>

#include "result.hpp"

namespace by_hand {

/// Σ relu(a x + b) in a, x and b.
template <class T>
void relu_sum(const std::vector<T>& a, const std::vector<T>& x, const std::vector<T>& b,
              Result<T>& result);

/// Σ tanh(x) exp(-x²)
template <class T>
void tanh_exp(const std::vector<T>& x, Result<T>& result);

/// Σ x
template <class T>
void sum(const std::vector<T>& x, Result<T>& result);

/// Π x of factors that are not 0.
template <class T>
void prod(const std::vector<T>& x, Result<T>& result);

/// log Σ exp(x)
template <class T>
void log_sum_exp(const std::vector<T>& x, Result<T>& result);

/// The logarithm of the density of x, independent and normal, in x, the mean and the deviation.
template <class T>
void normal_log_density(const std::vector<T>& x, T mean, T deviation, Result<T>& result);

/// Stochastic volatility, as in workloads/arrays/stochastic_volatility.hpp, in h, φ, σ and μ.
template <class T>
void stochastic_volatility(const std::vector<T>& y, const std::vector<T>& h, T phi, T sigma, T mu,
                           Result<T>& result);

}  // namespace by_hand
