#include "autodiff/tools/plot_script.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/tools/decimal.hpp>

#include "autodiff/tools/characters.hpp"
#include "autodiff/tools/plot_geometry.hpp"

namespace ad::tools {
namespace {

// Of the palette of Okabe and Ito, which people with any colour vision tell apart.
constexpr std::string_view blue = "#0072B2", vermilion = "#D55E00", green = "#009E73",
                           dark = "#222222", grey = "#BBBBBB";

constexpr std::size_t captions_at_most = 4;

/// Between single quotes nothing is special to gnuplot but the quote itself.
std::string gnuplot_string(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

std::string title_of(const PlotData& data) {
  constexpr std::size_t at_most = 64;
  std::string title;
  for (const std::string_view c : columns_around(trimmed(data.expression), 0, at_most).characters) {
    title += c;
  }
  return title;
}

/// Distances in pixels from the upper edge; the picture grows with its captions.
struct Layout {
  explicit Layout(std::size_t captions)
      : height(captions == 0 ? 600 : 632 + line * static_cast<double>(captions)) {}

  static constexpr double line = 22, title = 32, upper_top = 60, upper_bottom = 310,
                          lower_top = 350, lower_bottom = 540, first_caption = 618;
  double height;

  /// The same distance as gnuplot wants it: a part of the height, from the lower edge.
  std::string at(double distance) const { return shortest(1 - distance / height); }
};

std::string head(const PlotData& data, const Layout& layout) {
  return fmt::format(
      "set encoding utf8\n"
      "set terminal svg size 900,{4} noenhanced font 'Helvetica,14' background '#FFFFFF'\n"
      "set multiplot\n"
      "set border 3 lc rgb '#888888'\nset tics nomirror textcolor rgb '{0}'\n"
      "set grid lc rgb '#E6E6E6' lt 1 lw 1\nset zeroaxis lt 1 lw 1 lc rgb '#888888'\n"
      "set lmargin at screen 0.085\nset rmargin at screen 0.70\n"
      "set xrange [{1}:{2}]\n"
      "set label 1 {3} at screen 0.085,{5} left font 'Helvetica Bold,18' tc rgb '{0}'\n",
      dark, shortest(data.domain.lower), shortest(data.domain.upper),
      gnuplot_string(title_of(data)), layout.height, layout.at(Layout::title));
}

std::string captions(const std::vector<std::string>& lines, const Layout& layout) {
  std::string text;
  double distance = Layout::first_caption;
  for (std::size_t i = 0; i < lines.size(); ++i, distance += Layout::line) {
    text += fmt::format("set label {} {} at screen 0.085,{} left tc rgb '{}'\n", i + 2,
                        gnuplot_string(lines[i]), layout.at(distance), dark);
  }
  return text;
}

/// Circles that are empty, whatever lies under them.
std::string open_circles(std::string_view set, std::string_view title) {
  return fmt::format(
      "${0} with points pt 7 ps 0.95 lc rgb '#FFFFFF' notitle, "
      "${0} with points pt 6 ps 0.95 lw 2.5 lc rgb '{1}' title '{2}'",
      set, blue, title);
}

/// The marks as data sets; gnuplot rejects empty ones, so those are left out here and in the plots.
std::string data_sets(const Marks& marks) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& points) {
    if (!points.empty()) text += fmt::format("${} << END\n{}END\n", name, points);
  };
  add("value", marks.value);
  add("slope", marks.slope);
  add("left", marks.left);
  add("right", marks.right);
  add("kinks", marks.kinks);
  add("jumps", marks.jumps);
  add("between", marks.between);
  add("one_sided", marks.one_sided);
  add("by_convention", marks.by_convention);
  return text;
}

std::string entry(const std::string& points, std::string_view text) {
  return points.empty() ? std::string() : fmt::format(", {}", text);
}

}  // namespace

std::vector<std::string> corner_captions(const PlotData& data) {
  std::vector<std::string> lines;
  const auto rounded = [](double x) {
    if (std::isinf(x)) return std::string(x > 0 ? "infinity" : "-infinity");
    return fmt::format("{:.6g}", x == 0 ? 0.0 : x);
  };
  for (const Corner& corner : data.corners) {
    if (lines.size() == captions_at_most - 1 && data.corners.size() > captions_at_most) {
      lines.push_back(
          fmt::format("and {} more such points", data.corners.size() - captions_at_most + 1));
      break;
    }
    std::string line = fmt::format("{} = {}: ", data.variable, rounded(corner.x));
    if (corner.jumps) {
      line += fmt::format("the value jumps from {} to {}", rounded(corner.left_value),
                          rounded(corner.right_value));
    } else {
      line += fmt::format("slope {} from the left, {} from the right", rounded(corner.left_slope),
                          rounded(corner.right_slope));
    }
    if (corner.convention) line += fmt::format("; by convention {}", rounded(*corner.convention));
    line += corner.operation == "a comparison" ? "" : fmt::format("   ({})", corner.operation);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string plot_script(const PlotData& data) {
  const Panels panels = panels_of(data);
  const Marks marks = marks_of(data, panels);
  const std::vector<std::string> words = corner_captions(data);
  const Layout layout(words.size());
  const bool crowded = is_crowded(data);
  std::string script = data_sets(marks) + head(data, layout) + captions(words, layout);

  script += fmt::format(
      "set tmargin at screen {}\nset bmargin at screen {}\nset format x ''\n"
      "set key at screen 0.725,{} left top Left reverse samplen 2 spacing 1.35 tc rgb '{}'\n"
      "set yrange [{}:{}]\nplot $value with lines lw 3 lc rgb '{}' title 'value'",
      layout.at(Layout::upper_top), layout.at(Layout::upper_bottom),
      layout.at(Layout::upper_top + 6), dark, shortest(panels.values.lower),
      shortest(panels.values.upper), blue);
  script += entry(marks.left, fmt::format("$left with lines lw 2.5 dt (7,4) lc rgb '{}' "
                                          "title 'slope from the left'",
                                          vermilion));
  script += entry(marks.right, fmt::format("$right with lines lw 2.5 dt (2,2) lc rgb '{}' "
                                           "title 'slope from the right'",
                                           green));
  script += entry(marks.kinks, fmt::format("$kinks with points pt 7 ps {} lc rgb '{}' title 'kink'",
                                           crowded ? 0.35 : 0.7, dark));
  script += entry(marks.jumps, open_circles("jumps", "jump"));

  // Title and captions are drawn with the first panel only.
  script += fmt::format(
      "\nunset label\nset tmargin at screen {}\nset bmargin at screen {}\nset format x '% h'\n"
      "set xlabel {} offset 0,0.3 tc rgb '{}'\n"
      "set key at screen 0.725,{}\nset yrange [{}:{}]\n"
      "plot $slope with lines lw 3 lc rgb '{}' title 'derivative'",
      layout.at(Layout::lower_top), layout.at(Layout::lower_bottom), gnuplot_string(data.variable),
      dark, layout.at(Layout::lower_top + 6), shortest(panels.slopes.lower),
      shortest(panels.slopes.upper), blue);
  script += entry(marks.between, fmt::format("$between with lines lw {} lc rgb '{}' "
                                             "title 'between the two slopes'",
                                             crowded ? 1.5 : 7, grey));
  script += entry(marks.one_sided, open_circles("one_sided", "slope from one side"));
  script +=
      entry(marks.by_convention, fmt::format("$by_convention with points pt 7 ps 0.55 lc rgb '{}' "
                                             "title 'slope by convention'",
                                             dark));
  return script + "\nunset multiplot\n";
}

}  // namespace ad::tools
