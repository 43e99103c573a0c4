#include "autodiff/tools/plot_geometry.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/tools/decimal.hpp>

namespace ad::tools {
namespace {

Interval range_of(std::vector<double> numbers) {
  std::erase_if(numbers, [](double y) { return !std::isfinite(y); });
  if (numbers.empty()) return {-1, 1};
  std::sort(numbers.begin(), numbers.end());
  // Near a pole the rest of the curve must stay visible: a few extreme samples do not set the
  // scale.
  const std::size_t few = numbers.size() / 25;
  const double low = numbers[few];
  const double high = numbers[numbers.size() - 1 - few];
  const double generous = 1.5 * (high - low);
  double lower = std::max(numbers.front(), low - generous);
  double upper = std::min(numbers.back(), high + generous);
  const double least = 1e-6 * std::max(std::fabs(lower), std::fabs(upper));
  const double margin =
      upper - lower > least ? 0.08 * (upper - lower) : std::max(1.0, std::fabs(upper)) / 2;
  return {lower - margin, upper + margin};
}

/// Samples of a curve; blank lines interrupt it where it leaves the picture on opposite sides.
std::string curve(const PlotData& data, double CurvePoint::*ordinate, Interval range) {
  std::string text;
  for (const auto& piece : data.pieces) {
    double last = piece.front().*ordinate;
    for (const CurvePoint& point : piece) {
      const double y = point.*ordinate;
      if (!std::isfinite(y) || (last < range.lower && y > range.upper) ||
          (last > range.upper && y < range.lower)) {
        text += '\n';
      }
      if (std::isfinite(y)) text += fmt::format("{} {}\n", shortest(point.x), shortest(y));
      last = y;
    }
    text += '\n';
  }
  return text;
}

struct Segment {
  double x0, y0, x1, y1;
};

/// A short piece of the line through a corner, not steeper on paper than a quarter of the panel.
Segment tangent(const Corner& corner, double slope, const Panels& panels) {
  const double across = 0.11 * (panels.x.upper - panels.x.lower);
  const double up = 0.22 * (panels.values.upper - panels.values.lower);
  const double reach = std::min(across, up / std::max(std::fabs(slope), 1e-300));
  const double y = corner.left_value;
  return {corner.x - reach, y - slope * reach, corner.x + reach, y + slope * reach};
}

}  // namespace

Panels panels_of(std::span<const PlotData> functions) {
  std::vector<double> values;
  std::vector<double> slopes;
  for (const PlotData& data : functions) {
    for (const auto& piece : data.pieces) {
      for (const CurvePoint& point : piece) {
        values.push_back(point.value);
        slopes.push_back(point.slope);
      }
    }
    for (const Corner& corner : data.corners) {
      if (corner.convention) slopes.push_back(*corner.convention);
    }
  }
  const PlotData& first = functions.front();
  Panels panels{first.domain, range_of(values), range_of(slopes),
                functions.size() == 1 && !is_crowded(first)};
  if (!panels.tangents) return panels;
  const Panels without_tangents = panels;
  const double margin = 0.03 * (panels.values.upper - panels.values.lower);
  for (const Corner& corner : first.corners) {
    for (const double slope : {corner.left_slope, corner.right_slope}) {
      if (corner.jumps || !std::isfinite(slope)) continue;
      const Segment segment = tangent(corner, slope, without_tangents);
      const auto [low, high] = std::minmax(segment.y0, segment.y1);
      if (low < without_tangents.values.lower - (high - low)) continue;  // far outside
      panels.values.lower = std::min(panels.values.lower, low - margin);
      panels.values.upper = std::max(panels.values.upper, high + margin);
    }
  }
  return panels;
}

namespace {

std::string text_of(const Segment& segment) {
  return fmt::format("{} {}\n{} {}\n\n", shortest(segment.x0), shortest(segment.y0),
                     shortest(segment.x1), shortest(segment.y1));
}

std::string point(double x, double y) {
  return std::isfinite(y) ? fmt::format("{} {}\n", shortest(x), shortest(y)) : std::string();
}

}  // namespace

bool is_crowded(const PlotData& data) {
  constexpr std::size_t many = 12;
  return data.corners.size() > many;
}

Marks marks_of(const PlotData& data, const Panels& panels) {
  Marks marks;
  marks.value = curve(data, &CurvePoint::value, panels.values);
  marks.slope = curve(data, &CurvePoint::slope, panels.slopes);
  for (const Corner& corner : data.corners) {
    if (corner.jumps) {
      marks.jumps += point(corner.x, corner.left_value) + point(corner.x, corner.right_value);
      continue;
    }
    marks.kinks += point(corner.x, corner.left_value);
    if (corner.convention) marks.by_convention += point(corner.x, *corner.convention);
    if (std::isfinite(corner.left_slope) && std::isfinite(corner.right_slope)) {
      marks.between +=
          point(corner.x, corner.left_slope) + point(corner.x, corner.right_slope) + '\n';
    }
    if (is_crowded(data)) continue;
    marks.one_sided += point(corner.x, corner.left_slope) + point(corner.x, corner.right_slope);
    if (!panels.tangents) continue;
    if (std::isfinite(corner.left_slope)) {
      marks.left += text_of(tangent(corner, corner.left_slope, panels));
    }
    if (std::isfinite(corner.right_slope)) {
      marks.right += text_of(tangent(corner, corner.right_slope, panels));
    }
  }
  return marks;
}

}  // namespace ad::tools
