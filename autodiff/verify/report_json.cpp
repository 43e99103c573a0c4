#include <cmath>

#include <nlohmann/json.hpp>

#include <autodiff/verify/report.hpp>

namespace ad {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

Json entry_json(const Report& report, const CheckEntry& entry) {
  Json point = Json::object();
  for (std::size_t i = 0; i < entry.point.size(); ++i) {
    point[report.variables[i]] = number(entry.point[i]);
  }
  return {{"variable", entry.variable},
          {"point", point},
          {"claimed", number(entry.claimed)},
          {"reference", number(entry.reference)},
          {"error_bound", number(entry.error_bound)},
          {"claim_bound", number(entry.claim_bound)},
          {"left", number(entry.left)},
          {"right", number(entry.right)},
          {"verdict", to_string(entry.verdict)},
          {"kind", to_string(entry.kind)},
          {"judged", entry.judged},
          {"claimed_in_double", number(entry.claimed_in_double)},
          {"lost_digits", number(entry.lost_digits)},
          {"reason", entry.reason}};
}

}  // namespace

std::string to_json(const Report& report) {
  Json entries = Json::array();
  for (const CheckEntry& entry : report.entries) entries.push_back(entry_json(report, entry));
  const Json document{{"verdict", to_string(report.verdict)},
                      {"counts",
                       {{"verified", report.counts.verified},
                        {"refuted", report.counts.refuted},
                        {"inconclusive", report.counts.inconclusive},
                        {"not_judged", report.counts.not_judged}}},
                      {"seed", report.seed},
                      {"variables", report.variables},
                      {"notes", report.notes},
                      {"entries", entries}};
  // Names and messages may hold any bytes; a report is no reason to throw.
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ad
