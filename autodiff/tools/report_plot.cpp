#include "autodiff/tools/report_plot.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "autodiff/tools/drawing.hpp"
#include "autodiff/tools/gnuplot.hpp"

namespace ad::tools {
namespace {

/// What gnuplot can read as a coordinate.
bool is_drawable(double y) { return std::isfinite(y) && std::fabs(y) < 1e300; }

/// The points of each curve, as gnuplot reads them.
struct Curves {
  std::string reference, claimed, between, refuted;
  std::size_t refuted_count = 0;
};

Curves curves_of(const Report& report) {
  std::vector<const CheckEntry*> entries;
  for (const CheckEntry& entry : report.entries) entries.push_back(&entry);
  const auto place = [](const CheckEntry* entry) { return entry->point[entry->index]; };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const CheckEntry* a, const CheckEntry* b) { return place(a) < place(b); });
  Curves result;
  for (const CheckEntry* entry : entries) {
    const double x = place(entry);
    if (is_drawable(entry->claimed)) {
      result.claimed += fmt::format("{} {}\n", x, entry->claimed);
    }
    if (entry->judged && entry->verdict == Verdict::refuted) {
      ++result.refuted_count;
      const double y = is_drawable(entry->claimed) ? entry->claimed : entry->reference;
      if (is_drawable(y)) result.refuted += fmt::format("{} {}\n", x, y);
    }
    if (entry->kind == Kind::smooth && is_drawable(entry->reference)) {
      result.reference += fmt::format("{} {}\n", x, entry->reference);
      continue;
    }
    const bool both = is_drawable(entry->left) && is_drawable(entry->right);
    if (both) {
      result.reference += fmt::format("{0} {1}\n\n{0} {2}\n", x, entry->left, entry->right);
      result.between += fmt::format("{0} {1}\n{0} {2}\n\n", x, entry->left, entry->right);
    } else {
      result.reference += '\n';  // the curve has a gap
    }
  }
  return result;
}

/// All values, unless a few of them dwarf the others, as those next to a pole do.
std::string value_range(const Report& report) {
  std::vector<double> values;
  for (const CheckEntry& entry : report.entries) {
    for (const double y : {entry.claimed, entry.reference}) {
      if (is_drawable(y)) values.push_back(y);
    }
  }
  if (values.empty()) return "";
  std::sort(values.begin(), values.end());
  const double lower = values[values.size() / 10];
  const double upper = values[values.size() - 1 - values.size() / 10];
  const double margin = 1.5 * (upper - lower);
  const bool dwarfed = values.front() < lower - 10 * margin || values.back() > upper + 10 * margin;
  if (margin == 0 || !dwarfed) return "";
  return fmt::format("set yrange [{}:{}]\n", lower - margin, upper + margin);
}

}  // namespace

std::string report_plot_script(const Report& report, std::string_view expression) {
  const Curves curves = curves_of(report);
  const std::string& variable = report.entries.front().variable;
  std::string script = fmt::format(
      "set encoding utf8\n"
      "set terminal svg size 900,460 noenhanced font 'Helvetica,14' background '#FFFFFF'\n"
      "set border 3 lc rgb '#888888'\nset tics nomirror textcolor rgb '#222222'\n"
      "set grid lc rgb '#E6E6E6' lt 1 lw 1\nset zeroaxis lt 1 lw 1 lc rgb '#888888'\n"
      "set offsets graph 0, graph 0, graph 0.06, graph 0.06\n"
      "set key outside right top Left reverse samplen 2 spacing 1.35\n"
      "set title {} font 'Helvetica Bold,16'\nset xlabel {}\n",
      gnuplot_string(fmt::format("derivative of {} by {}: {}", expression, variable,
                                 to_string(report.verdict))),
      gnuplot_string(variable));
  script += value_range(report);
  Drawing drawing;
  drawing.add(curves.between,
              "with lines lw 6 lc rgb '#BBBBBB' title 'between the slopes at a kink'");
  drawing.add(curves.reference, "with lines lw 3 lc rgb '#0072B2' title 'reference'");
  drawing.add(curves.claimed, "with points pt 6 ps 0.5 lc rgb '#222222' title 'claimed'");
  drawing.add(curves.refuted, fmt::format("with points pt 2 ps 0.8 lw 2 lc rgb '#D55E00' title "
                                          "'refuted ({})'",
                                          curves.refuted_count));
  return drawing.is_empty() ? "" : script + drawing.text() + '\n';
}

}  // namespace ad::tools
