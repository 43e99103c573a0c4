// fails: declare T z, not auto z
#include <autodiff/autodiff.hpp>
double f(ad::Tape<double>& tape, ad::Real x) {
  auto z = x * x;
  ad::Real y = sin(z);
  tape.reverse(y);
  return tape.adjoint(z);
}
