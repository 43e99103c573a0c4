// A short fuzzing campaign without instrumentation, the same at every run.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ad::fuzz {

/// The files of tests/fuzz/corpus/<name>, in the order of their names.
inline std::vector<std::string> corpus(const std::string& name) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(AUTODIFF_TEST_DATA_DIR "/fuzz/corpus/" + name)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

/// Changes inputs a little, from a seed.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : engine_(seed) {}

  std::string next(const std::vector<std::string>& corpus) {
    std::string input = corpus[below(corpus.size())];
    for (std::size_t i = 1 + below(6); i > 0; --i) change(input, corpus);
    return input;
  }

 private:
  static constexpr std::array<std::string_view, 20> pieces{{"(",
                                                            ")",
                                                            ",",
                                                            "-",
                                                            "^",
                                                            "\"",
                                                            "\r\n",
                                                            "\n",
                                                            ".",
                                                            "1e",
                                                            "1e999",
                                                            "nan,",
                                                            "where(x<",
                                                            "relu",
                                                            "=",
                                                            "\xC2",
                                                            std::string_view("\0", 1),
                                                            "1e-400",
                                                            "1:2",
                                                            "4.9e-324"}};

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }

  void change(std::string& input, const std::vector<std::string>& corpus) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t length = 1 + below(8);
    switch (below(6)) {
      case 0:
        input.insert(at, 1, static_cast<char>(below(256)));
        return;
      case 1:
        input.insert(at, pieces[below(pieces.size())]);
        return;
      case 2:
        input.erase(at, length);
        return;
      case 3:
        input.insert(at, input.substr(below(input.size() + 1), 4 * length));
        return;
      case 4: {
        const std::string& other = corpus[below(corpus.size())];
        input.replace(at, input.npos, other.substr(below(other.size() + 1)));
        return;
      }
      default:
        if (at < input.size()) {
          input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ (1U << below(8)));
        }
    }
  }

  std::mt19937_64 engine_;
};

/// Gives the target every input of the corpus and `mutations` changed ones. Returns the first that
/// it does not stand, with what it throws.
template <class Target>
std::optional<std::string> find_failure(Target&& target, const std::vector<std::string>& corpus,
                                        std::size_t mutations, std::uint64_t seed) {
  Mutator mutator(seed);
  for (std::size_t i = 0; i < corpus.size() + mutations; ++i) {
    const std::string input = i < corpus.size() ? corpus[i] : mutator.next(corpus);
    try {
      target(input);
    } catch (const std::exception& error) {
      std::string bytes;
      for (const char c : input) bytes += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      return fmt::format("input {} with seed {}: {}\n{}", i, seed, error.what(), bytes);
    }
  }
  return std::nullopt;
}

}  // namespace ad::fuzz
