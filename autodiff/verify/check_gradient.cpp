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

void require_claim_size(const Subject& subject, const std::vector<double>& point) {
  std::vector<double> gradient(point.size());
  try {
    subject.claim_in_double(point, gradient);
  } catch (const ShapeError&) {
    throw;
  } catch (const std::exception&) {
    return;
  }
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
