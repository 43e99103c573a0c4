#include "tests/conformance/scoreboard.hpp"

#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "tests/conformance/case.hpp"

namespace conformance {
namespace {

struct Tally {
  std::array<int, 4> outcomes{};

  int of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
  int cases() const { return outcomes[0] + outcomes[1] + outcomes[2] + outcomes[3]; }
  void add(Outcome outcome) { ++outcomes[static_cast<std::size_t>(outcome)]; }

  std::string row(const std::string& name) const {
    return fmt::format("| {} | {} | {} | {} | {} | {} |\n", name, cases(), of(Outcome::right),
                       of(Outcome::flagged), of(Outcome::silent), of(Outcome::refused));
  }
};

constexpr std::array<std::pair<const char*, const char*>, 6> libraries{
    {{"codi", "CoDiPack"},
     {"cppad", "CppAD"},
     {"adept", "Adept"},
     {"xad", "XAD"},
     {"adolc", "ADOL-C"},
     {"autodiff", "autodiff (the library of that name)"}}};

}  // namespace

std::string scoreboard() {
  Tally all;
  std::map<std::string, Tally> by_category;
  std::map<std::string, std::array<int, 3>> others;  // right, cases, and those we answer rightly
  for (const Case& subject : read_cases("edge_cases.jsonl")) {
    std::string said;
    const Outcome outcome = run(subject, said);
    all.add(outcome);
    by_category[subject.category()].add(outcome);
    for (const auto& [library, right] : subject.measured()) {
      others[library][0] += right ? 1 : 0;
      others[library][1] += 1;
      others[library][2] += outcome == Outcome::right ? 1 : 0;
    }
  }
  std::string text =
      "# Conformance\n\n"
      "Written by `./dev docs`: what `autodiff grad --at` answers, with all its stages, to "
      "gradients\n"
      "that went wrong in real programs (`tests/conformance/edge_cases.jsonl`, each with its "
      "source).\n"
      "\"Flagged\" is a wrong answer that says something is the matter, \"silent\" one that does "
      "not,\n"
      "\"refused\" none: these cases evaluate a recording again, which the program cannot do "
      "yet.\n\n"
      "| category | cases | right | flagged | silent | refused |\n"
      "|---|---|---|---|---|---|\n";
  for (const auto& [category, tally] : by_category) text += tally.row(category);
  text += all.row("all");
  text +=
      "\nSome of these cases were also given to the tapes of other libraries, as far as each can "
      "express\n"
      "them (measured once, with the answers noted in the file):\n\n"
      "| library | cases | right | of the same cases this engine |\n"
      "|---|---|---|---|\n";
  for (const auto& [key, name] : libraries) {
    const auto& [right, cases, ours] = others[key];
    text += fmt::format("| {} | {} | {} | {} |\n", name, cases, right, ours);
  }
  return text;
}

}  // namespace conformance
