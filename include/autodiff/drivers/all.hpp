// All drivers.
#pragma once

#include <autodiff/drivers/array_checkpoint.hpp>
#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/array_kinks.hpp>
#include <autodiff/drivers/array_trace.hpp>
#include <autodiff/drivers/checkpoint.hpp>
#include <autodiff/drivers/fuse.hpp>
#include <autodiff/drivers/gradient.hpp>
#include <autodiff/drivers/hessian.hpp>
#include <autodiff/drivers/jacobian.hpp>
#include <autodiff/drivers/kinks.hpp>
#include <autodiff/drivers/matrix.hpp>
#include <autodiff/drivers/nonfinite.hpp>
#include <autodiff/drivers/one_sided.hpp>
#include <autodiff/drivers/parallel_gradient.hpp>
#include <autodiff/drivers/point.hpp>
