#include "tests/house/include_graph.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

TEST(IncludeGraph, OfThisProjectIsInOrder) {
  const auto problems = house::check_includes(AUTODIFF_SOURCE_DIR);
  EXPECT_TRUE(problems.empty()) << fmt::format("{}", fmt::join(problems, "\n"));
}

/// A small tree in order, in a directory of its own; each test plants one mistake in it.
class PlantedMistake : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "autodiff-house-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr) << "cannot create " << name;
    root_ = name;
    write("include/autodiff/autodiff.hpp", "#include <autodiff/tape/tape.hpp>\n");
    write("include/autodiff/core/error.hpp", "#include <string>\n");
    write("include/autodiff/tape/tape.hpp", "#include <autodiff/core/error.hpp>\n");
    write("autodiff/tape/tape.cpp", "#include <autodiff/tape/tape.hpp>\n#include \"detail.hpp\"\n");
    write("autodiff/tape/detail.hpp", "#include <vector>\n");
    write("autodiff/tools/main.cpp", "#include <autodiff/autodiff.hpp>\n");
  }

  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  void expect(const std::vector<std::string>& problems) {
    EXPECT_EQ(house::check_includes(root_), problems);
  }

 private:
  fs::path root_;
};

TEST_F(PlantedMistake, NoneIsFoundInATreeInOrder) { expect({}); }

TEST_F(PlantedMistake, IncludeOfALaterLayer) {
  write("autodiff/core/error.cpp", "\n#include <autodiff/tape/tape.hpp>\n");
  expect(
      {"autodiff/core/error.cpp:2: layer 'core' includes include/autodiff/tape/tape.hpp of the "
       "later layer 'tape'"});
}

TEST_F(PlantedMistake, IncludeOfALaterLayerByRelativePath) {
  write("autodiff/core/error.cpp", "#include \"../tape/detail.hpp\"\n");
  expect(
      {"autodiff/core/error.cpp:1: layer 'core' includes autodiff/tape/detail.hpp of the later "
       "layer 'tape'"});
}

TEST_F(PlantedMistake, UmbrellaInsideALayer) {
  write("autodiff/tape/tape.cpp", "#include <autodiff/autodiff.hpp>\n");
  expect(
      {"autodiff/tape/tape.cpp:1: layer 'tape' includes include/autodiff/autodiff.hpp of the "
       "later layer 'umbrella'"});
}

TEST_F(PlantedMistake, CircleWithinALayer) {
  write("include/autodiff/core/a.hpp", "#include <autodiff/core/b.hpp>\n");
  write("include/autodiff/core/b.hpp", "#include <vector>\n#include <autodiff/core/a.hpp>\n");
  expect(
      {"include/autodiff/core/b.hpp:2: circle: include/autodiff/core/a.hpp -> "
       "include/autodiff/core/b.hpp -> include/autodiff/core/a.hpp"});
}

TEST_F(PlantedMistake, HeaderThatIsTooLong) {
  std::string lines;
  for (int i = 0; i < 401; ++i) lines += "//\n";
  write("include/autodiff/core/long.hpp", lines);
  expect({"include/autodiff/core/long.hpp:401: 401 lines; a header has at most 400"});
}

TEST_F(PlantedMistake, IncludeOfAMissingHeader) {
  write("include/autodiff/core/error.hpp", "#include <autodiff/core/missing.hpp>\n");
  expect({"include/autodiff/core/error.hpp:1: include/autodiff/core/missing.hpp does not exist"});
}

TEST_F(PlantedMistake, DependencyInAPublicHeader) {
  write("include/autodiff/core/error.hpp",
        "#include <fmt/format.h>\n#include <boost/math/constants.hpp>\n");
  expect(
      {"include/autodiff/core/error.hpp:2: a public header cannot ask its user for "
       "boost/math/constants.hpp"});
}

TEST_F(PlantedMistake, UnknownLayer) {
  write("include/autodiff/reverse/var.hpp", "");
  expect({"include/autodiff/reverse/var.hpp:1: 'reverse' is not a layer"});
}

}  // namespace
