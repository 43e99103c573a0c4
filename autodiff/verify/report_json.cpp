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

Json numbers(const std::vector<double>& all) {
  Json json = Json::array();
  for (const double x : all) json.push_back(number(x));
  return json;
}

Json point_json(const Report& report, const std::vector<double>& coordinates) {
  Json point = Json::object();
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    point[report.variables[i]] = number(coordinates[i]);
  }
  return point;
}

Json entry_json(const Report& report, const CheckEntry& entry) {
  return {{"variable", entry.variable},
          {"variables", entry.variables},
          {"point", point_json(report, entry.point)},
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

Json blame_json(const Report& report, const Blame& blame) {
  Json json{{"operation", blame.operation},
            {"place", blame.place},
            {"point", point_json(report, blame.point)},
            {"arguments", numbers(blame.arguments)},
            {"argument", blame.argument},
            {"argument_name", blame.argument_name},
            {"result_name", blame.result_name},
            {"cotangent", number(blame.cotangent)},
            {"claimed", number(blame.claimed)},
            {"reference", number(blame.reference)},
            {"reason", blame.reason}};
  if (blame.where.file != nullptr) {
    json["file"] = blame.where.file;
    json["line"] = blame.where.line;
  }
  return json;
}

Json property_json(const Report& report, const Property& property) {
  Json json{{"name", property.name},
            {"verdict", to_string(property.verdict)},
            {"trials", property.trials}};
  if (!property.point.empty()) json["point"] = point_json(report, property.point);
  if (!property.reason.empty()) json["reason"] = property.reason;
  return json;
}

}  // namespace

std::string to_json(const Report& report) {
  Json entries = Json::array();
  for (const CheckEntry& entry : report.entries) entries.push_back(entry_json(report, entry));
  Json properties = Json::array();
  for (const Property& each : report.properties) {
    properties.push_back(property_json(report, each));
  }
  Json blame = Json::array();
  for (const Blame& each : report.blame) blame.push_back(blame_json(report, each));
  Json document{{"verdict", to_string(report.verdict)},
                {"counts",
                 {{"verified", report.counts.verified},
                  {"refuted", report.counts.refuted},
                  {"inconclusive", report.counts.inconclusive},
                  {"not_judged", report.counts.not_judged}}},
                {"seed", report.seed},
                {"variables", report.variables},
                {"notes", report.notes},
                {"properties", properties},
                {"blame", blame},
                {"entries", entries}};
  if (report.counterexample) {
    document["counterexample"] = {{"point", point_json(report, report.counterexample->point)},
                                  {"variable", report.variables[report.counterexample->index]},
                                  {"test", report.counterexample->test}};
  }
  // Names and messages may hold any bytes; a report is no reason to throw.
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ad
