// How far a hand's skin, moved by its bones, is from measured points (ADBench "hand", simple): one
// Jacobian of many rows and 26 columns.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "random_numbers.hpp"

namespace workloads {

/// x -> M x + t: a rotation M in the first three columns of each row, the translation t in the
/// last.
template <class T>
using Transform = std::array<std::array<T, 4>, 3>;

/// The transform b, then a.
template <class T, class A, class B>
Transform<T> composed(const Transform<A>& a, const Transform<B>& b) {
  Transform<T> result;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      result[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
    }
    result[i][3] = a[i][0] * b[0][3] + a[i][1] * b[1][3] + a[i][2] * b[2][3] + a[i][3];
  }
  return result;
}

/// The variables are the hand's rotation 3 and translation 3, and for each finger the bend and the
/// spread of its second bone, the bend of its third and of its fourth. Model and measurements are
/// synthetic, of the sizes of the original.
struct HandTracking {
  static constexpr std::size_t variables = 26;
  static constexpr std::size_t bones = 22;  // the wrist, four of each finger, the forearm
  static constexpr std::size_t vertices = 544;

  explicit HandTracking(std::size_t measurements)
      : correspondences(measurements),
        measured(normal_numbers(3 * measurements, 1.0)),
        positions(normal_numbers(3 * vertices, 1.0, 2)),
        weights(normal_numbers(bones * vertices, 1.0, 3)) {
    const std::vector<double> pose = normal_numbers(variables, 0.3, 4);
    std::copy(pose.begin(), pose.end(), point.begin());

    const std::vector<double> joint = normal_numbers(5 * bones, 0.5, 5);
    for (std::size_t b = 0; b < bones; ++b) {
      base[b] = bent(joint[5 * b], joint[5 * b + 1]);
      for (std::size_t i = 0; i < 3; ++i) base[b][i][3] = joint[5 * b + 2 + i];
    }
    const std::array<Transform<double>, bones> at_rest = placed(base);
    for (std::size_t b = 0; b < bones; ++b) to_rest[b] = inverse(at_rest[b]);

    for (std::size_t v = 0; v < vertices; ++v) {
      double sum = 0;
      for (std::size_t b = 0; b < bones; ++b) {
        double& weight = weights[b * vertices + v];
        weight *= weight;
        sum += weight;
      }
      for (std::size_t b = 0; b < bones; ++b) weights[b * vertices + v] /= sum;
    }
  }

  std::size_t correspondences;
  std::vector<double> measured;
  std::vector<double> positions;              // of the skin's vertices at rest
  std::vector<double> weights;                // of a bone at a vertex; those at a vertex sum to one
  std::array<Transform<double>, bones> base;  // from the bone's coordinates to its parent's
  std::array<Transform<double>, bones> to_rest;  // from the hand's coordinates to the bone's
  std::array<double, variables> point;

  /// The three coordinates of measured point - vertex, for each correspondence.
  template <class X, class T = typename X::value_type>
  std::vector<T> operator()(const X& x) const {
    std::array<Transform<T>, bones> joints;
    for (std::size_t b = 0; b < bones; ++b) joints[b] = composed<T>(base[b], bent(x, b));
    std::array<Transform<T>, bones> moves = placed(joints);
    for (std::size_t b = 0; b < bones; ++b) moves[b] = composed<T>(moves[b], to_rest[b]);

    std::vector<T> skin(3 * vertices, T(0));
    for (std::size_t b = 0; b < bones; ++b) {
      for (std::size_t v = 0; v < vertices; ++v) {
        const double* const p = &positions[3 * v];
        const double weight = weights[b * vertices + v];
        for (std::size_t i = 0; i < 3; ++i) {
          const std::array<T, 4>& m = moves[b][i];
          skin[3 * v + i] += weight * (m[0] * p[0] + m[1] * p[1] + m[2] * p[2] + m[3]);
        }
      }
    }

    const Transform<T> global = turned_and_shifted(x.data());
    for (std::size_t v = 0; v < vertices; ++v) {
      T* const p = &skin[3 * v];
      const std::array<T, 3> local{p[0], p[1], p[2]};
      for (std::size_t i = 0; i < 3; ++i) {
        const std::array<T, 4>& g = global[i];
        p[i] = g[0] * local[0] + g[1] * local[1] + g[2] * local[2] + g[3];
      }
    }

    std::vector<T> errors(3 * correspondences);
    for (std::size_t k = 0; k < correspondences; ++k) {
      const std::size_t vertex = k * 5 % vertices;
      for (std::size_t i = 0; i < 3; ++i) {
        errors[3 * k + i] = measured[3 * k + i] - skin[3 * vertex + i];
      }
    }
    return errors;
  }

 private:
  /// Which of its finger's bones b is, 0 to 3; wrist and forearm count as first ones.
  static std::size_t place_in_finger(std::size_t b) { return (b + 3) % 4; }

  /// Each bone relative to the hand, given each relative to its parent: the one before it in its
  /// finger, or the wrist.
  template <class T>
  static std::array<Transform<T>, bones> placed(const std::array<Transform<T>, bones>& relative) {
    std::array<Transform<T>, bones> absolute = relative;
    for (std::size_t b = 1; b < bones; ++b) {
      const std::size_t parent = place_in_finger(b) == 0 ? 0 : b - 1;
      absolute[b] = composed<T>(absolute[parent], relative[b]);
    }
    return absolute;
  }

  /// How the pose x bends bone b.
  template <class X, class T = typename X::value_type>
  static Transform<T> bent(const X& x, std::size_t b) {
    const std::size_t place = place_in_finger(b);
    if (b == 0 || place == 0) return bent(T(0), T(0));
    const std::size_t first = 6 + (b - 1) / 4 * 4;
    return place == 1 ? bent(x[first], x[first + 1]) : bent(x[first + place], T(0));
  }
  /// Rotated about the first axis, then about the third.
  template <class T>
  static Transform<T> bent(const T& bend, const T& spread) {
    using std::sin, std::cos;
    const T c = cos(bend);
    const T s = sin(bend);
    const T cz = cos(spread);
    const T sz = sin(spread);
    return {{{cz, -sz * c, sz * s, T(0)}, {sz, cz * c, -cz * s, T(0)}, {T(0), s, c, T(0)}}};
  }

  /// By Rodrigues' formula, of a rotation vector and a translation.
  template <class T>
  static Transform<T> turned_and_shifted(const T* x) {
    using std::sqrt, std::sin, std::cos;
    const T angle = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    if (angle < 1e-4) {
      return {{{T(1), T(0), T(0), x[3]}, {T(0), T(1), T(0), x[4]}, {T(0), T(0), T(1), x[5]}}};
    }
    const T a = x[0] / angle;
    const T b = x[1] / angle;
    const T c = x[2] / angle;
    const T cosine = cos(angle);
    const T sine = sin(angle);
    const T rest = 1.0 - cosine;
    return {{{a * a * rest + cosine, a * b * rest - c * sine, a * c * rest + b * sine, x[3]},
             {a * b * rest + c * sine, b * b * rest + cosine, b * c * rest - a * sine, x[4]},
             {a * c * rest - b * sine, b * c * rest + a * sine, c * c * rest + cosine, x[5]}}};
  }

  /// Of a rotation and a translation.
  static Transform<double> inverse(const Transform<double>& x) {
    Transform<double> result;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) result[i][j] = x[j][i];
      result[i][3] = -(x[0][i] * x[0][3] + x[1][i] * x[1][3] + x[2][i] * x[2][3]);
    }
    return result;
  }
};

}  // namespace workloads
