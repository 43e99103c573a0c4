#include "autodiff/verify/shrink.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "autodiff/verify/sampling.hpp"
#include "autodiff/verify/worst_first.hpp"

namespace ad::detail {
namespace {

constexpr int most_checks = 200;
/// A simpler point may be a kink of very many variables; one check of it may not cost more than
/// this many times that of the point itself.
constexpr std::size_t most_cost_ratio = 10;

/// No std::exception, which a check takes for one of the function.
struct TooExpensive {};

class Shrinker {
 public:
  Shrinker(const Subject& subject, const CheckOptions& options, const CheckEntry& entry)
      : subject_(subject), options_(options), entry_(entry), point_(entry.point) {
    limit_evaluations(subject_.value);
    limit_evaluations(subject_.value_in_double);
    // Alone if it is refuted alone; claims at a kink may only be wrong together.
    subject_.claimed.assign(subject.variables.size(), false);
    subject_.claimed[entry.index] = true;
    if (is_refuted(point_)) {
      most_evaluations_ = most_cost_ratio * evaluations_;
    } else {
      subject_.claimed = subject.claimed;
    }
  }

  CheckPoint run() {
    clear(0, point_.size());
    for (std::size_t i = 0; i < point_.size(); ++i) simplify(i);
    return point_;
  }

 private:
  template <class T>
  void limit_evaluations(std::function<T(std::span<const T>)>& function) {
    if (!function) return;
    function = [this, original = function](std::span<const T> x) {
      if (++evaluations_ > most_evaluations_) throw TooExpensive();
      return original(x);
    };
  }

  bool is_refuted(const CheckPoint& point) {
    if (++checks_ > most_checks) return false;
    const std::vector<std::vector<double>> points{point};
    evaluations_ = 0;
    try {
      const Report report = check(subject_, points, {.seed = options_.seed});
      return std::any_of(report.entries.begin(), report.entries.end(), [&](const auto& found) {
        return found.judged && found.verdict == Verdict::refuted && found.index == entry_.index &&
               found.kind == entry_.kind;
      });
    } catch (const TooExpensive&) {
      return false;
    } catch (const std::exception&) {
      return false;
    }
  }

  bool is_inside(std::size_t i, double x) const {
    return options_.domain.empty() || contains(options_.domain[i], x);
  }

  bool try_point(CheckPoint point) {
    if (point == point_ || !is_refuted(point)) return false;
    point_ = std::move(point);
    return true;
  }

  /// As many zeros as possible, by halves.
  void clear(std::size_t begin, std::size_t end) {
    CheckPoint zeros = point_;
    for (std::size_t i = begin; i < end; ++i) {
      if (is_inside(i, 0)) zeros[i] = 0;
    }
    if (zeros == point_ || try_point(zeros) || end - begin == 1) return;
    const std::size_t middle = begin + (end - begin) / 2;
    clear(begin, middle);
    clear(middle, end);
  }

  void simplify(std::size_t i) {
    if (point_[i] == 0) return;
    std::vector<double> candidates{std::copysign(1.0, point_[i]), std::round(point_[i])};
    for (const int digits : {1, 2, 3, 6}) {
      candidates.push_back(
          std::strtod(fmt::format("{:.{}e}", point_[i], digits - 1).c_str(), nullptr));
    }
    for (const double candidate : candidates) {
      if (candidate == 0 || !is_inside(i, candidate)) continue;
      if (candidate == point_[i]) return;
      CheckPoint point = point_;
      point[i] = candidate;
      if (try_point(std::move(point))) return;
    }
  }

  Subject subject_;
  const CheckOptions& options_;
  const CheckEntry& entry_;
  CheckPoint point_;
  int checks_ = 0;
  std::size_t evaluations_ = 0;
  std::size_t most_evaluations_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace

void shrink(const Subject& subject, const CheckOptions& options, Report& report) {
  const CheckEntry* worst = nullptr;
  for (const CheckEntry& entry : report.entries) {
    if (!entry.judged || entry.verdict != Verdict::refuted || entry.variables > 1) continue;
    if (worst == nullptr || is_worse(entry, *worst)) worst = &entry;
  }
  if (worst == nullptr) return;
  report.counterexample =
      Counterexample{Shrinker(subject, options, *worst).run(), worst->index, ""};
}

}  // namespace ad::detail
