// All operations and their functions.
#pragma once

#include <autodiff/ops/activation.hpp>
#include <autodiff/ops/arithmetic.hpp>
#include <autodiff/ops/bessel.hpp>
#include <autodiff/ops/celu.hpp>
#include <autodiff/ops/error_function.hpp>
#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/gamma.hpp>
#include <autodiff/ops/hyperbolic.hpp>
#include <autodiff/ops/list.hpp>
#include <autodiff/ops/log_sum_exp.hpp>
#include <autodiff/ops/logarithmic.hpp>
#include <autodiff/ops/normal.hpp>
#include <autodiff/ops/norms.hpp>
#include <autodiff/ops/piecewise.hpp>
#include <autodiff/ops/power.hpp>
#include <autodiff/ops/products.hpp>
#include <autodiff/ops/reduction.hpp>
#include <autodiff/ops/smooth_activation.hpp>
#include <autodiff/ops/special.hpp>
#include <autodiff/ops/statistics.hpp>
#include <autodiff/ops/steps.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/ops/trigonometric.hpp>
