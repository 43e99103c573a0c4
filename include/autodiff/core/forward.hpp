// Names of the value types, for headers that mention them before they are defined.
#pragma once

#include <cstddef>

namespace ad {

class Quad;

template <class T>
class Var;

template <class T, std::size_t N, class Tag = void>
class Dual;

template <class T>
class Tape;

/// A plain number of type T dressed as a value of this library: a dual number without tangents.
/// Generic user functions are evaluated on it, so that an unqualified `relu(x)` is always found.
template <class T>
using Plain = Dual<T, 0>;

using Real = Var<double>;
using Real32 = Var<float>;

}  // namespace ad
