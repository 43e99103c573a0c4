#include "autodiff/verify/separation.hpp"

#include <cmath>
#include <numeric>

#include "autodiff/verify/number_tools.hpp"

namespace ad::detail {
namespace {

Quad dot(const std::vector<Quad>& a, const std::vector<Quad>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), Quad(0));
}

/// Makes a orthogonal to b.
void remove(std::vector<Quad>& a, const std::vector<Quad>& b) {
  const Quad share = dot(a, b) / dot(b, b);
  for (std::size_t j = 0; j < a.size(); ++j) a[j] = a[j] - share * b[j];
}

}  // namespace

Estimate<Quad> slope_of(const NearbyGradient& gradient, std::span<const Quad> d) {
  Estimate<Quad> result{Quad(0), Quad(0)};
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (all_zero(d[i])) continue;
    result.value += d[i] * gradient.partials[i].value;
    result.bound += fabs(d[i]) * gradient.partials[i].bound;
  }
  return result;
}

Separation::Separation(std::span<const JointClaim> claims,
                       std::span<const NearbyGradient> gradients)
    : claims_(claims), gradients_(gradients) {
  measure_sizes();
  find_nearest();
}

/// The largest partial that is not all bound, or the claim.
void Separation::measure_sizes() {
  for (const JointClaim& claim : claims_) {
    Quad size = fabs(claim.value);
    for (const NearbyGradient& gradient : gradients_) {
      const Estimate<Quad>& partial = gradient.partials[claim.variable];
      const Quad own = fabs(partial.value);
      if (is_meaningful(partial.bound, larger(own, claim.natural_slope))) size = larger(size, own);
    }
    sizes_.push_back(all_zero(size) ? Quad(1) : size);
  }
}

bool Separation::is_definite(const NearbyGradient& gradient) const {
  for (std::size_t j = 0; j < claims_.size(); ++j) {
    const Quad& bound = gradient.partials[claims_[j].variable].bound;
    if (!is_meaningful(bound, larger(sizes_[j], claims_[j].natural_slope))) return false;
  }
  return true;
}

std::vector<Quad> Separation::offset_of(std::size_t gradient) const {
  std::vector<Quad> result;
  for (std::size_t j = 0; j < claims_.size(); ++j) {
    const Quad& partial = gradients_[gradient].partials[claims_[j].variable].value;
    result.push_back((partial - claims_[j].value) / sizes_[j]);
  }
  return result;
}

void Separation::find_nearest() {
  std::vector<std::vector<double>> offsets;
  std::vector<std::size_t> numbers;
  for (std::size_t k = 0; k < gradients_.size(); ++k) {
    if (!is_definite(gradients_[k])) continue;
    std::vector<double>& offset = offsets.emplace_back();
    for (const Quad& each : offset_of(k)) offset.push_back(each.to_double());
    numbers.push_back(k);
  }
  if (offsets.empty()) return;
  point_ = nearest_in_hull(offsets, std::vector<double>(claims_.size()));
  for (HullPoint::Part& part : point_.parts) part.index = numbers[part.index];
  if (!point_.is_that_place) make_normal();
}

/// Makes the offset orthogonal to the face that the point lies on, in more digits than a mix in
/// double has: claims that are off by little are separated from the hull by little.
void Separation::make_normal() {
  const std::vector<Quad> first = offset_of(point_.parts.front().index);
  std::vector<Quad> normal = first;
  std::vector<std::vector<Quad>> edges;
  for (std::size_t k = 1; k < point_.parts.size(); ++k) {
    std::vector<Quad> edge = offset_of(point_.parts[k].index);
    for (std::size_t j = 0; j < edge.size(); ++j) edge[j] = edge[j] - first[j];
    const Quad square = dot(edge, edge);
    for (int repeat = 0; repeat < 2; ++repeat) {
      for (const std::vector<Quad>& other : edges) remove(edge, other);
    }
    constexpr int dependent_bits = 80;
    if (dot(edge, edge) > ldexp(square, -dependent_bits)) edges.push_back(std::move(edge));
  }
  for (const std::vector<Quad>& edge : edges) remove(normal, edge);
  for (std::size_t j = 0; j < normal.size(); ++j) point_.offset[j] = normal[j].to_double();
}

bool Separation::is_within() const {
  if (point_.is_that_place) return true;
  Quad distance(0);
  Quad allowed(0);
  for (std::size_t j = 0; j < claims_.size(); ++j) {
    const Quad offset(std::fabs(point_.offset[j]));
    distance += offset * offset;
    allowed += offset * (nearest(j).bound + claims_[j].allowance) / sizes_[j];
  }
  return distance <= allowed;
}

std::vector<Quad> Separation::direction(std::size_t dimension) const {
  std::vector<Quad> result(dimension);
  Quad longest(0);
  for (std::size_t j = 0; j < claims_.size(); ++j) {
    Quad& d = result[claims_[j].variable];
    d = Quad(-point_.offset[j]) / sizes_[j];
    longest = larger(longest, fabs(d));
  }
  for (Quad& d : result) d = d / longest;
  return result;
}

std::vector<Quad> Separation::mixed_direction() const {
  std::vector<Quad> result(gradients_.front().direction.size());
  for (const HullPoint::Part& part : point_.parts) {
    const std::vector<Quad>& d = gradients_[part.index].direction;
    const Quad length = sqrt(dot(d, d));
    for (std::size_t i = 0; i < d.size(); ++i) result[i] += Quad(part.weight) * d[i] / length;
  }
  return result;
}

double Separation::share(std::size_t claim) const {
  double longest = 0;
  for (const double offset : point_.offset) longest = std::fmax(longest, std::fabs(offset));
  return std::fabs(point_.offset[claim]) / longest;
}

Estimate<Quad> Separation::nearest(std::size_t claim) const {
  Quad bound(0);
  for (const HullPoint::Part& part : point_.parts) {
    bound += Quad(part.weight) * gradients_[part.index].partials[claims_[claim].variable].bound;
  }
  return {claims_[claim].value + Quad(point_.offset[claim]) * sizes_[claim], bound};
}

}  // namespace ad::detail
