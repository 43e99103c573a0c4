// How an evaluation that watches kinks answers at them, and what it met.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/source_location.hpp>

namespace ad {

/// An operation at or near one of its kinks, or a comparison of the function itself whose sides are
/// equal.
struct TouchedKink {
  std::string operation;  ///< its name; of a comparison its sign, such as "<"
  std::size_t place = 0;  ///< the how-manieth watched operation or comparison of the run, from 1
  SourceLocation where;   ///< of the call, where it is known
  double distance = 0;    ///< from the kink; 0 on it
};

namespace detail {

/// While one lives, numbers that watch kinks (`Ranged`) on this thread ask it what to answer, and
/// tell it what they meet. Nests; the innermost one is asked.
class KinkWatch {
 public:
  /// What stands for the partial derivatives at a kink.
  enum class Answer {
    range,     ///< everything between the two sides
    side,      ///< one of the sides, as `choices` say; beyond them the left one
    position,  ///< the point `position` between left (0) and right (1)
    refusal,   ///< KinkError
  };

  explicit KinkWatch(Answer answer) : answer_(answer), previous_(current_) { current_ = this; }
  ~KinkWatch() { current_ = previous_; }
  KinkWatch(const KinkWatch&) = delete;
  KinkWatch& operator=(const KinkWatch&) = delete;

  static KinkWatch* current() { return current_; }

  Answer answer() const { return answer_; }
  double position = 0.5;
  double near = 0;            ///< kinks up to this distance are told, too
  std::vector<bool> choices;  ///< true: the right side; grows with the kinks met

  const std::vector<TouchedKink>& kinks() const { return kinks_; }
  const std::vector<TouchedKink>& ties() const { return ties_; }
  const std::vector<TouchedKink>& equalities() const { return equalities_; }

  /// A watched operation begins.
  void count() { ++place_; }
  /// The operation that began last is at this distance from a kink.
  void note_kink(std::string_view operation, SourceLocation where, double distance);
  /// The kink is the apex of a cone: between its sides lies more than a line.
  void note_cone() { met_cone_ = true; }
  bool met_cone() const { return met_cone_; }
  /// A comparison of equal numbers, as < and > make it. Its two outcomes are a choice.
  void note_tie(std::string_view sign);
  /// A comparison by == or != that hits exactly.
  void note_equality(std::string_view sign);

  /// The next choice: true for the right side.
  bool choose();

 private:
  static inline constinit thread_local KinkWatch* current_ = nullptr;

  Answer answer_;
  KinkWatch* previous_;
  std::size_t place_ = 0;
  std::size_t chosen_ = 0;
  bool met_cone_ = false;
  std::vector<TouchedKink> kinks_, ties_, equalities_;
};

}  // namespace detail
}  // namespace ad
