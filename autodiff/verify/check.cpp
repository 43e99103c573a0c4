#include <algorithm>
#include <cmath>
#include <exception>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/error.hpp>
#include <autodiff/core/notes.hpp>
#include <autodiff/verify/check.hpp>

#include "autodiff/verify/domain_points.hpp"
#include "autodiff/verify/judge.hpp"
#include "autodiff/verify/judge_jointly.hpp"
#include "autodiff/verify/number_tools.hpp"
#include "autodiff/verify/projection.hpp"
#include "autodiff/verify/rounding.hpp"
#include "autodiff/verify/slopes.hpp"
#include "autodiff/verify/validate.hpp"

namespace ad {
namespace detail {
namespace {

/// The claimed gradient at one point.
struct Claims {
  std::vector<Quad> values;
  std::vector<double> in_double;  ///< NaN where there is no claim in double
  bool only_in_double = false;
  std::string exception;
};

class Checker {
 public:
  Checker(const Subject& subject, const CheckOptions& options, Report& report)
      : subject_(subject), options_(options), report_(report), count_(subject.variables.size()) {
    make_functions();
  }

  void check_point(const std::vector<double>& point) {
    const Claims claims = evaluate_claims(point);
    const bool finite =
        std::all_of(point.begin(), point.end(), [](double x) { return std::isfinite(x); });
    if (!finite) {
      for (const std::size_t i : claimed_variables()) report_.add(at_infinity(point, i, claims));
      return;
    }
    const Projection projection = project_many(point, claims);
    if (projection.suspects.size() >= enough_suspects && refute_some(point, projection, claims)) {
      return;
    }
    const bool others_are_smooth =
        projection.left.size() < many_variables && count_ >= many_variables;
    for (CheckEntry& entry : judged(point, projection.left, claims, others_are_smooth)) {
      report_.add(std::move(entry));
    }
  }

 private:
  /// One by one, and then together.
  std::vector<CheckEntry> judged(const std::vector<double>& point,
                                 const std::vector<std::size_t>& variables, const Claims& claims,
                                 bool others_are_smooth) {
    std::vector<AxisVerdict> axes;
    for (const std::size_t i : variables) axes.push_back(check_variable(point, i, claims));
    if (claims.exception.empty() && subject_.value) {
      if (others_are_smooth) {
        judge_with_others_fixed(axes, point);
      } else {
        judge_jointly(axes, subject_.value, point, options_.seed);
      }
    }
    std::vector<CheckEntry> entries;
    for (AxisVerdict& axis : axes) entries.push_back(std::move(axis.entry));
    return entries;
  }

  /// A gradient that is wrong in very many components is refuted by some of them.
  bool refute_some(const std::vector<double>& point, const Projection& projection,
                   const Claims& claims) {
    std::vector<std::size_t> some = projection.suspects;
    std::sort(some.begin(), some.end());
    std::vector<CheckEntry> entries = judged(point, some, claims, false);
    const auto refuted = std::count_if(entries.begin(), entries.end(), [](const CheckEntry& entry) {
      return entry.verdict == Verdict::refuted;
    });
    if (refuted == 0) return false;
    for (CheckEntry& entry : entries) report_.add(std::move(entry));

    std::vector<std::size_t> rest;
    std::set_difference(projection.left.begin(), projection.left.end(), some.begin(), some.end(),
                        std::back_inserter(rest));
    if (rest.empty()) return true;
    CheckEntry others = entry_of(point, rest.front(), claims);
    others.variables = rest.size();
    if (rest.size() > 1) {
      others.variable = fmt::format("{} and {} more", others.variable, rest.size() - 1);
    }
    others.reference = others.left = others.right = std::numeric_limits<double>::quiet_NaN();
    others.error_bound = std::numeric_limits<double>::infinity();
    others.reason = fmt::format(
        "not examined one by one: not all of these are right, and of {} like them {} are refuted",
        some.size(), refuted);
    report_.add(std::move(others));
    report_.add_note(fmt::format(
        "{} derivatives, which are not all right, were not examined one by one", rest.size()));
    return true;
  }

  /// The function and the claim in double, made from the quad ones if need be.
  void make_functions() {
    value_in_double_ = subject_.value_in_double;
    if (!value_in_double_) {
      value_in_double_ = [this](std::span<const double> x) {
        return subject_.value(std::vector<Quad>(x.begin(), x.end())).to_double();
      };
    }
    claim_in_double_ = subject_.claim_in_double;
    if (!claim_in_double_) {
      claim_in_double_ = [this](std::span<const double> x, std::span<double> result) {
        std::vector<Quad> quads(result.size());
        subject_.claim(std::vector<Quad>(x.begin(), x.end()), quads);
        for (std::size_t i = 0; i < quads.size(); ++i) result[i] = quads[i].to_double();
      };
    }
  }

  std::vector<std::size_t> claimed_variables() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < count_; ++i) {
      if (subject_.claimed.empty() || subject_.claimed[i]) result.push_back(i);
    }
    return result;
  }

  /// Of many variables, checks together those that agree. The others are left.
  Projection project_many(const std::vector<double>& point, const Claims& claims) {
    const std::vector<std::size_t> variables = claimed_variables();
    const bool in_quad = subject_.value && !claims.only_in_double && claims.exception.empty();
    if (variables.size() < many_variables || !in_quad || is_double_only(point)) {
      return {{}, variables, {}};
    }
    Projection projection = project(subject_.value, point, claims.values, variables, options_.seed);
    for (const VerifiedBlock& block : projection.blocks) {
      CheckEntry entry = entry_of(point, block.variables.front(), claims);
      entry.variables = block.variables.size();
      entry.variable = fmt::format("{} and {} more", entry.variable, entry.variables - 1);
      entry.claimed = block.claimed.to_double();
      entry.reference = entry.left = entry.right = block.slope.value.to_double();
      entry.error_bound = block.slope.bound.to_double();
      entry.verdict = Verdict::verified;
      entry.reason = fmt::format(
          "along a random direction of these claimed {}, reference {} ± {:.1e}: they agree",
          entry.claimed, entry.reference, entry.error_bound);
      for (const std::size_t i : block.variables) {
        entry.lost_digits = std::max(entry.lost_digits, lost_digits(claims, i));
      }
      report_.add(std::move(entry));
    }
    return projection;
  }

  /// As a function of the variables of these axes alone: along the others, of which there are many,
  /// it was seen to be smooth, or nothing is claimed for them.
  void judge_with_others_fixed(std::vector<AxisVerdict>& axes, const std::vector<double>& point) {
    std::vector<std::size_t> variables;
    std::vector<double> coordinates;
    for (AxisVerdict& axis : axes) {
      variables.push_back(axis.entry.index);
      coordinates.push_back(point[axis.entry.index]);
      axis.entry.index = variables.size() - 1;
    }
    const QuadFunction function = [&](std::span<const Quad> some) {
      std::vector<Quad> x(point.begin(), point.end());
      for (std::size_t k = 0; k < some.size(); ++k) x[variables[k]] = some[k];
      return subject_.value(x);
    };
    judge_jointly(axes, function, coordinates, options_.seed);
    for (AxisVerdict& axis : axes) axis.entry.index = variables[axis.entry.index];
  }

  bool is_double_only(const std::vector<double>& point) {
    const Notes notes;
    try {
      subject_.value(std::vector<Quad>(point.begin(), point.end()));
    } catch (const std::exception&) {
      return true;  // what it throws is reported for each variable
    }
    return !notes.double_only().empty();
  }

  Claims evaluate_claims(const std::vector<double>& point) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    Claims claims{
        std::vector<Quad>(count_, Quad(nan)), std::vector<double>(count_, nan), false, {}};
    try {
      if (subject_.claim_in_double) subject_.claim_in_double(point, claims.in_double);
      claims.only_in_double = !subject_.claim;
      if (subject_.claim) {
        Notes notes;
        subject_.claim(std::vector<Quad>(point.begin(), point.end()), claims.values);
        note_double_only(notes.double_only());
        claims.only_in_double = !notes.double_only().empty();
      }
      if (claims.only_in_double) {
        std::vector<double> values(count_, nan);
        claim_in_double_(point, values);
        claims.values.assign(values.begin(), values.end());
      }
    } catch (const std::exception& error) {
      claims.exception = error.what();
    }
    return claims;
  }

  void note_double_only(const std::vector<std::string>& rules) {
    for (const std::string& rule : rules) {
      report_.add_note(fmt::format(
          "the rule {} exists only in double precision: what uses it is judged to double precision",
          rule));
    }
  }

  Slopes measure(const std::vector<double>& point, std::size_t i, bool& in_double) {
    in_double = !subject_.value;
    if (!in_double) {
      Slopes slopes = measure_slopes<Quad>(subject_.value, point, i);
      if (slopes.double_only.empty()) return slopes;
      note_double_only(slopes.double_only);
      in_double = true;
    }
    return measure_slopes<double>(value_in_double_, point, i);
  }

  CheckEntry entry_of(const std::vector<double>& point, std::size_t i, const Claims& claims) const {
    CheckEntry entry;
    entry.variable = subject_.variables[i];
    entry.index = i;
    entry.point = point;
    entry.claimed = claims.values[i].to_double();
    entry.claimed_in_double = claims.in_double[i];
    return entry;
  }

  CheckEntry at_infinity(const std::vector<double>& point, std::size_t i,
                         const Claims& claims) const {
    CheckEntry entry = entry_of(point, i, claims);
    entry.kind = Kind::nonfinite;
    entry.judged = false;
    entry.reference = entry.left = entry.right = std::numeric_limits<double>::quiet_NaN();
    entry.error_bound = std::numeric_limits<double>::infinity();
    entry.reason = "the point itself is not finite: there is no slope at infinity";
    return entry;
  }

  AxisVerdict check_variable(const std::vector<double>& point, std::size_t i,
                             const Claims& claims) {
    AxisVerdict axis{entry_of(point, i, claims), {}, {}};
    axis.slopes = measure(point, i, axis.claim.reference_in_double);
    axis.claim.value = claims.values[i];
    axis.claim.only_in_double = claims.only_in_double;
    axis.claim.rounding = [this, &point, &claims, i,
                           reach = axis.slopes.smooth_scale](bool at_kink) {
      return rounding({point, i, reach, at_kink}, claims);
    };
    judge(axis.entry, axis.slopes, axis.claim);
    if (!claims.exception.empty()) {
      axis.entry.verdict = Verdict::inconclusive;
      axis.entry.reason = fmt::format("the claimed gradient threw here: {}", claims.exception);
    }
    if (!claims.only_in_double) axis.entry.lost_digits = lost_digits(claims, i);
    return axis;
  }

  Quad rounding(const Neighbourhood& neighbourhood, const Claims& claims) const {
    const std::size_t i = neighbourhood.coordinate;
    if (!claims.only_in_double) {
      // What loses at most ten bits in double loses no more in quad, which starts 60 bits further.
      const Quad value = claims.values[i];
      const Quad plain(claims.in_double[i]);
      if (fabs(plain - value) <= ldexp(fabs(value), -10)) return ldexp(fabs(value), -100);
    }
    try {
      if (claims.only_in_double) {
        const std::function<double(std::span<const double>)> component =
            [this, i](std::span<const double> x) {
              std::vector<double> result(count_);
              claim_in_double_(x, result);
              return result[i];
            };
        return Quad(rounding_of_claim<double>(component, neighbourhood)) +
               Quad(4) * fabs(claims.values[i]) * relative_rounding_of_value(neighbourhood.point);
      }
      const std::function<Quad(std::span<const Quad>)> component = [this,
                                                                    i](std::span<const Quad> x) {
        std::vector<Quad> result(count_);
        subject_.claim(x, result);
        return result[i];
      };
      return rounding_of_claim<Quad>(component, neighbourhood);
    } catch (const std::exception&) {
      return Quad(0);  // it threw beside the point: its rounding cannot be its excuse
    }
  }

  /// What double arithmetic loses on the function itself, relatively: constants inside it are lost
  /// alike on its derivative, where no neighbouring point shows it.
  Quad relative_rounding_of_value(std::span<const double> point) const {
    if (!subject_.value || !subject_.value_in_double) return Quad(0);
    const Quad exact = subject_.value(std::vector<Quad>(point.begin(), point.end()));
    const Quad error = fabs(Quad(subject_.value_in_double(point)) - exact) / fabs(exact);
    return isfinite(error) ? error : Quad(0);
  }

  /// Decimal digits by which the claim in double is worse than one rounding.
  static double lost_digits(const Claims& claims, std::size_t i) {
    constexpr double all = std::numeric_limits<double>::max_digits10 - 1;
    const double plain = claims.in_double[i];
    const double exact = claims.values[i].to_double();
    if (std::isnan(plain) && std::isnan(exact)) return 0;
    if (!std::isfinite(plain) || !std::isfinite(exact)) return plain == exact ? 0 : all;
    const Quad distance = fabs(Quad(plain) - claims.values[i]);
    const Quad size = fabs(claims.values[i]);
    if (distance == Quad(0)) return 0;
    const Quad unit = Quad(rounding_unit<double>()) * size + Quad(least_step<double>());
    const double units = (distance / unit).to_double();
    return std::clamp(std::log10(units), 0.0, all);
  }

  const Subject& subject_;
  const CheckOptions& options_;
  Report& report_;
  std::size_t count_;
  std::function<double(std::span<const double>)> value_in_double_;
  std::function<void(std::span<const double>, std::span<double>)> claim_in_double_;
};

}  // namespace
}  // namespace detail

Report check(const Subject& subject, std::span<const std::vector<double>> points,
             const CheckOptions& options) {
  detail::validate_subject(subject, "check");
  detail::validate_points(subject, points, "check");
  Report report;
  report.variables = subject.variables;
  report.seed = options.seed;
  detail::Checker checker(subject, options, report);
  for (const std::vector<double>& point : points) checker.check_point(point);
  return report;
}

Report check_over_domain(const Subject& subject, const CheckOptions& options) {
  detail::validate_subject(subject, "check_over_domain");
  detail::validate_domain(subject, options, "check_over_domain");
  return check(subject, detail::points_of_domain(subject, options), options);
}

}  // namespace ad
