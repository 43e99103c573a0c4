#include "autodiff/verify/domain_points.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <exception>
#include <set>
#include <utility>

#include <autodiff/core/notes.hpp>

#include "autodiff/verify/switches.hpp"

namespace ad::detail {
namespace {

std::vector<std::uint64_t> bits_of(const CheckPoint& point) {
  std::vector<std::uint64_t> result;
  for (const double x : point) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

/// The function has no quad version, or calls a rule that has none.
bool is_double_only(const Subject& subject, const CheckPoint& point) {
  if (!subject.value) return true;
  const Notes notes;
  try {
    subject.value(std::vector<Quad>(point.begin(), point.end()));
  } catch (const std::exception&) {
    return false;  // the check meets it again and reports it
  }
  return !notes.double_only().empty();
}

void keep_resolvable(CheckPoint& point, const std::vector<Interval>& domain) {
  constexpr double least = 0x1p-960;
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (point[i] == 0 || std::fabs(point[i]) >= least) continue;
    const double moved = std::copysign(least, point[i]);
    if (contains(domain[i], moved)) point[i] = moved;
  }
}

}  // namespace

std::vector<CheckPoint> points_of_domain(const Subject& subject, const CheckOptions& options) {
  Draw draw(options.seed);
  std::vector<CheckPoint> points = sample_domain(options, draw);
  for (CheckPoint& point : points_at_switches(subject, options, draw)) {
    points.push_back(std::move(point));
  }
  if (is_double_only(subject, points.front())) {
    for (CheckPoint& point : points) keep_resolvable(point, options.domain);
  }
  std::set<std::vector<std::uint64_t>> seen;
  std::erase_if(points,
                [&](const CheckPoint& point) { return !seen.insert(bits_of(point)).second; });
  return points;
}

}  // namespace ad::detail
