#include "autodiff/tools/gnuplot.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace ad::tools {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail(std::string_view what, int error) {
  throw GnuplotError(fmt::format("gnuplot {}: {}.", what,
                                 std::error_code(error, std::generic_category()).message()));
}

// Files without names rather than pipes: neither side ever waits for the other, whatever the order
// in which gnuplot reads and writes.
File temporary() {
  File file(std::tmpfile());
  if (!file) fail("cannot be given a temporary file", errno);
  return file;
}

std::string contents(std::FILE* file) {
  std::string text;
  std::array<char, 65536> buffer;
  std::rewind(file);
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), file)) > 0;) {
    text.append(buffer.data(), n);
  }
  return text;
}

/// The line of gnuplot's complaint that says what is wrong.
std::string complaint(const std::string& text) {
  std::string last;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) last = text.substr(begin, end - begin);
    begin = end + 1;
  }
  return last.empty() ? "it gave no reason" : last;
}

}  // namespace

std::string gnuplot_string(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

std::string run_gnuplot(const std::string& script) {
  const File input = temporary();
  const File output = temporary();
  const File errors = temporary();
  if (std::fwrite(script.data(), 1, script.size(), input.get()) != script.size() ||
      std::fflush(input.get()) != 0) {
    fail("cannot be given its script", errno);
  }
  std::rewind(input.get());

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(input.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(output.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors.get()), STDERR_FILENO);
  // Whatever the user's own settings are, the picture is the same.
  std::string program = "gnuplot";
  std::string option = "--default-settings";
  std::array<char*, 3> arguments{program.data(), option.data(), nullptr};
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  constexpr int not_found_by_shell = 127;
  if (error == ENOENT) {
    throw GnuplotError(
        "plots are drawn by gnuplot, which is not installed; on Debian install the "
        "package gnuplot-nox.");
  }
  if (error != 0) fail("cannot be started", error);

  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("cannot be waited for", errno);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_found_by_shell) {
    throw GnuplotError("gnuplot could not be run; on Debian install the package gnuplot-nox.");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw GnuplotError(fmt::format("gnuplot failed: {}", complaint(contents(errors.get()))));
  }
  return contents(output.get());
}

}  // namespace ad::tools
