#include <autodiff/values/array_elements.hpp>

namespace ad::detail {

template struct ArrayElements<float>;
template struct ArrayElements<double>;

}  // namespace ad::detail
