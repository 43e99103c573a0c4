// One conformance case: an expression, a point, and the answers that are right there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace conformance {

/// What the program made of a case.
enum class Outcome {
  right,
  flagged,  ///< wrong, and its flags say that something is the matter
  refused,  ///< no answer, but an error or a demand the program cannot meet yet
  silent,   ///< wrong without a word
};

std::string to_string(Outcome outcome);

class Case {
 public:
  explicit Case(nlohmann::json text) : text_(std::move(text)) {}

  std::string id() const { return text_.at("id"); }
  std::string expression() const { return text_.at("expr"); }
  std::string category() const { return text_.at("category"); }
  /// Of other libraries that were asked the same: whether their tape answered rightly.
  std::map<std::string, bool> measured() const;
  bool is_second_order() const { return text_.at("order") == 2; }
  /// Recorded elsewhere and evaluated again at the point.
  bool is_replay() const { return text_.contains("record_at"); }
  /// As the option --at takes it.
  std::string point() const;

  /// Whether an answer of `autodiff grad --format json` is right.
  bool accepts(const nlohmann::json& answer) const;

 private:
  nlohmann::json text_;
};

/// The cases of a file of this folder, one a line.
std::vector<Case> read_cases(const std::string& file);

/// Runs `autodiff grad` on the case; `said` receives its answer or its error.
Outcome run(const Case& subject, std::string& said);

}  // namespace conformance
