// Starts the built program as a person would, and keeps what it says.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tools_test {

namespace fs = std::filesystem;

/// A directory of its own for one test, removed with everything in it.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "autodiff-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Names of the files, sorted.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  fs::path path_;
};

struct Outcome {
  int status = -1;
  std::string output;
  std::string errors;
};

inline Outcome run_program(std::vector<std::string> arguments, const std::string& input = "",
                           std::vector<std::string> environment = {}) {
  const Scratch scratch;
  const std::string in = scratch.write("in", input);
  const std::string out = scratch.path("out");
  const std::string err = scratch.path("err");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);
  arguments.insert(arguments.begin(), AUTODIFF_PROGRAM);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawn(&child, AUTODIFF_PROGRAM, &actions, nullptr, pointers.data(),
                                environment.empty() ? environ : variables.data());
  posix_spawn_file_actions_destroy(&actions);
  Outcome outcome;
  if (error != 0) {
    ADD_FAILURE() << "cannot start " << AUTODIFF_PROGRAM << ", error " << error;
    return outcome;
  }
  int status = 0;
  waitpid(child, &status, 0);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.output = Scratch::read(out);
  outcome.errors = Scratch::read(err);
  return outcome;
}

}  // namespace tools_test
