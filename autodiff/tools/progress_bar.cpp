#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <autodiff/tools/progress_bar.hpp>

namespace ad {
namespace {

constexpr auto between_redraws = std::chrono::milliseconds(100);
constexpr std::size_t widest_bar = 30;

bool is_terminal() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

std::size_t terminal_columns() {
  winsize size{};
  constexpr std::size_t usual = 80;
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual;
}

std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string progress_line(std::string_view label, double done, double total, double seconds,
                          std::string_view note, std::size_t columns) {
  std::string line;
  if (total > 0) {
    const double share = std::clamp(done / total, 0.0, 1.0);
    std::string rest = fmt::format(" {:3.0f} %", 100 * share);
    if (share > 0 && share < 1)
      rest += fmt::format("  {} left", duration(seconds / share - seconds));
    if (!note.empty()) rest += fmt::format("  {}", note);
    const std::size_t used = label.size() + rest.size() + 4;
    const std::size_t width = used < columns ? std::min(widest_bar, columns - used) : 0;
    const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
    line = fmt::format("{} [{:=<{}}{: <{}}]{}", label, "", full, "", width - full, rest);
  } else {
    line = fmt::format("{}  {:.0f} done{}{}", label, done, note.empty() ? "" : "  ", note);
  }
  // A full line would make some terminals begin a new one.
  if (line.size() >= columns) line.resize(columns == 0 ? 0 : columns - 1);
  return line;
}

ProgressBar::ProgressBar(std::string label, double total)
    : ProgressBar(std::move(label), total, true) {}

ProgressBar::ProgressBar(std::string label, double total, bool wanted)
    : label_(std::move(label)),
      total_(total),
      shown_(wanted && is_terminal()),
      start_(Clock::now()),
      next_(start_ + between_redraws) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::update(double done, std::string_view note) {
  if (!shown_ || Clock::now() < next_) return;
  draw(done, note);
}

void ProgressBar::draw(double done, std::string_view note) {
  const Clock::time_point now = Clock::now();
  const std::chrono::duration<double> elapsed = now - start_;
  fmt::print(stderr, "\r\x1b[K{}",
             progress_line(label_, done, total_, elapsed.count(), note, terminal_columns()));
  std::fflush(stderr);
  next_ = now + between_redraws;
  drawn_ = true;
}

void ProgressBar::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace ad
