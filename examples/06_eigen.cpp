// Gradients through Eigen: the log-likelihood of a normal distribution, as a function of its mean
// and of its covariance matrix, and the weights of a ridge regression as a function of the penalty.
#include <iterator>
#include <tuple>

#include <Eigen/Cholesky>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/interop/eigen.hpp>

namespace {

/// Eight measurements of two quantities, one a column.
Eigen::Matrix<double, 2, 8> measurements() {
  return Eigen::Matrix<double, 2, 8>{{1.2, 0.7, 1.9, 1.4, 0.3, 1.1, 2.2, 0.8},
                                     {2.9, 2.1, 4.2, 3.1, 1.6, 2.4, 4.8, 2.2}};
}

/// log p(data | mean, covariance), without the constant. ad::solve and ad::log_abs_determinant have
/// rules of their own: each is one statement on the tape.
template <class Mean, class Covariance>
auto log_likelihood(const Mean& mean, const Covariance& covariance) {
  using T = typename Mean::Scalar;
  const Eigen::MatrixX<T> residuals = measurements().cast<T>().colwise() - mean;
  const T distance = residuals.cwiseProduct(ad::solve(covariance, residuals)).sum();
  const T volume = static_cast<double>(residuals.cols()) * ad::log_abs_determinant(covariance);
  return T(-0.5 * (distance + volume));
}

/// The same through Eigen's own Cholesky decomposition, differentiated operation by operation.
template <class Mean, class Covariance>
auto log_likelihood_by_cholesky(const Mean& mean, const Covariance& covariance) {
  using T = typename Mean::Scalar;
  const Eigen::MatrixX<T> residuals = measurements().cast<T>().colwise() - mean;
  const Eigen::LDLT<Eigen::MatrixX<T>> factors(covariance);
  T result = residuals.cwiseProduct(factors.solve(residuals)).sum();
  for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
    result += static_cast<double>(residuals.cols()) * log(factors.vectorD()(i));
  }
  return T(-0.5 * result);
}

void print(const char* name, const Eigen::MatrixXd& m) {
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    fmt::print("{:<24}", i == 0 ? name : "");
    for (Eigen::Index j = 0; j < m.cols(); ++j) fmt::print("{:10.5f}", m(i, j));
    fmt::print("\n");
  }
}

}  // namespace

int main() {
  const Eigen::Vector2d mean(1.0, 3.0);
  const Eigen::Matrix2d covariance{{0.5, 0.3}, {0.3, 1.0}};

  // A tuple of Eigen objects goes in, a tuple of their gradients comes out.
  const auto f = [](const auto& m, const auto& c) { return log_likelihood(m, c); };
  const auto [value, gradient] = ad::value_and_gradient(f, std::tuple{mean, covariance});
  fmt::print("log-likelihood          {:10.5f}\n", value);
  print("by mean", std::get<0>(gradient));
  print("by covariance", std::get<1>(gradient));

  const auto by_cholesky = [](const auto& m, const auto& c) {
    return log_likelihood_by_cholesky(m, c);
  };
  const auto other = ad::gradient(by_cholesky, std::tuple{mean, covariance});
  fmt::print("the same by Cholesky    {}\n",
             std::get<0>(other).isApprox(std::get<0>(gradient), 1e-12));
  fmt::print("checked by differences  {}\n\n",
             ad::check_gradient(f, std::tuple{mean, covariance}).verdict);

  // At the maximum the gradient is zero: the mean of the data, and their covariance.
  const Eigen::Vector2d best_mean = measurements().rowwise().mean();
  const Eigen::Matrix<double, 2, 8> centred = measurements().colwise() - best_mean;
  const Eigen::Matrix2d best_covariance = centred * centred.transpose() / 8;
  const auto at_best = ad::gradient(f, std::tuple{best_mean, best_covariance});
  fmt::print("zero at the maximum     {}\n\n",
             std::get<0>(at_best).norm() < 1e-9 && std::get<1>(at_best).norm() < 1e-9);

  // Ridge regression: w solves (X'X + penalty I) w = X'y. How do the weights move with the penalty?
  const auto weights = [](const auto& penalty) {
    using T = typename std::remove_cvref_t<decltype(penalty)>::Scalar;
    const Eigen::Matrix<double, 8, 2> x = measurements().transpose();
    const Eigen::Matrix<double, 8, 1> y = x.col(0) + 0.5 * x.col(1);
    Eigen::Matrix2<T> normal = (x.transpose() * x).cast<T>();
    normal.diagonal().array() += penalty(0);
    return ad::solve(normal, (x.transpose() * y).eval());
  };
  const Eigen::Matrix<double, 1, 1> penalty(0.1);
  print("weights", weights(penalty));
  print("by penalty", ad::jacobian(weights, penalty));
}
