// Other engines that Debian packages, those of them that the machine has.
#pragma once

#ifdef AUTODIFF_BENCH_ADOLC
#include "peers/adolc.hpp"
#endif
#ifdef AUTODIFF_BENCH_SACADO
#include "peers/sacado.hpp"
#endif
#ifdef AUTODIFF_BENCH_CERES
#include "peers/ceres.hpp"
#endif
#ifdef AUTODIFF_BENCH_STAN
#include "peers/stan.hpp"
#endif

namespace peers {

template <class... Peer>
struct List {
  template <class... More>
  auto operator+(List<More...>) const {
    return List<Peer..., More...>();
  }
};

#ifdef AUTODIFF_BENCH_ADOLC
using AdolCHere = List<AdolC>;
#else
using AdolCHere = List<>;
#endif
#ifdef AUTODIFF_BENCH_SACADO
using SacadoHere = List<Sacado>;
#else
using SacadoHere = List<>;
#endif
#ifdef AUTODIFF_BENCH_CERES
using CeresHere = List<Ceres>;
#else
using CeresHere = List<>;
#endif
#ifdef AUTODIFF_BENCH_STAN
using StanHere = List<Stan>;
#else
using StanHere = List<>;
#endif

using None = List<>;
/// Those with `gradient`.
using WithTape = decltype(AdolCHere() + SacadoHere() + StanHere());
/// Those with `jacobians`. Traces of ADOL-C take much longer to begin and to end than one of the
/// small functions of which Jacobians are taken.
using WithJacobians = decltype(SacadoHere() + CeresHere());
/// Those with `jacobian`.
using WithJacobian = decltype(AdolCHere() + SacadoHere() + CeresHere());

}  // namespace peers
