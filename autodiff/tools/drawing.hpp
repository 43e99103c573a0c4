// What a panel of a picture shows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace ad::tools {

/// gnuplot's `plot` with what is drawn first in front.
class Drawing {
 public:
  /// Draws the points, if there are any; gnuplot rejects empty data.
  void add(const std::string& points, std::string_view how) {
    if (has_none(points)) return;
    const std::size_t number = count_++;
    data_ += fmt::format("$data{0} << END\n{1}END\n", number, points);
    plot_ += fmt::format("{} $data{} {}", plot_.empty() ? "plot" : ",", number, how);
  }

  bool is_empty() const { return count_ == 0; }
  std::string text() const { return data_ + plot_; }

 private:
  /// Empty lines are gaps between points.
  static bool has_none(const std::string& points) {
    return points.find_first_not_of('\n') == std::string::npos;
  }

  std::size_t count_ = 0;
  std::string data_;
  std::string plot_;
};

}  // namespace ad::tools
