// A factorised matrix of numbers of any level: one factorisation of the plain numbers serves the
// solution, its tangents and the reverse sweep.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <Eigen/LU>

#include <autodiff/interop/eigen_scalar.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

template <class T>
using DynamicMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// A square matrix A of numbers of type T, factorised: solves A X = B and Aᵀ X = B. Nested numbers
/// are taken apart level by level, down to the plain ones.
template <class T>
class Factorisation {
 public:
  explicit Factorisation(const DynamicMatrix<T>& a) : lu_(a) {}

  DynamicMatrix<T> solve(const DynamicMatrix<T>& b, bool transposed = false) const {
    if (transposed) return lu_.transpose().solve(b);
    return lu_.solve(b);
  }

  T log_abs_determinant() const {
    T sum = T(0);
    for (Eigen::Index i = 0; i < lu_.rows(); ++i) {
      using std::fabs;
      using std::log;
      sum += log(fabs(lu_.matrixLU()(i, i)));
    }
    return sum;
  }

 private:
  Eigen::PartialPivLU<DynamicMatrix<T>> lu_;
};

template <class V>
DynamicMatrix<typename V::inner_type> inner_values(const DynamicMatrix<V>& x) {
  return x.unaryExpr([](const V& v) -> typename V::inner_type { return v.value(); });
}

/// A Ẋ = Ḃ - Ȧ X for every direction.
template <class T, std::size_t N, class Tag>
class Factorisation<Dual<T, N, Tag>> {
 public:
  using V = Dual<T, N, Tag>;

  explicit Factorisation(const DynamicMatrix<V>& a) : a_(a), inner_(inner_values(a)) {}

  DynamicMatrix<V> solve(const DynamicMatrix<V>& b, bool transposed = false) const {
    const DynamicMatrix<T> x = inner_.solve(inner_values(b), transposed);
    std::vector<DynamicMatrix<T>> tangents;
    for (std::size_t i = 0; i < N; ++i) {
      const DynamicMatrix<T> a = tangent(a_, i);
      const DynamicMatrix<T> right =
          tangent(b, i) -
          (transposed ? DynamicMatrix<T>(a.transpose() * x) : DynamicMatrix<T>(a * x));
      tangents.push_back(inner_.solve(right, transposed));
    }
    DynamicMatrix<V> result(x.rows(), x.cols());
    for (Eigen::Index k = 0; k < x.size(); ++k) {
      std::array<T, N> each{};
      for (std::size_t i = 0; i < N; ++i) each[i] = tangents[i].data()[k];
      result.data()[k] = V(x.data()[k], each);
    }
    return result;
  }

  /// Its tangent is the trace of A⁻¹ Ȧ.
  V log_abs_determinant() const {
    std::array<T, N> each{};
    for (std::size_t i = 0; i < N; ++i) each[i] = inner_.solve(tangent(a_, i)).trace();
    return V(inner_.log_abs_determinant(), each);
  }

 private:
  static DynamicMatrix<T> tangent(const DynamicMatrix<V>& x, std::size_t i) {
    if constexpr (N == 0) {
      return DynamicMatrix<T>();
    } else {
      return x.unaryExpr([i](const V& v) -> T { return v.tangent(i); });
    }
  }

  DynamicMatrix<V> a_;
  Factorisation<T> inner_;
};

/// The places of a matrix on the tape.
template <class T>
struct Places {
  explicit Places(const DynamicMatrix<Var<T>>& x) : indices(static_cast<std::size_t>(x.size())) {
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      const Var<T>& v = x.data()[i];
      Tape<T>::verify(v.index(), v.generation(), "solve");
      indices[static_cast<std::size_t>(i)] = v.index();
      active = active || v.is_active();
    }
  }
  void add(Adjoints<T>& adjoints, const DynamicMatrix<T>& x) const {
    for (std::size_t i = 0; i < indices.size(); ++i) adjoints.add(indices[i], x.data()[i]);
  }

  std::vector<std::uint32_t> indices;
  bool active = false;
};

/// What the sweeps need of a factorised matrix of tape values.
template <class T>
struct FactorisedVars {
  explicit FactorisedVars(const DynamicMatrix<Var<T>>& a) : places(a), inner(inner_values(a)) {}
  Places<T> places;
  Factorisation<T> inner;
};

/// W = A⁻ᵀ X̄, B̄ += W, Ā -= W Xᵀ; with Aᵀ in place of A, Ā -= X Wᵀ.
template <class T>
class SolveCall : public CustomCall<T> {
 public:
  SolveCall(std::shared_ptr<const FactorisedVars<T>> a, Places<T> b, DynamicMatrix<T> x,
            bool transposed)
      : a_(std::move(a)), b_(std::move(b)), x_(std::move(x)), transposed_(transposed) {}

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    DynamicMatrix<T> cotangent(x_.rows(), x_.cols());
    for (Eigen::Index i = 0; i < x_.size(); ++i) {
      cotangent.data()[i] = adjoints.of(first_output + static_cast<std::uint32_t>(i));
    }
    const DynamicMatrix<T> w = a_->inner.solve(cotangent, !transposed_);
    if (b_.active) b_.add(adjoints, w);
    if (!a_->places.active) return;
    if (transposed_) {
      a_->places.add(adjoints, -x_ * w.transpose());
    } else {
      a_->places.add(adjoints, -w * x_.transpose());
    }
  }

 private:
  std::shared_ptr<const FactorisedVars<T>> a_;
  Places<T> b_;
  DynamicMatrix<T> x_;
  bool transposed_;
};

/// Ā += ȳ A⁻ᵀ.
template <class T>
class LogDeterminantCall : public CustomCall<T> {
 public:
  explicit LogDeterminantCall(std::shared_ptr<const FactorisedVars<T>> a, Eigen::Index size)
      : a_(std::move(a)), size_(size) {}

  void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) override {
    const DynamicMatrix<T> seed =
        DynamicMatrix<T>::Identity(size_, size_) * adjoints.of(first_output);
    a_->places.add(adjoints, a_->inner.solve(seed, true));
  }

 private:
  std::shared_ptr<const FactorisedVars<T>> a_;
  Eigen::Index size_;
};

template <class T>
class Factorisation<Var<T>> {
 public:
  using V = Var<T>;

  explicit Factorisation(const DynamicMatrix<V>& a)
      : size_(a.rows()), shared_(std::make_shared<const FactorisedVars<T>>(a)) {}

  DynamicMatrix<V> solve(const DynamicMatrix<V>& b, bool transposed = false) const {
    Places<T> places(b);
    const DynamicMatrix<T> x = shared_->inner.solve(inner_values(b), transposed);
    DynamicMatrix<V> result = x.template cast<V>();
    if (!places.active && !shared_->places.active) return result;
    Tape<T>& tape = *Tape<T>::recording();
    const std::uint32_t first =
        tape.record_call(std::make_unique<SolveCall<T>>(shared_, std::move(places), x, transposed),
                         static_cast<std::size_t>(x.size()));
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      result.data()[i] = V(x.data()[i], first + static_cast<std::uint32_t>(i), tape.generation());
    }
    return result;
  }

  V log_abs_determinant() const {
    const T y = shared_->inner.log_abs_determinant();
    if (!shared_->places.active) return V(y);
    Tape<T>& tape = *Tape<T>::recording();
    const std::uint32_t first =
        tape.record_call(std::make_unique<LogDeterminantCall<T>>(shared_, size_), 1);
    return V(y, first, tape.generation());
  }

 private:
  Eigen::Index size_;
  std::shared_ptr<const FactorisedVars<T>> shared_;
};

}  // namespace ad::detail
