#include <autodiff/autodiff.hpp>
template <class A, class B>
concept Multiplies = requires(const A& a, const B& b) {
  a* b;
};
using Floats = ad::Array<float>;
using Doubles = ad::Array<double>;
// Plain arrays are constants for numbers of any level, and in checks for those of more digits.
static_assert(Multiplies<Doubles, ad::Real>);
static_assert(Multiplies<Doubles, ad::Dual<double, 1>>);
static_assert(Multiplies<Doubles, ad::Var<ad::Dual<double, 2>>>);
static_assert(Multiplies<Doubles, ad::Plain<ad::Traced<double>>>);
static_assert(Multiplies<Doubles, ad::Quad>);
static_assert(Multiplies<Floats, ad::Plain<ad::Quad>>);
// Float and double do not mix unseen, nor do levels of which neither is inside the other.
static_assert(!Multiplies<Floats, ad::Real>);
static_assert(!Multiplies<Doubles, ad::Real32>);
static_assert(!Multiplies<Floats, ad::Dual<double, 1>>);
static_assert(!Multiplies<ad::Var<Doubles>, ad::Dual<double, 1>>);
