// A file that appears only when it is complete.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <autodiff/core/error.hpp>

namespace ad {

/// A file that cannot be opened, read or written.
class FileError : public Error {
 public:
  using Error::Error;
};

/// Collects output in a temporary file beside `path`, which takes its place on `commit`. Without
/// commit, and when a signal ends the program, the temporary is removed and what stood at `path`
/// stays. A device or a pipe is written to at once, and so is the standard output, for which the
/// path is empty.
class OutputFile {
 public:
  /// Throws FileError if the file cannot be written.
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws FileError, for instance if the disk is full.
  void write(std::string_view text);

  /// Puts the file in place; nothing can be written after it. Throws FileError.
  void commit();

  /// True if a person watches what is written.
  bool is_terminal() const;

 private:
  [[noreturn]] void fail() const;
  void open_temporary();

  std::string name_;  ///< for messages
  std::string path_;
  std::string temporary_;  ///< empty if the output is written in place
  std::FILE* file_ = nullptr;
};

}  // namespace ad
