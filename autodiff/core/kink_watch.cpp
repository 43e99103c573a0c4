#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/kink_watch.hpp>

namespace ad::detail {

void KinkWatch::note_kink(std::string_view operation, SourceLocation where, double distance) {
  if (distance == 0 && answer_ == Answer::refusal) {
    const std::string line =
        where.file == nullptr ? "" : fmt::format(" at {}:{}", where.file, where.line);
    throw KinkError(
        fmt::format("{}: its argument is exactly on its kink{} (watched operation {} of the run), "
                    "where it has no derivative; move the point, or choose a position between the "
                    "one-sided slopes.",
                    operation, line, place_));
  }
  kinks_.push_back({std::string(operation), place_, where, distance});
}

void KinkWatch::note_tie(std::string_view sign) {
  ++place_;
  ties_.push_back({std::string(sign), place_, {}, 0});
}

void KinkWatch::note_equality(std::string_view sign) {
  ++place_;
  equalities_.push_back({std::string(sign), place_, {}, 0});
}

bool KinkWatch::choose() {
  if (chosen_ == choices.size()) choices.push_back(false);
  return choices[chosen_++];
}

}  // namespace ad::detail
