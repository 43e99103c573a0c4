#include "autodiff/verify/properties.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/notes.hpp>

#include "autodiff/core/numbers_text.hpp"
#include "autodiff/verify/sampling.hpp"

namespace ad::detail {
namespace {

constexpr std::size_t most_trials = 25;

using Quads = std::vector<Quad>;

std::vector<double> doubles(const Quads& x) {
  std::vector<double> result;
  for (const Quad& number : x) result.push_back(number.to_double());
  return result;
}

std::string text_of(const Quads& x) { return numbers_text(doubles(x)); }

bool all_finite(const Quads& x) {
  return std::all_of(x.begin(), x.end(), [](const Quad& number) { return isfinite(number); });
}

template <class T>
bool same(const T& a, const T& b) {
  using std::isnan;
  return a == b || (isnan(a) && isnan(b));
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](const T& x, const T& y) { return same(x, y); });
}

/// What a number is, if not which.
template <class T>
std::string_view class_of(const T& x) {
  using std::isinf;
  using std::isnan;
  if (isnan(x)) return "NaN";
  if (isinf(x)) return x > T(0) ? "inf" : "-inf";
  return "finite";
}

template <class T>
std::vector<T> value_of_rule(const RuleIn<T>& rule, std::size_t outputs, const std::vector<T>& x) {
  std::vector<T> y(outputs);
  rule.value(x, y);
  return y;
}

template <class T>
std::vector<T> pulled_back(const RuleIn<T>& rule, const std::vector<T>& x,
                           const std::vector<T>& cotangents) {
  std::vector<T> result(x.size());
  rule.pull_back(x, cotangents, result);
  return result;
}

/// The rule at one point of its domain.
struct Trial {
  const RuleSubject* subject;
  CheckPoint point;
  Quads x{};
  Quads cotangents{};         ///< one per output
  Quads tangents{};           ///< one per argument
  std::vector<Quads> rows{};  ///< of the Jacobian
  bool in_double = false;     ///< the rule exists in double precision only
  bool finite = false;

  Trial(const RuleSubject& of, CheckPoint at, Draw& draw)
      : subject(&of), point(std::move(at)), x(point.begin(), point.end()) {
    const Notes notes;
    for (std::size_t k = 0; k < of.outputs; ++k) {
      cotangents.push_back(Quad(draw.away_from_zero(1)));
      rows.push_back(rule(unit(k)));
    }
    for (std::size_t i = 0; i < x.size(); ++i) tangents.push_back(Quad(draw.away_from_zero(1)));
    finite = all_finite(value()) && std::all_of(rows.begin(), rows.end(), all_finite);
    in_double = !notes.double_only().empty();
  }

  Quads value() const { return value_of_rule(subject->in_quad, subject->outputs, x); }
  Quads rule(const Quads& by) const { return pulled_back(subject->in_quad, x, by); }
  Quads unit(std::size_t k) const {
    Quads result(subject->outputs);
    result[k] = Quad(1);
    return result;
  }

  /// Half the digits of a sum of terms of this size.
  Quad allowed(const Quad& size) const { return ldexp(size, in_double ? -26 : -56); }

  /// Σ |w_k J_ki|.
  Quad size_of_component(std::size_t i) const {
    Quad sum(0);
    for (std::size_t k = 0; k < rows.size(); ++k) sum = sum + fabs(cotangents[k] * rows[k][i]);
    return sum;
  }
};

/// What is wrong at a point, in words; nothing if all is well.
using Complaint = std::optional<std::string>;

class Certifier {
 public:
  Certifier(const RuleSubject& subject, const CheckOptions& options)
      : subject_(subject), options_(options), draw_(options.seed) {
    const std::size_t count = std::clamp<std::size_t>(options.points / 4, 1, most_trials);
    for (std::size_t k = 0; k < count; ++k) add_trial(draw_.from(options.domain));
  }

  std::vector<Property> run() {
    std::vector<Property> result;
    result.push_back(each("the same when asked twice", [&](const Trial& t) { return repeats(t); }));
    result.push_back(each("linear in the cotangent", [&](const Trial& t) { return is_linear(t); }));
    result.push_back(each("0 for the cotangent 0", [&](const Trial& t) { return is_zero(t); }));
    result.push_back(
        each("the same forwards and in reverse", [&](const Trial& t) { return agrees(t); }));
    result.push_back(second_derivatives());
    result.push_back(floats());
    result.push_back(nonfinite_arguments());
    return result;
  }

 private:
  /// A rule that throws in its domain has been reported by the check of its slopes.
  void add_trial(const CheckPoint& point) {
    try {
      Trial trial(subject_, point, draw_);
      if (trial.finite) trials_.push_back(std::move(trial));
    } catch (const std::exception&) {
    }
  }

  template <class Find>
  Property each(const char* name, Find find) const {
    Property property{.name = name};
    for (const Trial& trial : trials_) {
      Complaint complaint;
      try {
        complaint = find(trial);
      } catch (const std::exception& error) {
        complaint = fmt::format("it threw: {}", error.what());
      }
      ++property.trials;
      property.verdict = complaint ? Verdict::refuted : Verdict::verified;
      if (!complaint) continue;
      property.point = trial.point;
      property.reason = *complaint;
      break;
    }
    return property;
  }

  Complaint repeats(const Trial& trial) const {
    const Quads value = trial.value();
    const Quads first = trial.rule(trial.cotangents);
    const Quads second = trial.rule(trial.cotangents);
    if (!same(first, second)) {
      return fmt::format("its VJP says {} and then {}", text_of(first), text_of(second));
    }
    if (!same(value, trial.value())) return "the value is another after its VJP has run";
    return {};
  }

  /// A power of two goes through any arithmetic unrounded; a sum does not.
  Complaint is_linear(const Trial& trial) const {
    const Quads once = trial.rule(trial.cotangents);
    for (const int power : {1, 30, -30}) {
      Quads scaled = trial.cotangents;
      for (Quad& c : scaled) c = -ldexp(c, power);
      const Quads found = trial.rule(scaled);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Quad needed = -ldexp(once[i], power);
        if (fabs(found[i] - needed) <= trial.allowed(fabs(needed)) || is_tiny(needed)) continue;
        return fmt::format("of -2^{} times the cotangent {} it makes {}, where {} is needed", power,
                           text_of(trial.cotangents), found[i].to_double(), needed.to_double());
      }
    }
    for (std::size_t i = 0; i < once.size(); ++i) {
      Quad sum(0);
      for (std::size_t k = 0; k < trial.rows.size(); ++k) {
        sum = sum + trial.cotangents[k] * trial.rows[k][i];
      }
      if (fabs(once[i] - sum) <= trial.allowed(trial.size_of_component(i))) continue;
      return fmt::format("of the cotangent {} it makes {}, but of its parts together {}",
                         text_of(trial.cotangents), once[i].to_double(), sum.to_double());
    }
    return {};
  }

  /// Where scaling may reach the subnormal numbers of a rule in double.
  static bool is_tiny(const Quad& x) { return fabs(x) < Quad(0x1p-960); }

  Complaint is_zero(const Trial& trial) const {
    const Quads found = trial.rule(Quads(subject_.outputs));
    const auto is_not_zero = [](const Quad& c) { return !(c == Quad(0)); };
    if (std::none_of(found.begin(), found.end(), is_not_zero)) return {};
    return fmt::format("of the cotangent 0 it makes {}", text_of(found));
  }

  /// ⟨w, J v⟩ = ⟨Jᵀ w, v⟩, and each row of J from a sweep that uses one output only.
  Complaint agrees(const Trial& trial) const {
    Quads forward(subject_.outputs);
    subject_.push_forward(trial.x, trial.tangents, forward);
    for (std::size_t k = 0; k < forward.size(); ++k) {
      Quads row(trial.x.size());
      subject_.sweep(trial.x, trial.unit(k), row);
      Quad product(0);
      Quad size(0);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (!(fabs(row[i] - trial.rows[k][i]) <= trial.allowed(fabs(row[i])))) {
          return fmt::format("for output {} alone a sweep says {} where the rule says {}", k + 1,
                             row[i].to_double(), trial.rows[k][i].to_double());
        }
        product = product + row[i] * trial.tangents[i];
        size = size + fabs(row[i] * trial.tangents[i]);
      }
      if (fabs(forward[k] - product) <= trial.allowed(size)) continue;
      return fmt::format("forward mode says {} along {}, the reverse sweep {}",
                         forward[k].to_double(), text_of(trial.tangents), product.to_double());
    }
    return {};
  }

  /// The rule's own slopes are the reference, where they are smooth.
  Property second_derivatives() const {
    Property property{.name = "right in its second derivatives"};
    for (const Trial& trial : trials_) {
      try {
        const std::vector<std::vector<double>> points{trial.point};
        const Report report = check(second_subject(trial), points, {.seed = options_.seed});
        for (const CheckEntry& entry : report.entries) {
          if (entry.kind != Kind::smooth || entry.verdict == Verdict::inconclusive) continue;
          ++property.trials;
          if (property.verdict != Verdict::refuted) property.verdict = entry.verdict;
          if (entry.verdict != Verdict::refuted || !property.point.empty()) continue;
          property.point = trial.point;
          property.reason = entry.reason;
        }
      } catch (const RuleError&) {
        property.verdict = Verdict::verified;
        property.name = "refusing second derivatives";
        return property;
      }
    }
    return property;
  }

  /// Σ v_i (Jᵀw)_i by the rule, and its derivative by the engine.
  Subject second_subject(const Trial& trial) const {
    Quads probe(trial.x.size());
    subject_.second(trial.x, trial.cotangents, trial.tangents, probe);  // throws if it is refused
    Subject subject;
    subject.variables = subject_.variables;
    subject.value = [this, &trial](std::span<const Quad> x) {
      Quads cotangents(x.size());
      subject_.in_quad.pull_back(x, trial.cotangents, cotangents);
      Quad sum(0);
      for (std::size_t i = 0; i < x.size(); ++i) sum = sum + trial.tangents[i] * cotangents[i];
      return sum;
    };
    subject.claim = [this, &trial](std::span<const Quad> x, std::span<Quad> gradient) {
      subject_.second(x, trial.cotangents, trial.tangents, gradient);
    };
    return subject;
  }

  /// A rule may lose digits in float; one that has none right at most points is not right in it.
  Property floats() const {
    Property property{.name = "right in float"};
    std::size_t wrong = 0;
    double most_lost = 0;
    for (const Trial& trial : trials_) {
      const std::vector<float> x(trial.point.begin(), trial.point.end());
      const std::vector<float> cotangents(subject_.outputs, 1.0F);
      const std::vector<float> found = pulled_back(subject_.in_float, x, cotangents);
      const Quads needed = pulled_back(subject_.in_quad, Quads(x.begin(), x.end()),
                                       Quads(subject_.outputs, Quad(1)));
      double worst = 0;
      bool comparable = false;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double right = needed[i].to_double();
        if (!is_normal_float(right)) continue;
        comparable = true;
        const double error = std::fabs(static_cast<double>(found[i]) - right) / std::fabs(right);
        worst = std::max(worst, std::isnan(error) ? 1 : error);
      }
      if (!comparable) continue;
      ++property.trials;
      const double unit = std::numeric_limits<float>::epsilon();
      most_lost = std::max(most_lost, std::log10(std::max(1.0, std::min(worst, 1.0) / unit)));
      if (worst < 0.5) continue;
      ++wrong;
      if (!property.point.empty()) continue;
      property.point = trial.point;
      property.reason = fmt::format("in float its VJP says {}, where {} is needed",
                                    numbers_text(std::vector<double>(found.begin(), found.end())),
                                    text_of(needed));
    }
    if (property.trials == 0) return property;
    property.verdict = 2 * wrong > property.trials ? Verdict::refuted : Verdict::verified;
    if (property.verdict == Verdict::refuted) return property;
    property.point.clear();
    property.reason =
        most_lost < 1 ? "" : fmt::format("losing up to {:.0f} of its 7 digits", most_lost);
    return property;
  }

  static bool is_normal_float(double x) {
    return std::fabs(x) >= static_cast<double>(std::numeric_limits<float>::min()) &&
           std::fabs(x) <= static_cast<double>(std::numeric_limits<float>::max());
  }

  Property nonfinite_arguments() const {
    Property property{.name = "alike on all number types at NaN and infinity"};
    if (trials_.empty()) return property;
    property.verdict = Verdict::verified;
    const CheckPoint& ordinary = trials_.front().point;
    for (std::size_t i = 0; i < ordinary.size(); ++i) {
      for (const double special :
           {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
            -std::numeric_limits<double>::infinity()}) {
        CheckPoint point = ordinary;
        point[i] = special;
        for (double& x : point) x = static_cast<double>(static_cast<float>(x));
        ++property.trials;
        const Complaint complaint = differs(point);
        if (!complaint) continue;
        property.verdict = Verdict::refuted;
        property.point = point;
        property.reason = *complaint;
        return property;
      }
    }
    return property;
  }

  /// What each result is at a point: an exception is as good an answer as NaN.
  template <class InNumber, class T>
  std::vector<std::string> classes(const InNumber& rule, const std::vector<T>& x) const {
    std::vector<std::string> result(subject_.outputs, "an exception");
    try {
      const auto y = value_of_rule(rule, subject_.outputs, x);
      for (std::size_t k = 0; k < y.size(); ++k) result[k] = class_of(y[k]);
    } catch (const std::exception&) {
    }
    return result;
  }

  Complaint differs(const CheckPoint& point) const {
    try {
      const std::vector<float> x(point.begin(), point.end());
      const auto in_quad = classes(subject_.in_quad, Quads(x.begin(), x.end()));
      const auto in_double = classes(subject_.in_double, point);
      const auto in_float = classes(subject_.in_float, x);
      for (std::size_t k = 0; k < in_double.size(); ++k) {
        if (in_quad[k] == in_double[k] && in_float[k] == in_double[k]) continue;
        return fmt::format("its value is {} in quad, {} in double, {} in float", in_quad[k],
                           in_double[k], in_float[k]);
      }
      if (in_double.front() == "an exception") return {};
      (void)pulled_back(subject_.in_double, point, std::vector<double>(subject_.outputs, 1.0));
    } catch (const std::exception& error) {
      return fmt::format("it threw: {}", error.what());
    }
    return {};
  }

  const RuleSubject& subject_;
  const CheckOptions& options_;
  Draw draw_;
  std::vector<Trial> trials_;
};

}  // namespace

std::vector<Property> properties_of(const RuleSubject& subject, const CheckOptions& options) {
  return Certifier(subject, options).run();
}

}  // namespace ad::detail
