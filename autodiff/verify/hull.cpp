#include "autodiff/verify/hull.hpp"

#include <algorithm>
#include <cstddef>

#include <Eigen/Dense>

namespace ad::detail {
namespace {

using Index = Eigen::Index;

/// The weights, of sum 1, of the point nearest to 0 in the plane through the columns of p.
Eigen::VectorXd nearest_in_plane(const Eigen::MatrixXd& p) {
  const Index n = p.cols();
  // Minimises |p w| over w of sum 1: the columns relative to the first one leave no constraint.
  const Eigen::MatrixXd edges = p.rightCols(n - 1).colwise() - p.col(0);
  Eigen::VectorXd weights(n);
  weights.tail(n - 1) = edges.completeOrthogonalDecomposition().solve(-p.col(0));
  weights(0) = 1 - weights.tail(n - 1).sum();
  return weights;
}

HullPoint hull_point(const Eigen::VectorXd& offset, const std::vector<Index>& corral,
                     const Eigen::VectorXd& weights, double tolerance) {
  HullPoint result;
  result.offset.assign(offset.begin(), offset.end());
  for (std::size_t i = 0; i < corral.size(); ++i) {
    result.parts.push_back({static_cast<std::size_t>(corral[i]), weights(static_cast<Index>(i))});
  }
  result.is_that_place = offset.norm() <= tolerance;
  return result;
}

}  // namespace

HullPoint nearest_in_hull(const std::vector<std::vector<double>>& points,
                          std::span<const double> g) {
  const auto dimension = static_cast<Index>(g.size());
  const Eigen::Map<const Eigen::VectorXd> centre(g.data(), dimension);
  Eigen::MatrixXd offsets(dimension, static_cast<Index>(points.size()));
  double size = centre.lpNorm<Eigen::Infinity>();
  for (std::size_t k = 0; k < points.size(); ++k) {
    const Eigen::Map<const Eigen::VectorXd> p(points[k].data(), dimension);
    offsets.col(static_cast<Index>(k)) = p - centre;
    size = std::max(size, p.lpNorm<Eigen::Infinity>());
  }
  const double tolerance = 0x1p-40 * size;

  std::vector<Index> corral{0};
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(1);
  Eigen::VectorXd nearest = offsets.col(0);
  // Every step comes nearer, so no corral is seen twice; the limit is for what rounding does.
  const auto most_steps = 64 * (points.size() + g.size());
  for (std::size_t step = 0; step < most_steps; ++step) {
    const double norm = nearest.norm();
    if (norm <= tolerance) break;
    Index lowest = 0;
    const double along = (offsets.transpose() * nearest).minCoeff(&lowest);
    if (along > norm * (norm - tolerance)) break;  // no point is nearer than this one
    if (std::find(corral.begin(), corral.end(), lowest) != corral.end()) break;
    corral.push_back(lowest);
    weights.conservativeResize(weights.size() + 1);
    weights(weights.size() - 1) = 0;
    for (;;) {
      const Eigen::VectorXd wanted = nearest_in_plane(offsets(Eigen::all, corral));
      if (wanted.minCoeff() > 0) {
        weights = wanted;
        break;
      }
      // As far as all weights stay positive; then without the point whose weight is gone.
      double share = 1;
      Index gone = 0;
      for (Index i = 0; i < wanted.size(); ++i) {
        if (wanted(i) > 0) continue;
        const double reach = weights(i) / (weights(i) - wanted(i));
        if (reach <= share) {
          share = reach;
          gone = i;
        }
      }
      weights += share * (wanted - weights);
      const Index last = weights.size() - 1;
      weights(gone) = weights(last);
      weights.conservativeResize(last);
      corral[static_cast<std::size_t>(gone)] = corral.back();
      corral.pop_back();
      if (last == 1) break;
    }
    weights /= weights.sum();
    nearest = offsets(Eigen::all, corral) * weights;
  }
  return hull_point(nearest, corral, weights, tolerance);
}

bool is_in_hull(const std::vector<std::vector<double>>& points, std::span<const double> g) {
  return !points.empty() && nearest_in_hull(points, g).is_that_place;
}

}  // namespace ad::detail
