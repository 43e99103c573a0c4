#include "autodiff/tools/plot_script.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <autodiff/tools/decimal.hpp>

#include "autodiff/tools/characters.hpp"
#include "autodiff/tools/drawing.hpp"
#include "autodiff/tools/gnuplot.hpp"
#include "autodiff/tools/plot_geometry.hpp"

namespace ad::tools {
namespace {

// Of the palette of Okabe and Ito, which people with any colour vision tell apart.
constexpr std::string_view vermilion = "#D55E00", green = "#009E73", dark = "#222222",
                           grey = "#BBBBBB";
constexpr std::array<std::string_view, most_functions> colours{"#0072B2", vermilion, green,
                                                               "#CC79A7", "#E69F00"};

constexpr std::size_t captions_at_most = 4;

std::string name_of(const PlotData& data, std::size_t at_most) {
  std::string name;
  for (const std::string_view c : columns_around(trimmed(data.expression), 0, at_most).characters) {
    name += c;
  }
  return name;
}

std::string title_of(std::span<const PlotData> functions) {
  const std::size_t at_most = 64 / functions.size();
  std::string title;
  for (const PlotData& data : functions) {
    title += (title.empty() ? "" : ", ") + name_of(data, at_most);
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

std::string head(std::span<const PlotData> functions, const Layout& layout) {
  const Interval domain = functions.front().domain;
  return fmt::format(
      "set encoding utf8\n"
      "set terminal svg size 900,{4} noenhanced font 'Helvetica,14' background '#FFFFFF'\n"
      "set multiplot\n"
      "set border 3 lc rgb '#888888'\nset tics nomirror textcolor rgb '{0}'\n"
      "set grid lc rgb '#E6E6E6' lt 1 lw 1\nset zeroaxis lt 1 lw 1 lc rgb '#888888'\n"
      "set lmargin at screen 0.085\nset rmargin at screen 0.70\n"
      "set xrange [{1}:{2}]\n"
      "set label 1 {3} at screen 0.085,{5} left font 'Helvetica Bold,18' tc rgb '{0}'\n",
      dark, shortest(domain.lower), shortest(domain.upper), gnuplot_string(title_of(functions)),
      layout.height, layout.at(Layout::title));
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

std::string title_or_none(std::string_view title) {
  return title.empty() ? "notitle" : "title " + gnuplot_string(title);
}

/// Circles that are empty, whatever lies under them.
void add_circles(Drawing& drawing, const std::string& points, std::string_view colour,
                 std::string_view title) {
  drawing.add(points, "with points pt 7 ps 0.95 lc rgb '#FFFFFF' notitle");
  drawing.add(points, fmt::format("with points pt 6 ps 0.95 lw 2.5 lc rgb '{}' {}", colour,
                                  title_or_none(title)));
}

/// One of the functions as it is drawn. Those after the first are dashed and narrower, so that all
/// are seen where they coincide; their marks are explained once.
struct Curve {
  Marks marks;
  std::string name;  ///< empty if there is only one
  std::string colour, line;
  bool explains, crowded;

  std::string_view explained(std::string_view title) const { return explains ? title : ""; }
  std::string title(std::string_view of_one) const {
    return title_or_none(name.empty() ? of_one : name);
  }
};

std::vector<Curve> curves_of(std::span<const PlotData> functions, const Panels& panels) {
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const PlotData& data = functions[i];
    const std::string_view colour = colours.at(i);
    curves.push_back({.marks = marks_of(data, panels),
                      .name = functions.size() == 1 ? "" : name_of(data, 26),
                      .colour = std::string(colour),
                      .line = i == 0 ? fmt::format("with lines lw {} lc rgb '{}'",
                                                   functions.size() == 1 ? 3 : 5, colour)
                                     : fmt::format("with lines lw 2.5 dt ({0},{0}) lc rgb '{1}'",
                                                   4 + 4 * i, colour),
                      .explains = i == 0,
                      .crowded = is_crowded(data)});
  }
  return curves;
}

/// Curves with names of their own do not say which panel they are in.
std::string key_title(std::span<const PlotData> functions, std::string_view title) {
  return functions.size() == 1 ? "" : fmt::format("set key title '{}' left\n", title);
}

std::string upper_panel(const std::vector<Curve>& curves) {
  Drawing drawing;
  for (const Curve& curve : curves) {
    drawing.add(curve.marks.value, fmt::format("{} {}", curve.line, curve.title("value")));
  }
  for (const Curve& curve : curves) {
    const Marks& marks = curve.marks;
    drawing.add(marks.left, fmt::format("with lines lw 2.5 dt (7,4) lc rgb '{}' "
                                        "title 'slope from the left'",
                                        vermilion));
    drawing.add(marks.right, fmt::format("with lines lw 2.5 dt (2,2) lc rgb '{}' "
                                         "title 'slope from the right'",
                                         green));
    drawing.add(marks.kinks,
                fmt::format("with points pt 7 ps {} lc rgb '{}' {}", curve.crowded ? 0.35 : 0.7,
                            dark, title_or_none(curve.explained("kink"))));
    add_circles(drawing, marks.jumps, curve.colour, curve.explained("jump"));
  }
  return drawing.text();
}

std::string lower_panel(const std::vector<Curve>& curves) {
  Drawing drawing;
  for (const Curve& curve : curves) {
    drawing.add(curve.marks.slope, fmt::format("{} {}", curve.line, curve.title("derivative")));
  }
  for (const Curve& curve : curves) {
    const Marks& marks = curve.marks;
    drawing.add(marks.between,
                fmt::format("with lines lw {} lc rgb '{}' {}", curve.crowded ? 1.5 : 7, grey,
                            title_or_none(curve.explained("between the two slopes"))));
    add_circles(drawing, marks.one_sided, curve.colour, curve.explained("slope from one side"));
    drawing.add(marks.by_convention,
                fmt::format("with points pt 7 ps 0.55 lc rgb '{}' {}",
                            curves.size() == 1 ? dark : curve.colour,
                            title_or_none(curve.explained("slope by convention"))));
  }
  return drawing.text();
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

std::string plot_script(std::span<const PlotData> functions) {
  const Panels panels = panels_of(functions);
  const std::vector<Curve> curves = curves_of(functions, panels);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const std::string name = curves[i].name.empty() ? "" : curves[i].name + ", ";
    for (const std::string& line : corner_captions(functions[i])) words.push_back(name + line);
  }
  const Layout layout(words.size());
  std::string script = head(functions, layout) + captions(words, layout);

  script += fmt::format(
      "set tmargin at screen {}\nset bmargin at screen {}\nset format x ''\n"
      "set key at screen 0.725,{} left top Left reverse samplen 2 spacing 1.35 tc rgb '{}'\n"
      "set yrange [{}:{}]\n{}{}\n",
      layout.at(Layout::upper_top), layout.at(Layout::upper_bottom),
      layout.at(Layout::upper_top + 6), dark, shortest(panels.values.lower),
      shortest(panels.values.upper), key_title(functions, "values"), upper_panel(curves));

  // Title and captions are drawn with the first panel only.
  script += fmt::format(
      "unset label\nset tmargin at screen {}\nset bmargin at screen {}\nset format x '% h'\n"
      "set xlabel {} offset 0,0.3 tc rgb '{}'\n"
      "set key at screen 0.725,{}\nset yrange [{}:{}]\n{}{}\n",
      layout.at(Layout::lower_top), layout.at(Layout::lower_bottom),
      gnuplot_string(functions.front().variable), dark, layout.at(Layout::lower_top + 6),
      shortest(panels.slopes.lower), shortest(panels.slopes.upper),
      key_title(functions, "derivatives"), lower_panel(curves));
  return script + "unset multiplot\n";
}

}  // namespace ad::tools
