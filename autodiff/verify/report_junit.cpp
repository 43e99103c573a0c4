#include <sstream>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include <autodiff/verify/report.hpp>

namespace ad {
namespace {

using Tree = boost::property_tree::ptree;

/// XML has no control characters, whatever a name or a message may hold.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    result += control ? '?' : c;
  }
  return result;
}

void set(Tree& tree, const char* attribute, std::string_view text) {
  tree.put(std::string("<xmlattr>.") + attribute, printable(text));
}

/// A test case with the outcome of its kind, if that is not success.
Tree test_case(std::string_view suite, const std::string& name, const char* outcome,
               Verdict verdict, const std::string& reason) {
  Tree tree;
  set(tree, "classname", suite);
  set(tree, "name", name);
  if (outcome != nullptr) {
    Tree child;
    set(child, "message", reason);
    set(child, "type", to_string(verdict));
    tree.add_child(outcome, child);
  }
  return tree;
}

std::string name_of(const Report& report, const CheckEntry& entry) {
  std::string name = fmt::format("derivative by {} at", entry.variable);
  for (std::size_t i = 0; i < entry.point.size(); ++i) {
    name += fmt::format("{} {}={}", i == 0 ? "" : ",", report.variables[i], entry.point[i]);
  }
  return name;
}

const char* outcome_of(Verdict verdict) {
  if (verdict == Verdict::verified) return nullptr;
  return verdict == Verdict::refuted ? "failure" : "error";
}

}  // namespace

std::string to_junit(const Report& report, std::string_view suite) {
  Tree cases;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  const auto add = [&](const std::string& name, bool judged, Verdict verdict,
                       const std::string& reason) {
    failures += judged && verdict == Verdict::refuted ? 1 : 0;
    errors += judged && verdict == Verdict::inconclusive ? 1 : 0;
    skipped += judged ? 0 : 1;
    cases.add_child("testcase", test_case(suite, name, judged ? outcome_of(verdict) : "skipped",
                                          verdict, reason));
  };
  for (const CheckEntry& entry : report.entries) {
    add(name_of(report, entry), entry.judged, entry.verdict, entry.reason);
  }
  for (const Property& property : report.properties) {
    add(property.name, property.verdict != Verdict::inconclusive, property.verdict,
        property.reason);
  }
  // A report without a judged entry is never a pass.
  if (report.verdict == Verdict::inconclusive && errors == 0) {
    add("a point inside the domain", true, Verdict::inconclusive, "no derivative was judged");
  }

  Tree of_suite;
  set(of_suite, "name", suite);
  set(of_suite, "tests", std::to_string(cases.size()));
  set(of_suite, "failures", std::to_string(failures));
  set(of_suite, "errors", std::to_string(errors));
  set(of_suite, "skipped", std::to_string(skipped));
  Tree seed;
  set(seed, "name", "seed");
  set(seed, "value", std::to_string(report.seed));
  of_suite.add_child("properties.property", seed);
  for (const auto& [name, tree] : cases) of_suite.add_child(name, tree);
  of_suite.put("system-out", printable(report.to_text()));
  Tree document;
  document.add_child("testsuites.testsuite", of_suite);

  std::ostringstream stream;
  const boost::property_tree::xml_writer_settings<std::string> settings(' ', 2);
  boost::property_tree::write_xml(stream, document, settings);
  return std::move(stream).str();
}

}  // namespace ad
