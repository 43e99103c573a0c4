// Shows on a terminal how far a long work is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace ad {

/// One line on the standard error, redrawn ten times a second at most: a bar, the percentage, the
/// time that is left. Shows nothing if the standard error is not a terminal, and leaves nothing
/// behind.
///
///   ad::ProgressBar bar("training", 1000);
///   for (int step = 0; step < 1000; ++step) {
///     train();
///     bar.update(step + 1, fmt::format("loss {:.4f}", loss));
///   }
class ProgressBar {
 public:
  /// The work is done when `update` gets `total`; a total of 0 stands for unknown: then only what
  /// is done is shown.
  ProgressBar(std::string label, double total);
  /// Does nothing if `wanted` is false.
  ProgressBar(std::string label, double total, bool wanted);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `note` is shown at the end of the line.
  void update(double done, std::string_view note = {});

  /// Clears the line, for other output; the next update draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(double done, std::string_view note);

  std::string label_;
  double total_;
  bool shown_;
  bool drawn_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
};

/// The line that ProgressBar draws, `columns` wide at most; for tests and other displays.
std::string progress_line(std::string_view label, double done, double total, double seconds,
                          std::string_view note, std::size_t columns);

}  // namespace ad
