#include <exception>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/verify/check_gradient.hpp>

#include "autodiff/verify/shrink.hpp"

namespace ad::detail {

void throw_claim_size(std::size_t found, std::size_t needed) {
  throw ShapeError(
      fmt::format("check_gradient: the claimed gradient has {} components, but there are {} "
                  "variables; return one component per variable.",
                  found, needed));
}

namespace {

/// Only errors of shape are the caller's at once; what else is thrown is left to the check.
template <class F>
void throw_shape_errors_of(const F& evaluate) {
  try {
    evaluate();
  } catch (const ShapeError&) {
    throw;
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

void require_scalar_output(const Subject& subject, const std::vector<double>& point) {
  throw_shape_errors_of([&] { subject.value_in_double(point); });
}

void require_claim_size(const Subject& subject, const std::vector<double>& point) {
  std::vector<double> gradient(point.size());
  throw_shape_errors_of([&] { subject.claim_in_double(point, gradient); });
}

Report check_at_and_over(const Subject& subject, const std::vector<double>& point,
                         const CheckOptions& options) {
  const std::vector<std::vector<double>> points{point};
  Report report = check(subject, points, options);
  if (!options.domain.empty()) report.merge(check_over_domain(subject, options));
  shrink(subject, options, report);
  return report;
}

void write_test(Report& report, std::string_view functions, bool one_by_one) {
  if (!report.counterexample) return;
  const std::string numbers = fmt::format("{:#}", fmt::join(report.counterexample->point, ", "));
  report.counterexample->test =
      fmt::format("EXPECT_GRADIENT({}, {});", functions,
                  one_by_one ? numbers : fmt::format("(std::array{{{}}})", numbers));
}

}  // namespace ad::detail
