#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <autodiff/ops/products.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_reductions.hpp>
#include <autodiff/values/array_rule.hpp>
#include <autodiff/values/array_scans.hpp>
#include <autodiff/values/products.hpp>

#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

template <class T>
using Line = PooledVector<T>;

/// Calls each(line), with the position of its elements, for all lines along an axis.
template <class Each>
void for_each_line(const AxisLayout& layout, Each&& each) {
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t i = 0; i < layout.inner; ++i) {
      each([&, o, i](std::size_t k) { return layout.position(o, k, i); });
    }
  }
}

/// A product in a VJP: a form 0 * inf contributes zero and is told.
template <class T>
class ToldProduct {
 public:
  ToldProduct(Adjoints<T>& adjoints, const char* operation)
      : adjoints_(adjoints), operation_(operation) {}

  T operator()(const T& cotangent, const T& partial) const {
    if (!is_indeterminate(cotangent, partial)) return cotangent * partial;
    adjoints_.note_indeterminate(operation_);
    return T(0);
  }

 private:
  Adjoints<T>& adjoints_;
  const char* operation_;
};

/// The running products of a line in numbers P, which are T or keep more range.
template <class P, class T>
void running_products(Line<T>& line) {
  P product(T(1));
  for (T& each : line) {
    product = product * P(each);
    if constexpr (std::is_same_v<P, T>) {
      each = product;
    } else {
      each = product.unscaled();
    }
  }
}

/// Writes x̄ over the cotangents ȳ.
template <class T>
void cumprod_vjp(const Line<T>& x, Line<T>& cotangents, Adjoints<T>& adjoints) {
  const ToldProduct<T> product(adjoints, "cumprod");
  Line<T> before(x.size(), T(1));
  for (std::size_t k = 1; k < x.size(); ++k) before[k] = before[k - 1] * x[k - 1];
  T behind(0);
  for (std::size_t k = x.size(); k-- > 0;) {
    const T whole = cotangents[k] + behind;
    cotangents[k] = product(whole, before[k]);
    behind = product(whole, x[k]);
  }
}

/// The same where products of neighbours may leave the range.
template <class T>
void scaled_cumprod_vjp(const Line<T>& x, Line<T>& cotangents) {
  using P = Scaled<T>;
  Line<P> before(x.size(), P(T(1)));
  for (std::size_t k = 1; k < x.size(); ++k) before[k] = before[k - 1] * P(x[k - 1]);
  P behind(T(0));
  for (std::size_t k = x.size(); k-- > 0;) {
    const P whole = P(cotangents[k]) + behind;
    cotangents[k] = (whole * before[k]).unscaled();
    behind = whole * P(x[k]);
  }
}

}  // namespace

template <class V>
V ArrayScans<V>::cumsum(const V& x, std::size_t axis) {
  using T = typename V::element_type;
  const AxisLayout layout = axis_layout("cumsum", x.shape(), axis);
  const Array<T> numbers = x.array().packed();
  Array<T> result = Array<T>::uninitialized(x.shape());
  for_each_line(layout, [&](const auto& at) {
    AccurateSum<T> sum;
    for (std::size_t k = 0; k < layout.extent; ++k) {
      sum.add(numbers.data()[at(k)]);
      result.mutable_data()[at(k)] = sum.total();
    }
  });
  return record_rule<V>(std::move(result), sources_of(x),
                        [layout](const auto& to, const Array<T>& cotangent, Adjoints<T>&) {
                          T* const adjoint = begun_accumulator(*to[0]);
                          for_each_line(layout, [&](const auto& at) {
                            AccurateSum<T> sum;
                            for (std::size_t k = layout.extent; k-- > 0;) {
                              sum.add(cotangent.data()[at(k)]);
                              adjoint[at(k)] += sum.total();
                            }
                          });
                        });
}

template <class V>
V ArrayScans<V>::cumprod(const V& x, std::size_t axis) {
  using T = typename V::element_type;
  const AxisLayout layout = axis_layout("cumprod", x.shape(), axis);
  const Array<T> numbers = x.array().packed();
  Array<T> result = Array<T>::uninitialized(x.shape());
  Line<T> line(layout.extent);
  for_each_line(layout, [&](const auto& at) {
    for (std::size_t k = 0; k < line.size(); ++k) line[k] = numbers.data()[at(k)];
    if (products_are_moderate(std::span<const T>(line))) {
      running_products<T>(line);
    } else {
      running_products<Scaled<T>>(line);
    }
    for (std::size_t k = 0; k < line.size(); ++k) result.mutable_data()[at(k)] = line[k];
  });
  return record_rule<V>(
      std::move(result), sources_of(x),
      [layout, numbers](const auto& to, const Array<T>& cotangent, Adjoints<T>& adjoints) {
        T* const adjoint = begun_accumulator(*to[0]);
        Line<T> factors(layout.extent);
        Line<T> cotangents(layout.extent);
        for_each_line(layout, [&](const auto& at) {
          bool all_are_finite = true;
          for (std::size_t k = 0; k < layout.extent; ++k) {
            factors[k] = numbers.data()[at(k)];
            cotangents[k] = cotangent.data()[at(k)];
            all_are_finite = all_are_finite && all_finite(cotangents[k]);
          }
          if (!all_are_finite || products_are_moderate(std::span<const T>(factors))) {
            cumprod_vjp(factors, cotangents, adjoints);
          } else {
            scaled_cumprod_vjp(factors, cotangents);
          }
          for (std::size_t k = 0; k < layout.extent; ++k) adjoint[at(k)] += cotangents[k];
        });
      });
}

#define AUTODIFF_INSTANTIATE(T)         \
  template struct ArrayScans<Array<T>>; \
  template struct ArrayScans<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
#define AUTODIFF_INSTANTIATE(T) template struct ArrayScans<Array<T>>;
AUTODIFF_FOR_EACH_TRACED_NUMBER(AUTODIFF_INSTANTIATE)
AUTODIFF_FOR_EACH_NUMBER_AT_KINKS(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
