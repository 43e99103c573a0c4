#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/progress_bar.hpp>

#include "tests/tools/contains.hpp"
#include "tests/tools/run_program.hpp"

namespace {

using ad::OutputFile;
using tools_test::contains;
using tools_test::Scratch;
using Names = std::vector<std::string>;

TEST(OutputFile, AppearsWhenItIsComplete) {
  const Scratch scratch;
  {
    OutputFile file(scratch.path("out"));
    file.write("one\n");
    EXPECT_FALSE(std::filesystem::exists(scratch.path("out")));
    file.write("two\n");
    file.commit();
  }
  EXPECT_EQ(Scratch::read(scratch.path("out")), "one\ntwo\n");
  EXPECT_EQ(scratch.files(), Names{"out"});
}

TEST(OutputFile, LeavesEverythingAsItWasWithoutCommit) {
  const Scratch scratch;
  scratch.write("old", "kept");
  { OutputFile(scratch.path("old")).write("half"); }
  { OutputFile(scratch.path("new")).write("half"); }
  EXPECT_EQ(Scratch::read(scratch.path("old")), "kept");
  EXPECT_EQ(scratch.files(), Names{"old"});
}

TEST(OutputFile, ReplacesAFileAndKeepsItsPermissions) {
  const Scratch scratch;
  const std::string path = scratch.write("out", "old");
  chmod(path.c_str(), 0640);
  OutputFile file(path);
  file.write("new");
  file.commit();
  EXPECT_EQ(Scratch::read(path), "new");
  struct stat status {};
  stat(path.c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(OutputFile, WritesThroughASymbolicLink) {
  const Scratch scratch;
  scratch.write("target", "old");
  std::filesystem::create_symlink("target", scratch.path("link"));
  OutputFile file(scratch.path("link"));
  file.write("new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(scratch.path("link")));
  EXPECT_EQ(Scratch::read(scratch.path("target")), "new");
}

TEST(OutputFile, LeavesADeviceInPlace) {
  OutputFile file("/dev/null");
  file.write("gone");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(OutputFile, SaysWhyItCannotBeWritten) {
  const Scratch scratch;
  const auto message = [](const std::string& path) -> std::string {
    try {
      OutputFile file(path);
    } catch (const ad::FileError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_TRUE(contains(message(scratch.path("no/such/file")), "No such file or directory"));
  EXPECT_TRUE(contains(message(scratch.path("")), "Is a directory"));
  EXPECT_TRUE(scratch.files().empty());
}

TEST(OutputFile, NoticesAFullDisk) {
  OutputFile file("/dev/full");
  EXPECT_THROW(
      {
        file.write(std::string(100'000, 'x'));
        file.commit();
      },
      ad::FileError);
}

TEST(OutputFile, IsRemovedWhenASignalEndsTheProgram) {
  const Scratch scratch;
  const std::string path = scratch.path("out");
  EXPECT_EXIT(
      {
        OutputFile file(path);
        file.write("half");
        raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
  EXPECT_TRUE(scratch.files().empty());
}

TEST(ProgressBar, ShowsShareTimeAndNote) {
  EXPECT_EQ(ad::progress_line("train", 50, 100, 2, "loss 0.5", 80),
            "train [===============               ]  50 %  2 s left  loss 0.5");
  EXPECT_EQ(ad::progress_line("train", 100, 100, 2, "", 80),
            "train [==============================] 100 %");
  EXPECT_EQ(ad::progress_line("rows", 1234, 0, 2, "", 80), "rows  1234 done");
}

TEST(ProgressBar, FitsTheTerminal) {
  for (std::size_t columns = 0; columns < 60; ++columns) {
    EXPECT_LE(ad::progress_line("training", 30, 100, 1000, "a long note", columns).size(), columns);
  }
}

TEST(ProgressBar, IsSilentWithoutATerminal) {
  testing::internal::CaptureStderr();
  {
    ad::ProgressBar bar("work", 10);
    bar.update(10);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
