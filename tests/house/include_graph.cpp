#include "tests/house/include_graph.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace house {
namespace {

namespace fs = std::filesystem;

/// In the order in which data flows. The umbrella header, and what else stands beside it, holds all
/// of the library but not the tools, which are the program's.
constexpr std::array<std::string_view, 10> layers{"core",     "ops",     "tape",   "values",
                                                  "program",  "drivers", "verify", "interop",
                                                  "umbrella", "tools"};
constexpr std::size_t line_limit = 400;

struct Include {
  std::size_t line;
  std::string target;  // relative to the root
};

struct File {
  std::string layer;
  std::size_t lines = 0;
  std::vector<Include> includes;
  std::vector<Include> foreign;  // of other libraries; the standard's names have no slash
};

using Files = std::map<std::string, File>;  // by path relative to the root

bool is_header(const std::string& path) { return path.ends_with(".hpp"); }

std::string layer_of(const fs::path& path) {
  auto part = path.begin();
  if (*part == "include") ++part;
  ++part;  // autodiff
  return std::next(part) == path.end() ? "umbrella" : part->string();
}

std::optional<std::size_t> rank(const std::string& layer) {
  const auto found = std::find(layers.begin(), layers.end(), layer);
  if (found == layers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - layers.begin());
}

/// Where an include of `name` from `from` leads, relative to the root; nothing when it is not ours.
std::optional<std::string> resolve(const fs::path& root, const fs::path& from,
                                   const std::string& name, bool quoted) {
  std::vector<fs::path> candidates;
  if (quoted) candidates.push_back((from.parent_path() / name).lexically_normal());
  candidates.push_back(fs::path("include") / name);
  candidates.emplace_back(name);
  for (const fs::path& candidate : candidates) {
    if (fs::is_regular_file(root / candidate)) return candidate.generic_string();
  }
  if (name.starts_with("autodiff/")) return "include/" + name;
  return std::nullopt;
}

File read(const fs::path& root, const fs::path& path) {
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  File file{.layer = layer_of(path), .lines = 0, .includes = {}, .foreign = {}};
  std::ifstream stream(root / path);
  std::smatch match;
  for (std::string line; std::getline(stream, line);) {
    ++file.lines;
    if (!std::regex_match(line, match, include)) continue;
    if (auto target = resolve(root, path, match[2], match[1] == "\"")) {
      file.includes.push_back({file.lines, *std::move(target)});
    } else if (match[2].str().find('/') != std::string::npos) {
      file.foreign.push_back({file.lines, match[2]});
    }
  }
  return file;
}

Files read_all(const fs::path& root) {
  Files files;
  for (const fs::path folder : {"include/autodiff", "autodiff"}) {
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path path = fs::relative(entry.path(), root);
      if (path.extension() != ".hpp" && path.extension() != ".cpp") continue;
      files.emplace(path.generic_string(), read(root, path));
    }
  }
  return files;
}

void check_layers(const Files& files, std::vector<std::string>& problems) {
  for (const auto& [path, file] : files) {
    const auto own = rank(file.layer);
    if (!own) {
      problems.push_back(fmt::format("{}:1: '{}' is not a layer", path, file.layer));
      continue;
    }
    for (const Include& include : file.includes) {
      const auto target = files.find(include.target);
      if (target == files.end()) {
        problems.push_back(
            fmt::format("{}:{}: {} does not exist", path, include.line, include.target));
        continue;
      }
      const auto other = rank(target->second.layer);
      if (other && *other > *own) {
        problems.push_back(fmt::format("{}:{}: layer '{}' includes {} of the later layer '{}'",
                                       path, include.line, file.layer, include.target,
                                       target->second.layer));
      }
    }
  }
}

void check_lengths(const Files& files, std::vector<std::string>& problems) {
  for (const auto& [path, file] : files) {
    if (is_header(path) && file.lines > line_limit) {
      problems.push_back(fmt::format("{}:{}: {} lines; a header has at most {}", path,
                                     line_limit + 1, file.lines, line_limit));
    }
  }
}

bool may_include(const File& file, const std::string& foreign) {
  if (file.layer == "interop" || file.layer == "tools") return true;
  return foreign.starts_with("fmt/") || foreign.starts_with("sys/") ||  // the C library's
         (file.layer == "verify" && foreign.starts_with("gtest/"));
}

void check_dependencies(const Files& files, std::vector<std::string>& problems) {
  for (const auto& [path, file] : files) {
    if (!path.starts_with("include/")) continue;
    for (const Include& include : file.foreign) {
      if (may_include(file, include.target)) continue;
      problems.push_back(fmt::format("{}:{}: a public header cannot ask its user for {}", path,
                                     include.line, include.target));
    }
  }
}

/// Depth first from `path`; `chain` holds the way there, for the message.
void find_circle(const Files& files, const std::string& path, std::vector<std::string>& chain,
                 std::set<std::string>& done, std::vector<std::string>& problems) {
  const auto file = files.find(path);
  if (file == files.end() || done.contains(path)) return;
  chain.push_back(path);
  for (const Include& include : file->second.includes) {
    const auto seen = std::find(chain.begin(), chain.end(), include.target);
    if (seen == chain.end()) {
      find_circle(files, include.target, chain, done, problems);
    } else {
      problems.push_back(fmt::format("{}:{}: circle: {} -> {}", path, include.line,
                                     fmt::join(seen, chain.end(), " -> "), include.target));
    }
  }
  chain.pop_back();
  done.insert(path);
}

void check_circles(const Files& files, std::vector<std::string>& problems) {
  std::vector<std::string> chain;
  std::set<std::string> done;
  for (const auto& [path, file] : files) find_circle(files, path, chain, done, problems);
}

}  // namespace

std::vector<std::string> check_includes(const fs::path& root) {
  const Files files = read_all(root);
  std::vector<std::string> problems;
  check_layers(files, problems);
  check_lengths(files, problems);
  check_dependencies(files, problems);
  check_circles(files, problems);
  return problems;
}

}  // namespace house
