// The arrays that the compiled operations exist for.
#pragma once

#include <autodiff/core/quad.hpp>
#include <autodiff/values/array_var.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/ranged.hpp>
#include <autodiff/values/traced.hpp>

/// Instantiates a template for arrays of each number: those of users, quad numbers for checks, and
/// all of these with a tangent for second derivatives.
#define AUTODIFF_FOR_EACH_NUMBER(instantiate)                                          \
  instantiate(float) instantiate(double) instantiate(::ad::Quad)                       \
      instantiate(::ad::detail::FloatTangent) instantiate(::ad::detail::DoubleTangent) \
          instantiate(::ad::detail::QuadTangent)

/// And for plain arrays of numbers that watch what is done with them.
#define AUTODIFF_FOR_EACH_TRACED_NUMBER(instantiate) \
  instantiate(Traced<float>) instantiate(Traced<double>)
#define AUTODIFF_FOR_EACH_NUMBER_AT_KINKS(instantiate)                                        \
  instantiate(Directed<float>) instantiate(Directed<double>) instantiate(BesideArrays<float>) \
      instantiate(BesideArrays<double>) instantiate(Var<Ranged<float>>)                       \
          instantiate(Var<Ranged<double>>)

namespace ad::detail {

using FloatTangent = Dual<float, 1>;
using DoubleTangent = Dual<double, 1>;
using QuadTangent = Dual<Quad, 1>;

}  // namespace ad::detail
