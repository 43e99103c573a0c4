// Reprojection errors of points seen by cameras (ADBench "BA"): many Jacobians of 2 x 15.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// Each observation has variables of its own: a camera (rotation 3, centre 3, focal length,
/// principal point 2, radial distortion 2), a point 3 and a weight.
struct BundleAdjustment {
  explicit BundleAdjustment(std::size_t observations)
      : terms(observations),
        features(normal_numbers(2 * observations, 1.0)),
        points(normal_numbers(variables * observations, 0.1, 2)) {
    for (std::size_t i = 0; i < observations; ++i) {
      points[i * variables + 6] += 500;   // focal length
      points[i * variables + 13] += 5.0;  // the point lies in front of the camera
      points[i * variables + 14] += 1.0;  // weight
    }
  }

  static constexpr std::size_t variables = 15;
  static constexpr std::size_t outputs = 2;

  std::size_t terms;
  std::vector<double> features;
  std::vector<double> points;

  std::vector<double> point(std::size_t observation) const {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(observation * variables);
    return {begin, begin + variables};
  }

  template <class X, class T = typename X::value_type>
  std::array<T, 2> operator()(const X& x, std::size_t observation) const {
    const std::array<T, 3> relative{x[11] - x[3], x[12] - x[4], x[13] - x[5]};
    const std::array<T, 3> seen = rotated(x.data(), relative);
    const T px = seen[0] / seen[2];
    const T py = seen[1] / seen[2];
    const T radius = px * px + py * py;
    const T distortion = 1.0 + x[9] * radius + x[10] * radius * radius;
    return {x[14] * (px * distortion * x[6] + x[7] - features[2 * observation]),
            x[14] * (py * distortion * x[6] + x[8] - features[2 * observation + 1])};
  }

 private:
  /// Rodrigues' formula for a rotation vector.
  template <class T>
  static std::array<T, 3> rotated(const T* rotation, const std::array<T, 3>& x) {
    using std::sqrt, std::sin, std::cos;
    const T squared =
        rotation[0] * rotation[0] + rotation[1] * rotation[1] + rotation[2] * rotation[2];
    if (squared == 0) return x;
    const T angle = sqrt(squared);
    const T cosine = cos(angle);
    const T sine = sin(angle);
    const T inverse = 1.0 / angle;
    const std::array<T, 3> w{rotation[0] * inverse, rotation[1] * inverse, rotation[2] * inverse};
    const std::array<T, 3> cross{w[1] * x[2] - w[2] * x[1], w[2] * x[0] - w[0] * x[2],
                                 w[0] * x[1] - w[1] * x[0]};
    const T along = (w[0] * x[0] + w[1] * x[1] + w[2] * x[2]) * (1.0 - cosine);
    return {x[0] * cosine + cross[0] * sine + w[0] * along,
            x[1] * cosine + cross[1] * sine + w[1] * along,
            x[2] * cosine + cross[2] * sine + w[2] * along};
  }
};

}  // namespace workloads
