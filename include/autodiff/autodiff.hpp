// The whole library in one header, but for interop with other libraries and the GoogleTest
// matchers.
#pragma once

#include <autodiff/core/callable.hpp>
#include <autodiff/core/error.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/drivers/all.hpp>
#include <autodiff/ops/all.hpp>
#include <autodiff/ops/registry.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/array_custom_vjp.hpp>
#include <autodiff/values/array_elements.hpp>
#include <autodiff/values/array_extrema.hpp>
#include <autodiff/values/array_format.hpp>
#include <autodiff/values/array_indexing.hpp>
#include <autodiff/values/array_linear_algebra.hpp>
#include <autodiff/values/array_losses.hpp>
#include <autodiff/values/array_scans.hpp>
#include <autodiff/values/custom_vjp.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/format.hpp>
#include <autodiff/values/limits.hpp>
#include <autodiff/values/var.hpp>
#include <autodiff/verify/check_array_gradient.hpp>
#include <autodiff/verify/check_array_rule.hpp>
#include <autodiff/verify/check_gradient.hpp>
#include <autodiff/verify/check_rule.hpp>
