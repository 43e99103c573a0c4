// Names of the value types, for headers that mention them before they are defined.
#pragma once

#include <cstddef>

namespace ad {

class Quad;
class Precise;

template <class T>
class Var;

template <class T, std::size_t N, class Tag = void>
class Dual;

template <class T>
class Ranged;

template <class T>
class Traced;

template <class T>
class Array;

template <class T>
class Tape;

/// Tag of the dual numbers that stand for a point an infinitesimal step away from their value,
/// along their tangents: see `Directed`.
template <class F = void>
struct Lexicographic {};

/// A number with a direction to leave it in. Where two of these have equal values, the first
/// unequal pair of their tangents decides a comparison: `x < y` is true if it holds at all near
/// points in that direction. So a function takes the branch that it has there, and its derivative
/// is the one-sided one.
template <class T, std::size_t N = 1, class F = void>
using Directed = Dual<T, N, Lexicographic<F>>;

/// Tag of dual numbers that let 0 * inf be NaN: less work for drivers that look at the result,
/// where such a NaN is sure to arrive if anything depends on it, and then begin again without this
/// tag.
template <class F>
struct Unchecked {};

/// A plain number of type T dressed as a value of this library: a dual number without tangents.
/// Generic user functions are evaluated on it, so that an unqualified `relu(x)` is always found.
template <class T>
using Plain = Dual<T, 0>;

using Real = Var<double>;
using Real32 = Var<float>;

}  // namespace ad
