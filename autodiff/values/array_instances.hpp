// The arrays that the compiled operations exist for.
#pragma once

#include <autodiff/core/quad.hpp>
#include <autodiff/values/array_var.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/traced.hpp>

/// Instantiates a template for arrays of each number: those of users, quad numbers for checks, and
/// all of these with a tangent for second derivatives. `Traced` numbers are only met in plain
/// arrays.
#define AUTODIFF_FOR_EACH_NUMBER(instantiate)                                          \
  instantiate(float) instantiate(double) instantiate(::ad::Quad)                       \
      instantiate(::ad::detail::FloatTangent) instantiate(::ad::detail::DoubleTangent) \
          instantiate(::ad::detail::QuadTangent)

namespace ad::detail {

using FloatTangent = Dual<float, 1>;
using DoubleTangent = Dual<double, 1>;
using QuadTangent = Dual<Quad, 1>;

}  // namespace ad::detail
