#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/ops/exponential.hpp>
#include <autodiff/ops/formula.hpp>
#include <autodiff/ops/sums.hpp>
#include <autodiff/values/array_losses.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/values/array_instances.hpp"

namespace ad::detail {
namespace {

struct Rows {
  std::size_t count = 1, classes = 1;
};

Rows rows_of(const Shape& logits) {
  if (logits.rank() == 0) {
    throw ShapeError(
        "cross_entropy: the logits have the shape (), but an axis of classes is needed; reshape "
        "them.");
  }
  Rows rows;
  rows.classes = logits[logits.rank() - 1];
  for (std::size_t axis = 0; axis + 1 < logits.rank(); ++axis) rows.count *= logits[axis];
  return rows;
}

/// losses[k] = -log softmax(z)[k] and weights[k] = softmax(z)[k]
template <class T>
void evaluate_softmax(std::span<const T> z, std::span<T> losses, std::span<T> weights) {
  if (z.empty()) return;
  std::size_t largest = 0;
  for (std::size_t k = 0; k < z.size(); ++k) {
    if (is_less(value_of(z[largest]), value_of(z[k]))) largest = k;  // a NaN shows in the sum
  }
  AccurateSum<T> others;
  for (std::size_t k = 0; k < z.size(); ++k) {
    weights[k] = k == largest ? T(1) : evaluate(Exp{}, T(z[k] - z[largest]));
    if (k != largest) others.add(weights[k]);
  }
  const T total = T(1) + others.total();
  const T log_of_total = evaluate(Log1p{}, others.total());
  for (std::size_t k = 0; k < z.size(); ++k) {
    losses[k] = k == largest ? log_of_total : (z[largest] - z[k]) + log_of_total;
    weights[k] /= total;
  }
}

/// result[k] = Σ_{j != k} x_j, by sums from both ends: nothing cancels.
template <class T>
void sums_of_others(std::span<const T> x, std::span<T> result) {
  T before(0);
  for (std::size_t k = 0; k < x.size(); ++k) {
    result[k] = before;
    before += x[k];
  }
  T behind(0);
  for (std::size_t k = x.size(); k-- > 0;) {
    result[k] += behind;
    behind += x[k];
  }
}

/// One row after the other: their mean loss and, if they are wanted, its partials.
template <class T>
class CrossEntropy {
 public:
  explicit CrossEntropy(Rows rows)
      : rows_(rows),
        losses_(rows.classes),
        weights_(rows.classes),
        other_weights_(rows.classes),
        other_probabilities_(rows.classes) {}

  /// Σ_k p_k losses_k; partials of z and p if they are not null.
  void add(const T* logits, const T* probabilities, T* of_logits, T* of_probabilities) {
    const std::span<const T> z(logits, rows_.classes);
    const std::span<const T> p(probabilities, rows_.classes);
    evaluate_softmax<T>(z, losses_, weights_);
    for (std::size_t k = 0; k < p.size(); ++k) {
      if (!all_zero(p[k])) sum_.add_product(p[k], losses_[k]);
    }
    const T share = T(1) / T(static_cast<double>(rows_.count));
    if (of_probabilities != nullptr) {
      for (std::size_t k = 0; k < p.size(); ++k) of_probabilities[k] = share * losses_[k];
    }
    if (of_logits == nullptr) return;
    // Σ_j p_j (softmax_k - [j = k]), without the difference of nearly equal numbers.
    sums_of_others<T>(weights_, other_weights_);
    sums_of_others<T>(p, other_probabilities_);
    for (std::size_t k = 0; k < z.size(); ++k) {
      of_logits[k] = share * (weights_[k] * other_probabilities_[k] - p[k] * other_weights_[k]);
    }
  }

  T mean() const { return sum_.total() / T(static_cast<double>(rows_.count)); }

 private:
  Rows rows_;
  AccurateSum<T> sum_;
  PooledVector<T> losses_, weights_, other_weights_, other_probabilities_;
};

/// Room for the partials of x, if it is active.
template <class V>
auto partials_of(const V& x) {
  using T = typename V::element_type;
  return source_of(x) == nullptr ? Array<T>() : Array<T>::uninitialized(x.shape());
}

template <class V>
auto* place_of(const V& x, Array<typename V::element_type>& partials) {
  return source_of(x) == nullptr ? nullptr : partials.mutable_data();
}

template <class T>
T* advanced(T* x, std::size_t by) {
  return x == nullptr ? nullptr : x + by;
}

}  // namespace

template <class V>
scalar_of_t<V> ArrayLosses<V>::cross_entropy(const V& logits, std::span<const std::size_t> labels) {
  using T = typename V::element_type;
  const Rows rows = rows_of(logits.shape());
  if (labels.size() != rows.count) {
    throw ShapeError(
        fmt::format("cross_entropy: the logits have the shape {}, but {} given; give one label for "
                    "each of the {}.",
                    logits.shape(),
                    labels.size() == 1 ? "1 label is" : fmt::format("{} labels are", labels.size()),
                    counted(rows.count, "row")));
  }
  const Array<T> numbers = logits.array().packed();
  Array<T> partials = partials_of(logits);
  T* const of_logits = place_of(logits, partials);
  CrossEntropy<T> loss(rows);
  PooledVector<T> onehot(rows.classes);
  for (std::size_t row = 0; row < rows.count; ++row) {
    if (labels[row] >= rows.classes) {
      throw ShapeError(
          fmt::format("cross_entropy: the label {} of row {} is not below the number of classes, "
                      "{}; labels count from 0.",
                      as_meant(labels[row]), row, rows.classes));
    }
    onehot[labels[row]] = 1;
    const std::size_t at = row * rows.classes;
    loss.add(numbers.data() + at, onehot.data(), advanced(of_logits, at), nullptr);
    onehot[labels[row]] = 0;
  }
  return record_scalar_rule<V>(
      loss.mean(), sources_of(logits),
      [partials](const auto& to, T cotangent, Adjoints<T>& adjoints) {
        add_scaled(*to[0], partials, cotangent, "cross_entropy", adjoints);
      },
      partials.size());
}

template <class V>
scalar_of_t<V> ArrayLosses<V>::cross_entropy(const V& logits, const V& probabilities) {
  using T = typename V::element_type;
  const Rows rows = rows_of(logits.shape());
  require_same_shape("cross_entropy", logits.shape(), probabilities.shape());
  const Array<T> z = logits.array().packed();
  const Array<T> p = probabilities.array().packed();
  std::array partials{partials_of(logits), partials_of(probabilities)};
  T* const of_logits = place_of(logits, partials[0]);
  T* const of_probabilities = place_of(probabilities, partials[1]);
  CrossEntropy<T> loss(rows);
  for (std::size_t row = 0; row < rows.count; ++row) {
    const std::size_t at = row * rows.classes;
    loss.add(z.data() + at, p.data() + at, advanced(of_logits, at), advanced(of_probabilities, at));
  }
  return record_scalar_rule<V>(
      loss.mean(), sources_of(logits, probabilities),
      [partials](const auto& to, T cotangent, Adjoints<T>& adjoints) {
        for (std::size_t i = 0; i < to.size(); ++i) {
          if (to[i] == nullptr) continue;
          add_scaled(*to[i], partials[i], cotangent, "cross_entropy", adjoints);
        }
      },
      partials[0].size() + partials[1].size());
}

void require_same_shape(const char* who, const Shape& a, const Shape& b) {
  if (a == b) return;
  throw ShapeError(fmt::format(
      "{}: arrays of the shapes {} and {} do not fit together; they must be equal: reshape one of "
      "them.",
      who, a, b));
}

#define AUTODIFF_INSTANTIATE(T)          \
  template struct ArrayLosses<Array<T>>; \
  template struct ArrayLosses<Var<Array<T>>>;
AUTODIFF_FOR_EACH_NUMBER(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE
#define AUTODIFF_INSTANTIATE(T) template struct ArrayLosses<Array<T>>;
AUTODIFF_FOR_EACH_TRACED_NUMBER(AUTODIFF_INSTANTIATE)
AUTODIFF_FOR_EACH_NUMBER_AT_KINKS(AUTODIFF_INSTANTIATE)
#undef AUTODIFF_INSTANTIATE

}  // namespace ad::detail
