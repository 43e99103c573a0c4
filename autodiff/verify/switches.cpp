#include "autodiff/verify/switches.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>
#include <numeric>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/notes.hpp>

#include "autodiff/verify/probe.hpp"

namespace ad::detail {
namespace {

constexpr std::size_t most_lines = 24;
constexpr std::size_t lines_per_variable = 3;
constexpr std::size_t most_switches = 24;  ///< of one line

/// The position of a double in the order of all of them; both zeros are 0.
std::int64_t order_of(double x) {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}

double number_at(std::int64_t order) {
  return std::bit_cast<double>(order >= 0 ? order
                                          : std::numeric_limits<std::int64_t>::min() - order);
}

double next_up(double x) { return std::nextafter(x, HUGE_VAL); }

/// The double half way between two others in the order of all doubles: 64 bisections at most.
double middle_of(double a, double b) { return number_at(std::midpoint(order_of(a), order_of(b))); }

/// The subject along a line parallel to an axis.
class Line {
 public:
  Line(const Subject& subject, CheckPoint point, std::size_t variable)
      : subject_(subject), point_(std::move(point)), variable_(variable) {}

  /// What function and claim compare in quad precision, and which of their values are finite.
  Signature signature(double x) {
    point_[variable_] = x;
    const std::vector<Quad> arguments(point_.begin(), point_.end());
    Notes notes;
    BranchLog log;
    std::vector<Quad> values;
    try {
      if (subject_.claim) {
        values.resize(point_.size());
        subject_.claim(arguments, values);
      }
      if (subject_.value) values.push_back(subject_.value(arguments));
    } catch (const std::exception&) {
      return {{"exception", BranchLog::unordered}};
    }
    Signature result = log.entries();
    for (const Quad& value : values) {
      result.push_back({"finite", static_cast<signed char>(isfinite(value) ? 1 : -1)});
    }
    return result;
  }

  /// The claim in double, and the function if it has no quad version.
  std::vector<double> numbers(double x) {
    point_[variable_] = x;
    std::vector<double> result;
    try {
      if (subject_.claim_in_double) {
        result.resize(point_.size());
        subject_.claim_in_double(point_, result);
      }
      if (!subject_.value) result.push_back(subject_.value_in_double(point_));
    } catch (const std::exception&) {
      result.assign(point_.size() + 1, std::numeric_limits<double>::quiet_NaN());
    }
    return result;
  }

  CheckPoint at(double x) const {
    CheckPoint result = point_;
    result[variable_] = x;
    return result;
  }

 private:
  const Subject& subject_;
  CheckPoint point_;
  std::size_t variable_;
};

/// Two neighbouring doubles between which something changes.
struct Switch {
  double below, above;
};

class Searcher {
 public:
  Searcher(const Subject& subject, Line& line) : subject_(subject), line_(line) {}

  std::vector<double> run(const std::vector<double>& grid) {
    if (subject_.value || subject_.claim) search_signatures(grid);
    if (subject_.claim_in_double || !subject_.value) search_jumps(grid);
    std::sort(found_.begin(), found_.end(),
              [](const Switch& a, const Switch& b) { return a.below < b.below; });
    return points_around(grid);
  }

 private:
  void search_signatures(const std::vector<double>& grid) {
    Signature before = line_.signature(grid.front());
    for (std::size_t i = 1; i < grid.size(); ++i) {
      Signature here = line_.signature(grid[i]);
      bisect_signature(grid[i - 1], before, grid[i], here);
      before = std::move(here);
    }
  }

  /// All changes between a and b that show at their ends.
  void bisect_signature(double a, const Signature& at_a, double b, const Signature& at_b) {
    if (same_signature(at_a, at_b) || found_.size() >= most_switches) return;
    double below = a;
    double above = b;
    Signature at_above = at_b;
    while (order_of(above) - order_of(below) > 1) {
      const double middle = middle_of(below, above);
      Signature at_middle = line_.signature(middle);
      if (same_signature(at_a, at_middle)) {
        below = middle;
      } else {
        above = middle;
        at_above = std::move(at_middle);
      }
    }
    found_.push_back({below, above});
    if (above < b) bisect_signature(above, at_above, b, at_b);
  }

  static double change(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (std::isnan(a[i]) != std::isnan(b[i])) return HUGE_VAL;
      const double distance = std::fabs(a[i] - b[i]);
      if (distance > largest) largest = distance;
    }
    return largest;
  }

  /// Where the claim, or a function without branches to be seen, jumps: a change that stays when
  /// the interval shrinks.
  void search_jumps(const std::vector<double>& grid) {
    std::vector<double> before = line_.numbers(grid.front());
    for (std::size_t i = 1; i < grid.size(); ++i) {
      std::vector<double> here = line_.numbers(grid[i]);
      bisect_jump(grid[i - 1], before, grid[i], here);
      before = std::move(here);
    }
  }

  void bisect_jump(double a, std::vector<double> at_a, double b, std::vector<double> at_b) {
    const double first = change(at_a, at_b);
    if (first == 0 || found_.size() >= most_switches) return;
    constexpr int patience = 8;  // bisections in which the change of a smooth claim falls by 2^8
    for (int steps = 0; order_of(b) - order_of(a) > 1; ++steps) {
      const double middle = middle_of(a, b);
      std::vector<double> at_middle = line_.numbers(middle);
      if (change(at_a, at_middle) >= change(at_middle, at_b)) {
        b = middle;
        at_b = std::move(at_middle);
      } else {
        a = middle;
        at_a = std::move(at_middle);
      }
      if (steps == patience && change(at_a, at_b) < first / 16) return;
    }
    if (change(at_a, at_b) >= first / 16) found_.push_back({a, b});
  }

  std::vector<double> points_around(const std::vector<double>& grid) const {
    std::vector<double> result;
    double piece_begins = grid.front();
    for (const Switch& s : found_) {
      // The middle one of three may be the switch itself, hit exactly.
      result.insert(result.end(), {s.below, s.above});
      if (next_up(s.above) <= grid.back()) result.push_back(next_up(s.above));
      if (s.below > piece_begins) result.push_back(piece_begins / 2 + s.below / 2);
      piece_begins = s.above;
    }
    if (!found_.empty() && piece_begins < grid.back()) {
      result.push_back(piece_begins / 2 + grid.back() / 2);
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

  const Subject& subject_;
  Line& line_;
  std::vector<Switch> found_;
};

/// Uniform with a little irregularity, the special values, and the ends.
std::vector<double> grid_of(const Interval& interval, std::size_t count, Draw& draw) {
  std::vector<double> grid = special_values(interval);
  grid.push_back(interval.lower);
  grid.push_back(interval.upper);
  const double half = interval.upper / 2 - interval.lower / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = (static_cast<double>(i) + draw.unit()) / static_cast<double>(count);
    grid.push_back(std::clamp(interval.lower + half * (2 * share), interval.lower, interval.upper));
  }
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  return grid;
}

}  // namespace

std::vector<CheckPoint> points_at_switches(const Subject& subject, const CheckOptions& options,
                                           Draw& draw) {
  std::vector<std::size_t> variables;
  for (std::size_t i = 0; i < options.domain.size(); ++i) {
    if (options.domain[i].lower < options.domain[i].upper) variables.push_back(i);
  }
  std::vector<CheckPoint> result;
  if (variables.empty()) return result;
  const bool one = variables.size() == 1;
  const std::size_t lines = one ? 1 : std::min(most_lines, lines_per_variable * variables.size());
  for (std::size_t k = 0; k < lines; ++k) {
    const std::size_t i = variables[k % variables.size()];
    Line line(subject, draw.from(options.domain), i);
    const std::vector<double> grid = grid_of(options.domain[i], one ? 192 : 48, draw);
    for (const double x : Searcher(subject, line).run(grid)) result.push_back(line.at(x));
  }
  return result;
}

}  // namespace ad::detail
