#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/parse_error.hpp>

namespace ad {
namespace {

// What a signal must remove. A handler may touch little else than such an array; a slot is free if
// its first character is 0, and the first character is written last.
std::array<std::array<volatile char, PATH_MAX>, 8> to_be_removed;

extern "C" void remove_and_end(int signal) {
  for (auto& path : to_be_removed) {
    if (path[0] != '\0') unlink(const_cast<const char*>(path.data()));
  }
  raise(signal);  // the handler is for one time: this ends the program as the signal would have
}

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    action.sa_handler = remove_and_end;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

void remove_on_signal(const std::string& path) {
  if (path.size() >= PATH_MAX) return;
  for (auto& slot : to_be_removed) {
    if (slot[0] != '\0') continue;
    for (std::size_t i = path.size() + 1; i-- > 0;) slot[i] = path.c_str()[i];
    return;
  }
}

void forget(const std::string& path) {
  for (auto& slot : to_be_removed) {
    if (path == const_cast<const char*>(slot.data())) slot[0] = '\0';
  }
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : name_(path.empty() ? "the standard output" : in_quotes(path)), path_(path) {
  if (path.empty()) {
    file_ = stdout;
    return;
  }
  std::error_code error;
  const auto target = std::filesystem::weakly_canonical(path, error);  // through symbolic links
  if (!error) path_ = target.string();
  struct stat status {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    fail();
  }
  if (exists && access(path_.c_str(), W_OK) != 0) fail();
  if (exists && !S_ISREG(status.st_mode)) {
    file_ = std::fopen(path_.c_str(), "w");
    if (file_ == nullptr) fail();
    return;
  }
  open_temporary();
  if (exists) (void)fchmod(fileno(file_), status.st_mode & 07777U);
}

void OutputFile::open_temporary() {
  handle_signals();
  int descriptor = -1;
  for (int attempt = 0; descriptor < 0; ++attempt) {
    temporary_ = fmt::format("{}.{}-{}.part", path_, getpid(), attempt);
    descriptor = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST) {
      temporary_.clear();
      fail();
    }
  }
  remove_on_signal(temporary_);
  file_ = fdopen(descriptor, "w");
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  if (!temporary_.empty()) {
    unlink(temporary_.c_str());
    forget(temporary_);
  }
}

void OutputFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void OutputFile::commit() {
  if (std::fflush(file_) != 0) fail();
  if (file_ == stdout) return;
  std::FILE* const file = file_;
  file_ = nullptr;
  if (std::fclose(file) != 0) fail();
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail();
  forget(temporary_);
  temporary_.clear();
}

bool OutputFile::is_terminal() const { return isatty(fileno(file_)) != 0; }

void OutputFile::fail() const {
  throw FileError(fmt::format("cannot write {}: {}.", name_,
                              std::error_code(errno, std::generic_category()).message()));
}

}  // namespace ad
